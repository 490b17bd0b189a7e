/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * staged: what a person has chosen on the page but not applied yet, and what came of
 * estimating it. Nothing of it reaches the helper before it is applied, so trying things
 * out copies and removes nothing. Pure.
 */
#pragma once

#include "common/words.h"

/* The estimate as it would be with another reserve: the helper knows the applied one only.
 * What then fits is taken from, or added to, what would be sent. */
AdapterEstimate staged_estimate(PortaDevice *device, const AdapterEstimate *estimate, int percent);
/* The room's parts likewise. estimate may be NULL. */
WordsSpace staged_space(PortaDevice *device, const AdapterEstimate *estimate, int percent);

/* What to propose for a player that nothing is chosen for yet: everything, if it fits,
 * else the default order. room_bytes below 0: not known. The caller's. */
Choices *staged_propose(gint64 library_bytes, gint64 room_bytes);
/* Bytes that our songs can have on the device with this reserve; -1 not known. */
gint64 staged_room(PortaDevice *device, int percent);
