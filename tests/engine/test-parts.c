/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-parts: small nouns of the engine: journal, partner, progress, source.
 */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "engine/journal.h"
#include "engine/learned.h"
#include "engine/partner.h"
#include "engine/progress.h"
#include "engine/source.h"
#include "fixture.h"

/* journal */

static JournalRow *
new_row(const char *path)
{
	JournalRow *row = g_new0(JournalRow, 1);

	row->kind = JOURNAL_SONG;
	row->state = JOURNAL_PENDING;
	row->storage = g_strdup("Internal");
	row->path = g_strdup(path);
	row->source = g_strdup("/music/\xff\xfe not UTF-8");
	row->uri = g_strdup("file:///music/x");
	row->size_bytes = G_MAXINT64;
	row->source_modified_ns = G_GINT64_CONSTANT(1700000000123456789);
	row->fingerprint = g_strdup("mp3:1:2:3");
	row->tags = g_strdup("t");
	row->use_count = row->rating = -1;
	return row;
}

static void
test_journal_keeps_rows(Fixture *fixture, gconstpointer data)
{
	g_autoptr(JournalRow) row = new_row("Music/a.mp3");
	g_autoptr(GError) error = NULL;
	Journal *journal = journal_open(fixture->dir, "d", &error);

	g_assert_no_error(error);
	g_assert_true(journal_store(journal, row, &error));
	row->state = JOURNAL_DONE;
	g_assert_true(journal_store(journal, row, &error));
	g_assert_true(journal_set_value(journal, "k", "v", &error));
	journal_free(journal);
	journal = journal_open(fixture->dir, "d", &error);
	g_assert_no_error(error);
	g_autoptr(GPtrArray) rows = journal_load(journal, &error);
	g_assert_cmpuint(rows->len, ==, 1);
	JournalRow *read = g_ptr_array_index(rows, 0);
	g_assert_cmpint(read->state, ==, JOURNAL_DONE);
	g_assert_cmpstr(read->source, ==, row->source);
	g_assert_cmpuint(read->size_bytes, ==, row->size_bytes);
	g_assert_cmpint(read->source_modified_ns, ==, row->source_modified_ns);
	g_assert_cmpint(read->rating, ==, -1);
	g_autofree char *value = journal_get_value(journal, "k");
	g_assert_cmpstr(value, ==, "v");
	g_assert_null(journal_get_value(journal, "none"));
	g_assert_true(journal_remove(journal, read->id, &error));
	g_autoptr(GPtrArray) none = journal_load(journal, &error);
	g_assert_cmpuint(none->len, ==, 0);
	journal_free(journal);
}

static void
test_journal_has_one_writer(Fixture *fixture, gconstpointer data)
{
	int to_child[2], from_child[2], status;
	char byte = 0;

	g_assert_cmpint(pipe(to_child), ==, 0);
	g_assert_cmpint(pipe(from_child), ==, 0);
	pid_t child = fork();
	if (child == 0) {
		g_autoptr(Journal) journal = journal_open(fixture->dir, "d", NULL);
		byte = journal != NULL;
		g_assert_cmpint(write(from_child[1], &byte, 1), ==, 1);
		_exit(read(to_child[0], &byte, 1) == 1 ? 0 : 1);
	}
	g_assert_cmpint(read(from_child[0], &byte, 1), ==, 1);
	g_assert_cmpint(byte, ==, 1);
	g_autoptr(GError) error = NULL;
	g_assert_null(journal_open(fixture->dir, "d", &error));
	g_assert_error(error, PORTA_ERROR, PORTA_ERROR_DEVICE_BUSY);
	g_autofree char *pid = g_strdup_printf("%d", (int)child);
	g_assert_nonnull(strstr(error->message, pid));
	g_assert_cmpint(write(to_child[1], &byte, 1), ==, 1);
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_cmpint(status, ==, 0);
	g_autoptr(Journal) journal = journal_open(fixture->dir, "d", NULL);
	g_assert_nonnull(journal);
	for (int i = 0; i < 2; i++) {
		close(to_child[i]);
		close(from_child[i]);
	}
}

