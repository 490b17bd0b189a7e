/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-cover: which picture of a folder is its cover, and what is none; the heads of pictures, whole, cut
 * short at each byte, and spoiled.
 */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "engine/cover.h"
#include "fixture.h"

#define FRAME_AT 26 /* where the frame's marker stands below */

static const uint8_t jpeg_head[] = {
	0xff, 0xd8, /* begin */
	0xff, 0xe0, 0,    8,    'J', 'F', 'I',  'F',  0,    1, /* a segment */
	0xff, 0xff, 0xff, 0xfe, 0,   6,   0xff, 0xc0, 0xff, 0xd8, /* fill bytes, a comment that looks like more */
	0xff, 0x01, 0xff, 0xd0, /* markers without a length */
	0xff, 0xc2, 0,    17,   8,   1,   44,   1,    144,  3,    1,
	34,   0,    2,    17,   1,   3,   17,   1 /* 400 by 300 */
};

static const uint8_t png_head[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13,
				   'I',  'H', 'D', 'R', 0,    0,    2,    0,    0, 0, 1, 0};

static void
test_heads(void)
{
	Picture picture = {0};

	g_assert_true(picture_measure(jpeg_head, sizeof jpeg_head, &picture));
	g_assert_false(picture.is_png);
	g_assert_cmpuint(picture.width, ==, 400);
	g_assert_cmpuint(picture.height, ==, 300);
	g_assert_true(picture_measure(png_head, sizeof png_head, &picture));
	g_assert_true(picture.is_png);
	g_assert_cmpuint(picture.width, ==, 512);
	g_assert_cmpuint(picture.height, ==, 256);
}

/* In a block of its own, whose end a sanitizer guards. */
static gboolean
measure_cut(const uint8_t *bytes, gsize n)
{
	g_autofree uint8_t *copy = g_memdup2(bytes, n);
	Picture picture;

	return picture_measure(copy, n, &picture);
}

static void
test_heads_cut_short(void)
{
	for (gsize n = 0; n < sizeof jpeg_head; n++)
		g_assert_cmpint(measure_cut(jpeg_head, n), ==, n >= FRAME_AT + 2 + 7);
	for (gsize n = 0; n < sizeof png_head; n++)
		g_assert_false(measure_cut(png_head, n));
}

/* Whatever stands at any place, and at any two beside each other: no byte behind the end is read. */
static void
test_heads_spoiled(void)
{
	g_autofree uint8_t *bytes = g_memdup2(jpeg_head, sizeof jpeg_head);
	g_autoptr(GRand) rand = g_rand_new_with_seed(1);

	for (gsize at = 0; at < sizeof jpeg_head; at++) {
		for (int value = 0; value < 256; value++) {
			bytes[at] = (uint8_t)value;
			measure_cut(bytes, sizeof jpeg_head);
		}
		bytes[at] = jpeg_head[at];
	}
	for (int round = 0; round < 100000; round++) {
		gsize at = g_rand_int_range(rand, 2, sizeof jpeg_head - 1);
		bytes[at] = (uint8_t)g_rand_int(rand);
		bytes[at + 1] = (uint8_t)g_rand_int(rand);
		measure_cut(bytes, g_rand_int_range(rand, 0, sizeof jpeg_head + 1));
		memcpy(bytes, jpeg_head, sizeof jpeg_head);
	}
}

static void
test_nothing_has_no_size(void)
{
	uint8_t jpeg[sizeof jpeg_head], png[sizeof png_head];
	Picture picture;

	memcpy(jpeg, jpeg_head, sizeof jpeg);
	memset(jpeg + FRAME_AT + 5, 0, 2);
	g_assert_false(picture_measure(jpeg, sizeof jpeg, &picture));
	memcpy(png, png_head, sizeof png);
	memset(png + 16, 0, 4);
	g_assert_false(picture_measure(png, sizeof png, &picture));
}

/* folders */

static CoverLimits limits;
static guint n_asked;

static gboolean
load_limits(void *data, CoverLimits *out)
{
	n_asked++;
	*out = limits;
	return data == NULL;
}

