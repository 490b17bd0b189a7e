/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * execute-check: what an interrupted session left on the device is looked at, and read back beside its
 * source: it becomes ours whole, goes, or proves to be somebody else's (laws 1 and 3).
 */
#include "engine/execute.h"

#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "engine/fingerprint.h"
#include "engine/source.h"

#define COMPARE_BYTES (256u * 1024)

static Want *
want_of(Execution *execution, const Step *step)
{
	return &g_array_index(execution->wishlist->wants, Want, step->want);
}

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
	if (!execute_store_done(execution, step->journal, error))
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
