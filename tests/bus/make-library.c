/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * make-library: writes a library of N tracks and P playlists to standard output, as the
 * client would seal it: make-library HOST NAME N P [FIRST]
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "wire/library.h"

static void
add_track(LibraryBuilder *builder, unsigned n)
{
	g_autofree char *uri = g_strdup_printf("file:///music/Artist%%20%u/%u.mp3", n / 100, n);
	g_autofree char *title = g_strdup_printf("Title %u", n);
	g_autofree char *artist = g_strdup_printf("Artist %u", n / 100);
	g_autofree char *album = g_strdup_printf("Album %u", n / 10);
	Track track = {.uri = uri,
		       .title = title,
		       .artist = artist,
		       .album = album,
		       .album_artist = artist,
		       .genre = "Rock",
		       .year = 1990,
		       .track_number = 1 + n % 10,
		       .disc_number = 1,
		       .duration_ms = 200000,
		       .rating = -1,
		       .play_count = -1,
		       .size_bytes = 5000000,
		       .modified_unix = 1600000000};

	library_builder_add_track(builder, &track);
}

static void
add_playlist(LibraryBuilder *builder, unsigned p, unsigned n_tracks)
{
	g_autofree char *id = g_strdup_printf("list-%u", p);
	g_autofree char *name = g_strdup_printf("List %u", p);
	uint32_t tracks[50];
	unsigned n = MIN(n_tracks, G_N_ELEMENTS(tracks));

	for (unsigned i = 0; i < n; i++)
		tracks[i] = (p * 31 + i) % n_tracks;
	library_builder_add_playlist(builder, id, name, PORTA_PLAYLIST_STATIC, tracks, n);
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	char buffer[65536];
	gssize n;

	if (argc < 5)
		return 2;
	unsigned n_tracks = atoi(argv[3]), n_playlists = atoi(argv[4]);
	unsigned first = argc > 5 ? atoi(argv[5]) : 0;
	g_autoptr(LibraryBuilder) builder = library_builder_new(argv[1], argv[2]);
	for (unsigned i = 0; i < n_tracks; i++)
		add_track(builder, first + i);
	for (unsigned p = 0; p < n_playlists; p++)
		add_playlist(builder, p, n_tracks);
	int fd = library_builder_seal(builder, &error);
	if (fd < 0) {
		fprintf(stderr, "%s\n", error->message);
		return 1;
	}
	for (goffset at = 0; (n = pread(fd, buffer, sizeof buffer, at)) > 0; at += n)
		fwrite(buffer, 1, n, stdout);
	return 0;
}
