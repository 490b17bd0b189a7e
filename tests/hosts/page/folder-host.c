/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * folder-host: see folder-host.h.
 */
#include "folder-host.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

typedef struct {
	char *path; /* below the folder */
	gint64 bytes;
} Song;

typedef struct {
	char *name;
	GPtrArray *songs; /* Song, the host's */
} List;

struct FolderHost {
	char *folder;
	GPtrArray *songs; /* Song, by path */
	GHashTable *by_path;
	GPtrArray *lists;
	char *rival;
};

static void
song_free(gpointer data)
{
	Song *song = data;

	g_free(song->path);
	g_free(song);
}

static void
list_free(gpointer data)
{
	List *list = data;

	g_free(list->name);
	g_ptr_array_unref(list->songs);
	g_free(list);
}

static void
add_file(FolderHost *host, const char *path)
{
	g_autofree char *whole = g_build_filename(host->folder, path, NULL);
	GStatBuf status;
	Song *song = g_new0(Song, 1);

	g_assert_no_errno(g_stat(whole, &status));
	song->path = g_strdup(path);
	song->bytes = status.st_size;
	g_ptr_array_add(host->songs, song);
	g_hash_table_insert(host->by_path, song->path, song);
}

static void
add_folder(FolderHost *host, const char *below)
{
	g_autofree char *whole = g_build_filename(host->folder, below, NULL);
	g_autoptr(GDir) dir = g_dir_open(whole, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = below[0] != '\0' ? g_build_filename(below, name, NULL)
							 : g_strdup(name);
		g_autofree char *file = g_build_filename(host->folder, path, NULL);
		if (g_file_test(file, G_FILE_TEST_IS_DIR))
			add_folder(host, path);
		else if (!g_str_has_suffix(name, ".m3u"))
			add_file(host, path);
	}
}

static void
add_list(FolderHost *host, const char *name)
{
	g_autofree char *path = g_build_filename(host->folder, name, NULL);
	g_autofree char *text = NULL;
	List *list = g_new0(List, 1);

	list->name = g_strndup(name, strlen(name) - strlen(".m3u"));
	list->songs = g_ptr_array_new();
	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (guint i = 0; lines[i] != NULL; i++) {
		Song *song = g_hash_table_lookup(host->by_path, lines[i]);
		if (song != NULL)
			g_ptr_array_add(list->songs, song);
	}
	g_ptr_array_add(host->lists, list);
}

static int
compare_songs(gconstpointer a, gconstpointer b)
{
	return strcmp((*(Song *const *)a)->path, (*(Song *const *)b)->path);
}

void
folder_host_load(FolderHost *host)
{
	g_autoptr(GDir) dir = g_dir_open(host->folder, 0, NULL);
	const char *name;

	g_ptr_array_set_size(host->lists, 0);
	g_hash_table_remove_all(host->by_path);
	g_ptr_array_set_size(host->songs, 0);
	add_folder(host, "");
	g_ptr_array_sort(host->songs, compare_songs);
	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		if (g_str_has_suffix(name, ".m3u"))
			add_list(host, name);
	}
}

FolderHost *
folder_host_new(const char *folder)
{
	FolderHost *host = g_new0(FolderHost, 1);

	host->folder = g_strdup(folder);
	host->songs = g_ptr_array_new_with_free_func(song_free);
	host->by_path = g_hash_table_new(g_str_hash, g_str_equal);
	host->lists = g_ptr_array_new_with_free_func(list_free);
	folder_host_load(host);
	return host;
}

void
folder_host_free(FolderHost *host)
{
	g_ptr_array_unref(host->lists);
	g_hash_table_unref(host->by_path);
	g_ptr_array_unref(host->songs);
	g_free(host->folder);
	g_free(host->rival);
	g_free(host);
}

void
folder_host_set_rival(FolderHost *host, const char *name)
{
	g_free(host->rival);
	host->rival = g_strdup(name);
}

static int32_t
get_kind(const List *list)
{
	return g_str_has_prefix(list->name, "Auto ") ? PORTA_PLAYLIST_AUTOMATIC
						     : PORTA_PLAYLIST_STATIC;
}

