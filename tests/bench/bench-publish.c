/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bench-publish: a host with many songs tells the helper of them, as hosts do:
 * through the C API. Prints how long each part took, tab-separated.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "portamento.h"

#define REQUEST 7
#define DEADLINE_MS 60000

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static PortaTrack *
make_track(unsigned number)
{
	char uri[160], title[64], artist[64], album[64];
	PortaTrack *track;

	snprintf(uri, sizeof uri,
		 "file:///srv/music/Artist%%20number%%20%u/Some%%20Album%%20%u/%05u.flac",
		 number / 100, number / 10, number);
	snprintf(title, sizeof title, "A Reasonably Long Song Title %u", number);
	snprintf(artist, sizeof artist, "Artist number %u", number / 100);
	snprintf(album, sizeof album, "Some Album %u", number / 10);
	if (porta_track_new(&track, uri) != PORTA_OK)
		exit(1);
	porta_track_set_string(track, PORTA_KEY_TITLE, title);
	porta_track_set_string(track, PORTA_KEY_ARTIST, artist);
	porta_track_set_string(track, PORTA_KEY_ALBUM, album);
	porta_track_set_string(track, PORTA_KEY_GENRE, "Electronic");
	porta_track_set_number(track, PORTA_KEY_TRACK_NUMBER, number % 10 + 1);
	porta_track_set_number(track, PORTA_KEY_DURATION_MS, 200000 + number);
	porta_track_set_number(track, PORTA_KEY_MODIFIED_UNIX, 1700000000 + number);
	porta_track_set_number(track, PORTA_KEY_RATING, number % 101);
	return track;
}

static void
add_playlist(PortaLibrary *library, unsigned list, unsigned n_tracks)
{
	enum { N = 100 };
	static char uris[N][160];
	const char *pointers[N];
	char name[32];

	for (unsigned i = 0; i < N; i++) {
		unsigned number = (list * 997 + i * 31) % n_tracks;
		snprintf(uris[i], sizeof uris[i],
			 "file:///srv/music/Artist%%20number%%20%u/Some%%20Album%%20%u/%05u.flac",
			 number / 100, number / 10, number);
		pointers[i] = uris[i];
	}
	snprintf(name, sizeof name, "Playlist %u", list);
	if (porta_library_add_playlist(library, name, name, PORTA_PLAYLIST_STATIC, pointers, N) !=
	    PORTA_OK)
		exit(1);
}

/* The error of the reply to REQUEST; exits when it is late. */
static int32_t
wait_for_reply(PortaClient *client)
{
	for (;;) {
		struct pollfd fd = {porta_client_get_fd(client), POLLIN, 0};
		PortaEvent *event = porta_client_next_event(client);
		if (event == NULL && poll(&fd, 1, DEADLINE_MS) <= 0)
			exit(1);
		if (event == NULL)
			continue;
		int is_reply = porta_event_get_type(event) == PORTA_EVENT_REPLY &&
			       porta_event_get_request(event) == REQUEST;
		int32_t error = porta_event_get_error(event);
		if (is_reply && error != PORTA_OK)
			fprintf(stderr, "%s\n", porta_event_get_text(event));
		porta_event_free(event);
		if (is_reply)
			return error;
	}
}

int
main(int argc, char **argv)
{
	unsigned n_tracks = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
	unsigned n_lists = argc > 2 ? strtoul(argv[2], NULL, 10) : 200;
	PortaClient *client;
	PortaLibrary *library;

	if (porta_client_new(&client, "bench", "Bench") != PORTA_OK ||
	    porta_library_new(&library) != PORTA_OK)
		return 1;
	double begin = now();
	for (unsigned i = 0; i < n_tracks; i++)
		porta_library_take_track(library, make_track(i));
	for (unsigned i = 0; i < n_lists; i++)
		add_playlist(library, i, n_tracks);
	double built = now();
	porta_client_publish(client, library, REQUEST);
	int32_t error = wait_for_reply(client);
	double stored = now();
	printf("building the library in the host, s\t%.3f\n", built - begin);
	printf("publish to stored, s\t%.3f\n", stored - built);
	porta_client_free(client);
	return error != PORTA_OK;
}
