/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-rating: what becomes of a rating that a person gives on the device, in the host, or in both: all
 * combinations of what is said there now, what was said before and what was told; and that it comes to rest.
 */
#include <string.h>

#include "engine/rating.h"

/* Stars of players and hosts, and what no star is. */
static const int32_t levels[] = {-1, 0, 1, 20, 25, 40, 75, 80, 99, 100};

#define N G_N_ELEMENTS(levels)

static gboolean
is_near(int32_t a, int32_t b)
{
	return (a > 0) == (b > 0) && ABS(a - b) < 10;
}

/* The rules of docs/SYNC-RULES.md, "Ratings", read once more by somebody else. */
static int32_t
expected(int32_t there, int32_t answered, int32_t host)
{
	gboolean has_news = host != answered;

	if (host < 0 || there < 0 || !has_news)
		return -1;
	if (is_near(host, there))
		return -1;
	if (host == 0 && answered <= 0)
		return -1;
	return host;
}

/* B, A and H of the i-th combination. */
static void
check_combination(gsize i)
{
	int32_t host = levels[i % N];
	JournalRow row = {
		.rating = levels[i / N % N], .host_rating = levels[i / N / N], .given_rating = -1};
	int32_t give = rating_to_give(&row, host);

	g_test_message("B %d A %d H %d: %d", row.rating, row.host_rating, host, give);
	g_assert_cmpint(give, ==, expected(row.rating, row.host_rating, host));
	/* never both */
	g_assert_false(give >= 0 && rating_is_agreed(&row, host));
	/* never what was said on the device just now */
	row.leaves_rating = TRUE;
	g_assert_cmpint(rating_to_give(&row, host), ==, -1);
	g_assert_false(rating_is_agreed(&row, host));
}

static void
test_every_combination(void)
{
	for (gsize i = 0; i < N * N * N; i++)
		check_combination(i);
}

/* D beside B, where the device was told nothing. */
static void
test_what_is_news(void)
{
	for (gsize b = 0; b < N; b++) {
		for (gsize d = 0; d < N; d++) {
			JournalRow row = {
				.rating = levels[b], .host_rating = -1, .given_rating = -1};
			g_assert_cmpint(rating_is_news(&row, levels[d], -1), ==,
					levels[d] > 0 && levels[d] != levels[b]);
			gboolean changes = rating_note_device(&row, levels[d]);
			g_assert_cmpint(changes, ==, levels[d] >= 0 && levels[d] != levels[b]);
			g_assert_cmpint(row.rating, ==, levels[d] >= 0 ? levels[d] : levels[b]);
		}
	}
}

typedef struct {
	const char *what;
	int32_t before, given, kept, now;
	gboolean is_news;
} Reading;

static const Reading readings[] = {
	{"as told", 40, 80, -1, 80, FALSE},
	{"rounded, for the first time", 40, 80, -1, 75, FALSE},
	{"one star, for the first time", 40, 20, -1, 1, FALSE},
	{"as it was: the cable was out, or the device ignores it", 40, 80, -1, 40, FALSE},
	{"as it was, and near", 75, 80, -1, 75, FALSE},
	{"rounded as always", 40, 80, 75, 75, FALSE},
	{"rated again on the device, by half a star", 40, 80, 75, 90, TRUE},
	{"kept as told once, and otherwise now", 40, 80, 80, 75, TRUE},
	{"rated again on the device", 40, 80, -1, 20, TRUE},
	{"rated again on the device, by a whole star", 40, 80, -1, 60, TRUE},
	{"taken away on the device", 40, 80, -1, 0, FALSE},
	{"a new song, as told", -1, 80, -1, 80, FALSE},
	{"a new song that was rated meanwhile", -1, 80, -1, 20, TRUE},
	{"a new song whose rating the device ignores", -1, 80, -1, 0, FALSE},
	{"taken away by the host, and rated there since", 80, 0, -1, 10, TRUE},
	{"not told any more", 40, 80, -1, -1, FALSE},
};

static void
test_what_is_read_again(gconstpointer data)
{
	const Reading *reading = data;
	JournalRow row = {.rating = reading->before,
			  .host_rating = reading->given,
			  .given_rating = reading->given};

	g_assert_cmpint(rating_is_news(&row, reading->now, reading->kept), ==, reading->is_news);
	rating_note_device(&row, reading->now);
	g_assert_cmpint(row.given_rating, ==, reading->now >= 0 ? -1 : reading->given);
	/* whatever the device made of it, it is not told again */
	g_assert_cmpint(rating_to_give(&row, reading->given), ==, -1);
}

/* A player that keeps these stars, and hosts that round in their ways: from every beginning all come to rest. */

