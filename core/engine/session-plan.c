/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * session-plan: see session-plan.h. What touches files and the journal on the way
 * from rules to a plan, so that plan.c need not.
 */
#include "engine/session-plan.h"

#include <string.h>

#include "base/error.h"
#include "engine/budget.h"
#include "engine/disk-watch.h"
#include "engine/fingerprint.h"
#include "engine/learned.h"
#include "engine/name.h"
#include "engine/session-covers.h"
#include "engine/source.h"

#define MAX_NOTES 5u

void
planning_clear(Planning *planning)
{
	g_clear_pointer(&planning->plan, plan_free);
	g_clear_pointer(&planning->covers, covers_free);
	g_clear_pointer(&planning->skips, skips_free);
	g_clear_pointer(&planning->wishlist, wishlist_free);
	g_clear_pointer(&planning->inventory, inventory_free);
	g_clear_pointer(&planning->rows, g_ptr_array_unref);
	g_clear_pointer(&planning->folders, g_ptr_array_unref);
	g_clear_pointer(&planning->strings, g_string_chunk_free);
	device_info_clear(&planning->info);
}

gboolean
planning_load_rows(Planning *planning, Journal *journal, GError **error)
{
	g_autoptr(GPtrArray) all = journal_load(journal, error);

	if (all == NULL)
		return FALSE;
	planning->rows = g_ptr_array_new_with_free_func((GDestroyNotify)journal_row_free);
	planning->folders = g_ptr_array_new_with_free_func((GDestroyNotify)journal_row_free);
	for (guint i = 0; i < all->len; i++) {
		JournalRow *row = g_ptr_array_index(all, i);
		g_ptr_array_add(row->kind == JOURNAL_FOLDER ? planning->folders : planning->rows,
				row);
	}
	g_ptr_array_set_free_func(all, NULL);
	return TRUE;
}

static uint32_t
shuffle_seed(const Job *job)
{
	return g_str_hash(job->address->id);
}

static GHashTable *
last_synced(GPtrArray *rows)
{
	GHashTable *times = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < rows->len; i++) {
		JournalRow *row = g_ptr_array_index(rows, i);
		if (row->kind == JOURNAL_SONG)
			g_hash_table_insert(times, row->source, &row->synced_unix);
	}
	return times;
}

void
planning_make_wishlist(Planning *planning, const Job *job, Journal *journal)
{
	g_autoptr(GHashTable) synced = last_synced(planning->rows);
	WishlistContext context = {
		.now_unix = g_get_real_time() / G_USEC_PER_SEC,
		.shuffle_seed = shuffle_seed(job),
		.last_synced = synced,
	};

	planning->strings = g_string_chunk_new(4096);
	planning->wishlist = wishlist_build(job->libraries, job->rules, &context);
	source_inspect(planning->wishlist, planning->cancellable);
	planning->skips = skips_new(job->skips, planning->wishlist, planning->cancellable);
	if (!job->is_offline)
		source_fill_tags(planning->wishlist, journal, planning->strings,
				 planning->cancellable);
}

gboolean
planning_choose_storage(Planning *planning, const Job *job, GError **error)
{
	GArray *storages = planning->inventory->storages;
	int wished = job->storage[0] != '\0'
			     ? inventory_find_storage(planning->inventory, job->storage)
			     : -1;

	planning->storage = -1;
	for (guint i = 0; i < storages->len; i++) {
		const DeviceStorage *storage = &g_array_index(storages, DeviceStorage, i);
		if (!storage->writable)
			continue;
		if ((int)i == wished) {
			planning->storage = i;
			return TRUE;
		}
		if (planning->storage < 0 ||
		    storage->capacity_bytes >
			    g_array_index(storages, DeviceStorage, planning->storage)
				    .capacity_bytes)
			planning->storage = i;
	}
	if (planning->storage >= 0)
		return TRUE;
	g_set_error_literal(error, PORTA_ERROR, PORTA_ERROR_NOT_SUPPORTED,
			    "nothing can be written to this device");
	return FALSE;
}

static void
assume_storages(Inventory *inventory, GVariant *list)
{
	GVariantIter iter;
	DeviceStorage storage = {.writable = TRUE};
	uint64_t reserved, ours;

	if (list == NULL)
		return;
	g_variant_iter_init(&iter, list);
	while (g_variant_iter_next(&iter, "(sstttt)", &storage.label, &storage.description,
				   &storage.capacity_bytes, &storage.free_bytes, &reserved, &ours))
		g_array_append_val(inventory->storages, storage);
}

