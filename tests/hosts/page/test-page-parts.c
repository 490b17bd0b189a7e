/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-page-parts: what a page decides without a widget: which notice is shown, the order of
 * playlists and what of them fits, what another reserve would come to, what a preview lists.
 */
#include "chooser-model.h"
#include "notice.h"
#include "preview-filter.h"
#include "staged.h"

#include <string.h>

/* notice */

static void
test_notices(void)
{
	static const NoticeFacts there = {.helper_there = TRUE};
	static const NoticeFacts away = {0};
	static const NoticeFacts failed = {.helper_there = TRUE, .failed = TRUE};
	static const NoticeFacts refused = {.helper_there = TRUE, .refused = TRUE};
	static const NoticeFacts rival = {.helper_there = TRUE, .rival_active = TRUE};
	static const struct {
		const NoticeFacts *facts;
		gboolean connected;
		int64_t status, detail, n_held;
		Notice notice;
	} rows[] = {
		{&there, TRUE, PORTA_STATUS_PARTNERSHIP_EXISTS, 0, 0, NOTICE_NONE},
		{&away, TRUE, PORTA_STATUS_NEW_DEVICE, 0, 3, NOTICE_NO_HELPER},
		{&failed, TRUE, PORTA_STATUS_NEW_DEVICE, 0, 0, NOTICE_FAILED},
		{&there, TRUE, PORTA_STATUS_NEW_DEVICE, 0, 0, NOTICE_NEW},
		{&there, FALSE, PORTA_STATUS_NEW_DEVICE, 0, 0, NOTICE_NONE},
		{&there, TRUE, PORTA_STATUS_PARTNERSHIP_DECLINED, 0, 0, NOTICE_NONE},
		{&there, TRUE, PORTA_STATUS_PARTNERSHIP_ANOTHER, 0, 0, NOTICE_ANOTHER},
		{&there, TRUE, PORTA_STATUS_MANUAL_DEVICE, 0, 0, NOTICE_READ_ONLY},
		{&there, TRUE, PORTA_STATUS_PARTNERSHIP_EXISTS, PORTA_DETAIL_HELD, 12, NOTICE_HELD},
		{&there, TRUE, PORTA_STATUS_NEW_DEVICE, PORTA_DETAIL_DEVICE_BUSY, 0, NOTICE_BUSY},
		{&rival, TRUE, PORTA_STATUS_UNKNOWN, PORTA_DETAIL_DEVICE_BUSY, 0, NOTICE_RIVAL},
		{&rival, TRUE, PORTA_STATUS_PARTNERSHIP_EXISTS, 0, 0, NOTICE_NONE},
		{&refused, TRUE, PORTA_STATUS_NEW_DEVICE, 0, 0, NOTICE_BUSY},
		{&there, TRUE, PORTA_STATUS_UNKNOWN, PORTA_DETAIL_WAITING_FOR_UNLOCK, 0,
		 NOTICE_LOCKED},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("row %zu", i);
		g_assert_cmpint(notice_decide(rows[i].connected, rows[i].status, rows[i].detail,
					      rows[i].n_held, rows[i].facts),
				==, rows[i].notice);
	}
}

/* chooser */

static GPtrArray *
new_offer(const char *names)
{
	GPtrArray *offer = g_ptr_array_new_with_free_func((GDestroyNotify)page_playlist_free);
	g_auto(GStrv) parts = g_strsplit(names, " ", -1);

	for (guint i = 0; parts[i] != NULL; i++)
		g_ptr_array_add(offer, page_playlist_new(parts[i], parts[i], PORTA_PLAYLIST_STATIC,
							 2, 200));
	return offer;
}

static GPtrArray *
new_ids(const char *names)
{
	GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);
	g_auto(GStrv) parts = g_strsplit(names, " ", -1);

	for (guint i = 0; parts[i] != NULL && parts[i][0] != '\0'; i++)
		g_ptr_array_add(ids, g_strdup(parts[i]));
	return ids;
}

/* "+b -a ?c": wanted, not wanted, wanted and not there; in order */
static void
assert_rows(ChooserModel *model, const char *expected)
{
	g_autoptr(GString) found = g_string_new(NULL);
	GPtrArray *rows = chooser_model_rows(model);

	for (guint i = 0; i < rows->len; i++) {
		const ChooserRow *row = g_ptr_array_index(rows, i);
		g_string_append_printf(found, "%s%c%s", i > 0 ? " " : "",
				       !row->there   ? '?'
				       : row->wanted ? '+'
						     : '-',
				       row->id);
	}
	g_assert_cmpstr(found->str, ==, expected);
}

