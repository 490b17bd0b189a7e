/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bench-plan: how long thinking takes, from libraries and rules to a plan, against a journal and
 * a device of the same size. It must be linear in the number of songs.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/layout.h"
#include "engine/name.h"
#include "engine/plan.h"

#define N_PLAYLISTS 200
#define PLAYLIST_SONGS 50
#define N_RUNS 5
#define SONG_BYTES 5000000
/* What a song may cost more in a library ten times as large; caches do not grow. */
#define LINEAR_WITHIN 2.0

typedef struct {
	guint n;
	gboolean has_one_name; /* no tags at all: "Unknown Album/Song" for every song */
	Library *library;
	GPtrArray *libraries;
	GArray *rules;
	GPtrArray *rows;
	Inventory *inventory;
} Scale;

typedef struct {
	double wishlist, names, plan, total; /* milliseconds */
	guint n_steps, n_changes;
} Times;

static char *
song_uri(guint index)
{
	return g_strdup_printf(
		"file:///home/someone/Music/Artist%%20%u/Album%%20%u/%02u%%20Song.flac",
		index / 200, index / 12, index);
}

static void
add_nameless_tracks(LibraryBuilder *builder, guint n)
{
	for (guint i = 0; i < n; i++) {
		g_autofree char *uri =
			g_strdup_printf("file:///home/someone/Music/%u/Song.flac", i);
		Track track = {.uri = uri,
			       .title = "",
			       .artist = "",
			       .album = "",
			       .album_artist = "",
			       .genre = "",
			       .rating = -1,
			       .play_count = -1};
		library_builder_add_track(builder, &track);
	}
}

static void
add_tracks(LibraryBuilder *builder, guint n)
{
	for (guint i = 0; i < n; i++) {
		/* one artist in ten is not ASCII */
		const char *family = i / 200 % 10 == 0 ? "Bj\xc3\xb6rk" : "Artist";
		g_autofree char *uri = song_uri(i);
		g_autofree char *artist = g_strdup_printf("%s %u", family, i / 200);
		g_autofree char *album = g_strdup_printf("Album %u", i / 12);
		g_autofree char *title = g_strdup_printf("A Song about Number %u", i);
		Track track = {
			.uri = uri,
			.title = title,
			.artist = artist,
			.album = album,
			.album_artist = artist,
			.genre = "Pop",
			.track_number = i % 12 + 1,
			.disc_number = 1,
			.rating = -1,
			.play_count = -1,
			.duration_ms = 200000,
			.added_unix = 1600000000 + i,
		};
		library_builder_add_track(builder, &track);
	}
}

static Library *
make_library(guint n, gboolean has_one_name)
{
	g_autoptr(LibraryBuilder) builder = library_builder_new("mpd", "MPD");
	g_autoptr(GError) error = NULL;

	if (has_one_name)
		add_nameless_tracks(builder, n);
	else
		add_tracks(builder, n);
	for (guint i = 0; i < N_PLAYLISTS; i++) {
		g_autofree char *id = g_strdup_printf("playlist %u", i);
		uint32_t tracks[PLAYLIST_SONGS];
		for (guint k = 0; k < PLAYLIST_SONGS; k++)
			tracks[k] = (i * 7919 + k * 104729) % n;
		library_builder_add_playlist(builder, id, id, PORTA_PLAYLIST_STATIC, tracks,
					     PLAYLIST_SONGS);
	}
	int fd = library_builder_seal(builder, &error);
	g_assert_no_error(error);
	Library *library = library_new_from_fd(fd, &error);
	g_assert_no_error(error);
	close(fd);
	return library;
}

static GArray *
make_rules(void)
{
	GArray *rules = rules_new();

	for (guint i = 0; i < N_PLAYLISTS; i++) {
		Rule rule = {g_strdup("mpd"), PORTA_RULE_PLAYLIST,
			     g_strdup_printf("playlist %u", i), 1, 0};
		g_array_append_val(rules, rule);
	}
	Rule all = {g_strdup("mpd"), PORTA_RULE_LIBRARY, g_strdup(""), 2, 0};
	g_array_append_val(rules, all);
	return rules;
}

