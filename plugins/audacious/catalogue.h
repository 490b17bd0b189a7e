/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * catalogue: Audacious' playlists as the library that Portamento knows. It looks at every file,
 * so it is built on a thread of its own.
 */
#pragma once

#include <atomic>

#include <portamento.h>

#include "playlists.h"

/* The caller's; NULL when cancelled or without memory. A song in several playlists is one
 * track; streams and parts of files are tracks too, so that a preview can say why they stay. */
PortaLibrary *catalogue_build(const PlaylistsContent &content, const std::atomic<bool> &cancelled);
