/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * world-device: what carries a plan out: strictly, so that a plan that breaks a law does not get
 * away with it.
 */
#include <string.h>

#include "engine/budget.h"
#include "engine/name.h"
#include "engine/rating.h"
#include "world.h"

#define MARGIN_BYTES ((uint64_t)1 << 20)

static Thing *
find_thing(World *world, uint32_t storage, const char *path)
{
	g_autofree char *folded = name_fold(path);

	for (guint i = 0; i < world->things->len; i++) {
		Thing *thing = world->things->pdata[i];
		g_autofree char *other = name_fold(thing->path);
		if (thing->storage == storage && strcmp(folded, other) == 0)
			return thing;
	}
	return NULL;
}

static void
fail(World *world, const Step *step, const char *why)
{
	g_autofree char *told = world_tell(world);

	g_error("%s: step %d %s of: %s", why, step->row, step->path, told);
}

static void
check_listed(World *world, const Step *step, uint32_t storage, const char *path)
{
	if (!inventory_is_complete(world->inventory, storage, path))
		fail(world, step, "a step touches a folder that was not listed");
}

/* What stands at the step's object; only ours may be touched (law 1). */
static Thing *
touch(World *world, const Step *step)
{
	Thing *thing = find_thing(world, step->object->storage,
				  step->kind == STEP_RENAME || step->kind == STEP_RETAG ||
						  step->kind == STEP_RATE ||
						  step->kind == STEP_PLAYLIST_WRITE
					  ? (step->old_path != NULL ? step->old_path : step->path)
					  : step->object->path);

	if (thing == NULL)
		fail(world, step, "a step's object is not where it says");
	if (thing->is_foreign)
		fail(world, step, "a step touches what is not ours");
	if (step->journal == NULL ||
	    (step->kind != STEP_CHECK && step->journal->state == JOURNAL_SKIPPED))
		fail(world, step, "a step touches what no row explains");
	if (step->kind != STEP_CHECK && step->journal->state == JOURNAL_DONE &&
	    step->journal->kind == JOURNAL_SONG && step->journal->size_bytes != thing->size_bytes)
		fail(world, step, "a step touches what has another size than its row");
	check_listed(world, step, thing->storage, thing->path);
	return thing;
}

static void
take_away(World *world, Thing *thing)
{
	if (thing->storage == (uint32_t)world->options.storage)
		world->free_bytes +=
			budget_round_up(thing->size_bytes, world->inventory->cluster_bytes);
	g_ptr_array_remove(world->things, thing);
}

static gboolean
has_folder(World *world, uint32_t storage, const char *folder)
{
	g_autofree char *folded = name_fold(folder);
	gsize n = strlen(folded);

	for (guint i = 0; i < world->things->len; i++) {
		const Thing *thing = world->things->pdata[i];
		g_autofree char *other = name_fold(thing->path);
		if (thing->storage == storage && strncmp(other, folded, n) == 0 && other[n] == '/')
			return TRUE;
	}
	return inventory_find(world->inventory, storage, folder) != NULL;
}

static void
pay(World *world, const Step *step, uint64_t bytes)
{
	if (step->storage != (uint32_t)world->options.storage)
		return;
	if (world->free_bytes < bytes)
		fail(world, step, "the device is full");
	world->free_bytes -= bytes;
}

static void
put(World *world, const Step *step, uint64_t size_bytes)
{
	g_autofree char *folder = g_strdup(step->path);

	check_listed(world, step, step->storage, step->path);
	if (find_thing(world, step->storage, step->path) != NULL)
		fail(world, step, "a step sends to a place that is taken");
	for (char *slash; (slash = strrchr(folder, '/')) != NULL;) {
		*slash = '\0';
		if (!has_folder(world, step->storage, folder))
			pay(world, step, world->inventory->cluster_bytes);
	}
	pay(world, step, budget_round_up(size_bytes, world->inventory->cluster_bytes));
	world_add_thing(world, step->storage, step->path, size_bytes);
}

