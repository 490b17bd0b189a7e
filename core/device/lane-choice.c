/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* lane-choice: see lane-choice.h. */
#include "device/lane-choice.h"

#include "base/error.h"
#include "device/libmtp-lane.h"
#include "device/ptp-lane.h"
#include "device/quirks.h"

/* It says the same in a fraction of the transactions. */
#define LANE_DEFAULT (&ptp_lane)
#define MEMORY "lane"
#define LEARNED_REFUSED "refused"
#define LEARNED_INSANE "insane-sessions"
/* A bad cable may answer nonsense once. */
#define TIMES_UNTIL_SURE 2

static const DeviceLane *
find_lane(const char *name)
{
	if (g_strcmp0(name, ptp_lane.name) == 0)
		return &ptp_lane;
	return g_strcmp0(name, libmtp_lane.name) == 0 ? &libmtp_lane : NULL;
}

static const DeviceLane *
find_forced(const Device *device)
{
	const DeviceLane *forced = find_lane(g_getenv("PORTAMENTO_LANE"));

	return forced != NULL ? forced : find_lane(device->lane_name);
}

/* Playlists of Samsung's own are libmtp's to write. */
static gboolean
needs_libmtp(const DeviceAddress *address)
{
	return (quirks_find(address->vendor, address->product) & PTP_QUIRK_SPL_PLAYLISTS) != 0;
}

const DeviceLane *
lane_choose(const Device *device)
{
	const DeviceLane *forced = find_forced(device);

	if (forced != NULL)
		return forced;
	if (needs_libmtp(device->address) ||
	    memory_get(device->memory, MEMORY, LEARNED_REFUSED, FALSE) ||
	    memory_get(device->memory, MEMORY, LEARNED_INSANE, 0) >= TIMES_UNTIL_SURE)
		return &libmtp_lane;
	return LANE_DEFAULT;
}

/* Whether it may be the lane's fault, and not the cable's or another program's. */
static gboolean
may_be_lane(const GError *error)
{
	int32_t code = error_code(error);

	return code == PORTA_ERROR_DEVICE_IO || code == PORTA_ERROR_DEVICE_INSANE ||
	       code == PORTA_ERROR_NOT_SUPPORTED;
}

const DeviceLane *
lane_after_refusal(const Device *device, const GError *error)
{
	if (device->lane != &ptp_lane || find_forced(device) != NULL || !may_be_lane(error))
		return NULL;
	g_message("%s; libmtp tries it", error->message);
	return &libmtp_lane;
}

void
lane_note_refusal(Memory *memory)
{
	memory_set(memory, MEMORY, LEARNED_REFUSED, TRUE);
}

void
lane_note_end(const DeviceLane *lane, Memory *memory, gboolean was_insane)
{
	if (lane != &ptp_lane)
		return;
	int64_t times = was_insane ? memory_get(memory, MEMORY, LEARNED_INSANE, 0) + 1 : 0;
	memory_set(memory, MEMORY, LEARNED_INSANE, times);
	if (times == TIMES_UNTIL_SURE)
		g_message("the device was not understood in %d sessions; libmtp speaks to it from "
			  "now on",
			  TIMES_UNTIL_SURE);
}
