/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tests of catalog: what is kept of a device's objects, that nothing but what was written is read back, and by
 * which answers of a device it still holds.
 */
#include <string.h>

#include "device/catalog.h"

#define WHO "a player"
#define STORAGE 0x10001u
#define MUSIC 5u
#define ALBUM 7u
#define DAY (24 * 3600)
#define SOON 1000000
#define CHANGED_FILES 2000

static void
add(GArray *entries, DeviceHandle handle, const char *name, uint64_t size_bytes)
{
	DeviceEntry entry = {.handle = handle,
			     .name = g_strdup(name),
			     .size_bytes = size_bytes,
			     .is_folder = size_bytes == 0};

	g_array_append_val(entries, entry);
}

static void
note(Catalog *catalog, DeviceHandle folder, ...)
{
	g_autoptr(GArray) entries = device_entries_new();
	DeviceHandle handle;
	va_list args;

	va_start(args, folder);
	while ((handle = va_arg(args, DeviceHandle)) != 0) {
		const char *name = va_arg(args, const char *);
		add(entries, handle, name, (uint64_t)va_arg(args, int));
	}
	va_end(args);
	catalog_note_folder(catalog, STORAGE, folder, entries, 0);
}

static GArray *
array_of(const char *words)
{
	g_auto(GStrv) parts = g_strsplit(words, " ", -1);
	GArray *found = g_array_new(FALSE, FALSE, sizeof(uint32_t));

	for (gsize i = 0; parts[i] != NULL && *parts[i] != '\0'; i++) {
		uint32_t handle = (uint32_t)g_ascii_strtoull(parts[i], NULL, 10);
		g_array_append_val(found, handle);
	}
	return found;
}

static GArray *
storages_of(uint32_t id, uint64_t capacity_bytes, uint64_t free_bytes)
{
	GArray *storages = g_array_new(FALSE, TRUE, sizeof(CatalogStorage));
	const CatalogStorage storage = {id, capacity_bytes, free_bytes};

	g_array_append_val(storages, storage);
	return storages;
}

/* Music (5) / Album (7) / three songs; Pictures (6), into which nobody looked, with 20 in it. */
static Catalog *
make(void)
{
	Catalog *catalog = catalog_new();

	note(catalog, DEVICE_ROOT, MUSIC, "Music", 0, 6u, "Pictures", 0, 0u);
	note(catalog, MUSIC, ALBUM, "Album", 0, 0u);
	note(catalog, ALBUM, 8u, "a.mp3", 3000000, 9u, "b.mp3", 4000000, 10u, "c.mp3", 5000000, 0u);
	catalog->looked_unix = SOON;
	catalog->end.handles = array_of("5 6 7 8 9 10 20");
	catalog->end.storages = storages_of(STORAGE, 1u << 30, 500000000);
	catalog->end.report = 77;
	return catalog;
}

static char *
children(const Catalog *catalog, DeviceHandle folder)
{
	const GArray *found = catalog_children(catalog, STORAGE, folder);
	GString *text = g_string_new(found ? "" : "?");

	for (guint i = 0; found != NULL && i < found->len; i++)
		g_string_append_printf(text, "%s%u", i ? " " : "",
				       g_array_index(found, DeviceHandle, i));
	return g_string_free(text, FALSE);
}

static void
assert_children(const Catalog *catalog, DeviceHandle folder, const char *expected)
{
	g_autofree char *found = children(catalog, folder);

	g_assert_cmpstr(found, ==, expected);
}

static void
test_knows_what_it_was_told(void)
{
	g_autoptr(Catalog) catalog = make();

	assert_children(catalog, DEVICE_ROOT, "5 6");
	assert_children(catalog, ALBUM, "8 9 10");
	assert_children(catalog, 6, "?");
	g_assert_cmpstr(catalog_find(catalog, 9)->entry.name, ==, "b.mp3");
	g_assert_null(catalog_find(catalog, 20));
	/* another storage has another root */
	g_assert_null(catalog_children(catalog, STORAGE + 1, DEVICE_ROOT));
	g_assert_nonnull(catalog_children(catalog, STORAGE + 1, ALBUM));
}

