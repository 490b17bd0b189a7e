/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-library: what is written is what GVariant would write; what is read is
 * what was written. What strangers send is in test-library-hostile.c.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "wire/library.h"
#include "wire/memfd.h"

static Track
make_track(GRand *rand, const char *uri)
{
	static const char *const words[] = {
		"", "a", "Título", "日本語のとても長い曲名です", "Sinnerman", "x/y:z?"};
	Track track = {
		.uri = uri,
		.title = words[g_rand_int_range(rand, 0, G_N_ELEMENTS(words))],
		.artist = words[g_rand_int_range(rand, 0, G_N_ELEMENTS(words))],
		.album = words[g_rand_int_range(rand, 0, G_N_ELEMENTS(words))],
		.album_artist = words[g_rand_int_range(rand, 0, G_N_ELEMENTS(words))],
		.genre = words[g_rand_int_range(rand, 0, G_N_ELEMENTS(words))],
		.year = g_rand_int(rand),
		.track_number = g_rand_int_range(rand, 0, 99),
		.disc_number = g_rand_int_range(rand, 0, 9),
		.duration_ms = g_rand_int(rand),
		.rating = g_rand_int_range(rand, -1, 101),
		.play_count = g_rand_int_range(rand, -1, 1000),
		.size_bytes = g_rand_int(rand),
		.modified_unix = g_rand_int(rand),
		.last_played_unix = g_rand_int(rand),
		.added_unix = -(int64_t)g_rand_int(rand),
	};

	return track;
}

static void
add_to_variant(GVariantBuilder *tracks, const Track *track, gboolean listed)
{
	GVariantBuilder extra;

	g_variant_builder_init(&extra, G_VARIANT_TYPE_VARDICT);
	if (!listed)
		g_variant_builder_add(&extra, "{sv}", "listed", g_variant_new_boolean(FALSE));
	g_variant_builder_add(tracks, LIBRARY_TRACK_TYPE, track->uri, track->title, track->artist,
			      track->album, track->album_artist, track->genre, track->year,
			      track->track_number, track->disc_number, track->duration_ms,
			      track->rating, track->play_count, track->size_bytes,
			      track->modified_unix, track->last_played_unix, track->added_unix,
			      &extra);
}

static void
add_playlist_to_variant(GVariantBuilder *playlists, const char *id, const uint32_t *tracks, gsize n)
{
	g_variant_builder_add(
		playlists, "(ssu@au@a{sv})", id, "A list", PORTA_PLAYLIST_STATIC,
		g_variant_new_fixed_array(G_VARIANT_TYPE_UINT32, tracks, n, sizeof *tracks),
		g_variant_new_array(G_VARIANT_TYPE("{sv}"), NULL, 0));
}

static GVariant *
finish_variant(GVariantBuilder *tracks, GVariantBuilder *playlists)
{
	return g_variant_ref_sink(
		g_variant_new("(uss@a" LIBRARY_TRACK_TYPE "@a" LIBRARY_PLAYLIST_TYPE "a{sv})", 1,
			      "mpd", "Music Player Daemon", g_variant_builder_end(tracks),
			      g_variant_builder_end(playlists), NULL));
}

static GBytes *
read_fd(int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *bytes = g_malloc((gsize)size + 1);

	g_assert_cmpint(pread(fd, bytes, (gsize)size, 0), ==, size);
	return g_bytes_new_take(bytes, (gsize)size);
}

