/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * statistics: see statistics.h.
 */
#include "engine/statistics.h"

#include <string.h>

#include "base/error.h"
#include "engine/learned.h"
#include "engine/rating.h"
#include "wire/library.h"

#define WAITING_KEY "statistics" /* of the journal: the batch not stored yet, or "" */
#define WAITING_TYPE "(sa(sa(siix)))"
#define NOT_ASKED (-2)
#define BATCH_SONGS 256 /* what a host that dies at the wrong moment may be told twice */

/* One song with news, and each host's name for it. */
typedef struct {
	JournalRow *row; /* no-ref */
	DeviceStatistics now;
	int32_t plays, rating; /* -1: nothing new */
	GPtrArray *uris; /* by library; NULL where it has no such song */
} News;

static void
news_free(News *news)
{
	g_ptr_array_unref(news->uris);
	g_free(news);
}

/* reading */

/* What the device does not tell says nothing about what it told before. TRUE: the row is another now. */
static gboolean
move_baseline(JournalRow *row, const DeviceStatistics *now)
{
	int32_t use_count = now->use_count >= 0 ? now->use_count : row->use_count;
	gboolean moves = use_count != row->use_count;

	row->use_count = use_count;
	return rating_note_device(row, now->rating) || moves;
}

/* A song that we sent had been played no times: a first reading is all plays. */
static News *
compare(JournalRow *row, const DeviceStatistics *now, int32_t kept, guint n_libraries)
{
	int32_t before = MAX(row->use_count, 0);
	int32_t plays = now->use_count > before ? now->use_count - before : -1;
	int32_t rating = rating_is_news(row, now->rating, kept) ? now->rating : -1;

	if (plays < 0 && rating < 0)
		return NULL;
	News *news = g_new0(News, 1);
	*news = (News){row, *now, plays, rating, g_ptr_array_new_with_free_func(g_free)};
	g_ptr_array_set_size(news->uris, n_libraries);
	return news;
}

typedef struct {
	Planning *planning;
	Device *device;
	Journal *journal;
	const Job *job;
	GPtrArray *moved; /* of JournalRow*: only the baseline is another */
	GHashTable *news; /* path on the computer -> GPtrArray of News */
	int32_t kept[101]; /* what the device makes of each rating: -1 unknown, NOT_ASKED */
} Reading;

/* What is known of the device's way with the rating that it was told; read again for the first time, it becomes known. */
static int32_t
learn_kept(Reading *reading, const JournalRow *row, int32_t now)
{
	const char *firmware = reading->planning->info.firmware;
	int32_t given = row->given_rating;

	if (given <= 0 || given > 100)
		return -1;
	if (reading->kept[given] == NOT_ASKED)
		reading->kept[given] = learned_get_rating(reading->journal,
							  firmware != NULL ? firmware : "", given);
	if (reading->kept[given] < 0 && rating_is_kept(row, now, -1)) {
		reading->kept[given] = now;
		learned_set_rating(reading->journal, firmware != NULL ? firmware : "", given, now);
	}
	return reading->kept[given];
}

static void
add_news(Reading *reading, News *news)
{
	GPtrArray *same = g_hash_table_lookup(reading->news, news->row->source);

	if (same == NULL) {
		same = g_ptr_array_new_with_free_func((GDestroyNotify)news_free);
		g_hash_table_insert(reading->news, g_strdup(news->row->source), same);
	}
	g_ptr_array_add(same, news);
}