/* What source_inspect() would find. */
static void
inspect(Wishlist *wishlist)
{
	for (guint i = 0; i < wishlist->wants->len; i++) {
		Want *want = &g_array_index(wishlist->wants, Want, i);
		want->state = SOURCE_OK;
		want->size_bytes = SONG_BYTES + i;
		want->modified_ns = 1;
	}
}

/* The tags of a song as the engine digests them. */
static char *
tags_digest(void *data, const Want *want)
{
	const Track *track = &want->track;
	g_autoptr(GString) text = g_string_new(NULL);

	g_string_printf(text, "%s\n%s\n%s\n%s\n%s\n%u %u", track->title, track->artist,
			track->album, track->album_artist, track->genre, track->track_number,
			track->disc_number);
	return g_compute_checksum_for_string(G_CHECKSUM_SHA256, text->str, text->len);
}

static Inventory *
make_inventory(uint64_t free_bytes)
{
	Inventory *inventory = inventory_new();
	DeviceStorage storage = {.label = g_strdup("card"),
				 .description = g_strdup(""),
				 .writable = TRUE,
				 .capacity_bytes = (uint64_t)1 << 40,
				 .free_bytes = free_bytes};

	g_array_append_val(inventory->storages, storage);
	return inventory;
}

static void
add_object(Inventory *inventory, const char *path, uint64_t size_bytes, gboolean is_folder)
{
	if (inventory_find(inventory, 0, path) != NULL)
		return;
	const char *slash = strrchr(path, '/');
	if (slash != NULL) {
		g_autofree char *folder = g_strndup(path, slash - path);
		add_object(inventory, folder, 0, TRUE);
	}
	InventoryObject *object = g_new0(InventoryObject, 1);
	*object = (InventoryObject){
		.path = g_strdup(path), .size_bytes = size_bytes, .is_folder = is_folder};
	inventory_take(inventory, object);
}

/* The device and the journal after a first sync, but for a song in a hundred that was changed on the
 * computer since, and one that is no longer wanted. */
static void
sync_once(Scale *scale)
{
	WishlistContext context = {1700000000, 1, NULL};
	g_autoptr(Wishlist) wishlist = wishlist_build(scale->libraries, scale->rules, &context);

	inspect(wishlist);
	scale->rows = g_ptr_array_new_with_free_func((GDestroyNotify)journal_row_free);
	scale->inventory = make_inventory((uint64_t)1 << 39);
	plan_prepare_names(wishlist, scale->inventory, scale->rows, LAYOUT_DEFAULT, 0);
	for (guint i = 0; i < wishlist->wants->len; i++) {
		const Want *want = &g_array_index(wishlist->wants, Want, i);
		gboolean is_gone = i % 100 == 50;
		JournalRow *row = g_new0(JournalRow, 1);
		*row = (JournalRow){
			.id = i + 1,
			.kind = JOURNAL_SONG,
			.state = JOURNAL_DONE,
			.storage = g_strdup("card"),
			.path = g_strdup(want->path),
			.size_bytes = want->size_bytes,
			.source = is_gone ? g_strconcat(want->source, "~", NULL)
					  : g_strdup(want->source),
			.uri = g_strdup(want->uri),
			.source_size = want->size_bytes,
			.source_modified_ns = i % 100 == 0 ? 2 : 1,
			.fingerprint = g_strdup(""),
			.tags = tags_digest(NULL, want),
		};
		g_ptr_array_add(scale->rows, row);
		add_object(scale->inventory, row->path, row->size_bytes, FALSE);
	}
}

