/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * name-layout: a layout template, filled with one song's tags.
 */
#pragma once

#include "engine/name.h"

/* As name_for_track(); has_discs: another disc of its album is known, so the first says so too. */
char *layout_fill(const char *layout, const Track *track, const char *source, gboolean has_discs);
/* The source's suffix with its dot, lower case and legal; "" if it has none. Caller frees. */
char *layout_suffix(const char *source);
/* Who and what an album is called in paths, lent by the track. */
const char *layout_album_artist(const Track *track);
