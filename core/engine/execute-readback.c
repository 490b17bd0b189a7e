/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * execute-readback: where its owner asks for it (VerifyReadback), the begin, the middle and the end of each song
 * sent are read from the device and compared with its source. A device can say yes and tell the right size,
 * and have stored something else: a worn card, a bad cable. What differs is looked at and sent again next time.
 */
#include "engine/execute.h"

#include <string.h>

#include "base/error.h"
#include "engine/source.h"

#define PART_BYTES (64u * 1024)

typedef enum {
	COPY_SAME,
	COPY_DIFFERS,
	COPY_UNKNOWN, /* the file is another by now, or away: the next sync sees to it */
} CopyState;

static gboolean
compare_part(Execution *execution, const InventoryObject *object, SourceReader *reader,
	     uint64_t offset, gsize n, CopyState *state, GError **error)
{
	g_autofree uint8_t *theirs = g_malloc(n);
	g_autofree uint8_t *ours = g_malloc(n);
	gsize got = 0;

	if (!device_read(execution->device, object->handle, offset, theirs, n, &got, error))
		return FALSE;
	if (source_reader_read_at(reader, ours, n, offset) != (gssize)n)
		*state = COPY_UNKNOWN;
	else if (got != n || memcmp(ours, theirs, n) != 0)
		*state = COPY_DIFFERS;
	return TRUE;
}

static gboolean
compare_parts(Execution *execution, const InventoryObject *object, SourceReader *reader,
	      CopyState *state, GError **error)
{
	gsize n = MIN(object->size_bytes, PART_BYTES);
	uint64_t last = object->size_bytes - n;
	const uint64_t offsets[] = {0, last / 2, last};

	for (gsize i = 0; i < G_N_ELEMENTS(offsets) && *state == COPY_SAME; i++) {
		if (i > 0 && offsets[i] == offsets[i - 1])
			continue;
		if (!compare_part(execution, object, reader, offsets[i], n, state, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
compare_copy(Execution *execution, const InventoryObject *object, const JournalRow *row,
	     CopyState *state, GError **error)
{
	const Want as_sent = {.source = row->source,
			      .size_bytes = row->source_size,
			      .modified_ns = row->source_modified_ns};
	g_autoptr(SourceReader) reader = source_reader_open(&as_sent, NULL);

	*state = COPY_UNKNOWN;
	if (reader == NULL)
		return TRUE;
	*state = COPY_SAME;
	gboolean ok = compare_parts(execution, object, reader, state, error);
	if (!source_reader_check(reader, NULL))
		*state = COPY_UNKNOWN;
	return ok;
}

/* The row is pending again, of a file that was whole once: so it is still known as ours by place, name and
 * size, though its bytes are not those of its source (row 41). */
static gboolean
distrust(Execution *execution, const InventoryObject *object, JournalRow *row, GError **error)
{
	row->state = JOURNAL_PENDING;
	if (!journal_store(execution->journal, row, error))
		return FALSE;
	execute_fail(
		execution, object->path, row->source,
		g_error_new_literal(PORTA_ERROR, PORTA_ERROR_DEVICE_IO,
				    "what the device stored is not what was sent; it is copied "
				    "again with the next sync"));
	return TRUE;
}

static int
compare_paths(const void *a, const void *b)
{
	const InventoryObject *const *first = a, *const *second = b;

	return strcmp((*first)->path, (*second)->path);
}

/* What was sent and found again by its size. */
static GPtrArray *
list_sent(Execution *execution)
{
	GPtrArray *sent = g_ptr_array_new();
	GHashTableIter iter;
	void *object, *row;

	g_hash_table_iter_init(&iter, execution->sent);
	while (g_hash_table_iter_next(&iter, &object, &row))
		if (((JournalRow *)row)->state == JOURNAL_DONE)
			g_ptr_array_add(sent, object);
	g_ptr_array_sort(sent, compare_paths);
	return sent;
}

static void
note(Execution *execution, char *text)
{
	g_ptr_array_add(execution->plan->notes, text);
}

/* FALSE with a fatal error only; a song that can not be read is counted. */
static gboolean
read_back_one(Execution *execution, const InventoryObject *object, guint *n_unread, GError **error)
{
	JournalRow *row = g_hash_table_lookup(execution->sent, object);
	g_autoptr(GError) failure = NULL;
	CopyState state;

	if (compare_copy(execution, object, row, &state, &failure))
		return state != COPY_DIFFERS || distrust(execution, object, row, error);
	if (execute_is_fatal(failure)) {
		g_propagate_prefixed_error(error, g_steal_pointer(&failure),
					   "comparing “%s”: ", object->path);
		return FALSE;
	}
	(*n_unread)++;
	return TRUE;
}

gboolean
execute_read_back(Execution *execution, GError **error)
{
	g_autoptr(GPtrArray) sent = list_sent(execution);
	guint n_unread = 0;

	if (!execution->info->can_read_partial) {
		note(execution, g_strdup("what was copied was not compared with its files: the "
					 "device can not be asked for parts of a file"));
		return TRUE;
	}
	for (guint i = 0; i < sent->len; i++)
		if (g_cancellable_set_error_if_cancelled(execution->cancellable, error) ||
		    !read_back_one(execution, sent->pdata[i], &n_unread, error))
			return FALSE;
	if (n_unread > 0)
		note(execution, g_strdup_printf("%u of the songs that were copied could not be "
						"read back to be compared",
						n_unread));
	return TRUE;
}
