/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-budget: law 4. A few scenes, and a generator that looks for a device on which more would
 * be spent than there is.
 */
#include "engine/budget.h"

#define KIB ((uint64_t)1 << 10)
#define MIB ((uint64_t)1 << 20)
#define CLUSTER (128 * KIB)

static GArray *
items_new(void)
{
	return g_array_new(FALSE, TRUE, sizeof(BudgetItem));
}

static void
add(GArray *items, int32_t priority, uint64_t size_bytes, uint64_t present_bytes)
{
	BudgetItem item = {
		.priority = priority, .size_bytes = size_bytes, .present_bytes = present_bytes};

	g_array_append_val(items, item);
}

/* "f" fits, "s" stays as it is, "-" neither */
static char *
tell(GArray *items)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < items->len; i++) {
		const BudgetItem *item = &g_array_index(items, BudgetItem, i);
		g_string_append_c(out, item->fits ? 'f' : item->stays ? 's' : '-');
	}
	return g_string_free(out, FALSE);
}

static void
assert_told(GArray *items, const char *expected)
{
	g_autofree char *told = tell(items);

	g_assert_cmpstr(told, ==, expected);
}

static void
test_rounds_up_to_clusters(void)
{
	g_assert_cmpuint(budget_round_up(0, CLUSTER), ==, CLUSTER);
	g_assert_cmpuint(budget_round_up(1, CLUSTER), ==, CLUSTER);
	g_assert_cmpuint(budget_round_up(CLUSTER, CLUSTER), ==, CLUSTER);
	g_assert_cmpuint(budget_round_up(CLUSTER + 1, CLUSTER), ==, 2 * CLUSTER);
	g_assert_cmpuint(budget_round_up(G_MAXUINT64, CLUSTER), ==, G_MAXUINT64);
	g_assert_cmpuint(budget_round_up(77, 0), ==, 77);
}

static void
test_more_important_songs_come_first(void)
{
	g_autoptr(GArray) items = items_new();

	add(items, 1, 6 * MIB, 0);
	add(items, 2, 6 * MIB, 0);
	add(items, 2, 3 * MIB, 0);
	budget_fit(items, 100 * MIB, 11 * MIB, 0, 0, CLUSTER);
	assert_told(items, "f-f");
}

static void
test_the_reserve_stays_free(void)
{
	g_autoptr(GArray) items = items_new();

	add(items, 1, 5 * MIB, 0);
	add(items, 1, 1 * KIB, 0);
	budget_fit(items, 100 * MIB, 16 * MIB, 0, 10, CLUSTER);
	assert_told(items, "f-");
}

static void
test_a_device_below_its_reserve_loses_nothing_and_gets_nothing(void)
{
	g_autoptr(GArray) items = items_new();

	add(items, 1, 5 * MIB, 5 * MIB);
	add(items, 2, 5 * MIB, 5 * MIB);
	add(items, 3, 1 * KIB, 0);
	budget_fit(items, 100 * MIB, 2 * MIB, 0, 50, CLUSTER);
	assert_told(items, "ff-");
}

static void
test_present_songs_give_way_to_more_important_ones_only(void)
{
	g_autoptr(GArray) items = items_new();

	add(items, 1, 4 * MIB, 0);
	add(items, 2, 4 * MIB, 0);
	add(items, 2, 4 * MIB, 4 * MIB);
	add(items, 3, 4 * MIB, 4 * MIB);
	budget_fit(items, 100 * MIB, 1 * MIB, 0, 0, CLUSTER);
	assert_told(items, "f-f-");
}

static void
test_what_stays_costs_what_it_takes(void)
{
	g_autoptr(GArray) items = items_new();

	add(items, 1, 100 * KIB, 100 * KIB);
	add(items, 1, 1, 1);
	budget_fit(items, 100 * MIB, 0, 0, 0, CLUSTER);
	assert_told(items, "ff");
}

static void
test_what_is_removed_makes_room(void)
{
	g_autoptr(GArray) items = items_new();

	add(items, 1, 4 * MIB, 0);
	budget_fit(items, 100 * MIB, 1 * MIB, 4 * MIB, 0, CLUSTER);
	assert_told(items, "f");
}

static void
test_an_old_version_stays_where_the_new_one_finds_no_room(void)
{
	g_autoptr(GArray) items = items_new();

	add(items, 1, 9 * MIB, 4 * MIB);
	add(items, 1, 4 * MIB, 4 * MIB);
	budget_fit(items, 100 * MIB, 1 * MIB, 0, 0, CLUSTER);
	assert_told(items, "sf");
}