/* Of the processor: other processes do not count. */
static gint64
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (gint64)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static double
since_ms(gint64 *start_us)
{
	gint64 us = now_us();
	double ms = (us - *start_us) / 1000.0;

	*start_us = us;
	return ms;
}

static Times
think(Scale *scale, Inventory *inventory, GPtrArray *rows)
{
	WishlistContext context = {1700000000, 1, NULL};
	PlanOptions options = {.percent_reserved = 5,
			       .can_rename = TRUE,
			       .can_retag = TRUE,
			       .playlist_suffix = ".m3u8",
			       .tags_digest = tags_digest};
	gint64 start_us = now_us();
	Times times = {0};

	g_autoptr(Wishlist) wishlist = wishlist_build(scale->libraries, scale->rules, &context);
	times.wishlist = since_ms(&start_us);
	inspect(wishlist);
	since_ms(&start_us);
	plan_prepare_names(wishlist, inventory, rows, LAYOUT_DEFAULT, 0);
	times.names = since_ms(&start_us);
	g_autoptr(Plan) plan = plan_build(wishlist, inventory, rows, &options);
	times.plan = since_ms(&start_us);
	times.total = times.wishlist + times.names + times.plan;
	times.n_steps = plan->steps->len;
	for (guint i = 0; i < plan->steps->len; i++)
		times.n_changes += g_array_index(plan->steps, Step, i).kind != STEP_KEEP;
	return times;
}

/* The best of some runs: caches and memory are shared all the same. */
static double
report(Scale *scale, const char *what, Inventory *inventory, GPtrArray *rows, double *base)
{
	Times best = think(scale, inventory, rows);

	for (int run = 1; run < N_RUNS; run++) {
		Times times = think(scale, inventory, rows);
		if (times.total < best.total)
			best = times;
	}
	double each_us = best.total * 1000 / scale->n;
	if (*base == 0)
		*base = each_us;
	printf("# %-15s %6u songs: wishlist %6.1f, names %6.1f, plan %6.1f, all %7.1f ms; %u "
	       "steps, %u "
	       "changes; a song costs %.2f of what it costs at 10000\n",
	       what, scale->n, best.wishlist, best.names, best.plan, best.total, best.n_steps,
	       best.n_changes, each_us / *base);
	return each_us / *base;
}

/* The worst of next and first sync. base: of the smallest scale, or 0. */
static double
measure(guint n, gboolean has_one_name, double base[2])
{
	Scale scale = {.n = n, .has_one_name = has_one_name};
	g_autoptr(Inventory) empty = make_inventory((uint64_t)1 << 39);
	g_autoptr(GPtrArray) none = g_ptr_array_new();

	scale.library = make_library(n, has_one_name);
	scale.libraries = g_ptr_array_new();
	g_ptr_array_add(scale.libraries, scale.library);
	scale.rules = make_rules();
	sync_once(&scale);
	double next = report(&scale, has_one_name ? "next, one name" : "next sync", scale.inventory,
			     scale.rows, &base[0]);
	double first = report(&scale, has_one_name ? "first, one name" : "first sync", empty, none,
			      &base[1]);
	inventory_free(scale.inventory);
	g_ptr_array_unref(scale.rows);
	g_array_unref(scale.rules);
	g_ptr_array_unref(scale.libraries);
	library_free(scale.library);
	return MAX(next, first);
}

int
main(void)
{
	static const guint sizes[] = {10000, 30000, 100000};
	double base[2] = {0}, base_one_name[2] = {0}, worst = 0;

	for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
		double ratio = measure(sizes[i], FALSE, base);
		double ratio_one_name = measure(sizes[i], TRUE, base_one_name);
		worst = MAX(worst, MAX(ratio, ratio_one_name));
	}
	printf("1..1\n%sok 1 planning is linear in the number of songs, within %.1f\n",
	       worst <= LINEAR_WITHIN ? "" : "not ", LINEAR_WITHIN);
	return worst > LINEAR_WITHIN;
}