static void
test_damaged_journal_is_set_aside(Fixture *fixture, gconstpointer data)
{
	g_autofree char *path = g_build_filename(fixture->dir, "d.journal", NULL);
	g_autofree char *aside = g_strconcat(path, ".damaged-1", NULL);
	g_autoptr(GError) error = NULL;

	g_assert_true(g_file_set_contents(path, "this is no database, but long enough to look at",
					  -1, NULL));
	g_test_expect_message("portamento", G_LOG_LEVEL_WARNING, "*damaged*");
	g_autoptr(Journal) journal = journal_open(fixture->dir, "d", &error);
	g_test_assert_expected_messages();
	g_assert_no_error(error);
	g_autofree char *told = journal_get_value(journal, JOURNAL_DAMAGED);
	g_assert_cmpstr(told, ==, aside);
	g_assert_true(g_file_test(aside, G_FILE_TEST_EXISTS));
}

/* A format of an older Portamento is brought to ours, with all that is in it. */
static void
test_journal_of_format_1_is_read(Fixture *fixture, gconstpointer data)
{
	g_autofree char *path = g_build_filename(fixture->dir, "d.journal", NULL);
	g_autoptr(GError) error = NULL;
	sqlite3 *database;

	g_assert_cmpint(sqlite3_open(path, &database), ==, SQLITE_OK);
	g_assert_cmpint(
		sqlite3_exec(database,
			     "CREATE TABLE object (id INTEGER PRIMARY KEY, kind, state, storage, "
			     "path, size, device_modified, source, uri, source_size, "
			     "source_modified, fingerprint, tags, synced, use_count, rating);"
			     "CREATE TABLE value (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;"
			     "INSERT INTO object VALUES (7, 1, 1, 'Internal', 'Music/a.mp3', 5, 0, "
			     "'/a', 'file:///a', 5, 0, '', '', 0, -1, -1);"
			     "PRAGMA user_version = 1;",
			     NULL, NULL, NULL),
		==, SQLITE_OK);
	sqlite3_close(database);
	for (int i = 0; i < 3; i++) {
		g_autoptr(Journal)
			journal = i == 0 ? journal_open_readonly(fixture->dir, "d", &error)
					 : journal_open(fixture->dir, "d", &error);
		g_assert_no_error(error);
		g_autoptr(GPtrArray) rows = journal_load(journal, &error);
		g_assert_no_error(error);
		JournalRow *row = g_ptr_array_index(rows, 0);
		g_assert_cmpstr(row->path, ==, "Music/a.mp3");
		g_assert_cmpstr(row->beginning, ==, i == 2 ? "b" : "");
		g_assert_cmpint(row->host_rating, ==, i == 2 ? 80 : -1);
		g_assert_cmpint(row->given_rating, ==, i == 2 ? 60 : -1);
		row->host_rating = 80;
		row->given_rating = 60;
		g_free(row->beginning);
		row->beginning = g_strdup("b");
		g_assert_true(i == 0 || journal_store(journal, row, &error));
	}
}

static void
test_journal_forgets_values_that_nobody_needs(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Journal) journal = journal_open(fixture->dir, "d", NULL);
	g_autoptr(GHashTable) keep = g_hash_table_new(g_str_hash, g_str_equal);
	static const char *const keys[] = {"tags\n/a", "tags\n/b", "tags\n/c", "tags", "zzz"};

	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
		g_assert_true(journal_set_value(journal, keys[i], "v", NULL));
	g_hash_table_add(keep, (gpointer) "/b");
	g_assert_true(journal_prune_values(journal, "tags\n", keep, NULL));
	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_autofree char *value = journal_get_value(journal, keys[i]);
		g_assert_cmpstr(value, ==, i == 0 || i == 2 ? NULL : "v");
	}
}

/* learned */

static void
test_a_refusal_is_not_believed_for_ever(Fixture *fixture, gconstpointer data)
{
	const int64_t now = 1700000000, day = 24 * 3600;
	g_autoptr(Journal) journal = journal_open(fixture->dir, "d", NULL);

	g_assert_false(learned_get(journal, LEARNED_NO_RENAME, "1.0", now));
	learned_set(journal, LEARNED_NO_RENAME, "1.0", now);
	g_assert_true(learned_get(journal, LEARNED_NO_RENAME, "1.0", now + day));
	g_assert_false(learned_get(journal, LEARNED_NO_REACH, "1.0", now + day));
	g_assert_false(learned_get(journal, LEARNED_NO_RENAME, "1.1", now + day));
	g_assert_false(learned_get(journal, LEARNED_NO_RENAME, "1.0", now + 31 * day));
	g_assert_false(learned_get(journal, LEARNED_NO_RENAME, "1.0", now - day));
}

/* partner */