/* FALSE: the device is gone, or the person wants it to end; the sync will say so. */
static gboolean
read_row(Reading *reading, JournalRow *row)
{
	Planning *planning = reading->planning;
	int storage = inventory_find_storage(planning->inventory, row->storage);
	g_autoptr(GError) error = NULL;
	DeviceStatistics now;

	if (row->kind != JOURNAL_SONG || row->state != JOURNAL_DONE || storage < 0)
		return TRUE;
	InventoryObject *object = inventory_find(planning->inventory, storage, row->path);
	if (object == NULL)
		return TRUE;
	if (!device_load_statistics(reading->device, object->handle, &now, &error))
		return error_code(error) != PORTA_ERROR_NO_DEVICE &&
		       error_code(error) != PORTA_ERROR_DEVICE_HUNG;
	int32_t kept = learn_kept(reading, row, now.rating);
	News *news = compare(row, &now, kept, reading->job->libraries->len);
	row->leaves_rating = news != NULL && news->rating >= 0;
	if (news != NULL)
		add_news(reading, news);
	else if (move_baseline(row, &now))
		g_ptr_array_add(reading->moved, row);
	return !g_cancellable_is_cancelled(planning->cancellable);
}

/* whose songs they are */

static void
name_for_library(Reading *reading, guint index)
{
	Library *library = g_ptr_array_index(reading->job->libraries, index);
	gsize n = library_count_tracks(library);

	for (gsize i = 0; i < n; i++) {
		Track track;
		library_get_track(library, i, &track);
		g_autofree char *path = source_path_from_uri(track.uri);
		GPtrArray *same = path != NULL ? g_hash_table_lookup(reading->news, path) : NULL;
		for (guint at = 0; same != NULL && at < same->len; at++) {
			News *news = g_ptr_array_index(same, at);
			if (news->uris->pdata[index] == NULL)
				news->uris->pdata[index] = g_strdup(track.uri);
		}
	}
}

static gboolean
is_known(const News *news)
{
	for (guint i = 0; i < news->uris->len; i++)
		if (news->uris->pdata[i] != NULL)
			return TRUE;
	return FALSE;
}

/* What no host knows now is not told, and stays news: a library may be away for today only. */
static GPtrArray *
list_known(Reading *reading)
{
	GPtrArray *known = g_ptr_array_new();
	GHashTableIter iter;
	gpointer same;

	g_hash_table_iter_init(&iter, reading->news);
	while (g_hash_table_iter_next(&iter, NULL, &same)) {
		for (guint i = 0; i < ((GPtrArray *)same)->len; i++) {
			News *news = g_ptr_array_index((GPtrArray *)same, i);
			if (is_known(news))
				g_ptr_array_add(known, news);
		}
	}
	return known;
}

/* telling */

static GVariant *
build_hosts(Reading *reading, GPtrArray *known, guint from, guint to)
{
	GPtrArray *libraries = reading->job->libraries;
	GVariantBuilder hosts;

	g_variant_builder_init(&hosts, G_VARIANT_TYPE("a(sa(siix))"));
	for (guint host = 0; host < libraries->len; host++) {
		GVariantBuilder tracks;
		gsize n = 0;
		g_variant_builder_init(&tracks, G_VARIANT_TYPE("a(siix)"));
		for (guint i = from; i < to; i++) {
			News *news = g_ptr_array_index(known, i);
			if (news->uris->pdata[host] == NULL)
				continue;
			g_variant_builder_add(&tracks, "(siix)", news->uris->pdata[host],
					      news->plays, news->rating,
					      news->now.last_played_unix);
			n++;
		}
		g_autoptr(GVariant) list = g_variant_ref_sink(g_variant_builder_end(&tracks));
		if (n > 0)
			g_variant_builder_add(
				&hosts, "(s@a(siix))",
				library_get_host_id(g_ptr_array_index(libraries, host)), list);
	}
	return g_variant_builder_end(&hosts);
}

