/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-inventory: places are found as the device compares them, and absence is only believed where
 * the listing was complete (law 2).
 */
#include "engine/inventory.h"
#include "engine/journal.h"

static InventoryObject *
take(Inventory *inventory, uint32_t storage, const char *path)
{
	InventoryObject *object = g_new0(InventoryObject, 1);

	object->storage = storage;
	object->path = g_strdup(path);
	inventory_take(inventory, object);
	return object;
}

static void
test_finds_by_folded_path(void)
{
	g_autoptr(Inventory) inventory = inventory_new();
	InventoryObject *song = take(inventory, 0, "Music/Bj\xc3\xb6rk/Song.mp3");

	g_assert_true(inventory_find(inventory, 0, "music/BJO\xcc\x88RK/song.MP3") == song);
	g_assert_null(inventory_find(inventory, 0, "Music/Bjork/Song.mp3"));
	g_assert_null(inventory_find(inventory, 1, "Music/Bj\xc3\xb6rk/Song.mp3"));
}

static void
test_the_first_of_two_twins_is_found(void)
{
	g_autoptr(Inventory) inventory = inventory_new();
	InventoryObject *first = take(inventory, 0, "Music/a.mp3");

	take(inventory, 0, "Music/A.mp3");
	g_assert_cmpuint(inventory->objects->len, ==, 2);
	g_assert_true(inventory_find(inventory, 0, "Music/A.mp3") == first);
}

static void
test_storages_are_worlds_apart(void)
{
	g_autoptr(Inventory) inventory = inventory_new();
	InventoryObject *one = take(inventory, 1, "2/a.mp3");
	InventoryObject *twelve = take(inventory, 12, "a.mp3");

	g_assert_true(inventory_find(inventory, 1, "2/a.mp3") == one);
	g_assert_true(inventory_find(inventory, 12, "a.mp3") == twelve);
	g_assert_null(inventory_find(inventory, 2, "a.mp3"));
}

static void
test_absence_is_believed_in_listed_folders_only(void)
{
	g_autoptr(Inventory) inventory = inventory_new();

	g_assert_true(inventory_is_complete(inventory, 0, "Music/Ann/a.mp3"));
	inventory_mark_incomplete(inventory, 0, "Music/Ann");
	g_assert_false(inventory_is_complete(inventory, 0, "Music/Ann/a.mp3"));
	g_assert_false(inventory_is_complete(inventory, 0, "music/ANN/Blue/a.mp3"));
	g_assert_true(inventory_is_complete(inventory, 0, "Music/Ann"));
	g_assert_true(inventory_is_complete(inventory, 0, "Music/Anna/a.mp3"));
	g_assert_true(inventory_is_complete(inventory, 1, "Music/Ann/a.mp3"));
}

static void
test_an_unlisted_root_hides_everything(void)
{
	g_autoptr(Inventory) inventory = inventory_new();

	inventory_mark_incomplete(inventory, 1, "");
	g_assert_false(inventory_is_complete(inventory, 1, "Music/Ann/a.mp3"));
	g_assert_false(inventory_is_complete(inventory, 1, "Music"));
	g_assert_true(inventory_is_complete(inventory, 0, "Music/Ann/a.mp3"));
}

static void
test_finds_storages_by_label(void)
{
	g_autoptr(Inventory) inventory = inventory_new();
	DeviceStorage storage = {.label = g_strdup("card"), .description = g_strdup("")};

	g_array_append_val(inventory->storages, storage);
	g_assert_cmpint(inventory_find_storage(inventory, "card"), ==, 0);
	g_assert_cmpint(inventory_find_storage(inventory, "Card"), ==, -1);
	g_assert_cmpint(inventory_find_storage(inventory, NULL), ==, -1);
}

static void
test_copies_of_rows_live_alone(void)
{
	char path[] = "Music/a.mp3";
	JournalRow row = {
		.id = 7, .kind = JOURNAL_SONG, .path = path, .source = "/m/a.mp3", .rating = -1};
	g_autoptr(JournalRow) copy = journal_row_copy(&row);

	path[0] = 'X';
	g_assert_cmpstr(copy->path, ==, "Music/a.mp3");
	g_assert_cmpstr(copy->source, ==, "/m/a.mp3");
	g_assert_null(copy->tags);
	g_assert_cmpint(copy->id, ==, 7);
	g_assert_cmpint(copy->rating, ==, -1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/inventory/finds-by-folded-path", test_finds_by_folded_path);
	g_test_add_func("/inventory/the-first-of-two-twins-is-found",
			test_the_first_of_two_twins_is_found);
	g_test_add_func("/inventory/storages-are-worlds-apart", test_storages_are_worlds_apart);
	g_test_add_func("/inventory/absence-is-believed-in-listed-folders-only",
			test_absence_is_believed_in_listed_folders_only);
	g_test_add_func("/inventory/an-unlisted-root-hides-everything",
			test_an_unlisted_root_hides_everything);
	g_test_add_func("/inventory/finds-storages-by-label", test_finds_storages_by_label);
	g_test_add_func("/inventory/copies-of-rows-live-alone", test_copies_of_rows_live_alone);
	return g_test_run();
}
