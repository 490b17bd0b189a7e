/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * execute-send: a song goes to the device: new, in the place of an older one, or
 * again after an interruption.
 */
#include "engine/execute.h"

#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "engine/budget.h"
#include "engine/fingerprint.h"
#include "engine/source.h"

#define COMPARE_BYTES (256u * 1024)

static Want *
want_of(Execution *execution, const Step *step)
{
	return &g_array_index(execution->wishlist->wants, Want, step->want);
}

static JournalRow *
new_row(Execution *execution)
{
	JournalRow *row = g_new0(JournalRow, 1);

	row->use_count = row->rating = -1;
	g_ptr_array_add(execution->new_rows, row);
	return row;
}

/* The row is durable before the first byte leaves. */
static gboolean
store_pending(Execution *execution, JournalRow *row, const Step *step, GError **error)
{
	Want *want = want_of(execution, step);

	execute_describe(row, want, execute_storage(execution, step->storage)->label, step->path);
	g_free(row->fingerprint);
	row->fingerprint = fingerprint_read(want->source);
	row->state = JOURNAL_PENDING;
	row->size_bytes = want->size_bytes;
	row->device_modified = 0;
	row->synced_unix = 0;
	return journal_store(execution->journal, row, error);
}

static gboolean
store_done(Execution *execution, JournalRow *row, GError **error)
{
	row->state = JOURNAL_DONE;
	row->synced_unix = g_get_real_time() / G_USEC_PER_SEC;
	return journal_store(execution->journal, row, error);
}

static gssize
read_source(void *data, void *buffer, gsize n, GError **error)
{
	return source_reader_read(data, buffer, n, error);
}

/* A source that changed while it went out is taken back; its row stays pending. */
static gboolean
send_once(Execution *execution, JournalRow *row, const Step *step, SourceReader *reader,
	  GError **error)
{
	Want *want = want_of(execution, step);

	if (!store_pending(execution, row, step, error))
		return FALSE;
	Outgoing outgoing = {step->storage, step->path,  want->size_bytes,
			     &want->track,  read_source, reader};
	InventoryObject *object = execute_send(execution, &outgoing, error);
	if (object == NULL)
		return FALSE;
	if (!source_reader_check(reader, error)) {
		execute_drop(execution, object, NULL);
		return FALSE;
	}
	object->modified_unix = 0;
	g_hash_table_insert(execution->sent, object, row);
	return store_done(execution, row, error);
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
	Want *want = want_of(execution, step);
	struct stat st;

	if (error_code(failure) != PORTA_ERROR_SOURCE_CHANGED || stat(want->source, &st) < 0 ||
	    !fits_plan(execution, step, &st))
		return FALSE;
	want->size_bytes = st.st_size;
	want->modified_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	return TRUE;
}

static SourceReader *
open_source(Execution *execution, const Step *step, GError **error)
{
	g_autoptr(GError) failure = NULL;
	Want *want = want_of(execution, step);
	SourceReader *reader = source_reader_open(want, &failure);

	if (reader == NULL && learn_change(execution, step, failure))
		return source_reader_open(want, error);
	if (reader == NULL)
		g_propagate_error(error, g_steal_pointer(&failure));
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
	g_autoptr(SourceReader) again = source_reader_open(want_of(execution, step), error);
	return again != NULL && send_once(execution, row, step, again, error);
}

static gboolean
send_want(Execution *execution, JournalRow *row, const Step *step, GError **error)
{
	g_autoptr(SourceReader) reader = open_source(execution, step, error);

	return reader != NULL && send_opened(execution, row, step, reader, error);
}

gboolean
execute_copy(Execution *execution, const Step *step, GError **error)
{
	JournalRow *row = step->journal != NULL ? step->journal : new_row(execution);

	if (!send_want(execution, row, step, error))
		return FALSE;
	execution->present[step->want] = TRUE;
	execution->report.copied++;
	return TRUE;
}

