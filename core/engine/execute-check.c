/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * execute-check: what an interrupted session left on the device is looked at, and read back beside its
 * source: it becomes ours whole, goes, or proves to be somebody else's (laws 1 and 3).
 */
#include "engine/execute.h"

#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "engine/beginning.h"
#include "engine/fingerprint.h"
#include "engine/rating.h"
#include "engine/source.h"

#define COMPARE_BYTES (256u * 1024)
#define COMMAND_BYTES 12 /* an MTP command, and up to five parameters of four bytes */
#define COMMAND_MOST_BYTES 32

typedef enum { OBJECT_WHOLE, OBJECT_PARTIAL, OBJECT_STRANGE } ObjectState;

/* n bytes of the source, or what there is of them. */
static gboolean
read_source(SourceReader *reader, uint8_t *buffer, gsize n, gsize *got, GError **error)
{
	for (*got = 0; *got < n;) {
		gssize k = source_reader_read(reader, buffer + *got, n - *got, error);
		if (k < 0)
			return FALSE;
		if (k == 0)
			break;
		*got += k;
	}
	return TRUE;
}

/* A device in the middle of a song, whose host died, takes the next host's first command for the end of
 * the song. How many of n bytes, at the end, are one. */
static gsize
count_command(const uint8_t *bytes, gsize n)
{
	for (gsize size = COMMAND_BYTES; size <= MIN(n, COMMAND_MOST_BYTES); size += 4) {
		const uint8_t *at = bytes + n - size;
		const uint8_t head[] = {(uint8_t)size, 0, 0, 0, 1, 0};
		if (memcmp(at, head, sizeof head) == 0)
			return size;
	}
	return 0;
}

static gboolean
find_command(Execution *execution, const InventoryObject *object, gsize *size, GError **error)
{
	uint8_t last[COMMAND_MOST_BYTES];
	gsize n = MIN(object->size_bytes, sizeof last), got = 0;

	*size = 0;
	if (n < COMMAND_BYTES)
		return TRUE;
	if (!device_read(execution->device, object->handle, object->size_bytes - n, last, n, &got,
			 error))
		return FALSE;
	*size = got == n ? count_command(last, n) : 0;
	return TRUE;
}

/* How far both are the same. */
static gsize
count_same(const uint8_t *a, const uint8_t *b, gsize n)
{
	gsize i = 0;

	while (i < n && a[i] == b[i])
		i++;
	return i;
}

/* Reads the object back beside its source. Partial: the source begins with all that there is of it, but
 * for a command behind it. */
