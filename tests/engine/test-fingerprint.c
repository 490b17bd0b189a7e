/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-fingerprint: tags come and go, the sound stays the same; and hostile files.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "engine/fingerprint.h"
#include "fixture.h"

static void
append_id3v2(GByteArray *bytes, guint8 fill, guint size)
{
	guint8 head[10] = {'I',
			   'D',
			   '3',
			   4,
			   0,
			   0,
			   size >> 21 & 0x7f,
			   size >> 14 & 0x7f,
			   size >> 7 & 0x7f,
			   size & 0x7f};

	g_byte_array_append(bytes, head, sizeof head);
	for (guint i = 0; i < size; i++)
		g_byte_array_append(bytes, &fill, 1);
}

static void
append_sound(GByteArray *bytes, const char *magic, gsize magic_size, guint32 seed, gsize n)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(seed);

	g_byte_array_append(bytes, (const guint8 *)magic, magic_size);
	for (gsize i = 0; i < n; i++) {
		guint8 byte = g_rand_int(rand);
		g_byte_array_append(bytes, &byte, 1);
	}
}

static char *
print_of(Fixture *fixture, GByteArray *bytes)
{
	g_autofree char *path = g_build_filename(fixture->dir, "song", NULL);

	g_assert_true(g_file_set_contents(path, (char *)bytes->data, bytes->len, NULL));
	g_byte_array_unref(bytes);
	char *print = fingerprint_read(path);
	g_assert_nonnull(print);
	return print;
}

static char *
mp3(Fixture *fixture, guint tag_size, guint8 tag_fill, guint32 seed, gboolean has_id3v1)
{
	GByteArray *bytes = g_byte_array_new();
	guint8 trailer[128] = "TAGold title";

	append_id3v2(bytes, tag_fill, tag_size);
	append_sound(bytes, "\xff\xfb\x90\x00", 4, seed, 300000);
	if (has_id3v1)
		g_byte_array_append(bytes, trailer, sizeof trailer);
	return print_of(fixture, bytes);
}

static void
test_mp3_tags_do_not_change_the_sound(Fixture *fixture, gconstpointer data)
{
	g_autofree char *song = mp3(fixture, 100, 'a', 1, FALSE);
	g_autofree char *same = mp3(fixture, 100, 'a', 1, FALSE);
	g_autofree char *retagged = mp3(fixture, 100, 'b', 1, FALSE);
	g_autofree char *longer = mp3(fixture, 3000, 'b', 1, TRUE);
	g_autofree char *other = mp3(fixture, 100, 'a', 2, FALSE);

	g_assert_cmpint(fingerprint_compare(song, same), ==, FINGERPRINT_SAME_BYTES);
	g_assert_cmpint(fingerprint_compare(song, retagged), ==, FINGERPRINT_SAME_SOUND);
	g_assert_cmpint(fingerprint_compare(song, longer), ==, FINGERPRINT_SAME_SOUND);
	g_assert_cmpint(fingerprint_compare(song, other), ==, FINGERPRINT_DIFFERENT);
	g_assert_cmpint(fingerprint_compare("", song), ==, FINGERPRINT_DIFFERENT);
	g_assert_cmpint(fingerprint_compare(song, NULL), ==, FINGERPRINT_DIFFERENT);
}

static char *
flac(Fixture *fixture, guint8 padding, guint32 seed)
{
	GByteArray *bytes = g_byte_array_new();
	guint8 info[4] = {0, 0, 0, 34}, last[4] = {0x81, 0, 0, padding};

	g_byte_array_append(bytes, (guint8 *)"fLaC", 4);
	g_byte_array_append(bytes, info, 4);
	g_byte_array_set_size(bytes, bytes->len + 34);
	memset(bytes->data + bytes->len - 34, 1, 34);
	g_byte_array_append(bytes, last, 4);
	g_byte_array_set_size(bytes, bytes->len + padding);
	memset(bytes->data + bytes->len - padding, padding, padding);
	append_sound(bytes, "\xff\xf8", 2, seed, 5000);
	return print_of(fixture, bytes);
}

static void
test_flac_metadata_does_not_change_the_sound(Fixture *fixture, gconstpointer data)
{
	g_autofree char *song = flac(fixture, 10, 1);
	g_autofree char *retagged = flac(fixture, 200, 1);
	g_autofree char *other = flac(fixture, 10, 2);

	g_assert_true(g_str_has_prefix(song, "flac:"));
	g_assert_cmpint(fingerprint_compare(song, retagged), ==, FINGERPRINT_SAME_SOUND);
	g_assert_cmpint(fingerprint_compare(song, other), ==, FINGERPRINT_DIFFERENT);
}

static void
test_hostile_files_have_prints_too(Fixture *fixture, gconstpointer data)
{
	static const char *const contents[] = {
		"",         "I",       "ID3\4\0\0\x7f\x7f\x7f\x7f", "fLaC", "fLaC\x80\xff\xff\xff",
		"APETAGEX", "\xff\xfb"};
	static const gsize sizes[] = {0, 1, 10, 4, 8, 8, 2};

	for (gsize i = 0; i < G_N_ELEMENTS(contents); i++) {
		GByteArray *bytes = g_byte_array_new();
		g_byte_array_append(bytes, (const guint8 *)contents[i], sizes[i]);
		g_autofree char *print = print_of(fixture, bytes);
		g_assert_true(g_str_has_prefix(print, "file:") || g_str_has_prefix(print, "mp3:"));
	}
	g_assert_null(fingerprint_read(fixture->dir));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	FIXTURE_ADD("/fingerprint/mp3-tags-do-not-change-the-sound",
		    test_mp3_tags_do_not_change_the_sound);
	FIXTURE_ADD("/fingerprint/flac-metadata-does-not-change-the-sound",
		    test_flac_metadata_does_not_change_the_sound);
	FIXTURE_ADD("/fingerprint/hostile-files-have-prints-too",
		    test_hostile_files_have_prints_too);
	return g_test_run();
}