static void
test_huge_numbers_do_not_wrap(void)
{
	g_autoptr(GArray) items = items_new();

	add(items, 1, G_MAXUINT64, 0);
	add(items, 1, G_MAXUINT64 - 1, G_MAXUINT64 - 1);
	add(items, 2, MIB, 0);
	budget_fit(items, G_MAXUINT64, G_MAXUINT64, G_MAXUINT64, 95, CLUSTER);
	const BudgetItem *first = &g_array_index(items, BudgetItem, 0);
	g_assert_false(first->fits && g_array_index(items, BudgetItem, 1).fits);
}

/* Whatever is chosen can be put there, on a device of these clusters or of smaller ones. */
static void
check_room(GArray *items, uint64_t free_bytes, uint64_t removed, uint64_t reserve, uint64_t cluster)
{
	uint64_t free_after = free_bytes + removed;

	for (guint i = 0; i < items->len; i++) {
		const BudgetItem *item = &g_array_index(items, BudgetItem, i);
		gboolean changes = item->present_bytes != item->size_bytes;
		if (item->present_bytes > 0 && !item->stays && (changes || !item->fits))
			free_after += item->present_bytes; /* at least */
	}
	for (guint i = 0; i < items->len; i++) {
		const BudgetItem *item = &g_array_index(items, BudgetItem, i);
		if (!item->fits || item->present_bytes == item->size_bytes)
			continue;
		g_assert_cmpuint(budget_round_up(item->size_bytes, cluster), <=, free_after);
		free_after -= budget_round_up(item->size_bytes, cluster);
	}
	g_assert_cmpuint(free_after, >=, MIN(reserve, free_bytes));
}

static void
test_no_device_is_ever_overspent(void)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(4);

	for (guint round = 0; round < 5000; round++) {
		g_autoptr(GArray) items = items_new();
		uint64_t capacity = g_rand_int_range(random, 1, 2000) * CLUSTER;
		uint64_t free_bytes = g_rand_int_range(random, 0, 500) * 64 * KIB;
		uint64_t removed = g_rand_int_range(random, 0, 2) *
				   g_rand_int_range(random, 0, 4000000);
		uint32_t percent = g_rand_int_range(random, 0, 96);
		int n = g_rand_int_range(random, 0, 30), priority = 1;
		for (int i = 0; i < n; i++) {
			uint64_t size = g_rand_int_range(random, 0, 3000000);
			uint64_t present =
				g_rand_boolean(random) ? 0 : g_rand_int_range(random, 1, 3000000);
			priority += g_rand_int_range(random, 0, 4) == 0;
			add(items, priority, size,
			    g_rand_boolean(random) && present > 0 ? size : present);
		}
		budget_fit(items, capacity, free_bytes, removed, percent, CLUSTER);
		check_room(items, free_bytes, removed, capacity / 100 * percent, CLUSTER);
		check_room(items, free_bytes, removed, capacity / 100 * percent, 4 * KIB);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/budget/rounds-up-to-clusters", test_rounds_up_to_clusters);
	g_test_add_func("/budget/more-important-songs-come-first",
			test_more_important_songs_come_first);
	g_test_add_func("/budget/the-reserve-stays-free", test_the_reserve_stays_free);
	g_test_add_func("/budget/a-device-below-its-reserve-loses-nothing-and-gets-nothing",
			test_a_device_below_its_reserve_loses_nothing_and_gets_nothing);
	g_test_add_func("/budget/present-songs-give-way-to-more-important-ones-only",
			test_present_songs_give_way_to_more_important_ones_only);
	g_test_add_func("/budget/what-stays-costs-what-it-takes",
			test_what_stays_costs_what_it_takes);
	g_test_add_func("/budget/what-is-removed-makes-room", test_what_is_removed_makes_room);
	g_test_add_func("/budget/an-old-version-stays-where-the-new-one-finds-no-room",
			test_an_old_version_stays_where_the_new_one_finds_no_room);
	g_test_add_func("/budget/huge-numbers-do-not-wrap", test_huge_numbers_do_not_wrap);
	g_test_add_func("/budget/no-device-is-ever-overspent", test_no_device_is_ever_overspent);
	return g_test_run();
}
