/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * world-device: what a plan is made for, and what carries it out: strictly, so that a plan that
 * breaks a law does not get away with it.
 */
#include <string.h>

#include "engine/budget.h"
#include "engine/name.h"
#include "world.h"

#define MARGIN_BYTES ((uint64_t)1 << 20)

static void
take_folders(World *world, GHashTable *seen, const Thing *thing)
{
	g_autofree char *folder = g_strdup(thing->path);

	for (char *slash; (slash = strrchr(folder, '/')) != NULL;) {
		*slash = '\0';
		g_autofree char *folded = name_fold(folder);
		if (!g_hash_table_add(seen, g_strdup_printf("%u/%s", thing->storage, folded)))
			return;
		InventoryObject *object = g_new0(InventoryObject, 1);
		*object = (InventoryObject){
			.storage = thing->storage, .path = g_strdup(folder), .is_folder = TRUE};
		inventory_take(world->inventory, object);
	}
}

static gboolean
is_unlisted(const World *world, const Thing *thing)
{
	for (guint i = 0; i < world->unlisted->len; i++) {
		const char *folder = world->unlisted->pdata[i];
		if (thing->storage == 0 && g_str_has_prefix(thing->path, folder) &&
		    thing->path[strlen(folder)] == '/')
			return TRUE;
	}
	return FALSE;
}

static void
list_device(World *world)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	g_clear_pointer(&world->inventory, inventory_free);
	world->inventory = inventory_new();
	for (guint i = 0; i < world->n_storages; i++) {
		DeviceStorage storage = {
			.id = i,
			.label = g_strdup_printf("storage%u", i),
			.description = g_strdup(""),
			.capacity_bytes = world->capacity_bytes,
			.free_bytes = world->free_bytes,
			.writable = TRUE,
		};
		g_array_append_val(world->inventory->storages, storage);
	}
	for (guint i = 0; i < world->unlisted->len; i++)
		inventory_mark_incomplete(world->inventory, 0, world->unlisted->pdata[i]);
	for (guint i = 0; i < world->things->len; i++) {
		const Thing *thing = world->things->pdata[i];
		take_folders(world, seen, thing);
		if (is_unlisted(world, thing))
			continue;
		InventoryObject *object = g_new0(InventoryObject, 1);
		*object = (InventoryObject){
			.handle = i,
			.storage = thing->storage,
			.path = g_strdup(thing->path),
			.size_bytes = thing->size_bytes,
			.is_folder = thing->is_folder,
			.is_playlist = world->options.playlist_suffix != NULL &&
				       world->options.playlist_suffix[0] == '\0' &&
				       g_str_has_prefix(thing->path, "Playlists/") &&
				       !g_str_has_suffix(thing->path, ".m3u8"),
		};
		inventory_take(world->inventory, object);
	}
}

static void
build(World *world)
{
	g_clear_pointer(&world->plan, plan_free);
	plan_prepare_names(world->wishlist, world->inventory, world->rows, world->layout,
			   world->options.storage);
	world->plan = plan_build(world->wishlist, world->inventory, world->rows, &world->options);
}

void
world_plan(World *world)
{
	g_clear_pointer(&world->plan, plan_free);
	list_device(world);
	world->options.confirmed = NULL;
	build(world);
	if (!world->confirms || world->plan->held_token == NULL)
		return;
	g_autofree char *token = g_strdup(world->plan->held_token);
	world->options.confirmed = token;
	build(world);
	world->options.confirmed = NULL;
}

static const char *const kind_names[] = {
	[STEP_KEEP] = "KEEP",
	[STEP_COPY] = "COPY",
	[STEP_REPLACE] = "REPLACE",
	[STEP_REMOVE] = "REMOVE",
	[STEP_SKIP] = "SKIP",
	[STEP_RENAME] = "RENAME",
	[STEP_RETAG] = "RETAG",
	[STEP_NO_FIT] = "NO_FIT",
	[STEP_CHECK] = "CHECK",
	[STEP_FORGET] = "FORGET",
	[STEP_MARK_SKIPPED] = "MARK",
	[STEP_PLAYLIST_WRITE] = "WRITE",
	[STEP_PLAYLIST_REMOVE] = "REMOVE",
};

/* "Music/Ann/a.mp3" is "a" */
static void
tell_path(GString *out, const char *path)
{
	const char *name = path;

	if (g_str_has_prefix(path, "Music/Ann/"))
		name += strlen("Music/Ann/");
	else if (g_str_has_prefix(path, "Music/"))
		name += strlen("Music/");
	gsize n = strlen(name);
	g_string_append_len(out, name, g_str_has_suffix(name, ".mp3") ? n - 4 : n);
}

char *
world_tell(World *world)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < world->plan->steps->len; i++) {
		const Step *step = &g_array_index(world->plan->steps, Step, i);
		g_string_append_printf(out, "%s%d %s ", i > 0 ? ", " : "", step->row,
				       kind_names[step->kind]);
		tell_path(out, step->path);
		if (step->old_path != NULL) {
			g_string_append(out, "<-");
			tell_path(out, step->old_path);
		}
		if (step->journal_only)
			g_string_append(out, "!");
	}
	return g_string_free(out, FALSE);
}

guint
world_count_changes(World *world)
{
	guint n = 0;

	for (guint i = 0; i < world->plan->steps->len; i++) {
		const Step *step = &g_array_index(world->plan->steps, Step, i);
		n += step->journal_only || (step->kind != STEP_KEEP && step->kind != STEP_SKIP &&
					    step->kind != STEP_NO_FIT);
	}
	return n;
}

/* the strict device */

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

	set_string(&row->source, want->source);
	row->source_size = want->size_bytes;
	row->source_modified_ns = want->modified_ns;
	set_string(&row->fingerprint, print != NULL ? print : "");
	g_free(row->tags);
	row->tags = world->options.tags_digest(world, want);
}

static void
send_song(World *world, const Step *step)
{
	const Want *want = &g_array_index(world->wishlist->wants, Want, step->want);
	JournalRow *row = row_of(world, step, JOURNAL_SONG);

	put(world, step, want->size_bytes);
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
	set_string(&row->path, step->path);
	set_string(&row->source, source);
	g_free(row->tags);
	row->tags = plan_playlist_digest(world->wishlist, playlist);
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
		break;
	case STEP_CHECK: look(world, step); break;
	case STEP_FORGET: forget(world, step->journal); break;
	case STEP_MARK_SKIPPED:
		step->journal->state = JOURNAL_SKIPPED;
		if (step->want >= 0)
			describe(world, step->journal, step);
		break;
	case STEP_KEEP:
		if (!step->journal_only)
			break;
		describe(world, step->journal, step);
		step->journal->state = JOURNAL_DONE;
		break;
	case STEP_PLAYLIST_WRITE: write_playlist(world, step); break;
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