static JournalRow *
row_of(World *world, const Step *step, JournalKind kind)
{
	if (step->journal != NULL)
		return step->journal;
	return world_add_row(world, kind, JOURNAL_DONE, "", "", 0);
}

static void
set_string(char **to, const char *from)
{
	char *copy = g_strdup(from);

	g_free(*to);
	*to = copy;
}

static void
describe(World *world, JournalRow *row, const Step *step)
{
	const Want *want = &g_array_index(world->wishlist->wants, Want, step->want);
	const char *print = g_hash_table_lookup(world->prints, want->source);

	rating_note_source(row, want->source, want->track.rating);
	set_string(&row->source, want->source);
	row->source_size = want->size_bytes;
	row->source_modified_ns = want->modified_ns;
	set_string(&row->fingerprint, print != NULL ? print : "");
	g_free(row->tags);
	row->tags = world->options.tags_digest(world, want);
}

/* The device takes it, and the next session reads it again. */
static void
rate(World *world, const Step *step, JournalRow *row, int32_t rating)
{
	int32_t host = g_array_index(world->wishlist->wants, Want, step->want).track.rating;

	if (rating < 0)
		return;
	if (row->leaves_rating)
		fail(world, step, "a step rates what was rated on the device");
	rating_begin(row, rating);
	rating_confirm(row, rating, host);
	rating_note_device(row, rating);
}

static void
send_song(World *world, const Step *step)
{
	const Want *want = &g_array_index(world->wishlist->wants, Want, step->want);
	JournalRow *row = row_of(world, step, JOURNAL_SONG);

	int32_t rating = rating_to_send(step->journal, want->track.rating);

	put(world, step, want->size_bytes);
	journal_row_clear_statistics(row);
	rate(world, step, row, rating);
	describe(world, row, step);
	row->state = JOURNAL_DONE;
	row->size_bytes = want->size_bytes;
	g_free(row->storage);
	row->storage = g_strdup_printf("storage%u", step->storage);
	set_string(&row->path, step->path);
}

static void
forget(World *world, JournalRow *row)
{
	if (!g_ptr_array_remove(world->rows, row))
		g_error("a row is forgotten twice");
}

static void
rename_thing(World *world, const Step *step)
{
	Thing *thing = touch(world, step);
	Thing *there = find_thing(world, step->storage, step->path);

	check_listed(world, step, step->storage, step->path);
	if (there != NULL && there != thing)
		fail(world, step, "a step renames to a place that is taken");
	set_string(&thing->path, step->path);
	set_string(&step->journal->path, step->path);
}

/* A pending object of the source's size is whole, of less a part of it; foreign things are neither. */
static void
look(World *world, const Step *step)
{
	Thing *thing = find_thing(world, step->object->storage, step->object->path);

	check_listed(world, step, step->object->storage, step->object->path);
	if (thing->is_foreign) {
		forget(world, step->journal);
		return;
	}
	const Want *want =
		step->want >= 0 ? &g_array_index(world->wishlist->wants, Want, step->want) : NULL;
	if (want != NULL && thing->size_bytes == want->size_bytes) {
		describe(world, step->journal, step);
		step->journal->state = JOURNAL_DONE;
		step->journal->size_bytes = thing->size_bytes;
		return;
	}
	take_away(world, thing);
	if (want != NULL)
		send_song(world, step);
	else
		forget(world, step->journal);
}

static void
write_playlist(World *world, const Step *step)
{
	const WantedPlaylist *playlist = world->wishlist->playlists->pdata[step->playlist];
	JournalRow *row = row_of(world, step, JOURNAL_PLAYLIST);
	g_autofree char *source = g_strconcat(playlist->host_id, "\n", playlist->id, NULL);

	if (step->object != NULL)
		take_away(world, touch(world, step));
	put(world, step, 10);
	row->state = JOURNAL_DONE;
	row->size_bytes = 10;
	g_free(row->storage);
	row->storage = g_strdup_printf("storage%u", step->storage);
	set_string(&row->path, step->path);
	set_string(&row->source, source);
	g_free(row->tags);
	row->tags = plan_playlist_digest(world->wishlist, playlist);
}