static void
test_partner_property_is_understood(void)
{
	static const struct {
		const char *property, *owner, *name;
		gboolean says;
	} cases[] = {
		{"", "", "", FALSE},
		{"{00000000-0000-0000-0000-000000000000}", "", "", FALSE},
		{"(null)", "", "", FALSE},
		{"Portamento 1234 ann@desk", "1234", "ann@desk", TRUE},
		{"Portamento 1234", "1234", "", TRUE},
		{"Longhorn Sync Engine", "other", "Longhorn Sync Engine", TRUE},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		Partner partner;
		g_assert_cmpint(partner_parse(cases[i].property, &partner), ==, cases[i].says);
		g_assert_cmpstr(partner.owner, ==, cases[i].owner);
		g_assert_cmpstr(partner.name, ==, cases[i].name);
		partner_clear(&partner);
	}
}

/* progress */

static void
test_progress_only_goes_up(void)
{
	Progress progress;
	gint64 now = 0;
	guint32 before = 0;

	progress_begin(&progress, 10000000, 10, now);
	for (int item = 0; item < 10; item++) {
		for (guint64 sent = 0; sent <= 1000000; sent += 100000) {
			progress_update(&progress, sent, now += 100000);
			g_assert_cmpuint(progress.percent, >=, before);
			before = progress.percent;
		}
		progress_finish_item(&progress, 1000000, now);
	}
	g_assert_cmpuint(progress.percent, ==, 100);
	g_assert_cmpuint(progress.done_items, ==, 10);
	g_assert_cmpuint(progress.rate, >, 800000);
	g_assert_cmpuint(progress.rate, <, 1100000);
}

static void
test_nothing_to_send_is_all_done(void)
{
	Progress progress;

	progress_begin(&progress, 0, 0, 0);
	progress_update(&progress, 0, 1);
	g_assert_cmpuint(progress.percent, ==, 100);
}

static void
test_what_was_not_announced_adds_nothing(void)
{
	Progress progress;

	progress_begin(&progress, 1000, 1, 0);
	progress_update(&progress, 1000, 1);
	progress_finish_item(&progress, 1000, 2);
	progress_update(&progress, 500, 3);
	g_autoptr(GVariant) told = g_variant_ref_sink(progress_to_variant(&progress, "a playlist"));
	uint64_t done, total;
	g_variant_get_child(told, 1, "t", &done);
	g_variant_get_child(told, 2, "t", &total);
	g_assert_cmpuint(done, ==, total);
}

/* source */

static Want
want_for(const char *path)
{
	Want want = {.source = (char *)path};
	Wishlist wishlist = {.wants = g_array_new(FALSE, TRUE, sizeof(Want))};

	g_array_append_val(wishlist.wants, want);
	source_inspect(&wishlist, NULL);
	want = g_array_index(wishlist.wants, Want, 0);
	g_array_unref(wishlist.wants);
	return want;
}

static void
test_sources_are_told_apart(Fixture *fixture, gconstpointer data)
{
	g_autofree char *file = g_build_filename(fixture->dir, "a", NULL);
	g_autofree char *missing = g_build_filename(fixture->dir, "b", NULL);
	g_autofree char *below = g_build_filename(file, "c", NULL);
	g_autofree char *fifo = g_build_filename(fixture->dir, "fifo", NULL);

	g_assert_true(g_file_set_contents(file, "12345", 5, NULL));
	g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
	g_assert_cmpint(want_for(file).state, ==, SOURCE_OK);
	g_assert_cmpuint(want_for(file).size_bytes, ==, 5);
	g_assert_cmpint(want_for(missing).state, ==, SOURCE_MISSING);
	g_assert_cmpint(want_for(below).state, ==, SOURCE_MISSING);
	g_assert_cmpint(want_for(fixture->dir).state, ==, SOURCE_NOT_A_FILE);
	g_assert_cmpint(want_for(fifo).state, ==, SOURCE_NOT_A_FILE);
	g_assert_cmpint(want_for(NULL).state, ==, SOURCE_UNKNOWN); /* its URI says what it is */
}