static const int32_t stars[] = {0, 1, 25, 50, 75, 99};

static int32_t
keep(gboolean has_stars, int32_t rating)
{
	int32_t nearest = 0;

	if (!has_stars)
		return rating;
	for (gsize i = 0; i < G_N_ELEMENTS(stars); i++)
		if (rating > 0 && stars[i] > 0 &&
		    (nearest == 0 || ABS(stars[i] - rating) < ABS(nearest - rating)))
			nearest = stars[i];
	return nearest;
}

/* How a host that is told of a rating stores it: as it is, in half stars, in stars. */
static int32_t
store(int32_t step, int32_t rating)
{
	return MAX((rating + step / 2) / step * step, step);
}

typedef struct {
	JournalRow row;
	int32_t device, host, step;
	int32_t learned[101];
	gboolean has_stars, refuses;
	guint n_writes, n_told;
} Life;

/* A sync as the engine does it; TRUE if somebody was told something. */
static gboolean
live(Life *life)
{
	int32_t given = life->row.given_rating;
	int32_t *kept = given > 0 ? &life->learned[given] : NULL;

	if (kept != NULL && *kept < 0 && rating_is_kept(&life->row, life->device, -1))
		*kept = life->device;
	gboolean is_news = rating_is_news(&life->row, life->device, kept != NULL ? *kept : -1);
	rating_note_device(&life->row, life->device);
	life->row.leaves_rating = is_news;
	int32_t give = rating_to_give(&life->row, life->host);
	if (give >= 0) {
		rating_begin(&life->row, give);
		life->device = keep(life->has_stars, give);
		rating_confirm(&life->row, give, life->host);
		life->n_writes++;
	}
	rating_note_host(&life->row, life->host);
	if (is_news && !life->refuses)
		life->host = store(life->step, life->device);
	life->n_told += is_news;
	return is_news || give >= 0;
}

/* D, B and H of the i-th combination, A not known yet. */
static void
check_rest(gsize i, int32_t step, gboolean has_stars, gboolean refuses)
{
	Life life = {.device = levels[i % N],
		     .host = levels[i / N % N],
		     .step = step,
		     .has_stars = has_stars,
		     .refuses = refuses,
		     .row = {.rating = levels[i / N / N], .host_rating = -1, .given_rating = -1}};

	memset(life.learned, -1, sizeof life.learned);
	for (int n = 0; n < 3; n++)
		live(&life);
	g_assert_cmpuint(life.n_writes, <=, 1);
	g_assert_cmpuint(life.n_told, <=, 1);
	for (int n = 0; n < 5; n++)
		g_assert_false(live(&life));
}

static void
test_it_comes_to_rest(void)
{
	static const int32_t steps[] = {1, 10, 20};

	for (guint variant = 0; variant < 12; variant++)
		for (gsize i = 0; i < N * N * N; i++)
			check_rest(i, steps[variant % 3], variant / 3 % 2, variant / 6);
}

static void
test_what_goes_with_a_song(void)
{
	JournalRow row = {.rating = 40, .host_rating = 80, .given_rating = -1};

	g_assert_cmpint(rating_to_send(NULL, 80), ==, 80);
	g_assert_cmpint(rating_to_send(NULL, 0), ==, -1);
	g_assert_cmpint(rating_to_send(NULL, -1), ==, -1);
	/* the device's, which the host has been told, or never will know */
	g_assert_cmpint(rating_to_send(&row, 80), ==, 40);
	g_assert_cmpint(rating_to_send(&row, -1), ==, 40);
	/* the host's, which is new */
	g_assert_cmpint(rating_to_send(&row, 60), ==, 60);
	g_assert_cmpint(rating_to_send(&row, 0), ==, -1);
	row.leaves_rating = TRUE;
	g_assert_cmpint(rating_to_send(&row, 60), ==, 40);
	/* what went out with a first attempt goes with the second, too */
	row = (JournalRow){.rating = -1, .host_rating = 80, .given_rating = 40};
	g_assert_cmpint(rating_to_send(&row, 80), ==, 40);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rating/every-combination", test_every_combination);
	g_test_add_func("/rating/what-is-news", test_what_is_news);
	for (gsize i = 0; i < G_N_ELEMENTS(readings); i++) {
		g_autofree char *name = g_strconcat("/rating/reads/", readings[i].what, NULL);
		g_test_add_data_func(name, &readings[i], test_what_is_read_again);
	}
	g_test_add_func("/rating/it-comes-to-rest", test_it_comes_to_rest);
	g_test_add_func("/rating/what-goes-with-a-song", test_what_goes_with_a_song);
	return g_test_run();
}
