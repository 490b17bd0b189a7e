/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * execute: the loop over a plan's steps, and what all kinds of steps share.
 */
#include "engine/execute.h"

#include <string.h>

#include "base/error.h"
#include "engine/budget.h"
#include "engine/name.h"
#include "engine/source.h"

#define REPORT_EVERY_US 250000

/* progress */

static void
tell_progress(Execution *execution, gboolean always)
{
	gint64 now = g_get_monotonic_time();

	if (!always && now - execution->reported_us < REPORT_EVERY_US)
		return;
	execution->reported_us = now;
	const char *item = execution->item != NULL ? execution->item : "";
	execution->observer->progress(execution->observer->data,
				      progress_to_variant(&execution->progress, item));
}

/* How far it is comes first, so that nobody shows the new state with old figures. */
static void
enter_state(Execution *execution, int32_t detail, const char *text)
{
	execution->item = NULL;
	tell_progress(execution, TRUE);
	execution->observer->state(execution->observer->data, detail, text);
}

static void
on_sent(void *data, uint64_t done_bytes)
{
	Execution *execution = data;

	progress_update(&execution->progress, done_bytes, g_get_monotonic_time());
	tell_progress(execution, FALSE);
}

/* sending and dropping one object */

static InventoryObject *
enter(Execution *execution, const Outgoing *outgoing, DeviceHandle handle)
{
	InventoryObject *object = g_new0(InventoryObject, 1);

	object->handle = handle;
	object->storage = outgoing->storage;
	object->path = g_strdup(outgoing->path);
	object->folded = g_strdup("");
	object->size_bytes = outgoing->size_bytes;
	inventory_take(execution->inventory, object);
	inventory_drop(execution->inventory, object);
	inventory_move(execution->inventory, object, outgoing->path);
	return object;
}

static void
account(Execution *execution, uint32_t storage_index, uint64_t size_bytes, gboolean is_added)
{
	DeviceStorage *storage = execute_storage(execution, storage_index);
	uint64_t taken = budget_round_up(size_bytes, execution->inventory->cluster_bytes);

	if (is_added)
		storage->free_bytes -= MIN(storage->free_bytes, taken);
	else
		storage->free_bytes = MIN(storage->capacity_bytes, storage->free_bytes + taken);
}

static void
remember_touched(Execution *execution, uint32_t storage, DeviceHandle folder, const char *path)
{
	gint64 *key = g_new(gint64, 1);
	g_autofree char *parent = g_path_get_dirname(path);

	*key = (gint64)storage << 32 | folder;
	g_hash_table_replace(execution->touched, key, g_steal_pointer(&parent));
}

InventoryObject *
execute_send(Execution *execution, const Outgoing *outgoing, GError **error)
{
	const char *slash = strrchr(outgoing->path, '/');
	g_autofree char *folder =
		g_strndup(outgoing->path, slash != NULL ? slash - outgoing->path : 0);
	DeviceHandle parent, handle;

	if (inventory_find(execution->inventory, outgoing->storage, outgoing->path) != NULL) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_DEVICE_IO,
			    "something else has the place “%s” on the device; nothing was written "
			    "over it",
			    outgoing->path);
		return NULL;
	}
	if (!execute_ensure_folder(execution, outgoing->storage, folder, &parent, error))
		return NULL;
	DeviceSend send = {
		.storage = execute_storage(execution, outgoing->storage)->id,
		.parent = parent,
		.name = name_in(outgoing->path),
		.size_bytes = outgoing->size_bytes,
		.modified_unix = outgoing->modified_unix,
		.tags = outgoing->tags,
		.is_rated = outgoing->is_rated,
		.source = outgoing->source,
		.progress = on_sent,
		.data = execution,
	};
	if (!device_send(execution->device, &send, &handle, execution->cancellable, error))
		return NULL;
	execution->report.sent_bytes += outgoing->size_bytes;
	account(execution, outgoing->storage, outgoing->size_bytes, TRUE);
	remember_touched(execution, outgoing->storage, parent, outgoing->path);
	return enter(execution, outgoing, handle);
}

gboolean
execute_drop(Execution *execution, InventoryObject *object, GError **error)
{
	if (!device_remove(execution->device, object->handle, error)) {
		g_prefix_error(error, "removing “%s”: ", object->path);
		return FALSE;
	}
	account(execution, object->storage, object->size_bytes, FALSE);
	inventory_drop(execution->inventory, object);
	return TRUE;
}