static void
test_a_folder_told_again_is_as_it_was_told_last(void)
{
	g_autoptr(Catalog) catalog = make();

	note(catalog, ALBUM, 10u, "c.mp3", 5000000, 30u, "d.mp3", 100, 0u);
	assert_children(catalog, ALBUM, "10 30");
	g_assert_null(catalog_find(catalog, 8));
	note(catalog, DEVICE_ROOT, 6u, "Pictures", 0, 0u);
	g_assert_null(catalog_find(catalog, MUSIC));
	g_assert_null(catalog_find(catalog, 10));
	assert_children(catalog, ALBUM, "?");
}

static void
test_what_is_forgotten_and_what_is_gone(void)
{
	g_autoptr(Catalog) catalog = make();

	catalog_remove(catalog, 9);
	assert_children(catalog, ALBUM, "8 10");
	g_assert_cmpuint(catalog->gap, ==, 9);
	catalog_forget(catalog, 8);
	assert_children(catalog, ALBUM, "?");
	g_assert_nonnull(catalog_find(catalog, 10));
	catalog_forget(catalog, MUSIC);
	assert_children(catalog, DEVICE_ROOT, "?");
	g_assert_null(catalog_find(catalog, ALBUM));
}

static void
test_a_moved_object_is_where_it_is(void)
{
	g_autoptr(Catalog) catalog = make();

	note(catalog, MUSIC, ALBUM, "Album", 0, 8u, "a.mp3", 3000000, 0u);
	note(catalog, ALBUM, 9u, "b.mp3", 4000000, 10u, "c.mp3", 5000000, 0u);
	g_assert_nonnull(catalog_find(catalog, 8));
	assert_children(catalog, MUSIC, "7 8");
}

static Catalog *
make_counted(void)
{
	Catalog *catalog = make();

	catalog_find(catalog, 9)->has_statistics = TRUE;
	catalog_find(catalog, 9)->statistics = (DeviceStatistics){3, 60, -1};
	catalog->gap = 11;
	return catalog;
}

static void
assert_same(const Catalog *catalog, const Catalog *again)
{
	g_assert_nonnull(again);
	assert_children(again, ALBUM, "8 9 10");
	assert_children(again, DEVICE_ROOT, "5 6");
	g_assert_cmpint(catalog_find(again, 9)->statistics.rating, ==, 60);
	g_assert_cmpint(again->looked_unix, ==, SOON);
	g_assert_cmpuint(again->gap, ==, 11);
	g_assert_cmpuint(again->end.report, ==, 77);
	g_assert_cmpuint(again->end.handles->len, ==, 7);
	g_assert_true(catalog_has_same_space(again, catalog->end.storages));
	CatalogComparison found = catalog_compare(catalog, again);
	g_assert_cmpuint(found.n_same, ==, 6);
	g_assert_cmpuint(found.n_other, ==, 0);
}

/* Either may change, and be gone, without the other. */
static void
test_a_copy_is_the_same_and_its_own(void)
{
	g_autoptr(Catalog) first = make_counted();
	g_autoptr(Catalog) copy = catalog_copy(first);

	assert_same(first, copy);
	catalog_remove(copy, 9);
	note(copy, MUSIC, 0u);
	catalog_end_clear(&copy->end);
	assert_children(first, ALBUM, "8 9 10");
	assert_children(first, MUSIC, "7");
	g_assert_cmpuint(first->end.handles->len, ==, 7);
	g_autoptr(Catalog) again = catalog_copy(first);
	g_clear_pointer(&first, catalog_free);
	g_autoptr(Catalog) whole = make_counted();
	assert_same(whole, again);
	g_autoptr(Catalog) empty = catalog_new();
	g_autoptr(Catalog) empty_too = catalog_copy(empty);
	g_assert_null(empty_too->end.handles);
	assert_children(empty_too, DEVICE_ROOT, "?");
}

static void
test_comes_back_from_its_file(void)
{
	g_autoptr(Catalog) catalog = make_counted();
	g_autoptr(GBytes) bytes = catalog_build(catalog, WHO);
	g_autoptr(Catalog) again = catalog_parse(bytes, WHO);

	assert_same(catalog, again);
	g_assert_null(catalog_parse(bytes, "another player"));
}

