/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * playlist: what a playlist file on the device contains. Pure.
 */
#pragma once

#include "engine/wishlist.h"

/* Of playlist->on_device, in its order; the caller frees. Extended M3U in UTF-8, paths relative to the
 * playlist's own folder, "\n" ends lines. */
char *playlist_to_m3u8(const Wishlist *wishlist, const WantedPlaylist *playlist);
