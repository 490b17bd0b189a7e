/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "page-host.h"

static const Offer *
offer(void *host_data)
{
	return library_offer(((PageHostData *)host_data)->library);
}

static GPtrArray *
list_playlists(void *host_data)
{
	const Offer *now = offer(host_data);

	if (now == NULL)
		return NULL;
	GPtrArray *playlists = g_ptr_array_new_with_free_func((GDestroyNotify)page_playlist_free);
	for (guint i = 0; i < now->playlists->len; i++) {
		const OfferPlaylist *playlist = g_ptr_array_index(now->playlists, i);
		g_ptr_array_add(playlists,
				page_playlist_new(playlist->id, playlist->name, playlist->kind,
						  playlist->songs->len, playlist->bytes));
	}
	return playlists;
}

static void
each_song(void *host_data, const char *playlist_id, PageSong song, void *data)
{
	const Offer *now = offer(host_data);
	const OfferPlaylist *playlist = now != NULL ? offer_find_playlist(now, playlist_id) : NULL;

	for (guint i = 0; playlist != NULL && i < playlist->songs->len; i++) {
		guint index = g_array_index(playlist->songs, guint, i);
		const gint64 *bytes = &g_array_index(now->song_bytes, gint64, index);
		song(data, bytes, *bytes);
	}
}

static void
measure_library(void *host_data, guint *n_songs, gint64 *bytes)
{
	const Offer *now = offer(host_data);

	*n_songs = now != NULL ? now->n_songs : 0;
	*bytes = now != NULL ? now->bytes : 0;
}

static void
on_shown(GObject *bus, GAsyncResult *result, gpointer data)
{
	g_autofree char *uri = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GVariant)
		answer = g_dbus_connection_call_finish(G_DBUS_CONNECTION(bus), result, &error);

	if (answer != NULL)
		return;
	/* no such file manager here: its folder, in whatever shows folders */
	g_autoptr(GFile) file = g_file_new_for_uri(uri);
	g_autoptr(GFile) folder = g_file_get_parent(file);
	g_autofree char *folder_uri = folder != NULL ? g_file_get_uri(folder) : g_strdup(uri);
	g_app_info_launch_default_for_uri_async(folder_uri, NULL, NULL, NULL, NULL);
}

static void
show_file(void *host_data, const char *path)
{
	GDBusConnection *bus = g_application_get_dbus_connection(g_application_get_default());
	char *uri = g_filename_to_uri(path, NULL, NULL);
	GVariantBuilder uris;

	if (uri == NULL || bus == NULL) {
		g_free(uri);
		return;
	}
	g_variant_builder_init(&uris, G_VARIANT_TYPE("as"));
	g_variant_builder_add(&uris, "s", uri);
	g_dbus_connection_call(bus, "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1",
			       "org.freedesktop.FileManager1", "ShowItems",
			       g_variant_new("(ass)", &uris, ""), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
			       NULL, on_shown, uri);
}

static const char *
rival(void *host_data)
{
	return rival_name(((PageHostData *)host_data)->rival);
}

static void
switch_rival_off(void *host_data)
{
	rival_switch_off(((PageHostData *)host_data)->rival);
}

const PageHost *
page_host_functions(void)
{
	static const PageHost functions = {
		.list_playlists = list_playlists,
		.each_song = each_song,
		.measure_library = measure_library,
		.show_file = show_file,
		.rival = rival,
		.switch_rival_off = switch_rival_off,
	};
	return &functions;
}