static void
write_album(World *world, const Step *step)
{
	const WantedAlbum *album = world->plan->albums->pdata[step->album];
	JournalRow *row = row_of(world, step, JOURNAL_ALBUM);

	if (step->object != NULL)
		take_away(world, touch(world, step));
	put(world, step, step->size_bytes);
	row->state = JOURNAL_DONE;
	g_free(row->storage);
	row->storage = g_strdup_printf("storage%u", step->storage);
	set_string(&row->path, step->path);
	g_free(row->tags);
	row->tags = plan_album_digest(world->wishlist, album);
	if (album->cover == NULL)
		return;
	set_string(&row->source, album->cover->path);
	row->source_size = album->cover->size_bytes;
	row->source_modified_ns = album->cover->modified_ns;
	g_free(row->uri);
	row->uri = wanted_album_names(album);
}

/* Whether the want that an older copy waits for has become ours. */
static gboolean
is_there_otherwise(World *world, const Step *step)
{
	const Want *want = &g_array_index(world->wishlist->wants, Want, step->needs);

	for (guint i = 0; i < world->rows->len; i++) {
		const JournalRow *row = world->rows->pdata[i];
		if (row != step->journal && row->state == JOURNAL_DONE &&
		    g_strcmp0(row->source, want->source) == 0)
			return TRUE;
	}
	return FALSE;
}

static void
execute(World *world, const Step *step)
{
	switch (step->kind) {
	case STEP_COPY: send_song(world, step); break;
	case STEP_REPLACE:
		take_away(world, touch(world, step));
		send_song(world, step);
		break;
	case STEP_REMOVE:
	case STEP_PLAYLIST_REMOVE:
	case STEP_ALBUM_REMOVE:
		if (step->needs >= 0 && !is_there_otherwise(world, step))
			break;
		take_away(world, touch(world, step));
		forget(world, step->journal);
		break;
	case STEP_RENAME:
	case STEP_RETAG:
		if (step->old_path != NULL)
			rename_thing(world, step);
		else
			touch(world, step);
		if (step->want >= 0)
			describe(world, step->journal, step);
		if (step->want >= 0)
			rate(world, step, step->journal, step->rating);
		break;
	case STEP_RATE:
		touch(world, step);
		rate(world, step, step->journal, step->rating);
		if (step->journal_only)
			describe(world, step->journal, step);
		break;
	case STEP_CHECK: look(world, step); break;
	case STEP_FORGET: forget(world, step->journal); break;
	case STEP_MARK_SKIPPED:
		step->journal->state = JOURNAL_SKIPPED;
		if (step->want >= 0)
			describe(world, step->journal, step);
		break;
	case STEP_KEEP:
		if (step->notes_rating)
			rating_note_host(step->journal,
					 g_array_index(world->wishlist->wants, Want, step->want)
						 .track.rating);
		if (!step->journal_only)
			break;
		describe(world, step->journal, step);
		step->journal->state = JOURNAL_DONE;
		break;
	case STEP_PLAYLIST_WRITE: write_playlist(world, step); break;
	case STEP_ALBUM_WRITE: write_album(world, step); break;
	case STEP_SKIP:
	case STEP_NO_FIT: break;
	}
}

void
world_execute(World *world)
{
	uint64_t reserve = world->capacity_bytes / 100 * world->options.percent_reserved;
	uint64_t before = world->free_bytes;
	/* where there is no room at all, playlists are written still */
	uint64_t floor = before < reserve + MARGIN_BYTES ? before - MIN(before, MARGIN_BYTES)
							 : reserve;

	for (guint i = 0; i < world->plan->steps->len; i++)
		execute(world, &g_array_index(world->plan->steps, Step, i));
	if (world->free_bytes < MIN(reserve, floor))
		g_error("free space fell from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT
			" of a reserve of %" G_GUINT64_FORMAT,
			before, world->free_bytes, reserve);
}