/* One library written both ways, with so many tracks and playlists. */
static void
check_same_bytes(GRand *rand, guint n_tracks, guint n_playlists, guint n_in_list)
{
	g_autoptr(LibraryBuilder) builder = library_builder_new("mpd", "Music Player Daemon");
	g_autoptr(GError) error = NULL;
	g_autofree uint32_t *list = g_new(uint32_t, n_in_list + 1);
	GVariantBuilder tracks, playlists;

	g_variant_builder_init(&tracks, G_VARIANT_TYPE("a" LIBRARY_TRACK_TYPE));
	g_variant_builder_init(&playlists, G_VARIANT_TYPE("a" LIBRARY_PLAYLIST_TYPE));
	for (guint i = 0; i < n_tracks; i++) {
		g_autofree char *uri = g_strdup_printf("file:///music/%u.mp3", i);
		Track track = make_track(rand, uri);
		gboolean listed = g_rand_int_range(rand, 0, 4) != 0;
		if (!listed)
			track = (Track){uri, "", "", "", "", "", 0, 0, 0, 0, -1, -1, 0, 0, 0, 0};
		g_assert_cmpuint(listed ? library_builder_add_track(builder, &track)
					: library_builder_ensure_uri(builder, uri),
				 ==, i);
		add_to_variant(&tracks, &track, listed);
	}
	for (guint i = 0; i < n_playlists; i++) {
		g_autofree char *id = g_strdup_printf("list %u", i);
		for (guint k = 0; k < n_in_list; k++)
			list[k] = n_tracks == 0
					  ? 0
					  : (uint32_t)g_rand_int_range(rand, 0, (int)n_tracks);
		library_builder_add_playlist(builder, id, "A list", PORTA_PLAYLIST_STATIC, list,
					     n_tracks == 0 ? 0 : n_in_list);
		add_playlist_to_variant(&playlists, id, list, n_tracks == 0 ? 0 : n_in_list);
	}
	g_autoptr(GVariant) expected = finish_variant(&tracks, &playlists);
	int fd = library_builder_seal(builder, &error);
	g_assert_no_error(error);
	g_assert_true(memfd_check_sealed(fd, &error));
	g_autoptr(GBytes) bytes = read_fd(fd);
	g_autoptr(GBytes) expected_bytes = g_variant_get_data_as_bytes(expected);
	if (G_BYTE_ORDER == G_LITTLE_ENDIAN)
		g_assert_true(g_bytes_equal(bytes, expected_bytes));
	g_autoptr(Library) library = library_new_from_fd(fd, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(library_count_tracks(library), ==, n_tracks);
	g_assert_cmpuint(library_count_playlists(library), ==, n_playlists);
	close(fd);
}

static void
test_same_bytes(void)
{
	/* through the widths of frames: 1, 2 and 4 bytes, in each of the arrays */
	static const guint counts[] = {0, 1, 2, 3, 7, 60, 300, 700};
	g_autoptr(GRand) rand = g_rand_new_with_seed(20240501);

	for (gsize t = 0; t < G_N_ELEMENTS(counts); t++) {
		for (gsize p = 0; p < G_N_ELEMENTS(counts); p++)
			check_same_bytes(rand, counts[t], counts[p],
					 (guint)g_rand_int_range(rand, 0, 90));
	}
	check_same_bytes(rand, 400, 3, 40000);
}

static void
assert_same_track(const Track *a, const Track *b)
{
	g_assert_cmpstr(a->uri, ==, b->uri);
	g_assert_cmpstr(a->title, ==, b->title);
	g_assert_cmpstr(a->artist, ==, b->artist);
	g_assert_cmpstr(a->album, ==, b->album);
	g_assert_cmpstr(a->album_artist, ==, b->album_artist);
	g_assert_cmpstr(a->genre, ==, b->genre);
	g_assert_cmpuint(a->year, ==, b->year);
	g_assert_cmpuint(a->track_number, ==, b->track_number);
	g_assert_cmpuint(a->disc_number, ==, b->disc_number);
	g_assert_cmpuint(a->duration_ms, ==, b->duration_ms);
	g_assert_cmpint(a->rating, ==, b->rating);
	g_assert_cmpint(a->play_count, ==, b->play_count);
	g_assert_cmpuint(a->size_bytes, ==, b->size_bytes);
	g_assert_cmpint(a->modified_unix, ==, b->modified_unix);
	g_assert_cmpint(a->last_played_unix, ==, b->last_played_unix);
	g_assert_cmpint(a->added_unix, ==, b->added_unix);
}

static Library *
seal_and_open(LibraryBuilder *builder)
{
	g_autoptr(GError) error = NULL;
	int fd = library_builder_seal(builder, &error);
	Library *library = library_new_from_fd(fd, &error);

	g_assert_no_error(error);
	close(fd);
	return library;
}

static void
test_round_trip(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(7);
	g_autoptr(LibraryBuilder) builder = library_builder_new("old", "Old");
	Track written[50], read;
	g_autoptr(GPtrArray) uris = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < G_N_ELEMENTS(written); i++) {
		g_ptr_array_add(uris, g_strdup_printf("file:///music/%u.mp3", i));
		written[i] = make_track(rand, uris->pdata[i]);
		library_builder_add_track(builder, &written[i]);
	}
	library_builder_set_host(builder, "mpd", "Music Player Daemon");
	g_autoptr(Library) library = seal_and_open(builder);
	g_assert_cmpstr(library_get_host_id(library), ==, "mpd");
	g_assert_cmpstr(library_get_display_name(library), ==, "Music Player Daemon");
	for (guint i = 0; i < G_N_ELEMENTS(written); i++) {
		g_assert_true(library_get_track(library, i, &read));
		assert_same_track(&read, &written[i]);
	}
	g_assert_cmpuint(strlen(library_get_digest(library)), ==, 64);
	g_autoptr(Library) again = seal_and_open(builder);
	g_assert_cmpstr(library_get_digest(library), ==, library_get_digest(again));
}