/* Every byte of it changed, and every length. */
static void
test_damaged_files_are_no_catalogs(void)
{
	g_autoptr(Catalog) catalog = make();
	g_autoptr(GBytes) bytes = catalog_build(catalog, WHO);
	gsize n;
	const char *data = g_bytes_get_data(bytes, &n);

	for (gsize i = 0; i < n; i++) {
		g_autofree char *copy = g_memdup2(data, n);
		copy[i] ^= (char)(1 << (i % 8));
		g_autoptr(GBytes) changed = g_bytes_new(copy, n);
		g_autoptr(GBytes) cut = g_bytes_new(data, i);

		g_assert_null(catalog_parse(changed, WHO));
		g_assert_null(catalog_parse(cut, WHO));
	}
}

/* With a checksum that is right: what is read is whole in itself, or nothing is. */
static void
test_forged_files_do_no_harm(void)
{
	g_autoptr(Catalog) catalog = make();
	g_autoptr(GBytes) bytes = catalog_build(catalog, WHO);
	g_autoptr(GRand) chance = g_rand_new_with_seed(5);
	gsize n;
	const guint8 *data = g_bytes_get_data(bytes, &n);
	guint n_read = 0;

	for (int round = 0; round < CHANGED_FILES; round++) {
		g_autofree guint8 *copy = g_memdup2(data, n);
		g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
		gsize digest = 32;

		for (int k = g_rand_int_range(chance, 1, 4); k > 0; k--)
			copy[g_rand_int_range(chance, 32, (gint32)n)] =
				(guint8)g_rand_int_range(chance, 0, 256);
		g_checksum_update(checksum, copy + 32, (gssize)n - 32);
		g_checksum_get_digest(checksum, copy, &digest);
		g_autoptr(GBytes) forged = g_bytes_new(copy, n);
		g_autoptr(Catalog) found = catalog_parse(forged, WHO);
		if (found == NULL)
			continue;
		n_read++;
		catalog_compare(catalog, found);
		catalog_compare(found, catalog);
		catalog_keep_only(found, catalog->end.handles);
		note(found, DEVICE_ROOT, 0u);
		catalog_forget(found, ALBUM);
	}
	g_assert_cmpuint(n_read, >, 0);
}

static CatalogFit
fit(const char *handles_now, int64_t freed, guint *n_added)
{
	g_autoptr(Catalog) catalog = make();
	g_autoptr(GArray) handles = array_of(handles_now), added = array_of("");
	g_autoptr(GArray) storages = storages_of(STORAGE, 1u << 30, (uint64_t)(500000000 + freed));
	CatalogFit found = catalog_fit(catalog, handles, storages, added);

	if (n_added != NULL)
		*n_added = added->len;
	return found;
}

static void
test_holds_while_nothing_changes(void)
{
	guint n_added;

	g_assert_cmpint(fit("5 6 7 8 9 10 20", 0, NULL), ==, CATALOG_SAME);
	/* the same objects, and another space: one of them was replaced */
	g_assert_cmpint(fit("5 6 7 8 9 10 20", 32768, NULL), ==, CATALOG_UNLIKELY);
	g_assert_cmpint(fit("5 6 7 8 9 10 20", -32768, NULL), ==, CATALOG_UNLIKELY);
	g_assert_cmpint(fit("5 6 7 8 9 10 20 21 25", -9000000, &n_added), ==, CATALOG_CHANGED);
	g_assert_cmpuint(n_added, ==, 2);
	g_assert_cmpint(fit("5 6 7 8 10 20", 4000000, &n_added), ==, CATALOG_CHANGED);
	g_assert_cmpuint(n_added, ==, 0);
	/* a device that was made empty */
	g_assert_cmpint(fit("5 6", 12000000, NULL), ==, CATALOG_UNLIKELY);
	g_assert_cmpint(fit("", 12000000, NULL), ==, CATALOG_UNLIKELY);
}

static gboolean
explains(const char *handles_now, int64_t freed, guint n_added, uint64_t added_bytes)
{
	g_autoptr(Catalog) catalog = make();
	g_autoptr(GArray) handles = array_of(handles_now);
	g_autoptr(GArray) storages = storages_of(STORAGE, 1u << 30, (uint64_t)(500000000 + freed));

	return catalog_explains(catalog, handles, storages, n_added, added_bytes);
}