static gboolean
has_room_for_both(Execution *execution, const Step *step)
{
	DeviceStorage *storage = execute_storage(execution, step->storage);
	uint64_t reserve = storage->capacity_bytes / 100 * execution->reserve_percent;
	uint64_t needed = budget_round_up(step->size_bytes, execution->inventory->cluster_bytes);

	return storage->free_bytes > reserve && storage->free_bytes - reserve > needed;
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
	gboolean same_place = g_strcmp0(step->path, step->object->path) == 0 ||
			      step->storage != step->object->storage;

	if (!same_place && has_room_for_both(execution, step)) {
		if (!send_want(execution, new_row(execution), step, error))
			return FALSE;
		execution->present[step->want] = TRUE;
		execution->report.replaced++;
		return drop_old(execution, step, error) &&
		       journal_remove(execution->journal, step->journal->id, error);
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

/* interrupted sends */

typedef enum { OBJECT_WHOLE, OBJECT_PARTIAL, OBJECT_STRANGE } ObjectState;

/* Reads the object back beside its source. Partial: what there is of it began as ours. */
static gboolean
compare(Execution *execution, const InventoryObject *object, const Want *want, ObjectState *state,
	GError **error)
{
	g_autofree uint8_t *ours = g_malloc(COMPARE_BYTES);
	g_autofree uint8_t *theirs = g_malloc(COMPARE_BYTES);
	g_autoptr(SourceReader) reader = source_reader_open(want, error);
	uint64_t offset = 0;

	*state = OBJECT_PARTIAL;
	if (reader == NULL)
		return FALSE;
	while (offset < object->size_bytes && offset < want->size_bytes) {
		gsize n = 0;
		if (g_cancellable_set_error_if_cancelled(execution->cancellable, error))
			return FALSE;
		if (!device_read(execution->device, object->handle, offset, theirs, COMPARE_BYTES,
				 &n, error))
			return FALSE;
		gsize m = 0;
		while (m < n) {
			gssize k = source_reader_read(reader, ours + m, n - m, error);
			if (k < 0)
				return FALSE;
			if (k == 0)
				break;
			m += k;
		}
		if (n == 0) {
			*state = offset > 0 ? OBJECT_PARTIAL : OBJECT_STRANGE;
			return TRUE;
		}
		if (m < n || memcmp(ours, theirs, n) != 0) {
			*state = offset > 0 ? OBJECT_PARTIAL : OBJECT_STRANGE;
			return TRUE;
		}
		offset += n;
	}
	gboolean is_whole = offset == want->size_bytes && object->size_bytes == want->size_bytes;
	*state = is_whole ? OBJECT_WHOLE : OBJECT_PARTIAL;
	return TRUE;
}

/* Law 1 for what can not be read back: place, name and size as the journal has them. */
static ObjectState
judge_by_journal(const Step *step)
{
	gboolean is_ours = step->object->size_bytes == step->journal->size_bytes ||
			   step->object->size_bytes == 0;

	return is_ours ? OBJECT_PARTIAL : OBJECT_STRANGE;
}

/* The unwanted song's source as the row remembers it, if it is still the same file. */
static gboolean
want_from_row(const JournalRow *row, Want *want)
{
	struct stat st;

	*want = (Want){.source = row->source,
		       .size_bytes = row->source_size,
		       .modified_ns = row->source_modified_ns};
	return row->source[0] == '/' && stat(row->source, &st) == 0;
}

/* The file is away just now: what is on the device waits for it. */
static gboolean
is_of_source(const GError *error)
{
	int32_t code = error_code(error);

	return code == PORTA_ERROR_SOURCE_MISSING || code == PORTA_ERROR_SOURCE_UNREADABLE ||
	       code == PORTA_ERROR_SOURCE_CHANGED;
}

static gboolean
judge(Execution *execution, const Step *step, ObjectState *state, GError **error)
{
	g_autoptr(GError) failure = NULL;
	Want from_row;
	const Want *want = step->want >= 0 ? want_of(execution, step) : NULL;

	if (want == NULL && want_from_row(step->journal, &from_row))
		want = &from_row;
	*state = judge_by_journal(step);
	/* it was whole once, and stands there with its size: its removal was interrupted, not its coming */
	gboolean was_done = step->journal->synced_unix > 0;
	if (want == NULL || (was_done && want == &from_row))
		return TRUE;
	if (compare(execution, step->object, want, state, &failure)) {
		if (*state == OBJECT_STRANGE && was_done)
			*state = judge_by_journal(step);
		return TRUE;
	}
	if (execute_is_fatal(failure) || (step->want >= 0 && is_of_source(failure))) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	*state = judge_by_journal(step);
	return TRUE;
}

static gboolean
adopt(Execution *execution, const Step *step, GError **error)
{
	Want *want = want_of(execution, step);

	execute_describe(step->journal, want, execute_storage(execution, step->storage)->label,
			 step->object->path);
	g_free(step->journal->fingerprint);
	step->journal->fingerprint = fingerprint_read(want->source);
	step->journal->size_bytes = step->object->size_bytes;
	if (!store_done(execution, step->journal, error))
		return FALSE;
	execution->present[step->want] = TRUE;
	execution->report.kept++;
	return TRUE;
}

/* A playlist that was cut short: shorter than it was to be, and begun as ours begin. */
static gboolean
is_part_of_playlist(Execution *execution, const Step *step)
{
	static const char beginning[] = "#EXTM3U\n";
	char found[sizeof beginning];
	gsize n = 0;

	if (step->object->size_bytes >= step->journal->size_bytes ||
	    !device_read(execution->device, step->object->handle, 0, found, sizeof beginning - 1,
			 &n, NULL))
		return FALSE;
	return n > 0 && memcmp(found, beginning, n) == 0;
}

static gboolean
check_playlist(Execution *execution, const Step *step, GError **error)
{
	if (judge_by_journal(step) == OBJECT_STRANGE && !step->object->is_playlist &&
	    !is_part_of_playlist(execution, step))
		return journal_remove(execution->journal, step->journal->id, error);
	return execute_drop(execution, step->object, error) &&
	       journal_remove(execution->journal, step->journal->id, error);
}

gboolean
execute_check(Execution *execution, const Step *step, GError **error)
{
	ObjectState state;

	if (step->journal->kind != JOURNAL_SONG)
		return check_playlist(execution, step, error);
	if (!judge(execution, step, &state, error))
		return FALSE;
	if (state == OBJECT_STRANGE)
		return journal_remove(execution->journal, step->journal->id, error);
	if (state == OBJECT_WHOLE && step->want >= 0)
		return adopt(execution, step, error);
	if (!execute_drop(execution, step->object, error))
		return FALSE;
	if (step->want < 0)
		return journal_remove(execution->journal, step->journal->id, error);
	return execute_copy(execution, step, error);
}
