/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * execute-send: a song goes to the device: new, or in the place of an older one.
 */
#include "engine/execute.h"

#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "engine/budget.h"
#include "engine/rating.h"
#include "engine/source.h"

static JournalRow *
new_row(Execution *execution)
{
	JournalRow *row = g_new0(JournalRow, 1);

	g_ptr_array_add(execution->new_rows, row);
	return row;
}

/* A new object begins to count anew; what its host has said of the song lasts. */
static void
begin_statistics(JournalRow *row, const JournalRow *before, int32_t rating)
{
	int32_t host_rating = before != NULL ? before->host_rating : -1;

	journal_row_clear_statistics(row);
	row->host_rating = host_rating;
	rating_begin(row, rating);
}

/* The row is durable before the first byte leaves. */
static gboolean
store_pending(Execution *execution, JournalRow *row, const Step *step, const SourceReader *reader,
	      int32_t rating, GError **error)
{
	Want *want = execute_want(execution, step);

	execute_describe(row, want, execute_storage(execution, step->storage)->label, step->path);
	g_free(row->fingerprint);
	row->fingerprint = g_strdup(source_reader_fingerprint(reader));
	g_free(row->beginning);
	row->beginning = g_strdup(source_reader_beginning(reader));
	row->state = JOURNAL_PENDING;
	row->size_bytes = want->size_bytes;
	row->device_modified = 0;
	row->synced_unix = 0;
	begin_statistics(row, step->journal, rating);
	return journal_store(execution->journal, row, error);
}

gboolean
execute_store_done(Execution *execution, JournalRow *row, GError **error)
{
	row->state = JOURNAL_DONE;
	row->synced_unix = g_get_real_time() / G_USEC_PER_SEC;
	return journal_store(execution->journal, row, error);
}

/* A source that changed while it went out is taken back; its row stays pending. */
static gboolean
send_once(Execution *execution, JournalRow *row, const Step *step, SourceReader *reader,
	  GError **error)
{
	Want *want = execute_want(execution, step);
	Track tags = want->track;
	gboolean is_rated = FALSE;

	tags.rating = execution->info->can_rate ? rating_to_send(step->journal, want->track.rating)
						: -1;
	if (!store_pending(execution, row, step, reader, tags.rating, error))
		return FALSE;
	g_autoptr(DeviceSource) source = source_reader_offer(reader);
	Outgoing outgoing = {
		.storage = step->storage,
		.path = step->path,
		.size_bytes = want->size_bytes,
		.modified_unix = want->modified_ns / 1000000000,
		.tags = &tags,
		.is_rated = &is_rated,
		.source = source,
	};
	InventoryObject *object = execute_send(execution, &outgoing, error);
	if (object == NULL)
		return FALSE;
	if (!source_reader_check(reader, error)) {
		execute_drop(execution, object, NULL);
		return FALSE;
	}
	object->modified_unix = 0;
	g_hash_table_insert(execution->sent, object, row);
	if (tags.rating < 0)
		return execute_store_done(execution, row, error);
	if (is_rated)
		rating_confirm(row, tags.rating, want->track.rating);
	return execute_store_done(execution, row, error) &&
	       (is_rated ||
		execute_rate_sent(execution, row, object, tags.rating, want->track.rating, error));
}

/* Whether what a file has become still fits the room that the plan gave it (law 4). */
static gboolean
fits_plan(Execution *execution, const Step *step, const struct stat *st)
{
	uint64_t cluster_bytes = execution->inventory->cluster_bytes, size_bytes = st->st_size;
	uint64_t most_bytes = execution->info->max_file_bytes;

	return S_ISREG(st->st_mode) && (most_bytes == 0 || size_bytes <= most_bytes) &&
	       budget_round_up(size_bytes, cluster_bytes) <=
		       budget_round_up(step->size_bytes, cluster_bytes);
}

/* Whether it failed because the file has just changed, to something that can be sent as well. */
static gboolean
learn_change(Execution *execution, const Step *step, const GError *failure)
{
	Want *want = execute_want(execution, step);
	struct stat st;

	if (error_code(failure) != PORTA_ERROR_SOURCE_CHANGED || stat(want->source, &st) < 0 ||
	    !fits_plan(execution, step, &st))
		return FALSE;
	want->size_bytes = st.st_size;
	want->modified_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	return TRUE;
}

/* A disk that does not answer costs one song its time, and the others on it the next sync. */
static gboolean
is_on_hung_disk(const Execution *execution, const Want *want)
{
	return g_hash_table_contains(execution->hung_disks, &want->disk);
}

/* What was begun ahead may hang there, too. */
static void
give_up_disk(Execution *execution, const Want *want)
{
	g_hash_table_add(execution->hung_disks, g_memdup2(&want->disk, sizeof want->disk));
	source_ahead_free(execution->ahead);
	execution->ahead = source_ahead_new();
}