/* The batch that waits, if there is one. FALSE: it waits on. */
static gboolean
send_waiting(Journal *journal, StatisticsStoreFunc store, void *data)
{
	g_autofree char *text = journal_get_value(journal, WAITING_KEY);
	g_autoptr(GError) error = NULL;
	const char *id;

	if (text == NULL || text[0] == '\0')
		return TRUE;
	g_autoptr(GVariant)
		batch = g_variant_parse(G_VARIANT_TYPE(WAITING_TYPE), text, NULL, NULL, &error);
	if (batch == NULL) {
		g_warning("what was played on the device can not be read again: %s",
			  error->message);
		return journal_set_value(journal, WAITING_KEY, "", NULL);
	}
	g_autoptr(GVariant) hosts = g_variant_get_child_value(batch, 1);
	g_variant_get_child(batch, 0, "&s", &id);
	if (!store(data, id, hosts, &error)) {
		g_warning("what was played on the device is told with a later sync: %s",
			  error->message);
		return FALSE;
	}
	return journal_set_value(journal, WAITING_KEY, "", NULL);
}

static gboolean
store_rows(Journal *journal, GPtrArray *rows, GError **error)
{
	for (guint i = 0; i < rows->len; i++)
		if (!journal_store(journal, g_ptr_array_index(rows, i), error))
			return FALSE;
	return TRUE;
}

/* In one transaction: what was found, if anything, and that it was found. */
static gboolean
note(Journal *journal, GVariant *hosts, GPtrArray *rows, GError **error)
{
	g_autofree char *text = NULL;

	if (hosts != NULL) {
		g_autofree char *id = g_uuid_string_random();
		g_autoptr(GVariant)
			batch = g_variant_ref_sink(g_variant_new("(s@a(sa(siix)))", id, hosts));
		text = g_variant_print(batch, FALSE);
	}
	if (!journal_begin(journal, error))
		return FALSE;
	gboolean ok = store_rows(journal, rows, error) &&
		      (text == NULL || journal_set_value(journal, WAITING_KEY, text, error));
	if (ok)
		return journal_commit(journal, error);
	journal_roll_back(journal);
	return FALSE;
}

static gboolean
tell_known(Reading *reading, GPtrArray *known, StatisticsStoreFunc store, void *data,
	   GError **error)
{
	for (guint from = 0; from < known->len; from += BATCH_SONGS) {
		guint to = MIN(from + BATCH_SONGS, known->len);
		g_autoptr(GVariant)
			hosts = g_variant_ref_sink(build_hosts(reading, known, from, to));
		g_autoptr(GPtrArray) rows = g_ptr_array_new();
		for (guint i = from; i < to; i++) {
			News *news = g_ptr_array_index(known, i);
			move_baseline(news->row, &news->now);
			g_ptr_array_add(rows, news->row);
		}
		if (!note(reading->journal, hosts, rows, error))
			return FALSE;
		if (!send_waiting(reading->journal, store, data))
			return TRUE;
	}
	return TRUE;
}

gboolean
statistics_tell(Planning *planning, Device *device, Journal *journal, const Job *job,
		StatisticsStoreFunc store, void *data, GError **error)
{
	g_autoptr(GPtrArray) moved = g_ptr_array_new();
	g_autoptr(GHashTable) news = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
							   (GDestroyNotify)g_ptr_array_unref);
	Reading reading = {planning, device, journal, job, moved, news, {0}};
	gboolean goes_on = TRUE;

	for (guint i = 0; i < G_N_ELEMENTS(reading.kept); i++)
		reading.kept[i] = NOT_ASKED;
	/* until the device has said that it is as it was */
	for (guint i = 0; i < planning->rows->len; i++) {
		JournalRow *row = g_ptr_array_index(planning->rows, i);
		row->leaves_rating = row->state == JOURNAL_DONE;
	}
	/* one batch at a time: the device keeps the rest for us */
	if (!send_waiting(journal, store, data) || !planning->info.has_statistics)
		return TRUE;
	for (guint i = 0; i < planning->rows->len && goes_on; i++)
		goes_on = read_row(&reading, g_ptr_array_index(planning->rows, i));
	for (guint i = 0; i < job->libraries->len && g_hash_table_size(news) > 0; i++)
		name_for_library(&reading, i);
	g_autoptr(GPtrArray) known = list_known(&reading);
	if (moved->len > 0 && !note(journal, NULL, moved, error))
		return FALSE;
	return tell_known(&reading, known, store, data, error);
}