gboolean
execute_end_batch(Execution *execution, GError **error)
{
	gboolean was_open = execution->in_batch;

	execution->in_batch = FALSE;
	return !was_open || journal_commit(execution->journal, error);
}

/* the loop */

typedef gboolean (*StepFunc)(Execution *execution, const Step *step, GError **error);

static const struct {
	StepFunc run; /* NULL: nothing to do on the device */
	int32_t detail;
	const char *text;
} actions[] = {
	[STEP_KEEP] = {execute_journal_step, 0, NULL},
	[STEP_COPY] = {execute_copy, PORTA_DETAIL_COPYING, "copying"},
	[STEP_REPLACE] = {execute_replace, PORTA_DETAIL_COPYING, "copying"},
	[STEP_REMOVE] = {execute_remove, PORTA_DETAIL_REMOVING, "removing"},
	[STEP_SKIP] = {NULL, 0, NULL},
	[STEP_RENAME] = {execute_rename, PORTA_DETAIL_COPYING, "renaming"},
	[STEP_RETAG] = {execute_retag, PORTA_DETAIL_COPYING, "updating tags"},
	[STEP_RATE] = {execute_rate, PORTA_DETAIL_COPYING, "updating ratings"},
	[STEP_NO_FIT] = {NULL, 0, NULL},
	[STEP_CHECK] = {execute_check, PORTA_DETAIL_VERIFYING, "looking into an interrupted copy"},
	[STEP_FORGET] = {execute_journal_step, 0, NULL},
	[STEP_MARK_SKIPPED] = {execute_journal_step, 0, NULL},
	[STEP_PLAYLIST_WRITE] = {execute_playlist, PORTA_DETAIL_PLAYLISTS, "writing playlists"},
	[STEP_PLAYLIST_REMOVE] = {execute_remove, PORTA_DETAIL_REMOVING, "removing"},
	[STEP_ALBUM_WRITE] = {execute_album, PORTA_DETAIL_PLAYLISTS, "sending covers"},
	[STEP_ALBUM_REMOVE] = {execute_remove, PORTA_DETAIL_REMOVING, "removing"},
};

static gboolean
is_send(const Step *step)
{
	return step->kind == STEP_COPY || step->kind == STEP_REPLACE ||
	       (step->kind == STEP_CHECK && step->want >= 0);
}

/* What is looked at may have to be sent whole. */
static uint64_t
bytes_to_send(Execution *execution, const Step *step)
{
	return step->kind == STEP_CHECK ? execute_want(execution, step)->size_bytes
					: step->size_bytes;
}

static const char *
source_of(Execution *execution, const Step *step)
{
	const Want *want = execute_want(execution, step);
	const JournalRow *row = step->journal;

	if (want != NULL)
		return want_source(want);
	return row != NULL && row->kind == JOURNAL_SONG ? row->source : NULL;
}

static void
note_foreseen(Execution *execution, const Step *step)
{
	const Failure *failure =
		execute_note_failure(execution, step->path, source_of(execution, step),
				     g_error_new_literal(PORTA_ERROR, step->error, step->reason));

	execution->report.foreseen++;
	if (!execution->is_again)
		execution->observer->failure(execution->observer->data, failure);
}

/* What is on the device without any step touching it, and what can not be helped. */
static void
note_step(Execution *execution, const Step *step)
{
	if (step->kind == STEP_KEEP && step->want >= 0) {
		execution->present[step->want] = TRUE;
		execution->report.kept++;
	} else if (step->kind == STEP_NO_FIT) {
		execution->report.no_fit++;
	} else if (step->kind == STEP_SKIP && step->error != 0) {
		note_foreseen(execution, step);
	} else if (step->kind == STEP_SKIP && step->album < 0) {
		execution->report.skipped++;
	} else if ((step->kind == STEP_RENAME || step->kind == STEP_RETAG ||
		    step->kind == STEP_RATE) &&
		   step->want >= 0) {
		execution->present[step->want] =
			TRUE; /* even if the change fails, the song is there */
	}
}

