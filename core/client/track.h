/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * track: a song as the host fills it in, until a library takes it over. What a
 * library or the helper would refuse is refused here, where the host still knows
 * which song it was.
 */
#pragma once

#include "base/values.h"

/* Strings belong to the track. */
const Track *track_get_values(PortaTrack *track);
/* UTF-8 and not too long for a library. */
int32_t track_check_string(const char *string);
/* That, and a URI. */
int32_t track_check_uri(const char *uri);