/* A file that only a playlist names: its folder tells whether it was deleted, or its disk is away. */
static void
test_deleted_is_told_from_unmounted(Fixture *fixture, gconstpointer data)
{
	g_autofree char *full = g_build_filename(fixture->dir, "a", NULL);
	g_autofree char *mount = g_build_filename(fixture->dir, "mount", NULL);
	g_autofree char *link = g_build_filename(fixture->dir, "link", NULL);
	static const struct {
		const char *path;
		gboolean is_gone;
	} cases[] = {
		{"gone.mp3", TRUE},
		{"Album/gone.mp3", TRUE},
		{"Artist/Album/gone.mp3", TRUE},
		{"a", FALSE},
		{"mount/gone.mp3", FALSE},
		{"mount/Album/gone.mp3", FALSE},
		{"link/Album/gone.mp3", FALSE},
	};

	g_assert_true(g_file_set_contents(full, "12345", 5, NULL));
	g_assert_cmpint(g_mkdir(mount, 0700), ==, 0);
	g_assert_cmpint(symlink("/nowhere/at/all", link), ==, 0);
	for (gsize i = 0; i < 2 * G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = g_build_filename(fixture->dir, cases[i / 2].path, NULL);
		Want want = {.source = path, .is_unlisted = i % 2};
		Wishlist wishlist = {.wants = g_array_new(FALSE, TRUE, sizeof(Want))};
		g_array_append_val(wishlist.wants, want);
		source_inspect(&wishlist, NULL);
		g_test_message("%s", path);
		g_assert_cmpint(g_array_index(wishlist.wants, Want, 0).is_gone, ==,
				i % 2 == 1 && cases[i / 2].is_gone);
		g_array_unref(wishlist.wants);
	}
}

static void
test_source_that_shrinks_is_noticed(Fixture *fixture, gconstpointer data)
{
	g_autofree char *file = g_build_filename(fixture->dir, "a", NULL);
	g_autoptr(GError) error = NULL;
	char buffer[100];

	g_assert_true(g_file_set_contents(file, "12345678", 8, NULL));
	Want want = want_for(file);
	g_autoptr(SourceReader) reader = source_reader_open(&want, &error);
	g_assert_no_error(error);
	g_assert_cmpint(source_reader_read(reader, buffer, 3, &error), ==, 3);
	g_assert_cmpint(truncate(file, 4), ==, 0);
	g_assert_cmpint(source_reader_read(reader, buffer, 100, &error), ==, 1);
	g_assert_cmpint(source_reader_read(reader, buffer, 100, &error), ==, -1);
	g_assert_error(error, PORTA_ERROR, PORTA_ERROR_SOURCE_CHANGED);
	g_clear_error(&error);
	g_assert_false(source_reader_check(reader, &error));
	g_assert_error(error, PORTA_ERROR, PORTA_ERROR_SOURCE_CHANGED);
}

static void
test_source_changed_before_it_is_opened(Fixture *fixture, gconstpointer data)
{
	g_autofree char *file = g_build_filename(fixture->dir, "a", NULL);
	g_autoptr(GError) error = NULL;

	g_assert_true(g_file_set_contents(file, "12345678", 8, NULL));
	Want want = want_for(file);
	g_assert_true(g_file_set_contents(file, "123456789", 9, NULL));
	g_assert_null(source_reader_open(&want, &error));
	g_assert_error(error, PORTA_ERROR, PORTA_ERROR_SOURCE_CHANGED);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	FIXTURE_ADD("/journal/keeps-rows", test_journal_keeps_rows);
	FIXTURE_ADD("/journal/has-one-writer", test_journal_has_one_writer);
	FIXTURE_ADD("/journal/damaged-is-set-aside", test_damaged_journal_is_set_aside);
	FIXTURE_ADD("/journal/of-format-1-is-read", test_journal_of_format_1_is_read);
	FIXTURE_ADD("/journal/forgets-values-that-nobody-needs",
		    test_journal_forgets_values_that_nobody_needs);
	FIXTURE_ADD("/learned/a-refusal-is-not-believed-for-ever",
		    test_a_refusal_is_not_believed_for_ever);
	g_test_add_func("/partner/property-is-understood", test_partner_property_is_understood);
	g_test_add_func("/progress/only-goes-up", test_progress_only_goes_up);
	g_test_add_func("/progress/nothing-to-send-is-all-done", test_nothing_to_send_is_all_done);
	g_test_add_func("/progress/what-was-not-announced-adds-nothing",
			test_what_was_not_announced_adds_nothing);
	FIXTURE_ADD("/source/states-are-told-apart", test_sources_are_told_apart);
	FIXTURE_ADD("/source/deleted-is-told-from-unmounted", test_deleted_is_told_from_unmounted);
	FIXTURE_ADD("/source/that-shrinks-is-noticed", test_source_that_shrinks_is_noticed);
	FIXTURE_ADD("/source/changed-before-it-is-opened", test_source_changed_before_it_is_opened);
	return g_test_run();
}