/* Whatever the order in which a host tells what it has. */
static void
test_uris(void)
{
	g_autoptr(LibraryBuilder) builder = library_builder_new("mpd", "MPD");
	Track first = {.uri = "file:///a", .title = "first", .rating = -1, .play_count = -1};
	Track second = {.uri = "file:///a", .title = "second", .rating = -1, .play_count = -1};
	Track late = {.uri = "file:///b", .title = "late", .rating = -1, .play_count = -1};
	uint32_t list[] = {0, 1, 2, 1};
	Track read;

	g_assert_cmpuint(library_builder_add_track(builder, &first), ==, 0);
	g_assert_cmpuint(library_builder_add_track(builder, &second), ==, 0);
	g_assert_cmpuint(library_builder_ensure_uri(builder, "file:///a"), ==, 0);
	g_assert_cmpuint(library_builder_ensure_uri(builder, "file:///b"), ==, 1);
	g_assert_cmpuint(library_builder_ensure_uri(builder, "file:///c"), ==, 2);
	g_assert_cmpuint(library_builder_count_listed(builder), ==, 1);
	library_builder_add_playlist(builder, "l", "L", PORTA_PLAYLIST_AUTOMATIC, list, 4);
	g_assert_cmpuint(library_builder_add_track(builder, &late), ==, 1);
	g_assert_cmpuint(library_builder_count_listed(builder), ==, 2);
	g_assert_cmpuint(library_builder_count_tracks(builder), ==, 3);
	g_autoptr(Library) library = seal_and_open(builder);
	g_assert_true(library_get_track(library, 0, &read));
	g_assert_cmpstr(read.title, ==, "first");
	g_assert_true(library_get_track(library, 1, &read));
	g_assert_cmpstr(read.title, ==, "late");
	g_assert_false(library_get_track(library, 2, &read));
	g_assert_cmpstr(read.uri, ==, "file:///c");
	LibraryPlaylist playlist;
	library_get_playlist(library, 0, &playlist);
	g_assert_cmpstr(playlist.id, ==, "l");
	g_assert_cmpuint(playlist.kind, ==, PORTA_PLAYLIST_AUTOMATIC);
	g_assert_cmpmem(playlist.tracks, playlist.n_tracks * 4, list, sizeof list);
}

static void
test_many_uris(void)
{
	g_autoptr(LibraryBuilder) builder = library_builder_new("mpd", "MPD");

	for (guint round = 0; round < 2; round++) {
		for (guint i = 0; i < 20000; i++) {
			char uri[64];
			g_snprintf(uri, sizeof uri, "file:///music/%u.mp3", i);
			Track track = {.uri = uri, .rating = -1, .play_count = -1};
			g_assert_cmpuint(library_builder_add_track(builder, &track), ==, i);
		}
	}
	g_assert_cmpuint(library_builder_count_tracks(builder), ==, 20000);
}

static void
test_too_large(void)
{
	g_autoptr(LibraryBuilder) builder = library_builder_new("mpd", "MPD");
	g_autoptr(GError) error = NULL;
	g_autofree char *title = g_strnfill(16000, 'x');

	for (guint i = 0; i < 20000; i++) {
		char uri[64];
		g_snprintf(uri, sizeof uri, "file:///music/%u.mp3", i);
		Track track = {.uri = uri, .title = title, .rating = -1, .play_count = -1};
		library_builder_add_track(builder, &track);
	}
	g_assert_true(library_builder_is_full(builder));
	g_assert_cmpint(library_builder_seal(builder, &error), ==, -1);
	g_assert_error(error, PORTA_ERROR, PORTA_ERROR_LIMIT_EXCEEDED);
}

static void
test_names(void)
{
	g_assert_true(library_is_host_id("org.gnome.Rhythmbox3"));
	g_assert_true(library_is_host_id("-_x.9"));
	g_assert_false(library_is_host_id(""));
	g_assert_false(library_is_host_id("."));
	g_assert_false(library_is_host_id(".."));
	g_assert_false(library_is_host_id("a/b"));
	g_assert_true(library_is_uri("file:///a%20b"));
	g_assert_true(library_is_uri("x-cue+a.b-c:z"));
	g_assert_false(library_is_uri("file:"));
	g_assert_false(library_is_uri(":x"));
	g_assert_false(library_is_uri("/music/a.mp3"));
	g_assert_false(library_is_uri("9p:///a"));
	g_assert_false(library_is_uri("file:///a\tb"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/library/writes-what-gvariant-writes", test_same_bytes);
	g_test_add_func("/library/reads-what-was-written", test_round_trip);
	g_test_add_func("/library/knows-a-uri-again", test_uris);
	g_test_add_func("/library/knows-many-uris-again", test_many_uris);
	g_test_add_func("/library/has-an-end", test_too_large);
	g_test_add_func("/library/knows-names", test_names);
	return g_test_run();
}