void
planning_assume_inventory(Planning *planning, const Job *job)
{
	Inventory *inventory = planning->inventory = inventory_new();

	assume_storages(inventory, job->storages);
	for (guint i = 0; i < planning->rows->len; i++) {
		const JournalRow *row = g_ptr_array_index(planning->rows, i);
		int storage = inventory_find_storage(inventory, row->storage);
		if (row->state != JOURNAL_DONE || storage < 0)
			continue;
		InventoryObject *object = g_new0(InventoryObject, 1);
		object->handle = i + 1;
		object->storage = storage;
		object->path = g_strdup(row->path);
		object->folded = name_fold(row->path);
		object->size_bytes = row->size_bytes;
		object->is_album = row->kind == JOURNAL_ALBUM;
		inventory_take(inventory, object);
	}
}

/* for plan.c */

static int
same_song(void *data, const Want *want, const JournalRow *row)
{
	const Planning *planning = data;

	if (g_cancellable_is_cancelled(planning->cancellable))
		return 0;
	disk_watch_begin(want->source);
	g_autofree char *print = fingerprint_read(want->source);
	disk_watch_end();
	return fingerprint_compare(print, row->fingerprint);
}

static char *
tags_digest(void *data, const Want *want)
{
	return source_tags_digest(&want->track);
}

static const char *
choose_suffix(const Planning *planning, const Job *job)
{
	if (strcmp(job->playlist_format, "none") == 0)
		return NULL;
	if (strcmp(job->playlist_format, "m3u8") == 0)
		return ".m3u8";
	return planning->info.can_playlists ? "" : ".m3u8";
}

static void
add_notes(Planning *planning, Journal *journal)
{
	GPtrArray *notes = planning->plan->notes;
	g_autofree char *aside = journal_get_value(journal, JOURNAL_DAMAGED);

	for (guint i = 0; i < planning->wishlist->notes->len; i++)
		g_ptr_array_insert(notes, i,
				   g_utf8_make_valid(planning->wishlist->notes->pdata[i], -1));
	if (aside != NULL)
		g_ptr_array_insert(
			notes, 0,
			g_strdup_printf("the record of what was copied to this device was "
					"damaged and is begun anew: what is there already "
					"is left alone. The old one is %s",
					aside));
}

static gboolean
has_refused(const Planning *planning, Journal *journal, const char *what)
{
	const char *firmware = planning->info.firmware;

	return learned_get(journal, what, firmware != NULL ? firmware : "",
			   g_get_real_time() / G_USEC_PER_SEC);
}

static gboolean
can_rate(void *data, const char *path)
{
	const Planning *planning = data;
	g_autofree char *key = learned_no_rating_key(path);

	return !has_refused(planning, planning->journal, key);
}

static const Cover *
find_cover(void *data, const char *folder, const JournalRow *row)
{
	return covers_find(((Planning *)data)->covers, folder, row);
}

void
planning_build(Planning *planning, const Job *job, Journal *journal, Device *device)
{
	gboolean no_rename = has_refused(planning, journal, LEARNED_NO_RENAME);

	planning->journal = journal;
	planning->playlist_suffix = choose_suffix(planning, job);
	g_autofree char *still_confirmed = journal_get_value(journal, JOURNAL_CONFIRMED);
	PlanOptions options = {
		.percent_reserved = job->percent_reserved,
		.storage = planning->storage,
		.can_rename = planning->info.can_rename && !no_rename,
		.can_move = planning->info.can_move && !no_rename,
		.can_reach = !has_refused(planning, journal, LEARNED_NO_REACH),
		.can_retag = planning->info.can_retag,
		.max_file_bytes = planning->info.max_file_bytes,
		.playlist_suffix = planning->playlist_suffix,
		.confirmed = job->confirm_token,
		.still_confirmed = still_confirmed,
		.forgets = job->forget,
		.skips = planning->skips->sources,
		.same_song = same_song,
		.can_rate = planning->info.can_rate ? can_rate : NULL,
		.tags_digest = tags_digest,
		.data = planning,
	};
	if (device != NULL && planning->info.can_albums && job->no_covers) {
		options.wants_no_covers = TRUE;
	} else if (device != NULL && planning->info.can_albums) {
		if (planning->covers == NULL)
			planning->covers = session_covers_new(device, planning->cancellable);
		options.find_cover = find_cover;
		options.refuses_covers = has_refused(planning, journal, LEARNED_NO_COVERS);
	}
	plan_prepare_names(planning->wishlist, planning->inventory, planning->rows, job->layout,
			   planning->storage);
	planning->plan =
		plan_build(planning->wishlist, planning->inventory, planning->rows, &options);
	add_notes(planning, journal);
}