static char *
get_uri(FolderHost *host, const Song *song)
{
	g_autofree char *whole = g_build_filename(host->folder, song->path, NULL);

	return g_filename_to_uri(whole, NULL, NULL);
}

static void
take_track(FolderHost *host, PortaLibrary *library, const Song *song)
{
	g_autofree char *uri = get_uri(host, song);
	g_autofree char *base = g_path_get_basename(song->path);
	g_autofree char *folder = g_path_get_dirname(song->path);
	PortaTrack *track = NULL;
	char *dot = strrchr(base, '.');

	if (dot != NULL)
		*dot = '\0';
	g_assert_cmpint(porta_track_new(&track, uri), ==, PORTA_OK);
	porta_track_set_string(track, PORTA_KEY_TITLE, base);
	g_auto(GStrv) names = g_strsplit(folder, " - ", 2);
	porta_track_set_string(track, PORTA_KEY_ARTIST, names[0]);
	porta_track_set_string(track, PORTA_KEY_ALBUM, names[1]);
	porta_track_set_number(track, PORTA_KEY_SIZE_BYTES, song->bytes);
	porta_library_take_track(library, track);
}

PortaLibrary *
folder_host_library(FolderHost *host)
{
	PortaLibrary *library = NULL;

	g_assert_cmpint(porta_library_new(&library), ==, PORTA_OK);
	for (guint i = 0; i < host->songs->len; i++)
		take_track(host, library, host->songs->pdata[i]);
	for (guint i = 0; i < host->lists->len; i++) {
		const List *list = host->lists->pdata[i];
		g_autoptr(GPtrArray) uris = g_ptr_array_new_with_free_func(g_free);
		for (guint j = 0; j < list->songs->len; j++)
			g_ptr_array_add(uris, get_uri(host, list->songs->pdata[j]));
		porta_library_add_playlist(library, list->name, list->name, get_kind(list),
					   (const char *const *)uris->pdata, uris->len);
	}
	return library;
}

/* for the page */

static gint64
sum_bytes(const GPtrArray *songs)
{
	gint64 bytes = 0;

	for (guint i = 0; i < songs->len; i++)
		bytes += ((const Song *)songs->pdata[i])->bytes;
	return bytes;
}

static GPtrArray *
list_playlists(void *data)
{
	FolderHost *host = data;
	GPtrArray *playlists = g_ptr_array_new_with_free_func((GDestroyNotify)page_playlist_free);

	for (guint i = 0; i < host->lists->len; i++) {
		const List *list = host->lists->pdata[i];
		g_ptr_array_add(playlists,
				page_playlist_new(list->name, list->name, get_kind(list),
						  list->songs->len, sum_bytes(list->songs)));
	}
	return playlists;
}

static void
each_song(void *data, const char *playlist_id, PageSong song, void *song_data)
{
	FolderHost *host = data;

	for (guint i = 0; i < host->lists->len; i++) {
		const List *list = host->lists->pdata[i];
		if (strcmp(list->name, playlist_id) != 0)
			continue;
		for (guint j = 0; j < list->songs->len; j++) {
			const Song *one = list->songs->pdata[j];
			song(song_data, one, one->bytes);
		}
	}
}

static void
measure_library(void *data, guint *n_songs, gint64 *bytes)
{
	FolderHost *host = data;

	*n_songs = host->songs->len;
	*bytes = sum_bytes(host->songs);
}

static void
show_file(void *data, const char *path)
{
	printf("show %s\n", path);
	fflush(stdout);
}

static const char *
get_rival(void *data)
{
	return ((FolderHost *)data)->rival;
}

static void
switch_rival_off(void *data)
{
	folder_host_set_rival(data, NULL);
	printf("rival off\n");
	fflush(stdout);
}

const PageHost folder_host_functions = {
	.list_playlists = list_playlists,
	.each_song = each_song,
	.measure_library = measure_library,
	.show_file = show_file,
	.rival = get_rival,
	.switch_rival_off = switch_rival_off,
};