static gboolean
compare(Execution *execution, const InventoryObject *object, const Want *want, ObjectState *state,
	GError **error)
{
	g_autofree uint8_t *ours = g_malloc(COMPARE_BYTES);
	g_autofree uint8_t *theirs = g_malloc(COMPARE_BYTES);
	g_autoptr(SourceReader) reader = source_reader_open(want, error);
	uint64_t offset = 0;
	gsize command = 0;

	if (reader == NULL)
		return FALSE;
	*state = OBJECT_STRANGE;
	if (object->size_bytes > want->size_bytes)
		return TRUE;
	if (!find_command(execution, object, &command, error))
		return FALSE;
	while (offset < object->size_bytes) {
		gsize n = 0, m = 0;
		if (g_cancellable_set_error_if_cancelled(execution->cancellable, error) ||
		    !device_read(execution->device, object->handle, offset, theirs, COMPARE_BYTES,
				 &n, error) ||
		    !read_source(reader, ours, n, &m, error))
			return FALSE;
		gsize same = count_same(ours, theirs, MIN(n, m));
		offset += same;
		if (command > 0 && offset >= object->size_bytes - command)
			break;
		if (n == 0 || same < n)
			return TRUE;
	}
	*state = offset == want->size_bytes ? OBJECT_WHOLE : OBJECT_PARTIAL;
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

/* Whether it can be read on no other day either. */
static gboolean
is_never_read(const GError *error)
{
	int32_t code = error_code(error);

	return code == PORTA_ERROR_NOT_SUPPORTED || code == PORTA_ERROR_FILE_TOO_LARGE;
}

/* Room that the device set aside and did not come to fill. */
static gsize
without_zeros(const uint8_t *bytes, gsize n)
{
	while (n > 0 && bytes[n - 1] == 0)
		n--;
	return n;
}

/* The source is another by now: what was sent is known by how it began, and by how long it was to be. */
static gboolean
judge_by_beginning(Execution *execution, const Step *step, ObjectState *state, GError **error)
{
	g_autofree uint8_t *found = g_malloc(BEGINNING_BYTES);
	g_autoptr(GError) failure = NULL;
	const JournalRow *row = step->journal;
	gboolean has_size = step->object->size_bytes == row->size_bytes;
	gsize n = 0, command = 0;

	*state = step->object->size_bytes == 0 ? OBJECT_PARTIAL : OBJECT_STRANGE;
	if (step->object->size_bytes == 0 || step->object->size_bytes > row->size_bytes)
		return TRUE;
	if (device_read(execution->device, step->object->handle, 0, found, BEGINNING_BYTES, &n,
			&failure) &&
	    find_command(execution, step->object, &command, &failure)) {
		n = MIN(n, step->object->size_bytes - command);
		gsize filled = has_size ? without_zeros(found, n) : n;
		if (beginning_matches(row->beginning, found, filled) || (has_size && filled == 0))
			*state = OBJECT_PARTIAL;
		return TRUE;
	}
	if (!is_never_read(failure)) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	*state = judge_by_journal(step);
	return TRUE;
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

/* It was whole once: a replacement or removal was cut short, not its coming. */
static gboolean
judge_done(Execution *execution, const Step *step, ObjectState *state, GError **error)
{
	const Want *want = execute_want(execution, step);

	*state = judge_by_journal(step);
	if (want == NULL)
		return TRUE;
	ObjectState compared = OBJECT_STRANGE;
	if (!compare(execution, step->object, want, &compared, error))
		return FALSE;
	if (compared != OBJECT_STRANGE)
		*state = compared;
	return TRUE;
}

static gboolean
judge_pending(Execution *execution, const Step *step, ObjectState *state, GError **error)
{
	Want from_row;
	const Want *want = execute_want(execution, step);

	if (want == NULL && want_from_row(step->journal, &from_row))
		want = &from_row;
	*state = OBJECT_STRANGE;
	if (want != NULL && !compare(execution, step->object, want, state, error))
		return FALSE;
	return *state != OBJECT_STRANGE || judge_by_beginning(execution, step, state, error);
}

/* A read that failed says nothing about the object: it waits for the next session. */
static gboolean
judge(Execution *execution, const Step *step, ObjectState *state, GError **error)
{
	g_autoptr(GError) failure = NULL;
	gboolean was_done = step->journal->synced_unix > 0;

	if (was_done ? judge_done(execution, step, state, &failure)
		     : judge_pending(execution, step, state, &failure))
		return TRUE;
	/* nobody wants it, and its file is another now */
	if (!was_done && step->want < 0 && is_of_source(failure))
		return judge_by_beginning(execution, step, state, error);
	if (!is_never_read(failure) && (step->want >= 0 || !is_of_source(failure))) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	*state = judge_by_journal(step);
	return TRUE;
}

/* Whether its rating has come along nobody knows. */
static gboolean
rate_adopted(Execution *execution, const Step *step, GError **error)
{
	int32_t host = execute_want(execution, step)->track.rating;
	int32_t rating = rating_to_send(step->journal, host);

	return rating < 0 || step->journal->given_rating < 0 || !execution->info->can_rate ||
	       execute_rate_sent(execution, step->journal, step->object, rating, host, error);
}

static gboolean
adopt(Execution *execution, const Step *step, GError **error)
{
	Want *want = execute_want(execution, step);

	execute_describe(step->journal, want, execute_storage(execution, step->storage)->label,
			 step->object->path);
	g_free(step->journal->fingerprint);
	step->journal->fingerprint = fingerprint_read(want->source);
	step->journal->size_bytes = step->object->size_bytes;
	if (!execute_store_done(execution, step->journal, error) ||
	    !rate_adopted(execution, step, error))
		return FALSE;
	execution->present[step->want] = TRUE;
	execution->report.kept++;
	execution->report.adopted++;
	return TRUE;
}

static gboolean
fail_look(const Step *step, GError *failure, GError **error)
{
	if (execute_is_fatal(failure) || is_of_source(failure))
		g_propagate_error(error, failure);
	else
		g_propagate_prefixed_error(
			error, failure,
			"“%s” on the device, left by an interrupted copy, could not be looked at; "
			"if the next sync can not either, delete it there: ",
			step->object->path);
	return FALSE;
}

/* Playlists and albums. */
static gboolean
check_list(Execution *execution, const Step *step, GError **error)
{
	gboolean was_done = step->journal->synced_unix > 0;
	ObjectState state = judge_by_journal(step);
	g_autoptr(GError) failure = NULL;

	if (step->object->is_playlist || step->object->is_album)
		state = OBJECT_PARTIAL;
	else if (!was_done && !judge_by_beginning(execution, step, &state, &failure))
		return fail_look(step, g_steal_pointer(&failure), error);
	return (state == OBJECT_STRANGE || execute_drop(execution, step->object, error)) &&
	       journal_remove(execution->journal, step->journal->id, error);
}

gboolean
execute_check(Execution *execution, const Step *step, GError **error)
{
	g_autoptr(GError) failure = NULL;
	ObjectState state;

	if (step->journal->kind != JOURNAL_SONG)
		return check_list(execution, step, error);
	if (!judge(execution, step, &state, &failure))
		return fail_look(step, g_steal_pointer(&failure), error);
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
