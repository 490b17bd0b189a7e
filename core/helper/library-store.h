/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * library-store: the library that each host last published, one file a host, so that
 * a device plugged in later syncs without the host. What comes in is validated,
 * whole, in a thread, one publication at a time; what is stored is trusted.
 */
#pragma once

#include <gio/gio.h>

#include "wire/library.h"

#define LIBRARIES_MOST 64

typedef struct {
	char *host_id;
	char *display_name;
	guint n_tracks;
	guint n_playlists;
	guint64 size_bytes;
	gint64 published_unix;
} LibraryRecord;

typedef struct LibraryStore LibraryStore;

/* Reads the headers of dir/<host>.library; a damaged one is set aside and reported. */
LibraryStore *library_store_new(const char *dir, GError **error);
/* After this nothing may iterate the main context: a publication may be under way. */
void library_store_free(LibraryStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LibraryStore, library_store_free)

/* By host id; of LibraryRecord*, borrowed. */
GPtrArray *library_store_list(LibraryStore *store);
LibraryRecord *library_store_find(LibraryStore *store, const char *host_id);
gboolean library_store_is_busy(LibraryStore *store);

/* Takes fd over. Runs callback in the caller's main context. */
void library_store_publish(LibraryStore *store, const char *host_id, int fd,
			   GAsyncReadyCallback callback, gpointer data);
/* *changed: false if the bytes were those stored already. */
gboolean library_store_publish_finish(GAsyncResult *result, gboolean *changed, GError **error);

/* Also those that are being published: they fail with CANCELLED. NOT_FOUND if there is none. */
gboolean library_store_withdraw(LibraryStore *store, const char *host_id, GError **error);

/* A file descriptor that keeps these bytes whatever is published later, or -1. The caller closes it. */
int library_store_open(LibraryStore *store, const char *host_id, GError **error);