gboolean
planning_remember(Planning *planning, Journal *journal, GError **error)
{
	const Plan *plan = planning->plan;

	if (plan->confirmed != NULL &&
	    !journal_set_value(journal, JOURNAL_CONFIRMED, plan->confirmed, error))
		return FALSE;
	return !plan->device_was_reset || journal_set_value(journal, JOURNAL_MARK_LOST, "1", error);
}

void
planning_settle(Planning *planning, Journal *journal)
{
	journal_remove_value(journal, JOURNAL_DAMAGED, NULL);
	journal_remove_value(journal, JOURNAL_CONFIRMED, NULL);
	if (!planning->wishlist->suspicious)
		source_forget_tags(planning->wishlist, journal);
}

char *
planning_tell_notes(const Planning *planning)
{
	GString *line = g_string_new(NULL);
	guint n = planning->plan != NULL ? planning->plan->notes->len : 0;

	for (guint i = 0; i < MIN(n, MAX_NOTES); i++)
		g_string_append_printf(line, "%s%s", i > 0 ? "; " : "",
				       (const char *)planning->plan->notes->pdata[i]);
	if (n > MAX_NOTES)
		g_string_append_printf(line, "; and %u more, which a preview shows", n - MAX_NOTES);
	return g_string_free(line, FALSE);
}

/* what the helper is told */

void
planning_count(Planning *planning, uint32_t *songs, uint64_t *bytes, uint32_t *skipped)
{
	*songs = *skipped = 0;
	*bytes = 0;
	for (guint i = 0; i < planning->rows->len; i++) {
		const JournalRow *row = g_ptr_array_index(planning->rows, i);
		if (row->kind == JOURNAL_SONG && row->state == JOURNAL_DONE) {
			(*songs)++;
			*bytes += row->size_bytes;
		} else if (row->kind == JOURNAL_SONG && row->state == JOURNAL_SKIPPED) {
			(*skipped)++;
		}
	}
}

static uint64_t
bytes_on(Planning *planning, const char *label)
{
	uint64_t bytes = 0;

	for (guint i = 0; i < planning->rows->len; i++) {
		const JournalRow *row = g_ptr_array_index(planning->rows, i);
		if (row->state == JOURNAL_DONE && strcmp(row->storage, label) == 0)
			bytes += row->size_bytes;
	}
	return bytes;
}

static void
add_storage(Planning *planning, const Job *job, GVariantBuilder *builder, int index)
{
	const DeviceStorage *storage =
		&g_array_index(planning->inventory->storages, DeviceStorage, index);
	uint64_t reserved = storage->capacity_bytes / 100 * job->percent_reserved;

	if (storage->writable)
		g_variant_builder_add(builder, "(sstttt)", storage->label, storage->description,
				      storage->capacity_bytes, storage->free_bytes, reserved,
				      bytes_on(planning, storage->label));
}

GVariant *
planning_storages(Planning *planning, const Job *job)
{
	GVariantBuilder builder;

	g_variant_builder_init(&builder, G_VARIANT_TYPE("a(sstttt)"));
	if (planning->storage >= 0)
		add_storage(planning, job, &builder, planning->storage);
	for (int i = 0; i < (int)planning->inventory->storages->len; i++) {
		if (i != planning->storage)
			add_storage(planning, job, &builder, i);
	}
	return g_variant_builder_end(&builder);
}

void
planning_add_estimate(Planning *planning, GVariantDict *result)
{
	const Plan *plan = planning->plan;
	const DeviceStorage *storage =
		&g_array_index(planning->inventory->storages, DeviceStorage, planning->storage);

	g_variant_dict_insert(result, "WantedBytes", "t", plan->wanted_bytes);
	g_variant_dict_insert(result, "WantedItems", "u", plan->wanted_items);
	g_variant_dict_insert(result, "AddedBytes", "t", plan->added_bytes);
	g_variant_dict_insert(result, "AddedItems", "u", plan->added_items);
	g_variant_dict_insert(result, "RemovedBytes", "t", plan->removed_bytes);
	g_variant_dict_insert(result, "RemovedItems", "u", plan->removed_items);
	g_variant_dict_insert(result, "NoFitBytes", "t", plan->no_fit_bytes);
	g_variant_dict_insert(result, "NoFitItems", "u", plan->no_fit_items);
	g_variant_dict_insert(result, "HeldBytes", "t", plan->held_bytes);
	g_variant_dict_insert(result, "HeldItems", "u", plan->n_held);
	g_variant_dict_insert(result, "FreeBytes", "t", storage->free_bytes);
}
