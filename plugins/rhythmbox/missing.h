/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * missing: of a song whose file Rhythmbox can not find, whether the file was deleted or
 * is only out of reach. Rhythmbox hides both alike; but the first shall go from a player
 * too, and the second must not (law 2). So deleted is only what there is proof of: its
 * music folder is there and has something in it, down to where the file's path breaks off.
 *
 * Looks at the disk: never on the main thread. Remembers what it saw of each folder.
 */
#pragma once

#include <glib.h>

typedef struct Missing Missing;

/* folders: URIs of the folders that Rhythmbox looks for music in. */
Missing *missing_new(const char *const *folders);
void missing_free(Missing *missing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Missing, missing_free)

gboolean missing_is_deleted(Missing *missing, const char *uri);
