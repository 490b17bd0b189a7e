/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-skips: which songs those are now that a person wants left alone, whatever became of
 * their files meanwhile.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "engine/fingerprint.h"
#include "engine/skips.h"
#include "fixture.h"

/* A library, as far as skips look at one, of files in a folder of the test's own. */
typedef struct {
	Fixture *fixture;
	Wishlist wishlist;
} Shelf;

static void
want_clear(Want *want)
{
	g_free((char *)want->uri);
	g_free(want->source);
}

static Shelf *
shelf_new(Fixture *fixture)
{
	Shelf *shelf = g_new0(Shelf, 1);

	shelf->fixture = fixture;
	shelf->wishlist.wants = g_array_new(FALSE, TRUE, sizeof(Want));
	g_array_set_clear_func(shelf->wishlist.wants, (GDestroyNotify)want_clear);
	return shelf;
}

static void
shelf_free(Shelf *shelf)
{
	g_array_unref(shelf->wishlist.wants);
	g_free(shelf);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Shelf, shelf_free)

static char *
path_of(Shelf *shelf, const char *name)
{
	return g_build_filename(shelf->fixture->dir, name, NULL);
}

static void
write_file(Shelf *shelf, const char *name, const char *sound)
{
	g_autofree char *path = path_of(shelf, name);

	g_assert_true(g_file_set_contents(path, sound, -1, NULL));
}

static void
remove_file(Shelf *shelf, const char *name)
{
	g_autofree char *path = path_of(shelf, name);

	g_assert_cmpint(g_unlink(path), ==, 0);
}

static Want *
add_want(Shelf *shelf, const char *name)
{
	Want want = {.source = path_of(shelf, name), .state = SOURCE_MISSING};
	GStatBuf status;

	want.uri = g_strconcat("file://", want.source, NULL);
	if (g_stat(want.source, &status) == 0) {
		want.state = SOURCE_OK;
		want.size_bytes = status.st_size;
	}
	g_array_append_val(shelf->wishlist.wants, want);
	return &g_array_index(shelf->wishlist.wants, Want, shelf->wishlist.wants->len - 1);
}

/* The library is this now. */
static void
set_wants(Shelf *shelf, const char *names)
{
	g_auto(GStrv) split = g_strsplit(names, " ", -1);

	g_array_set_size(shelf->wishlist.wants, 0);
	for (guint i = 0; split[i] != NULL && split[i][0] != '\0'; i++)
		add_want(shelf, split[i]);
}

/* "name name": what was said at first, of which nothing is known. */
static GVariant *
say(Shelf *shelf, const char *names)
{
	g_auto(GStrv) split = g_strsplit(names, " ", -1);
	GVariantBuilder list;

	g_variant_builder_init(&list, G_VARIANT_TYPE(SKIPS_TYPE));
	for (guint i = 0; split[i] != NULL; i++) {
		g_autofree char *path = path_of(shelf, split[i]);
		g_variant_builder_add(&list, "(sxts)", path, (gint64)i, (guint64)0, "");
	}
	return g_variant_ref_sink(g_variant_builder_end(&list));
}

/* What is known of them after another look at the library; takes the list over. */
static GVariant *
look(Shelf *shelf, GVariant *list)
{
	g_autoptr(Skips) skips = skips_new(list, &shelf->wishlist, NULL);

	g_variant_unref(list);
	g_assert_cmpuint(g_hash_table_size(skips->sources), ==, g_variant_n_children(skips->known));
	return g_variant_ref(skips->known);
}

static void
expect(Shelf *shelf, GVariant *list, guint index, const char *name, gboolean is_known)
{
	g_autofree char *path = path_of(shelf, name);
	const char *source, *print;
	gint64 since;

	g_variant_get_child(list, index, "(&sxt&s)", &source, &since, NULL, &print);
	g_assert_cmpstr(source, ==, path);
	g_assert_cmpint(since, ==, index);
	g_assert_cmpint(print[0] != '\0', ==, is_known);
}

static void
test_moved(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Shelf) shelf = shelf_new(fixture);

	write_file(shelf, "a", "sound of a");
	write_file(shelf, "b", "sound of b");
	set_wants(shelf, "a b");
	g_autoptr(GVariant) list = look(shelf, say(shelf, "a"));
	expect(shelf, list, 0, "a", TRUE);
	remove_file(shelf, "a");
	write_file(shelf, "moved", "sound of a");
	set_wants(shelf, "b moved");
	list = look(shelf, list);
	expect(shelf, list, 0, "moved", TRUE);
}