static gboolean
run_step(Execution *execution, const Step *step, int32_t *detail, GError **error)
{
	g_autoptr(GError) failure = NULL;
	gboolean is_journal = actions[step->kind].run == execute_journal_step;

	if (g_cancellable_set_error_if_cancelled(execution->cancellable, error))
		return FALSE;
	note_step(execution, step);
	if (actions[step->kind].run == NULL)
		return TRUE;
	if (!is_journal && !execute_end_batch(execution, error))
		return FALSE;
	if (actions[step->kind].detail != 0 && actions[step->kind].detail != *detail) {
		*detail = actions[step->kind].detail;
		enter_state(execution, *detail, actions[step->kind].text);
	}
	execution->item = step->path;
	if (is_send(step))
		tell_progress(execution, FALSE);
	gboolean ok = actions[step->kind].run(execution, step, &failure);
	if (is_send(step)) {
		progress_finish_item(&execution->progress, bytes_to_send(execution, step),
				     g_get_monotonic_time());
		tell_progress(execution, FALSE);
	}
	/* law 3: what can not be recorded is not done */
	if (ok && journal_has_failed(execution->journal)) {
		g_set_error_literal(
			error, PORTA_ERROR, PORTA_ERROR_JOURNAL,
			"what was done on the device could not be recorded; make sure that "
			"this computer's disk has room");
		return FALSE;
	}
	if (ok)
		return TRUE;
	if (execute_is_fatal(failure)) {
		g_propagate_prefixed_error(error, g_steal_pointer(&failure),
					   "%s: ", step->path != NULL ? step->path : "journal");
		return FALSE;
	}
	execute_fail(execution, step->path, source_of(execution, step), g_steal_pointer(&failure));
	return TRUE;
}

static void
count_sends(Execution *execution)
{
	uint64_t bytes = 0;
	uint32_t items = 0;

	for (guint i = 0; i < execution->plan->steps->len; i++) {
		const Step *step = &g_array_index(execution->plan->steps, Step, i);
		if (is_send(step)) {
			bytes += bytes_to_send(execution, step);
			items++;
		}
	}
	progress_begin(&execution->progress, bytes, items, g_get_monotonic_time());
}

/* What is sent next; NULL: nothing, or it has to be looked into first. */
static const Want *
wanted_next(Execution *execution, guint index)
{
	const Step *next = index + 1 < execution->plan->steps->len
				   ? &g_array_index(execution->plan->steps, Step, index + 1)
				   : NULL;

	return next != NULL && is_send(next) && next->kind != STEP_CHECK
		       ? execute_want(execution, next)
		       : NULL;
}

gboolean
execute_plan(Execution *execution, GError **error)
{
	int32_t detail = 0;
	gboolean ok = TRUE;

	execution->report.failures = g_ptr_array_new_with_free_func((GDestroyNotify)failure_free);
	execution->present = g_new0(gboolean, execution->wishlist->wants->len + 1);
	execution->touched = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	execution->doubtful = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	execution->sent = g_hash_table_new(NULL, NULL);
	execution->new_rows = g_ptr_array_new_with_free_func((GDestroyNotify)journal_row_free);
	execution->ahead = source_ahead_new();
	execution->hung_disks = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	count_sends(execution);
	for (guint i = 0; ok && i < execution->plan->steps->len; i++) {
		const Step *step = &g_array_index(execution->plan->steps, Step, i);
		execution->next = is_send(step) ? wanted_next(execution, i) : NULL;
		ok = run_step(execution, step, &detail, error);
	}
	ok = execute_end_batch(execution, ok ? error : NULL) && ok;
	if (ok && g_hash_table_size(execution->touched) > 0) {
		enter_state(execution, PORTA_DETAIL_VERIFYING, "checking what was copied");
		ok = execute_verify(execution, error);
	}
	if (ok && execution->reads_back && g_hash_table_size(execution->sent) > 0) {
		enter_state(execution, PORTA_DETAIL_VERIFYING, "comparing what was copied");
		ok = execute_read_back(execution, error);
	}
	if (ok)
		execute_tidy_folders(execution);
	execution->item = NULL;
	tell_progress(execution, TRUE);
	return ok;
}

void
execution_clear(Execution *execution)
{
	g_clear_pointer(&execution->report.failures, g_ptr_array_unref);
	g_clear_pointer(&execution->present, g_free);
	g_clear_pointer(&execution->touched, g_hash_table_unref);
	g_clear_pointer(&execution->doubtful, g_hash_table_unref);
	g_clear_pointer(&execution->sent, g_hash_table_unref);
	g_clear_pointer(&execution->new_rows, g_ptr_array_unref);
	g_clear_pointer(&execution->ahead, source_ahead_free);
	g_clear_pointer(&execution->hung_disks, g_hash_table_unref);
}
