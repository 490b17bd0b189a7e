/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * library: what Rhythmbox has, watched, and told to the adapter whenever it is due. Between
 * two changes it does nothing.
 */
#pragma once

#include <shell/rb-shell.h>

#include "common/adapter.h"
#include "offer.h"

typedef struct Library Library;

/* changed: library_offer() is another one. */
typedef void (*LibraryChanged)(void *data);

Library *library_new(RBShell *shell, LibraryChanged changed, void *data);
void library_free(Library *library);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Library, library_free)

/* From now on the adapter hears of changes; it outlives the library. */
void library_attach(Library *library, Adapter *adapter);
/* AdapterHost.publish. */
void library_publish(Library *library);

/* What was changed last, and is not published yet: now, in this time. For who has no later: it
 * blocks. */
void library_publish_last(Library *library, int patience_ms);

/* As of the last snapshot; NULL before the first. */
const Offer *library_offer(Library *library);
/* The id under which a playlist is, or will be, published; NULL if it is none, and before
 * the first snapshot. */
const char *library_playlist_id(Library *library, RBSource *playlist);
