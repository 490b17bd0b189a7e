/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-library-hostile: what a stranger sends as a library is refused whole, with
 * where and why, or it is harmless.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "wire/library.h"
#include "wire/memfd.h"

static GBytes *
read_fd(int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *bytes = g_malloc((gsize)size + 1);

	g_assert_cmpint(pread(fd, bytes, (gsize)size, 0), ==, size);
	return g_bytes_new_take(bytes, (gsize)size);
}

static int
memfd_of(gconstpointer bytes, gsize size)
{
	int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(pwrite(fd, bytes, size, 0), ==, size);
	return fd;
}

static void
refuse(GVariant *value, int code, const char *part_of_text)
{
	g_autoptr(GVariant) owned = g_variant_ref_sink(value);
	g_autoptr(GError) error = NULL;
	int fd = memfd_new_from_variant("test", owned, &error);

	g_assert_no_error(error);
	g_autoptr(Library) library = library_new_from_fd(fd, &error);
	g_assert_null(library);
	g_assert_error(error, PORTA_ERROR, code);
	if (strstr(error->message, part_of_text) == NULL)
		g_error("“%s” lacks “%s”", error->message, part_of_text);
	close(fd);
}

#define TRACK(uri, title, rating, plays, size, mtime)                                              \
	"('" uri "', '" title "', '', '', '', '', uint32 0, uint32 0, uint32 0, uint32 0, " rating \
	", " plays ", uint64 " size ", int64 " mtime ", int64 0, int64 0, @a{sv} {})"
#define GOOD_TRACK TRACK("file:///a", "A", "-1", "-1", "5", "7")
#define TRACKS(rows) "@a" LIBRARY_TRACK_TYPE " [" rows "]"
#define PLAYLISTS(rows) "@a" LIBRARY_PLAYLIST_TYPE " [" rows "]"
#define LIBRARY(version, host, tracks, playlists)                                                  \
	"(uint32 " version ", '" host                                                              \
	"', 'H', " TRACKS(tracks) ", " PLAYLISTS(playlists) ", @a{sv} {})"

static void
test_refused(void)
{
	static const struct {
		const char *text;
		int code;
		const char *why;
	} rows[] = {
		{LIBRARY("2", "mpd", "", ""), PORTA_ERROR_INVALID_ARGUMENT, "version 2"},
		{LIBRARY("1", "", "", ""), PORTA_ERROR_INVALID_ARGUMENT, "host id"},
		{LIBRARY("1", "../x", "", ""), PORTA_ERROR_INVALID_ARGUMENT, "host id"},
		{LIBRARY("1", "mpd", TRACK("no-scheme", "", "-1", "-1", "0", "0"), ""),
		 PORTA_ERROR_INVALID_ARGUMENT, "track 0: its URI"},
		{LIBRARY("1", "mpd", GOOD_TRACK "," TRACK("", "", "-1", "-1", "0", "0"), ""),
		 PORTA_ERROR_INVALID_ARGUMENT, "track 1: its URI"},
		{LIBRARY("1", "mpd", TRACK("file:///\\n", "", "-1", "-1", "0", "0"), ""),
		 PORTA_ERROR_INVALID_ARGUMENT, "control"},
		{LIBRARY("1", "mpd", TRACK("file:///a", "", "101", "-1", "0", "0"), ""),
		 PORTA_ERROR_INVALID_ARGUMENT, "rating"},
		{LIBRARY("1", "mpd", TRACK("file:///a", "", "-1", "-2", "0", "0"), ""),
		 PORTA_ERROR_INVALID_ARGUMENT, "play count"},
		{LIBRARY("1", "mpd",
			 TRACK("file:///a", "", "-1", "-1", "18446744073709551615", "0"), ""),
		 PORTA_ERROR_INVALID_ARGUMENT, "size"},
		{LIBRARY("1", "mpd",
			 TRACK("file:///a", "", "-1", "-1", "0", "-9223372036854775808"), ""),
		 PORTA_ERROR_INVALID_ARGUMENT, "times"},
		{LIBRARY("1", "mpd", GOOD_TRACK, "('p', 'P', 1, [1], {})"),
		 PORTA_ERROR_INVALID_ARGUMENT, "playlist 0: it names a track that is not there"},
		{LIBRARY("1", "mpd", "", "('', 'P', 1, [], {})"), PORTA_ERROR_INVALID_ARGUMENT,
		 "no id"},
		{LIBRARY("1", "mpd", "", "('p', 'P', 0, [], {})"), PORTA_ERROR_INVALID_ARGUMENT,
		 "no kind"},
		{LIBRARY("1", "mpd", "", "('p', 'P', 1, [], {}), ('p', 'Q', 1, [], {})"),
		 PORTA_ERROR_INVALID_ARGUMENT, "playlist 1: an earlier one"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		refuse(g_variant_new_parsed(rows[i].text), rows[i].code, rows[i].why);
	g_autofree char *huge = g_strnfill(LIBRARY_MAX_STRING + 1, 'x');
	g_autofree char *text = g_strdup_printf(
		LIBRARY("1", "mpd", TRACK("file:///a", "%s", "-1", "-1", "0", "0"), ""), huge);
	refuse(g_variant_new_parsed(text), PORTA_ERROR_LIMIT_EXCEEDED, "track 0");
}

static void
refuse_fd(int fd, int code)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Library) library = library_new_from_fd(fd, &error);

	g_assert_null(library);
	g_assert_error(error, PORTA_ERROR, code);
	close(fd);
}

