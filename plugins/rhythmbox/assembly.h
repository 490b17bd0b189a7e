/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * assembly: a library to publish, put together of the songs that were read and the playlists
 * that name them. On any thread.
 */
#pragma once

#include "offer.h"
#include "song-list.h"

/* Takes the songs' tracks, and counts what is offered. NULL, with a warning, where it is too much. */
PortaLibrary *assembly_build(Offer *offer, SongList *songs);
