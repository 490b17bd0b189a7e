/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * staged: what a person has chosen on the page but not applied yet, and what came of
 * estimating it. Nothing of it reaches the helper before it is applied, so trying things
 * out copies and removes nothing. Pure.
 */
#pragma once

#include "common/words.h"

/* What a device has room for, as it says. */
typedef struct {
	gint64 capacity_bytes; /* 0 not known */
	gint64 free_bytes, ours_bytes;
	int percent; /* of the capacity, kept free now */
} StagedRoom;

StagedRoom staged_room_of(PortaDevice *device);
/* Bytes that our songs can have with so much kept free; -1 not known. */
gint64 staged_room_bytes(const StagedRoom *room, int percent);

/* The estimate as it would be with another reserve: the helper knows the applied one only.
 * What then fits is taken from, or added to, what would be sent. */
AdapterEstimate staged_estimate(const StagedRoom *room, const AdapterEstimate *estimate,
				int percent);
/* The room's parts likewise. estimate may be NULL. */
WordsSpace staged_space(PortaDevice *device, const AdapterEstimate *estimate, int percent);

/* What to propose for a player that nothing is chosen for yet: everything, if it fits,
 * else the default order. room_bytes below 0: not known. The caller's. */
Choices *staged_propose(gint64 library_bytes, gint64 room_bytes);