static SourceReader *
open_source(Execution *execution, const Step *step, GError **error)
{
	g_autoptr(GError) failure = NULL;
	Want *want = execute_want(execution, step);
	SourceReader *reader =
		source_ahead_open(execution->ahead, want, execution->cancellable, &failure);

	if (reader == NULL && learn_change(execution, step, failure))
		return source_ahead_open(execution->ahead, want, execution->cancellable, error);
	if (reader == NULL)
		g_propagate_error(error, g_steal_pointer(&failure));
	else if (execution->next != NULL && !is_on_hung_disk(execution, execution->next))
		source_ahead_begin(execution->ahead, execution->next);
	return reader;
}

/* Law 5: what changes while it is being sent is sent again, once now, else with the next sync. */
static gboolean
send_opened(Execution *execution, JournalRow *row, const Step *step, SourceReader *reader,
	    GError **error)
{
	g_autoptr(GError) failure = NULL;

	if (send_once(execution, row, step, reader, &failure))
		return TRUE;
	if (!learn_change(execution, step, failure)) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	g_autoptr(SourceReader) again = source_ahead_open(
		execution->ahead, execute_want(execution, step), execution->cancellable, error);
	return again != NULL && send_once(execution, row, step, again, error);
}

static gboolean
send_want(Execution *execution, JournalRow *row, const Step *step, GError **error)
{
	const Want *want = execute_want(execution, step);
	guint n_hung = device_source_count_hung();

	if (is_on_hung_disk(execution, want)) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_SOURCE_UNREADABLE,
			    "%s could not be read: its disk does not answer, and is asked again "
			    "by the next sync",
			    want->source);
		return FALSE;
	}
	g_autoptr(SourceReader) reader = open_source(execution, step, error);
	gboolean ok = reader != NULL && send_opened(execution, row, step, reader, error);
	if (!ok && device_source_count_hung() > n_hung)
		give_up_disk(execution, want);
	return ok;
}

/* Law 4: the plan counted on room from steps that may have failed, or are yet to come. */
static gboolean
keeps_reserve(Execution *execution, const Step *step, uint64_t freed_bytes)
{
	const DeviceStorage *storage = execute_storage(execution, step->storage);
	uint64_t cluster_bytes = execution->inventory->cluster_bytes;
	uint64_t reserve = storage->capacity_bytes / 100 * execution->reserve_percent;
	uint64_t needed = budget_round_up(execute_want(execution, step)->size_bytes, cluster_bytes);
	uint64_t freed = freed_bytes > 0 ? budget_round_up(freed_bytes, cluster_bytes) : 0;

	if (needed <= freed)
		return TRUE;
	return storage->free_bytes > reserve && storage->free_bytes - reserve >= needed - freed;
}

static void
note_no_room(Execution *execution, const Step *step)
{
	execution->report.no_fit++;
	execute_fail(execution, step->path, execute_want(execution, step)->source,
		     g_error_new_literal(PORTA_ERROR, PORTA_ERROR_NO_SPACE,
					 "the room that it needs did not become free; it is copied "
					 "with a later sync"));
}

gboolean
execute_copy(Execution *execution, const Step *step, GError **error)
{
	JournalRow *row = step->journal != NULL ? step->journal : new_row(execution);

	if (!keeps_reserve(execution, step, 0)) {
		note_no_room(execution, step);
		return TRUE;
	}
	if (!send_want(execution, row, step, error))
		return FALSE;
	execution->present[step->want] = TRUE;
	execution->report.copied++;
	return TRUE;
}

/* Removes the old object in a way that an interruption leaves a row which explains what is there. */
static gboolean
drop_old(Execution *execution, const Step *step, GError **error)
{
	step->journal->state = JOURNAL_PENDING;
	return journal_store(execution->journal, step->journal, error) &&
	       execute_drop(execution, step->object, error);
}

/* To another name the new one comes before the old one goes, if there is room for both. */
gboolean
execute_replace(Execution *execution, const Step *step, GError **error)
{
	gboolean same_storage = step->storage == step->object->storage;
	gboolean same_place = g_strcmp0(step->path, step->object->path) == 0 || !same_storage;

	if (!same_place && keeps_reserve(execution, step, 0)) {
		if (!send_want(execution, new_row(execution), step, error))
			return FALSE;
		execution->present[step->want] = TRUE;
		execution->report.replaced++;
		return drop_old(execution, step, error) &&
		       journal_remove(execution->journal, step->journal->id, error);
	}
	if (!keeps_reserve(execution, step, same_storage ? step->object->size_bytes : 0)) {
		note_no_room(execution, step);
		execution->present[step->want] = strcmp(step->path, step->object->path) == 0;
		return TRUE;
	}
	/* law 2: a music disk that goes away in mid-session takes nothing along from the device */
	g_autoptr(SourceReader) reader = open_source(execution, step, error);
	if (reader == NULL || !drop_old(execution, step, error) ||
	    !send_opened(execution, step->journal, step, reader, error))
		return FALSE;
	execution->present[step->want] = TRUE;
	execution->report.replaced++;
	return TRUE;
}
