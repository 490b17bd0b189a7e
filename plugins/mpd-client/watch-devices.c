/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * watch-devices: what the daemon does about devices.
 */
#include "watch-devices.h"

#include <stdlib.h>
#include <string.h>

#include "apply.h"
#include "log.h"
#include "summary.h"

void
watch_devices_clear(WatchDevices *devices)
{
	text_list_clear(&devices->applied);
	text_list_clear(&devices->offered);
}

static void
forget(TextList *ids, const char *id)
{
	for (size_t i = 0; i < ids->count; i++) {
		if (strcmp(ids->items[i], id) != 0)
			continue;
		free(ids->items[i]);
		ids->items[i] = ids->items[--ids->count];
		return;
	}
}

void
watch_devices_apply_again(WatchDevices *devices, const char *id)
{
	forget(&devices->applied, id);
}

static void
apply_section(WatchDevices *devices, const Wanted *wanted, PortaDevice *device)
{
	const char *id = porta_device_get_string(device, PORTA_KEY_DEVICE_ID);
	uint64_t request;

	if (text_list_contains(&devices->applied, id))
		return;
	text_list_add(&devices->applied, id);
	int32_t result = apply_wanted(devices->session, device, wanted, &request);
	if (result != PORTA_OK)
		log_error("%s: its rules can not be set: %s.", session_device_name(device),
			  porta_error_name(result));
}

static void
offer_partnership(WatchDevices *devices, const Wanted *wanted, PortaDevice *device)
{
	const char *id = porta_device_get_string(device, PORTA_KEY_DEVICE_ID);
	const char *name = session_device_name(device);

	if (text_list_contains(&devices->offered, id))
		return;
	text_list_add(&devices->offered, id);
	if (wanted == NULL || !wanted->create_partnership) {
		log_info(
			"%s has no partnership with this computer yet. To make one: portamento-mpd "
			"sync --device %s --create-partnership",
			name, id);
		return;
	}
	log_info("%s is new: making it a partner of this computer.", name);
	porta_client_create_partnership(devices->session->client, id, 0,
					session_next_request(devices->session));
}

static void
apply_device(WatchDevices *devices, const Config *config, PortaDevice *device)
{
	const Wanted *wanted = config_find_device(config, device);

	switch (porta_device_get_number(device, PORTA_KEY_STATUS)) {
	case PORTA_STATUS_PARTNERSHIP_EXISTS:
		if (wanted != NULL)
			apply_section(devices, wanted, device);
		break;
	case PORTA_STATUS_NEW_DEVICE:
		if (porta_device_get_number(device, PORTA_KEY_CONNECTED) == 1)
			offer_partnership(devices, wanted, device);
		break;
	default: break;
	}
}

void
watch_devices_apply(WatchDevices *devices, const Config *config, bool new_config)
{
	if (new_config)
		watch_devices_clear(devices);
	for (uint32_t i = 0; i < porta_client_count_devices(devices->session->client); i++) {
		PortaDevice *device = porta_client_get_device(devices->session->client, i);
		if (device != NULL)
			apply_device(devices, config, device);
		porta_device_free(device);
	}
}

static void
log_state(PortaDevice *device)
{
	int64_t state = porta_device_get_number(device, PORTA_KEY_SYNC_STATE);
	const char *detail = porta_device_get_string(device, PORTA_KEY_DETAIL_TEXT);

	if (state == PORTA_SYNC_STOPPED &&
	    porta_device_get_number(device, PORTA_KEY_LAST_SYNC_TIME) > 0) {
		char *summary AUTO_TEXT = summary_format(device);
		log_info("%s", summary);
	}
	if (detail != NULL && detail[0] != '\0')
		log_verbose("%s: %s", session_device_name(device), detail);
}

static void
observe_device(WatchDevices *devices, const Config *config, PortaEvent *event, PortaDevice *device)
{
	const char *id = porta_device_get_string(device, PORTA_KEY_DEVICE_ID);
	const char *name = session_device_name(device);
	const char *source = porta_event_get_string(event, PORTA_KEY_SOURCE);
	int32_t code = porta_event_get_error(event);

	switch (porta_event_get_type(event)) {
	case PORTA_EVENT_DEVICE_DISCONNECTED:
		forget(&devices->applied, id);
		forget(&devices->offered, id);
		break;
	case PORTA_EVENT_DEVICE_CONNECTED:
		log_verbose("%s is connected.", name);
		apply_device(devices, config, device);
		break;
	case PORTA_EVENT_DEVICE_STATUS_CHANGED: apply_device(devices, config, device); break;
	case PORTA_EVENT_SYNC_STATE_CHANGED: log_state(device); break;
	case PORTA_EVENT_SYNC_ERROR:
		log_warning("%s: %s: %s", name, source != NULL ? source : "a song",
			    porta_event_get_text(event));
		break;
	case PORTA_EVENT_PARTNERSHIP_COMPLETE:
		if (code != PORTA_OK)
			log_error("%s: the partnership failed: %s", name,
				  porta_event_get_text(event));
		break;
	default: break;
	}
}

void
watch_devices_observe(WatchDevices *devices, const Config *config, PortaEvent *event)
{
	PortaDevice *device = porta_event_get_device(event);

	if (device != NULL)
		observe_device(devices, config, event, device);
}