static void
test_what_came_and_went_explains_the_space(void)
{
	g_assert_true(explains("5 6 7 8 10 20", 4000000, 0, 0));
	g_assert_true(explains("5 6 7 8 10 20", 4100000, 0, 0));
	g_assert_true(explains("5 6 7 8 9 10 20 21", -7000000, 1, 7000000));
	g_assert_true(explains("5 6 7 8 10 20 21", -3000000, 1, 7000000));
	/* three million bytes more than what went: something else was replaced */
	g_assert_false(explains("5 6 7 8 10 20", 7000000, 0, 0));
	g_assert_false(explains("5 6 7 8 9 10 20 21", 0, 1, 7000000));
}

static void
test_is_recent_and_about_these_storages(void)
{
	static const struct {
		int64_t now_unix;
		uint32_t id;
		uint64_t capacity_bytes;
		gboolean expected;
	} rows[] = {
		{SOON, STORAGE, 1u << 30, TRUE},
		{SOON + 13 * DAY, STORAGE, 1u << 30, TRUE},
		{SOON + 15 * DAY, STORAGE, 1u << 30, FALSE},
		{SOON - 1, STORAGE, 1u << 30, FALSE}, /* a clock that went back */
		{SOON, STORAGE + 1, 1u << 30, FALSE}, /* another card */
		{SOON, STORAGE, 1u << 29, FALSE},
	};
	g_autoptr(Catalog) catalog = make();

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GArray) storages = storages_of(rows[i].id, rows[i].capacity_bytes, 1);

		g_assert_cmpint(catalog_is_recent(catalog, storages, rows[i].now_unix), ==,
				rows[i].expected);
	}
	g_autoptr(GArray) same = storages_of(STORAGE, 1u << 30, 500000000);
	catalog_end_clear(&catalog->end);
	g_assert_false(catalog_is_recent(catalog, same, SOON));
}

static void
test_two_readings_tell_whether_handles_last(void)
{
	g_autoptr(Catalog) then = make(), same = make(), gone = make(), dealt = make();

	g_assert_false(catalog_compare(then, same).has_gap);
	/* the last one went: that says nothing of those before it */
	note(gone, ALBUM, 8u, "a.mp3", 3000000, 9u, "b.mp3", 4000000, 0u);
	g_assert_false(catalog_compare(then, gone).has_gap);
	note(gone, ALBUM, 9u, "b.mp3", 4000000, 0u);
	CatalogComparison found = catalog_compare(then, gone);
	g_assert_true(found.has_gap);
	g_assert_cmpuint(found.n_other, ==, 0);
	g_assert_cmpuint(found.n_same, ==, 4);
	/* handles in order, dealt out anew after the first song went */
	note(dealt, ALBUM, 8u, "b.mp3", 4000000, 9u, "c.mp3", 5000000, 0u);
	g_assert_cmpuint(catalog_compare(then, dealt).n_other, ==, 2);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/catalog/knows-what-it-was-told", test_knows_what_it_was_told);
	g_test_add_func("/catalog/a-folder-told-again-is-as-it-was-told-last",
			test_a_folder_told_again_is_as_it_was_told_last);
	g_test_add_func("/catalog/what-is-forgotten-and-what-is-gone",
			test_what_is_forgotten_and_what_is_gone);
	g_test_add_func("/catalog/a-moved-object-is-where-it-is",
			test_a_moved_object_is_where_it_is);
	g_test_add_func("/catalog/a-copy-is-the-same-and-its-own",
			test_a_copy_is_the_same_and_its_own);
	g_test_add_func("/catalog/comes-back-from-its-file", test_comes_back_from_its_file);
	g_test_add_func("/catalog/damaged-files-are-no-catalogs",
			test_damaged_files_are_no_catalogs);
	g_test_add_func("/catalog/forged-files-do-no-harm", test_forged_files_do_no_harm);
	g_test_add_func("/catalog/holds-while-nothing-changes", test_holds_while_nothing_changes);
	g_test_add_func("/catalog/what-came-and-went-explains-the-space",
			test_what_came_and_went_explains_the_space);
	g_test_add_func("/catalog/is-recent-and-about-these-storages",
			test_is_recent_and_about_these_storages);
	g_test_add_func("/catalog/two-readings-tell-whether-handles-last",
			test_two_readings_tell_whether_handles_last);
	return g_test_run();
}
