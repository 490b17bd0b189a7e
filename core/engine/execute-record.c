/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * execute-record: what steps have in common: what they are about, and what is written down of them.
 */
#include "base/error.h"
#include "engine/execute.h"
#include "engine/learned.h"
#include "engine/rating.h"
#include "engine/source.h"

void
failure_free(Failure *failure)
{
	g_free(failure->item);
	g_free(failure->source);
	g_free(failure->text);
	g_free(failure);
}

Want *
execute_want(Execution *execution, const Step *step)
{
	return step->want < 0 ? NULL : &g_array_index(execution->wishlist->wants, Want, step->want);
}

DeviceStorage *
execute_storage(Execution *execution, uint32_t index)
{
	return &g_array_index(execution->inventory->storages, DeviceStorage, index);
}

gboolean
execute_is_fatal(const GError *error)
{
	switch (error_code(error)) {
	case PORTA_ERROR_NO_DEVICE:
	case PORTA_ERROR_NO_SPACE:
	case PORTA_ERROR_CANCELLED:
	case PORTA_ERROR_DEVICE_INSANE:
	case PORTA_ERROR_DEVICE_HUNG:
	case PORTA_ERROR_JOURNAL: return TRUE;
	default: return FALSE;
	}
}

const Failure *
execute_note_failure(Execution *execution, const char *item, const char *source, GError *error)
{
	Failure *failure = g_new0(Failure, 1);

	failure->item = g_strdup(item != NULL ? item : "");
	failure->source = g_strdup(source != NULL ? source : "");
	failure->code = error_code(error);
	failure->text = g_utf8_make_valid(error->message, -1);
	g_ptr_array_add(execution->report.failures, failure);
	g_error_free(error);
	return failure;
}

void
execute_fail(Execution *execution, const char *item, const char *source, GError *error)
{
	const Failure *failure = execute_note_failure(execution, item, source, error);

	execution->observer->failure(execution->observer->data, failure);
}

void
execute_describe(JournalRow *row, const Want *want, const char *storage, const char *path)
{
	rating_note_source(row, want->source, want->track.rating);
	g_free(row->storage);
	g_free(row->path);
	g_free(row->source);
	g_free(row->uri);
	g_free(row->tags);
	row->kind = JOURNAL_SONG;
	row->storage = g_strdup(storage);
	row->path = g_strdup(path);
	row->source = g_strdup(want->source);
	row->uri = g_strdup(want->uri);
	row->tags = source_tags_digest(&want->track);
	row->source_size = want->size_bytes;
	row->source_modified_ns = want->modified_ns;
}

void
execute_learn(Execution *execution, const char *what)
{
	const char *firmware = execution->info->firmware;

	learned_set(execution->journal, what, firmware != NULL ? firmware : "",
		    g_get_real_time() / G_USEC_PER_SEC);
}