static void
put(const Fixture *fixture, const char *name, const uint8_t *head, gsize n_head, gsize n)
{
	g_autofree char *path = g_build_filename(fixture->dir, name, NULL);
	g_autofree char *bytes = g_malloc0(n + 1); /* never NULL */

	memcpy(bytes, head, n_head);
	g_assert_true(g_file_set_contents(path, bytes, n, NULL));
}

static void
put_jpeg(const Fixture *fixture, const char *name)
{
	put(fixture, name, jpeg_head, sizeof jpeg_head, 1000);
}

/* The state, and the name where there is one. */
static void
assert_found(const Fixture *fixture, const JournalRow *row, CoverState state, const char *name)
{
	g_autoptr(Covers) covers = covers_new(load_limits, NULL, NULL);
	const Cover *cover = covers_find(covers, fixture->dir, row);
	g_autofree char *found = cover->path != NULL ? g_path_get_basename(cover->path) : NULL;

	g_assert_cmpstr(found, ==, name);
	g_assert_cmpint(cover->state, ==, state);
	g_assert_true(covers_find(covers, fixture->dir, row) == cover);
}

static void
test_best_name_wins(Fixture *fixture, gconstpointer data)
{
	static const char *const from_least[] = {"cover.png",  "AlbumArt_{1F}_Large.jpg",
						 "album.jpeg", "Front.jpg",
						 "Folder.jpg", "COVER.JPEG"};

	limits = (CoverLimits){.jpeg = TRUE, .png = TRUE, .max_bytes = 5000};
	n_asked = 0;
	put_jpeg(fixture, "AlbumArtSmall.jpg");
	put_jpeg(fixture, "cover.jpg.bak");
	put_jpeg(fixture, "discover.jpg");
	put_jpeg(fixture, "cover");
	assert_found(fixture, NULL, COVER_NONE, NULL);
	g_assert_cmpuint(n_asked, ==, 0); /* of a device nothing is asked in vain */
	for (gsize i = 0; i < G_N_ELEMENTS(from_least); i++) {
		if (i == 0)
			put(fixture, from_least[i], png_head, sizeof png_head, 1000);
		else
			put_jpeg(fixture, from_least[i]);
		assert_found(fixture, NULL, COVER_FOUND, from_least[i]);
	}
	limits.jpeg = FALSE;
	assert_found(fixture, NULL, COVER_FOUND, "cover.png");
}

static void
test_first_that_can_be_sent(Fixture *fixture, gconstpointer data)
{
	limits = (CoverLimits){.jpeg = TRUE, .max_bytes = 2000};
	put(fixture, "cover.jpg", jpeg_head, sizeof jpeg_head, 2001);
	assert_found(fixture, NULL, COVER_TOO_LARGE, "cover.jpg");
	put(fixture, "folder.jpg", png_head, sizeof png_head, 100);
	assert_found(fixture, NULL, COVER_TOO_LARGE, "cover.jpg");
	put_jpeg(fixture, "front.jpg");
	assert_found(fixture, NULL, COVER_FOUND, "front.jpg");
	limits.max_width = 399;
	assert_found(fixture, NULL, COVER_TOO_LARGE, "cover.jpg");
	limits = (CoverLimits){.jpeg = TRUE, .max_bytes = 2000, .max_height = 299};
	assert_found(fixture, NULL, COVER_TOO_LARGE, "cover.jpg");
	limits =
		(CoverLimits){.jpeg = TRUE, .max_bytes = 2001, .max_width = 400, .max_height = 300};
	assert_found(fixture, NULL, COVER_FOUND, "cover.jpg");
}