static ChooserModel *
new_model(const char *offered, const char *wished)
{
	ChooserModel *model = chooser_model_new();
	g_autoptr(GPtrArray) offer = new_offer(offered);
	g_autoptr(GPtrArray) ids = new_ids(wished);

	chooser_model_offer(model, offer);
	chooser_model_wish(model, ids);
	return model;
}

static void
test_order(void)
{
	g_autoptr(ChooserModel) model = new_model("d b a c", "c a");

	assert_rows(model, "+c +a -b -d");
	g_assert_true(chooser_model_move(model, 3, 0));
	assert_rows(model, "-d +c +a -b");
	g_assert_true(chooser_model_move(model, 0, 3));
	g_assert_false(chooser_model_move(model, 0, 4));
	g_assert_false(chooser_model_move(model, 2, 2));
	assert_rows(model, "+c +a -b -d");
	g_assert_true(chooser_model_set_wanted(model, 3, TRUE));
	g_assert_false(chooser_model_set_wanted(model, 3, TRUE));
	g_autoptr(GPtrArray) wishes = chooser_model_wishes(model);
	g_assert_cmpuint(wishes->len, ==, 3);
	g_assert_cmpstr(g_ptr_array_index(wishes, 2), ==, "d");
}

static void
test_nothing_jumps(void)
{
	g_autoptr(ChooserModel) model = new_model("a b c d", "b");
	g_autoptr(GPtrArray) same = new_ids("b d");
	g_autoptr(GPtrArray) other = new_ids("d b");

	assert_rows(model, "+b -a -c -d");
	chooser_model_set_wanted(model, 3, TRUE);
	chooser_model_wish(model, same); /* what the helper answers */
	assert_rows(model, "+b -a -c +d");
	chooser_model_wish(model, other);
	assert_rows(model, "+d +b -a -c");
}

static void
test_missing_is_not_unwished(void)
{
	g_autoptr(ChooserModel) model = new_model("a b c", "c x a");
	g_autoptr(GPtrArray) fewer = new_offer("b");
	g_autoptr(GPtrArray) more = new_offer("a b c x");

	assert_rows(model, "+c ?x +a -b");
	chooser_model_offer(model, fewer);
	assert_rows(model, "?c ?x ?a -b");
	chooser_model_offer(model, more);
	assert_rows(model, "+c +x +a -b");
	chooser_model_set_wanted(model, 0, FALSE);
	chooser_model_offer(model, fewer);
	assert_rows(model, "?x ?a -b");
}

/* Playlist "a": songs of 100 bytes numbered 1 and 2; "b": 2 and 3; and so on. */
static void
each_song(void *host_data, const char *id, PageSong song, void *data)
{
	gsize first = (gsize)(id[0] - 'a') + 1;

	song(data, GSIZE_TO_POINTER(first), 100);
	song(data, GSIZE_TO_POINTER(first + 1), 100);
}

static void
assert_fit(gint64 room, const char *wished, const char *expected)
{
	g_autoptr(ChooserModel) model = new_model("a b c d", wished);
	g_autoptr(GString) found = g_string_new(NULL);

	chooser_model_begin_fit(model, room);
	while (chooser_model_next_fit(model, each_song, NULL))
		continue;
	GPtrArray *rows = chooser_model_rows(model);
	for (guint i = 0; i < rows->len; i++) {
		const ChooserRow *row = g_ptr_array_index(rows, i);
		if (row->fitted)
			g_string_append_printf(found, "%s%s:%u/%u", found->len > 0 ? " " : "",
					       row->id, row->n_fit, row->n_counted);
	}
	g_assert_cmpstr(found->str, ==, expected);
}

static void
test_fit(void)
{
	assert_fit(1000, "", "");
	assert_fit(1000, "a b", "a:2/2 b:1/1"); /* song 2 is counted once */
	assert_fit(200, "a b", "a:2/2 b:0/1");
	assert_fit(200, "b a", "b:2/2 a:0/1");
	assert_fit(250, "d a", "d:2/2 a:0/2");
	assert_fit(0, "a", "a:0/2");
}

