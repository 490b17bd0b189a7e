/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * execute-change: what is on the device goes, gets another name or other tags;
 * and what only the journal must learn.
 */
#include "engine/execute.h"

#include <string.h>

#include "base/error.h"
#include "engine/fingerprint.h"
#include "engine/source.h"

gboolean
execute_remove(Execution *execution, const Step *step, GError **error)
{
	/* pending: cut short from here on, the row says that its object may be gone, not that its
	 * owner deleted it */
	step->journal->state = JOURNAL_PENDING;
	if (!journal_store(execution->journal, step->journal, error) ||
	    !execute_drop(execution, step->object, error))
		return FALSE;
	if (step->kind == STEP_REMOVE)
		execution->report.removed++;
	else
		execution->report.playlists++;
	return journal_remove(execution->journal, step->journal->id, error);
}

static gboolean
move_to(Execution *execution, const Step *step, GError **error)
{
	g_autofree char *old_folder = g_path_get_dirname(step->object->path);
	g_autofree char *new_folder = g_path_get_dirname(step->path);
	g_autofree char *old_name = g_path_get_basename(step->object->path);
	g_autofree char *new_name = g_path_get_basename(step->path);

	if (strcmp(old_folder, new_folder) != 0) {
		DeviceHandle parent;
		uint32_t storage = execute_storage(execution, step->storage)->id;
		if (!execute_ensure_folder(execution, step->storage, new_folder, &parent, error) ||
		    !device_move(execution->device, step->object->handle, storage, parent, error))
			return FALSE;
	}
	return strcmp(old_name, new_name) == 0 ||
	       device_rename(execution->device, step->object->handle, new_name, error);
}

/* A device may offer what it then refuses: it is not asked again. */
static void
learn_refusal(Execution *execution, const GError *error)
{
	if (g_error_matches(error, PORTA_ERROR, PORTA_ERROR_NOT_SUPPORTED))
		journal_set_value(execution->journal, "no-rename", "1", NULL);
}

/* Between the device's doing and the journal's learning of it the song stands in two rows: whichever place the
 * next session finds it at explains it. */
static gboolean
rename_object(Execution *execution, const Step *step, GError **error)
{
	g_autoptr(JournalRow) twin = journal_row_copy(step->journal);
	g_autoptr(GError) failure = NULL;

	twin->id = 0;
	twin->state = JOURNAL_PENDING;
	g_free(twin->path);
	twin->path = g_strdup(step->path);
	if (!journal_store(execution->journal, twin, error))
		return FALSE;
	if (!move_to(execution, step, &failure)) {
		learn_refusal(execution, failure);
		if (!execute_is_fatal(failure))
			journal_remove(execution->journal, twin->id, NULL);
		g_propagate_prefixed_error(error, g_steal_pointer(&failure),
					   "renaming “%s”: ", step->object->path);
		return FALSE;
	}
	inventory_move(execution->inventory, step->object, step->path);
	g_free(step->journal->path);
	step->journal->path = g_strdup(step->path);
	if (!journal_begin(execution->journal, error))
		return FALSE;
	journal_remove(execution->journal, twin->id, NULL);
	journal_store(execution->journal, step->journal, NULL);
	return journal_commit(execution->journal, error);
}

/* The row takes the want's facts; where its object is stays as it is. */
static void
describe_in_place(Execution *execution, const Step *step)
{
	const Want *want = &g_array_index(execution->wishlist->wants, Want, step->want);
	g_autofree char *path = g_strdup(step->journal->path);
	g_autofree char *storage = g_strdup(step->journal->storage);

	execute_describe(step->journal, want, storage, path);
}

static gboolean
learn_source(Execution *execution, const Step *step, GError **error)
{
	const Want *want = &g_array_index(execution->wishlist->wants, Want, step->want);
	gboolean is_changed = step->journal->source_size != want->size_bytes ||
			      step->journal->source_modified_ns != want->modified_ns;

	describe_in_place(execution, step);
	if (is_changed) {
		g_free(step->journal->fingerprint);
		step->journal->fingerprint = fingerprint_read(want->source);
	}
	step->journal->state = JOURNAL_DONE;
	return journal_store(execution->journal, step->journal, error);
}

gboolean
execute_rename(Execution *execution, const Step *step, GError **error)
{
	if (!rename_object(execution, step, error))
		return FALSE;
	execution->report.renamed++;
	return step->want < 0 || learn_source(execution, step, error);
}

gboolean
execute_retag(Execution *execution, const Step *step, GError **error)
{
	const Want *want = &g_array_index(execution->wishlist->wants, Want, step->want);

	if (!device_retag(execution->device, step->object->handle, &want->track, error))
		return FALSE;
	execution->report.retagged++;
	if (step->old_path != NULL && strcmp(step->object->path, step->path) != 0) {
		g_autoptr(GError) failure = NULL;
		if (!rename_object(execution, step, &failure) && execute_is_fatal(failure)) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
	}
	return learn_source(execution, step, error);
}

gboolean
execute_journal_step(Execution *execution, const Step *step, GError **error)
{
	if (step->kind == STEP_KEEP && !step->journal_only)
		return TRUE;
	if (!execution->in_batch) {
		if (!journal_begin(execution->journal, error))
			return FALSE;
		execution->in_batch = TRUE;
	}
	if (step->kind == STEP_FORGET)
		return journal_remove(execution->journal, step->journal->id, error);
	if (step->kind == STEP_MARK_SKIPPED) {
		if (step->want >= 0)
			describe_in_place(execution, step);
		step->journal->state = JOURNAL_SKIPPED;
		step->journal->synced_unix = g_get_real_time() / G_USEC_PER_SEC;
		return journal_store(execution->journal, step->journal, error);
	}
	return learn_source(execution, step, error);
}