static void
test_strange_descriptors(void)
{
	int sparse = memfd_create("test", MFD_CLOEXEC);

	refuse_fd(memfd_of("", 0), PORTA_ERROR_INVALID_ARGUMENT);
	refuse_fd(open("/dev/null", O_RDONLY | O_CLOEXEC), PORTA_ERROR_INVALID_ARGUMENT);
	refuse_fd(open("/", O_RDONLY | O_CLOEXEC), PORTA_ERROR_INVALID_ARGUMENT);
	g_assert_cmpint(ftruncate(sparse, (off_t)LIBRARY_MAX_BYTES + 1), ==, 0);
	refuse_fd(sparse, PORTA_ERROR_LIMIT_EXCEEDED);
}

/* Reads all there is; that it stays within bounds is for ASan and valgrind to say. */
static gsize
read_all(Library *library)
{
	gsize sum = strlen(library_get_host_id(library)) +
		    strlen(library_get_display_name(library));

	for (gsize i = 0; i < library_count_tracks(library); i++) {
		Track track;
		sum += (gsize)library_get_track(library, i, &track);
		sum += strlen(track.uri) + strlen(track.title) + strlen(track.genre) +
		       track.size_bytes;
	}
	for (gsize i = 0; i < library_count_playlists(library); i++) {
		LibraryPlaylist playlist;
		library_get_playlist(library, i, &playlist);
		sum += strlen(playlist.id) + strlen(playlist.name);
		for (gsize k = 0; k < playlist.n_tracks; k++)
			sum += playlist.tracks[k];
	}
	return sum;
}

static GBytes *
build_sample(void)
{
	g_autoptr(LibraryBuilder) builder = library_builder_new("mpd", "MPD");
	uint32_t list[] = {0, 1, 2};

	for (guint i = 0; i < 3; i++) {
		g_autofree char *uri = g_strdup_printf("file:///music/%u.mp3", i);
		Track track = {.uri = uri, .title = "Título", .rating = 80, .play_count = 1};
		library_builder_add_track(builder, &track);
	}
	library_builder_ensure_uri(builder, "file:///elsewhere.mp3");
	library_builder_add_playlist(builder, "l", "List", PORTA_PLAYLIST_STATIC, list, 3);
	library_builder_add_playlist(builder, "m", "Other", PORTA_PLAYLIST_STATIC, list, 2);
	int fd = library_builder_seal(builder, NULL);
	GBytes *bytes = read_fd(fd);
	close(fd);
	return bytes;
}

/* TRUE if it was accepted. */
static gboolean
try_bytes(const uint8_t *bytes, gsize size)
{
	g_autoptr(GError) error = NULL;
	int fd = memfd_of(bytes, size);
	g_autoptr(Library) library = library_new_from_fd(fd, &error);
	g_autoptr(Library) trusted = library_new_trusted(fd, NULL);

	g_assert_true((library == NULL) == (error != NULL));
	if (library != NULL)
		read_all(library);
	if (trusted != NULL)
		read_all(trusted);
	close(fd);
	return library != NULL;
}

static void
test_damaged(void)
{
	g_autoptr(GBytes) sample = build_sample();
	gsize size;
	const uint8_t *bytes = g_bytes_get_data(sample, &size);
	g_autoptr(GRand) rand = g_rand_new_with_seed(99);
	unsigned accepted = 0;

	g_assert_true(try_bytes(bytes, size));
	for (gsize cut = 1; cut < size; cut++)
		g_assert_false(try_bytes(bytes, size - cut));
	for (guint round = 0; round < 8000; round++) {
		g_autofree uint8_t *damaged = g_memdup2(bytes, size);
		for (int n = g_rand_int_range(rand, 1, 4); n > 0; n--)
			damaged[g_rand_int_range(rand, 0, (int)size)] = (uint8_t)g_rand_int(rand);
		accepted += try_bytes(damaged, size);
	}
	/* a number or a letter may change and be a library still; not most of what was done */
	g_assert_cmpuint(accepted, >, 0);
	g_assert_cmpuint(accepted, <, 6000);
}

/* Bytes that look like much: what is refused is refused soon. */
static void
test_bombs(void)
{
	gsize size = 8 << 20;
	g_autofree uint8_t *bytes = g_malloc0(size);

	for (int fill = 0; fill < 256; fill += 51) {
		memset(bytes, fill, size);
		bytes[0] = 1;
		gint64 began = g_get_monotonic_time();
		g_assert_false(try_bytes(bytes, size));
		g_assert_cmpint(g_get_monotonic_time() - began, <, 30 * G_USEC_PER_SEC);
	}
	GVariant *deep = g_variant_new_boolean(FALSE);
	for (guint i = 0; i < 100; i++)
		deep = g_variant_new_variant(deep);
	GVariantBuilder extra;
	g_variant_builder_init(&extra, G_VARIANT_TYPE_VARDICT);
	g_variant_builder_add(&extra, "{sv}", "listed", deep);
	g_autoptr(GVariant) value = g_variant_ref_sink(g_variant_new(
		"(uss@a" LIBRARY_TRACK_TYPE "@a" LIBRARY_PLAYLIST_TYPE "a{sv})", 1, "mpd", "MPD",
		g_variant_new_array(G_VARIANT_TYPE(LIBRARY_TRACK_TYPE), NULL, 0),
		g_variant_new_array(G_VARIANT_TYPE(LIBRARY_PLAYLIST_TYPE), NULL, 0), &extra));
	g_assert_true(try_bytes(g_variant_get_data(value), g_variant_get_size(value)));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/library/refuses-with-where-and-why", test_refused);
	g_test_add_func("/library/refuses-strange-descriptors", test_strange_descriptors);
	g_test_add_func("/library/withstands-damage", test_damaged);
	g_test_add_func("/library/withstands-bombs", test_bombs);
	return g_test_run();
}