static void
test_what_is_no_file(Fixture *fixture, gconstpointer data)
{
	g_autofree char *path = g_build_filename(fixture->dir, "cover.jpg", NULL);

	limits = (CoverLimits){.jpeg = TRUE, .max_bytes = 2000};
	g_assert_cmpint(mkfifo(path, 0600), ==, 0);
	assert_found(fixture, NULL, COVER_UNREADABLE, "cover.jpg");
	g_unlink(path);
	g_assert_cmpint(symlink("/nowhere", path), ==, 0);
	assert_found(fixture, NULL, COVER_UNREADABLE, "cover.jpg");
	g_unlink(path);
	g_assert_cmpint(symlink("/dev/zero", path), ==, 0);
	assert_found(fixture, NULL, COVER_UNREADABLE, "cover.jpg");
	g_unlink(path);
	put(fixture, "cover.jpg", jpeg_head, 0, 0);
	assert_found(fixture, NULL, COVER_UNREADABLE, "cover.jpg");
}

static void
test_nothing_is_known(Fixture *fixture, gconstpointer data)
{
	g_autofree char *away = g_build_filename(fixture->dir, "away", NULL);
	g_autoptr(Covers) covers = covers_new(load_limits, NULL, NULL);
	g_autoptr(Covers) silent = covers_new(load_limits, fixture, NULL);
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(Covers) cancelled = covers_new(load_limits, NULL, cancellable);

	limits = (CoverLimits){.jpeg = TRUE, .max_bytes = 2000};
	put_jpeg(fixture, "cover.jpg");
	g_cancellable_cancel(cancellable);
	g_assert_cmpint(covers_find(covers, away, NULL)->state, ==, COVER_UNKNOWN);
	g_assert_cmpint(covers_find(silent, fixture->dir, NULL)->state, ==, COVER_UNKNOWN);
	g_assert_cmpint(covers_find(cancelled, fixture->dir, NULL)->state, ==, COVER_UNKNOWN);
}

/* What was sent is not read again; the file is unreadable here, to tell. */
static void
test_what_was_sent_is_not_read(Fixture *fixture, gconstpointer data)
{
	g_autofree char *path = g_build_filename(fixture->dir, "cover.jpg", NULL);
	JournalRow row = {.source = path, .source_size = 1000};
	struct stat st;

	limits = (CoverLimits){.jpeg = TRUE, .max_bytes = 2000};
	put(fixture, "cover.jpg", jpeg_head, 0, 1000);
	g_assert_cmpint(stat(path, &st), ==, 0);
	row.source_modified_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	assert_found(fixture, &row, COVER_FOUND, "cover.jpg");
	row.source_modified_ns++;
	assert_found(fixture, &row, COVER_UNREADABLE, "cover.jpg");
}

static void
test_load_is_of_what_was_found(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Covers) covers = covers_new(load_limits, NULL, NULL);
	g_autoptr(GError) error = NULL;
	Picture picture;

	limits = (CoverLimits){.jpeg = TRUE, .max_bytes = 5000};
	put_jpeg(fixture, "cover.jpg");
	const Cover *cover = covers_find(covers, fixture->dir, NULL);
	g_autoptr(GBytes) bytes = cover_load(cover, &picture, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(g_bytes_get_size(bytes), ==, 1000);
	g_assert_cmpuint(picture.width, ==, 400);
	put(fixture, "cover.jpg", jpeg_head, sizeof jpeg_head, 1001);
	g_assert_null(cover_load(cover, &picture, &error));
	g_assert_error(error, PORTA_ERROR, PORTA_ERROR_SOURCE_CHANGED);
}

static void
add(const char *name, void (*test)(Fixture *, gconstpointer))
{
	g_test_add(name, Fixture, NULL, fixture_set_up, test, fixture_tear_down);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/picture/heads", test_heads);
	g_test_add_func("/picture/heads-cut-short", test_heads_cut_short);
	g_test_add_func("/picture/heads-spoiled", test_heads_spoiled);
	g_test_add_func("/picture/nothing-has-no-size", test_nothing_has_no_size);
	add("/cover/best-name-wins", test_best_name_wins);
	add("/cover/first-that-can-be-sent", test_first_that_can_be_sent);
	add("/cover/what-is-no-file", test_what_is_no_file);
	add("/cover/nothing-is-known", test_nothing_is_known);
	add("/cover/what-was-sent-is-not-read", test_what_was_sent_is_not_read);
	add("/cover/load-is-of-what-was-found", test_load_is_of_what_was_found);
	return g_test_run();
}
