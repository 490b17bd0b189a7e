/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * execute-change: what is on the device goes, gets another name or other tags;
 * and what only the journal must learn.
 */
#include "engine/execute.h"

#include <string.h>

#include "base/error.h"
#include "engine/fingerprint.h"
#include "engine/learned.h"
#include "engine/name.h"
#include "engine/rating.h"
#include "engine/source.h"

/* What nobody wants and the device did not let go of is as it was. A song that is wanted stays pending: if it went
 * all the same, that must not look like its owner's doing. */
static void
take_back(Execution *execution, const Step *step, const GError *failure)
{
	if (execute_is_fatal(failure) || step->want >= 0)
		return;
	step->journal->state = JOURNAL_DONE;
	journal_store(execution->journal, step->journal, NULL);
}

gboolean
execute_remove(Execution *execution, const Step *step, GError **error)
{
	g_autoptr(GError) failure = NULL;

	if (step->needs >= 0 && !execution->present[step->needs])
		return TRUE;
	/* pending: cut short from here on, the row says that its object may be gone, not that its
	 * owner deleted it */
	step->journal->state = JOURNAL_PENDING;
	if (!journal_store(execution->journal, step->journal, error))
		return FALSE;
	if (!execute_drop(execution, step->object, &failure)) {
		take_back(execution, step, failure);
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (step->kind == STEP_REMOVE)
		execution->report.removed++;
	else if (step->kind == STEP_PLAYLIST_REMOVE)
		execution->report.playlists++;
	return journal_remove(execution->journal, step->journal->id, error);
}

/* How an object gets to its place: by one call to the device, or by two. */
typedef struct {
	gboolean moves, renames, renames_first;
	char *middle; /* where it stands between two; NULL: there is no between */
} Way;

static gboolean
is_same(const char *a, const char *b)
{
	g_autofree char *folded_a = name_fold(a);
	g_autofree char *folded_b = name_fold(b);

	return strcmp(folded_a, folded_b) == 0;
}

/* Law 1: neither the place nor the one between is anybody else's. */
static gboolean
find_way(Execution *execution, const Step *step, Way *way, GError **error)
{
	g_autofree char *old_folder = g_path_get_dirname(step->object->path);
	g_autofree char *new_folder = g_path_get_dirname(step->path);
	g_autofree char *old_name = g_path_get_basename(step->object->path);
	g_autofree char *new_name = g_path_get_basename(step->path);
	g_autofree char *moved = g_build_filename(new_folder, old_name, NULL);
	g_autofree char *renamed = g_build_filename(old_folder, new_name, NULL);
	InventoryObject *there = inventory_find(execution->inventory, step->storage, step->path);

	*way = (Way){.moves = !is_same(old_folder, new_folder),
		     .renames = strcmp(old_name, new_name) != 0};
	gboolean is_free = there == NULL || there == step->object;
	if (is_free && !(way->moves && way->renames))
		return TRUE;
	way->renames_first = inventory_find(execution->inventory, step->storage, moved) != NULL;
	if (is_free && (!way->renames_first ||
			inventory_find(execution->inventory, step->storage, renamed) == NULL)) {
		way->middle = g_strdup(way->renames_first ? renamed : moved);
		return TRUE;
	}
	g_set_error(error, PORTA_ERROR, PORTA_ERROR_DEVICE_IO,
		    "something else has the place “%s” on the device", step->path);
	return FALSE;
}

static gboolean
change_folder(Execution *execution, const Step *step, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(step->path);
	DeviceHandle parent;

	return execute_ensure_folder(execution, step->storage, folder, &parent, error) &&
	       device_move(execution->device, step->object->handle,
			   execute_storage(execution, step->storage)->id, parent, error);
}

static gboolean
change_name(Execution *execution, const Step *step, GError **error)
{
	g_autofree char *name = g_path_get_basename(step->path);

	return device_rename(execution->device, step->object->handle, name, error);
}

/* *passed: it got as far as the place between, if there is one. */
static gboolean
go(Execution *execution, const Step *step, const Way *way, gboolean *passed, GError **error)
{
	*passed = FALSE;
	if (way->renames_first && !change_name(execution, step, error))
		return FALSE;
	*passed = way->renames_first;
	if (way->moves && !change_folder(execution, step, error))
		return FALSE;
	*passed = TRUE;
	return !way->renames || way->renames_first || change_name(execution, step, error);
}

/* A device may offer what it then refuses. */
static void
learn_refusal(Execution *execution, const GError *error)
{
	if (g_error_matches(error, PORTA_ERROR, PORTA_ERROR_NOT_SUPPORTED))
		execute_learn(execution, LEARNED_NO_RENAME);
}

/* A second row of the same song, for a place where it may be found; 0 none. */
static gboolean
store_twin(Execution *execution, const Step *step, const char *path, int64_t *id, GError **error)
{
	g_autoptr(JournalRow) twin = journal_row_copy(step->journal);

	*id = 0;
	if (path == NULL)
		return TRUE;
	twin->id = 0;
	twin->state = JOURNAL_PENDING;
	g_free(twin->path);
	twin->path = g_strdup(path);
	if (!journal_store(execution->journal, twin, error))
		return FALSE;
	*id = twin->id;
	return TRUE;
}

/* The object stands at this place now: the row says so, and twins that explain nothing go. */
static gboolean
settle(Execution *execution, const Step *step, const char *path, const int64_t twins[2],
       GError **error)
{
	inventory_move(execution->inventory, step->object, path);
	g_free(step->journal->path);
	step->journal->path = g_strdup(path);
	if (!journal_begin(execution->journal, error))
		return FALSE;
	for (int i = 0; i < 2; i++)
		if (twins[i] != 0)
			journal_remove(execution->journal, twins[i], NULL);
	journal_store(execution->journal, step->journal, NULL);
	return journal_commit(execution->journal, error);
}

/* Between the device's doing and the journal's learning of it the song stands in a row for each place where it may
 * be: whichever the next session finds it at explains it. After a failure the row of the last place stays, since a
 * device may do what it says it has not done; the next session forgets it. */
static gboolean
rename_object(Execution *execution, const Step *step, GError **error)
{
	g_autoptr(GError) failure = NULL;
	Way way;
	int64_t twins[2];
	gboolean passed;

	if (!find_way(execution, step, &way, error))
		return FALSE;
	g_autofree char *middle = way.middle;
	if (!store_twin(execution, step, middle, &twins[0], error) ||
	    !store_twin(execution, step, step->path, &twins[1], error))
		return FALSE;
	if (go(execution, step, &way, &passed, &failure))
		return settle(execution, step, step->path, twins, error);
	learn_refusal(execution, failure);
	if (passed && middle != NULL && !execute_is_fatal(failure))
		settle(execution, step, middle, (int64_t[]){twins[0], 0}, NULL);
	g_propagate_prefixed_error(error, g_steal_pointer(&failure),
				   "renaming “%s”: ", step->object->path);
	return FALSE;
}

/* The row takes the want's facts; where its object is stays as it is. */
static void
describe_in_place(Execution *execution, const Step *step)
{
	const Want *want = execute_want(execution, step);
	g_autofree char *path = g_strdup(step->journal->path);
	g_autofree char *storage = g_strdup(step->journal->storage);

	execute_describe(step->journal, want, storage, path);
}

gboolean
execute_learn_source(Execution *execution, const Step *step, GError **error)
{
	const Want *want = execute_want(execution, step);
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

/* With what else is done to it. */
static gboolean
rate_too(Execution *execution, const Step *step, GError **error)
{
	return step->rating < 0 ||
	       execute_give_rating(execution, step->journal, step->object, step->rating,
				   execute_want(execution, step)->track.rating, error);
}

gboolean
execute_rename(Execution *execution, const Step *step, GError **error)
{
	if (!rename_object(execution, step, error))
		return FALSE;
	execution->report.renamed++;
	if (!rate_too(execution, step, error))
		return FALSE;
	return step->want < 0 || execute_learn_source(execution, step, error);
}

gboolean
execute_retag(Execution *execution, const Step *step, GError **error)
{
	const Want *want = execute_want(execution, step);

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
	return rate_too(execution, step, error) && execute_learn_source(execution, step, error);
}

gboolean
execute_journal_step(Execution *execution, const Step *step, GError **error)
{
	if (step->kind == STEP_KEEP && !step->journal_only && !step->notes_rating)
		return TRUE;
	if (!execution->in_batch) {
		if (!journal_begin(execution->journal, error))
			return FALSE;
		execution->in_batch = TRUE;
	}
	if (step->kind == STEP_KEEP && !step->journal_only) {
		rating_note_host(step->journal, execute_want(execution, step)->track.rating);
		return journal_store(execution->journal, step->journal, error);
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
	return execute_learn_source(execution, step, error);
}