/* A playlist may go on naming the file that was. */
static void
test_moved_while_its_old_name_is_wanted(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Shelf) shelf = shelf_new(fixture);

	write_file(shelf, "a", "sound of a");
	set_wants(shelf, "a");
	g_autoptr(GVariant) list = look(shelf, say(shelf, "a"));
	remove_file(shelf, "a");
	write_file(shelf, "moved", "sound of a");
	set_wants(shelf, "moved");
	add_want(shelf, "a")->is_gone = TRUE;
	list = look(shelf, list);
	expect(shelf, list, 0, "moved", TRUE);
}

static void
test_another_song_is_not_taken_for_it(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Shelf) shelf = shelf_new(fixture);

	write_file(shelf, "a", "sound of a");
	set_wants(shelf, "a");
	g_autoptr(GVariant) list = look(shelf, say(shelf, "a"));
	write_file(shelf, "copy", "sound of a");
	set_wants(shelf, "copy");
	list = look(shelf, list);
	expect(shelf, list, 0, "a", TRUE); /* it is still there, though nobody wants it */
	remove_file(shelf, "a");
	write_file(shelf, "copy", "sound of b");
	set_wants(shelf, "copy");
	list = look(shelf, list);
	expect(shelf, list, 0, "a", TRUE);
}

static void
test_two_alike(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Shelf) shelf = shelf_new(fixture);

	write_file(shelf, "a", "sound");
	write_file(shelf, "b", "sound");
	set_wants(shelf, "a b");
	g_autoptr(GVariant) list = look(shelf, say(shelf, "a b"));
	remove_file(shelf, "a");
	remove_file(shelf, "b");
	write_file(shelf, "c", "sound");
	write_file(shelf, "d", "sound");
	set_wants(shelf, "c d");
	list = look(shelf, list);
	expect(shelf, list, 0, "c", TRUE);
	expect(shelf, list, 1, "d", TRUE);
}

static void
test_unreadable_at_first(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Shelf) shelf = shelf_new(fixture);

	set_wants(shelf, "a");
	g_autoptr(GVariant) list = look(shelf, say(shelf, "a"));
	expect(shelf, list, 0, "a", FALSE);
	write_file(shelf, "a", "sound of a");
	set_wants(shelf, "a");
	list = look(shelf, list);
	expect(shelf, list, 0, "a", TRUE);
}

/* What is known of a file is not read again, but for one that has another size. */
static void
test_reads_nothing_twice(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Shelf) shelf = shelf_new(fixture);
	const char *print, *later;

	write_file(shelf, "a", "sound 1");
	set_wants(shelf, "a");
	g_autoptr(GVariant) first = look(shelf, say(shelf, "a"));
	write_file(shelf, "a", "sound 2");
	set_wants(shelf, "a");
	g_autoptr(GVariant) second = look(shelf, g_variant_ref(first));
	g_variant_get_child(first, 0, "(&sxt&s)", NULL, NULL, NULL, &print);
	g_variant_get_child(second, 0, "(&sxt&s)", NULL, NULL, NULL, &later);
	g_assert_cmpstr(later, ==, print);
	write_file(shelf, "a", "another sound");
	set_wants(shelf, "a");
	g_autoptr(GVariant) third = look(shelf, g_variant_ref(second));
	g_variant_get_child(third, 0, "(&sxt&s)", NULL, NULL, NULL, &later);
	g_assert_cmpstr(later, !=, print);
}

static void
test_what_is_no_file(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Shelf) shelf = shelf_new(fixture);
	Want want = {.uri = g_strdup("http://radio.example/"), .state = SOURCE_STREAM};
	GVariantBuilder list;

	g_array_append_val(shelf->wishlist.wants, want);
	g_variant_builder_init(&list, G_VARIANT_TYPE(SKIPS_TYPE));
	g_variant_builder_add(&list, "(sxts)", want.uri, (gint64)0, (guint64)0, "");
	g_autoptr(GVariant) said = g_variant_ref_sink(g_variant_builder_end(&list));
	g_autoptr(Skips) skips = skips_new(said, &shelf->wishlist, NULL);
	g_assert_true(g_hash_table_contains(skips->sources, want.uri));
	g_assert_true(g_variant_equal(skips->known, said));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	FIXTURE_ADD("/skips/a-file-that-moved", test_moved);
	FIXTURE_ADD("/skips/moved-while-its-old-name-is-wanted",
		    test_moved_while_its_old_name_is_wanted);
	FIXTURE_ADD("/skips/another-song-is-not-taken-for-it",
		    test_another_song_is_not_taken_for_it);
	FIXTURE_ADD("/skips/two-alike", test_two_alike);
	FIXTURE_ADD("/skips/unreadable-at-first", test_unreadable_at_first);
	FIXTURE_ADD("/skips/reads-nothing-twice", test_reads_nothing_twice);
	FIXTURE_ADD("/skips/what-is-no-file", test_what_is_no_file);
	return g_test_run();
}
