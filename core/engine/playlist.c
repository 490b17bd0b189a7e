/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * playlist: see playlist.h. Relative paths are the only ones that players on all
 * devices resolve alike; absolute ones name a mount point that we can not know.
 */
#include "engine/playlist.h"

#include <string.h>

static void
append_line_text(GString *out, const char *text)
{
	for (const char *p = text; *p != '\0'; p++)
		g_string_append_c(out, *p == '\n' || *p == '\r' ? ' ' : *p);
}

static void
append_up(GString *out, const char *playlist_path)
{
	for (const char *p = strchr(playlist_path, '/'); p != NULL; p = strchr(p + 1, '/'))
		g_string_append(out, "../");
}

static void
append_song(GString *out, const Want *want, const char *playlist_path)
{
	const Track *track = &want->track;
	int seconds = track->duration_ms > 0 ? (int)((track->duration_ms + 500) / 1000) : -1;

	g_string_append_printf(out, "#EXTINF:%d,", seconds);
	append_line_text(out, track->artist);
	g_string_append(out, track->artist[0] != '\0' && track->title[0] != '\0' ? " - " : "");
	append_line_text(out, track->title);
	g_string_append_c(out, '\n');
	append_up(out, playlist_path);
	g_string_append(out, want->path);
	g_string_append_c(out, '\n');
}

char *
playlist_to_m3u8(const Wishlist *wishlist, const WantedPlaylist *playlist)
{
	GString *out = g_string_new("#EXTM3U\n");

	for (guint i = 0; i < playlist->on_device->len; i++) {
		guint index = g_array_index(playlist->on_device, uint32_t, i);
		append_song(out, &g_array_index(wishlist->wants, Want, index), playlist->path);
	}
	return g_string_free(out, FALSE);
}
