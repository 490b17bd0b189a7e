/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * staged: see staged.h.
 */
#include "staged.h"

static gint64
number(PortaDevice *device, int32_t key)
{
	return MAX(porta_device_get_number(device, key), 0);
}

StagedRoom
staged_room_of(PortaDevice *device)
{
	int64_t percent = porta_device_get_setting_number(device, "PercentSpaceReserved");

	return (StagedRoom){
		.capacity_bytes = number(device, PORTA_KEY_CAPACITY_BYTES),
		.free_bytes = number(device, PORTA_KEY_FREE_BYTES),
		.ours_bytes = number(device, PORTA_KEY_OURS_BYTES),
		.percent = (int)MAX(percent, 0),
	};
}

/* As the engine has it: of the whole, whatever is free. */
static gint64
reserved_bytes(const StagedRoom *room, int percent)
{
	return room->capacity_bytes / 100 * percent;
}

gint64
staged_room_bytes(const StagedRoom *room, int percent)
{
	if (room->capacity_bytes == 0)
		return -1;
	return MAX(room->free_bytes + room->ours_bytes - reserved_bytes(room, percent), 0);
}

/* part of items, as bytes are of whole_bytes. */
static gint64
share(gint64 items, gint64 bytes, gint64 whole_bytes)
{
	if (whole_bytes <= 0 || bytes <= 0)
		return 0;
	return (gint64)((double)items * ((double)MIN(bytes, whole_bytes) / (double)whole_bytes) +
			0.5);
}

static void
lose_room(AdapterEstimate *estimate, gint64 lost_bytes)
{
	gint64 fitting_bytes = estimate->wanted_bytes - estimate->no_fit_bytes;
	gint64 fitting_items = estimate->wanted_items - estimate->no_fit_items;
	gint64 lost_items = share(fitting_items, lost_bytes, fitting_bytes);
	gint64 unsent_bytes = MIN(lost_bytes, estimate->added_bytes);
	gint64 unsent_items =
		MIN(share(estimate->added_items, unsent_bytes, estimate->added_bytes), lost_items);

	estimate->no_fit_bytes += lost_bytes;
	estimate->no_fit_items += lost_items;
	estimate->added_bytes -= unsent_bytes;
	estimate->added_items -= unsent_items;
	estimate->removed_bytes += lost_bytes - unsent_bytes;
	estimate->removed_items += lost_items - unsent_items;
}

static void
gain_room(AdapterEstimate *estimate, gint64 gained_bytes)
{
	gint64 items = share(estimate->no_fit_items, gained_bytes, estimate->no_fit_bytes);
	gint64 stays_bytes = MIN(gained_bytes, estimate->removed_bytes);
	gint64 stays_items =
		MIN(share(estimate->removed_items, stays_bytes, estimate->removed_bytes), items);

	estimate->no_fit_bytes -= gained_bytes;
	estimate->no_fit_items -= items;
	estimate->removed_bytes -= stays_bytes;
	estimate->removed_items -= stays_items;
	estimate->added_bytes += gained_bytes - stays_bytes;
	estimate->added_items += items - stays_items;
}

AdapterEstimate
staged_estimate(const StagedRoom *room, const AdapterEstimate *estimate, int percent)
{
	AdapterEstimate staged = *estimate;
	gint64 fitting = estimate->wanted_bytes - estimate->no_fit_bytes;
	gint64 bytes = staged_room_bytes(room, percent);

	if (percent == room->percent || bytes < 0)
		return staged;
	if (fitting > bytes)
		lose_room(&staged, fitting - bytes);
	else if (estimate->no_fit_bytes > 0 && percent < room->percent)
		gain_room(&staged, MIN(estimate->no_fit_bytes, bytes - fitting));
	return staged;
}

WordsSpace
staged_space(PortaDevice *device, const AdapterEstimate *estimate, int percent)
{
	WordsSpace space = words_space(device, estimate);
	StagedRoom room = staged_room_of(device);
	gint64 open = space.reserved + space.free;

	if (percent == room.percent)
		return space;
	space.reserved = MIN(reserved_bytes(&room, percent), open);
	space.free = open - space.reserved;
	return space;
}

Choices *
staged_propose(gint64 library_bytes, gint64 room_bytes)
{
	Choices *choices = choices_new();

	if (room_bytes >= 0 && library_bytes <= room_bytes)
		choices->whole_library = TRUE;
	else
		choices->by_default = TRUE;
	return choices;
}
