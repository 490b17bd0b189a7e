/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * world: see world.h. Scenes and what they become; the device is in world-device.c.
 */
#include "world.h"

#include <string.h>

#include "engine/name.h"

#define MIB ((uint64_t)1 << 20)
#define DONE_SECONDS 1700000000

static int
same_song(void *data, const Want *want, const JournalRow *row)
{
	World *world = data;
	const char *print = g_hash_table_lookup(world->prints, want->source);

	if (print == NULL || row->fingerprint[0] == '\0')
		return 0;
	g_auto(GStrv) ours = g_strsplit(print, " ", 3);
	g_auto(GStrv) theirs = g_strsplit(row->fingerprint, " ", 3);
	if (strcmp(ours[0], theirs[0]) != 0)
		return 0;
	return strcmp(ours[1], theirs[1]) == 0 ? 2 : 1;
}

static char *
tags_digest(void *data, const Want *want)
{
	World *world = data;
	const char *print = g_hash_table_lookup(world->prints, want->source);
	const char *tags = print != NULL ? strrchr(print, ' ') : NULL;

	return g_strconcat(want->track.artist, "/", want->track.title, "/",
			   tags != NULL ? tags + 1 : "", NULL);
}

static gboolean
can_rate(void *data, const char *path)
{
	return !((World *)data)->rates_nothing;
}

static const Cover *
find_cover(void *data, const char *folder, const JournalRow *row)
{
	return &((World *)data)->cover;
}

void
world_set_cover(World *world, CoverState state, uint64_t size_bytes, int64_t modified_ns)
{
	g_free(world->cover.path);
	world->cover = (Cover){.state = state,
			       .path = g_strdup("/m/cover.jpg"),
			       .size_bytes = size_bytes,
			       .modified_ns = modified_ns};
	world->options.find_cover = find_cover;
}

static void
thing_free(Thing *thing)
{
	g_free(thing->path);
	g_free(thing);
}

static void
want_clear(Want *want)
{
	g_free(want->source);
	g_free(want->path);
}

static void
playlist_free(WantedPlaylist *playlist)
{
	g_free(playlist->host_id);
	g_free(playlist->id);
	g_free(playlist->name);
	g_free(playlist->path);
	g_array_unref(playlist->wants);
	g_array_unref(playlist->on_device);
	g_free(playlist);
}

static Wishlist *
make_wishlist(void)
{
	Wishlist *wishlist = g_new0(Wishlist, 1);
	Rule rule = {g_strdup("host"), PORTA_RULE_LIBRARY, g_strdup(""), 1, 0};

	wishlist->wants = g_array_new(FALSE, TRUE, sizeof(Want));
	g_array_set_clear_func(wishlist->wants, (GDestroyNotify)want_clear);
	wishlist->playlists = g_ptr_array_new_with_free_func((GDestroyNotify)playlist_free);
	wishlist->rules = rules_new();
	g_array_append_val(wishlist->rules, rule);
	wishlist->rule_names = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(wishlist->rule_names, g_strdup("whole library"));
	wishlist->notes = g_ptr_array_new_with_free_func(g_free);
	return wishlist;
}

World *
world_new(void)
{
	World *world = g_new0(World, 1);

	world->wishlist = make_wishlist();
	world->library = g_ptr_array_new_with_free_func(g_free);
	world->rows = g_ptr_array_new_with_free_func((GDestroyNotify)journal_row_free);
	world->things = g_ptr_array_new_with_free_func((GDestroyNotify)thing_free);
	world->unlisted = g_ptr_array_new_with_free_func(g_free);
	world->prints = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	world->capacity_bytes = 1000 * MIB;
	world->free_bytes = 500 * MIB;
	world->n_storages = 2;
	world->layout = "Music/{artist}/{title}";
	world->options = (PlanOptions){
		.can_rename = TRUE,
		.can_move = TRUE,
		.can_retag = TRUE,
		.max_file_bytes = 400 * MIB,
		.playlist_suffix = ".m3u8",
		.skips = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		.same_song = same_song,
		.tags_digest = tags_digest,
		.can_rate = can_rate,
		.data = world,
	};
	return world;
}

void
world_free(World *world)
{
	g_clear_pointer(&world->plan, plan_free);
	g_clear_pointer(&world->inventory, inventory_free);
	wishlist_free(world->wishlist);
	g_ptr_array_unref(world->library);
	g_ptr_array_unref(world->rows);
	g_ptr_array_unref(world->things);
	g_ptr_array_unref(world->unlisted);
	g_hash_table_unref(world->prints);
	g_hash_table_unref(world->options.skips);
	g_free(world->cover.path);
	g_free(world);
}

static const char *
keep(World *world, char *string)
{
	g_ptr_array_add(world->library, string);
	return string;
}

Want *
world_add_want(World *world, const char *source, const char *artist, const char *title,
	       uint64_t size_bytes)
{
	Want want = {
		.uri = keep(world, g_strconcat("file://", source, NULL)),
		.source = g_strdup(source),
		.priority = 1,
		.order = world->wishlist->wants->len,
		.state = SOURCE_OK,
		.size_bytes = size_bytes,
		.modified_ns = 1,
	};

	want.track = (Track){
		.uri = want.uri,
		.title = keep(world, g_strdup(title)),
		.artist = keep(world, g_strdup(artist)),
		.album = "",
		.album_artist = "",
		.genre = "",
		.rating = -1,
		.play_count = -1,
	};
	g_array_append_val(world->wishlist->wants, want);
	return &g_array_index(world->wishlist->wants, Want, world->wishlist->wants->len - 1);
}

Thing *
world_add_thing(World *world, uint32_t storage, const char *path, uint64_t size_bytes)
{
	Thing *thing = g_new0(Thing, 1);

	*thing = (Thing){.path = g_strdup(path), .storage = storage, .size_bytes = size_bytes};
	g_ptr_array_add(world->things, thing);
	return thing;
}

JournalRow *
world_add_row(World *world, JournalKind kind, JournalState state, const char *source,
	      const char *path, uint64_t size_bytes)
{
	JournalRow *row = g_new0(JournalRow, 1);

	row->id = ++world->next_row_id;
	row->kind = kind;
	row->state = state;
	row->storage = g_strdup("storage0");
	row->path = g_strdup(path);
	row->size_bytes = size_bytes;
	row->source = g_strdup(source);
	row->uri = g_strdup("");
	row->source_size = size_bytes;
	row->source_modified_ns = 1;
	row->fingerprint = g_strdup("");
	row->tags = g_strdup("");
	journal_row_clear_statistics(row);
	row->synced_unix = state == JOURNAL_DONE ? DONE_SECONDS : 0;
	g_ptr_array_add(world->rows, row);
	return row;
}

WantedPlaylist *
world_add_playlist(World *world, const char *name)
{
	WantedPlaylist *playlist = g_new0(WantedPlaylist, 1);

	playlist->host_id = g_strdup("host");
	playlist->id = g_strdup(name);
	playlist->name = g_strdup(name);
	playlist->priority = 1;
	playlist->wants = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	playlist->on_device = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	g_ptr_array_add(world->wishlist->playlists, playlist);
	return playlist;
}