static void
test_fit_is_of_now(void)
{
	g_autoptr(ChooserModel) model = new_model("a b", "a b");

	chooser_model_begin_fit(model, 1000);
	g_assert_true(chooser_model_next_fit(model, each_song, NULL));
	chooser_model_move(model, 0, 1);
	g_assert_false(chooser_model_next_fit(model, each_song, NULL));
}

/* staged */

static const StagedRoom room = {
	.capacity_bytes = 1000, .free_bytes = 500, .ours_bytes = 300, .percent = 10};

static void
test_room(void)
{
	static const StagedRoom unknown = {.free_bytes = 5};

	g_assert_cmpint(staged_room_bytes(&room, 10), ==, 700);
	g_assert_cmpint(staged_room_bytes(&room, 0), ==, 800);
	g_assert_cmpint(staged_room_bytes(&room, 95), ==, 0);
	g_assert_cmpint(staged_room_bytes(&unknown, 10), ==, -1);
}

static void
test_another_reserve(void)
{
	static const AdapterEstimate asked = {.added_bytes = 400,
					      .added_items = 4,
					      .wanted_bytes = 900,
					      .wanted_items = 9,
					      .no_fit_bytes = 200,
					      .no_fit_items = 2};
	AdapterEstimate same = staged_estimate(&room, &asked, 10);
	AdapterEstimate less = staged_estimate(&room, &asked, 0);
	AdapterEstimate more = staged_estimate(&room, &asked, 30);
	AdapterEstimate most = staged_estimate(&room, &asked, 70);

	g_assert_cmpmem(&same, sizeof(same), &asked, sizeof(asked));
	g_assert_cmpint(less.added_bytes, ==, 500);
	g_assert_cmpint(less.added_items, ==, 5);
	g_assert_cmpint(less.no_fit_bytes, ==, 100);
	g_assert_cmpint(more.added_bytes, ==, 200);
	g_assert_cmpint(more.removed_bytes, ==, 0);
	g_assert_cmpint(more.no_fit_items, ==, 4);
	/* what is there gives way once nothing is left that could be left unsent */
	g_assert_cmpint(most.added_bytes, ==, 0);
	g_assert_cmpint(most.removed_bytes, ==, 200);
	g_assert_cmpint(most.removed_items, ==, 2);
	g_assert_cmpint(most.no_fit_bytes, ==, 800);
	g_assert_cmpint(most.no_fit_items, ==, 8);
}

static void
test_proposal(void)
{
	g_autoptr(Choices) all = staged_propose(700, 700);
	g_autoptr(Choices) best = staged_propose(701, 700);
	g_autoptr(Choices) unknown = staged_propose(1, -1);

	g_assert_true(all->whole_library);
	g_assert_true(best->by_default && !best->whole_library);
	g_assert_true(unknown->by_default);
}

/* preview */

static void
test_filters(void)
{
	g_assert_true(preview_filter_has(PREVIEW_EVERYTHING, PORTA_ACTION_KEEP, 1));
	g_assert_false(preview_filter_has(PREVIEW_CHANGES, PORTA_ACTION_KEEP, 1));
	g_assert_true(preview_filter_has(PREVIEW_CHANGES, PORTA_ACTION_KEEP, 56));
	g_assert_true(preview_filter_has(PREVIEW_HELD, PORTA_ACTION_KEEP, 56));
	g_assert_false(preview_filter_has(PREVIEW_HELD, PORTA_ACTION_REMOVE, 50));
	g_assert_true(preview_filter_has(PREVIEW_PLAYLISTS, PORTA_ACTION_PLAYLIST_REMOVE, 78));
	g_assert_true(preview_filter_has(PORTA_ACTION_COPY, PORTA_ACTION_COPY, 2));
	g_assert_false(preview_filter_has(PORTA_ACTION_COPY, PORTA_ACTION_REPLACE, 18));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/notice/one-at-a-time", test_notices);
	g_test_add_func("/chooser/order", test_order);
	g_test_add_func("/chooser/nothing-jumps", test_nothing_jumps);
	g_test_add_func("/chooser/missing-is-not-unwished", test_missing_is_not_unwished);
	g_test_add_func("/chooser/fit", test_fit);
	g_test_add_func("/chooser/fit-is-of-now", test_fit_is_of_now);
	g_test_add_func("/staged/room", test_room);
	g_test_add_func("/staged/another-reserve", test_another_reserve);
	g_test_add_func("/staged/proposal", test_proposal);
	g_test_add_func("/preview/filters", test_filters);
	return g_test_run();
}
