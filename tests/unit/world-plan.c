/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * world-plan: lists the world's device, plans for it, and tells the plan in a line.
 */
#include <string.h>

#include "engine/name.h"
#include "world.h"

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
			.is_album = g_str_has_suffix(thing->path, DEVICE_ALBUM_SUFFIX) &&
				    !thing->is_file,
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
	[STEP_RATE] = "RATE",
	[STEP_NO_FIT] = "NO_FIT",
	[STEP_CHECK] = "CHECK",
	[STEP_FORGET] = "FORGET",
	[STEP_MARK_SKIPPED] = "MARK",
	[STEP_PLAYLIST_WRITE] = "WRITE",
	[STEP_PLAYLIST_REMOVE] = "REMOVE",
	[STEP_ALBUM_WRITE] = "WRITE",
	[STEP_ALBUM_REMOVE] = "REMOVE",
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
		if (step->rating >= 0)
			g_string_append_printf(out, "=%d", step->rating);
		if (step->journal_only)
			g_string_append(out, "!");
		if (step->notes_rating && step->kind == STEP_KEEP)
			g_string_append(out, "~");
	}
	return g_string_free(out, FALSE);
}

guint
world_count_changes(World *world)
{
	guint n = 0;

	for (guint i = 0; i < world->plan->steps->len; i++) {
		const Step *step = &g_array_index(world->plan->steps, Step, i);
		n += step->journal_only || (step->notes_rating && step->kind == STEP_KEEP) ||
		     (step->kind != STEP_KEEP && step->kind != STEP_SKIP &&
		      step->kind != STEP_NO_FIT);
	}
	return n;
}
