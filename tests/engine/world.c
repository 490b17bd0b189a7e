/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * world: see world.h.
 */
#include "world.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "engine/session.h"
#include "wire/library.h"

static char *
make_folder(const char *root, const char *name)
{
	char *path = g_build_filename(root, name, NULL);

	g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
	return path;
}

static void
song_free(Song *song)
{
	g_free(song->name);
	g_free(song->title);
	g_free(song->artist);
	g_free(song->album);
	g_free(song);
}

static void
list_free(WorldList *list)
{
	g_free(list->name);
	g_strfreev(list->songs);
	g_free(list);
}

World *
world_new(FakeOptions options)
{
	World *world = g_new0(World, 1);

	/* thousands of durable commits: in memory where there is such a place */
	const char *memory = g_access("/dev/shm", W_OK) == 0 ? "/dev/shm" : g_get_tmp_dir();
	world->root = g_build_filename(memory, "portamento-world-XXXXXX", NULL);
	g_assert_nonnull(g_mkdtemp(world->root));
	world->music = make_folder(world->root, "music");
	world->device = make_folder(world->root, "device");
	world->state = make_folder(world->root, "state");
	world->songs = g_ptr_array_new_with_free_func((GDestroyNotify)song_free);
	world->lists = g_ptr_array_new_with_free_func((GDestroyNotify)list_free);
	world->rule_kind = PORTA_RULE_LIBRARY;
	world->options = options;
	return world;
}

static void
remove_tree(const char *path)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);

	for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
		g_autofree char *child = g_build_filename(path, name, NULL);
		remove_tree(child);
	}
	g_remove(path);
}

void
world_free(World *world)
{
	remove_tree(world->root);
	g_free(world->root);
	g_free(world->music);
	g_free(world->device);
	g_free(world->state);
	g_free(world->confirm_token);
	g_free(world->friendly_name);
	g_ptr_array_unref(world->songs);
	g_ptr_array_unref(world->lists);
	g_free(world);
}

static char *
source_of(World *world, const char *name)
{
	return g_build_filename(world->music, name, NULL);
}

void
world_rewrite(World *world, Song *song, gsize n, uint32_t seed)
{
	g_autofree char *path = source_of(world, song->name);
	g_autofree char *bytes = g_malloc(n + 1);
	g_autoptr(GRand) rand = g_rand_new_with_seed(seed);

	for (gsize i = 0; i < n; i++)
		bytes[i] = g_rand_int(rand);
	g_assert_true(g_file_set_contents(path, bytes, n, NULL));
}

Song *
world_add_song(World *world, const char *name, const char *title, gsize n)
{
	Song *song = g_new0(Song, 1);

	song->name = g_strdup(name);
	song->title = g_strdup(title);
	song->artist = g_strdup("Ann");
	song->album = g_strdup("Blue");
	song->track = world->songs->len + 1;
	song->in_library = TRUE;
	g_ptr_array_add(world->songs, song);
	world_rewrite(world, song, n, g_str_hash(name));
	return song;
}

void
world_rename_file(World *world, Song *song, const char *name)
{
	g_autofree char *from = source_of(world, song->name);
	g_autofree char *to = source_of(world, name);

	g_assert_cmpint(g_rename(from, to), ==, 0);
	g_free(song->name);
	song->name = g_strdup(name);
}

void
world_set_list(World *world, const char *name, const char *const *songs)
{
	WorldList *list = NULL;

	for (guint i = 0; i < world->lists->len; i++) {
		WorldList *known = g_ptr_array_index(world->lists, i);
		if (strcmp(known->name, name) == 0)
			list = known;
	}
	if (list == NULL) {
		list = g_new0(WorldList, 1);
		list->name = g_strdup(name);
		g_ptr_array_add(world->lists, list);
	}
	g_strfreev(list->songs);
	list->songs = g_strdupv((char **)songs);
}

void
world_put_foreign(World *world, const char *path, const char *content)
{
	g_autofree char *real = g_build_filename(world->device, path, NULL);
	g_autofree char *folder = g_path_get_dirname(real);

	g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
	g_assert_true(g_file_set_contents(real, content, -1, NULL));
}

/* sessions */

static char *
uri_of(World *world, const char *name)
{
	g_autofree char *path = source_of(world, name);

	return g_filename_to_uri(path, NULL, NULL);
}

static void
add_songs(World *world, LibraryBuilder *builder)
{
	for (guint i = 0; i < world->songs->len; i++) {
		Song *song = g_ptr_array_index(world->songs, i);
		g_autofree char *uri = uri_of(world, song->name);
		Track track = {.uri = uri,
			       .title = song->title,
			       .artist = song->artist,
			       .album = song->album,
			       .album_artist = "",
			       .genre = "",
			       .track_number = song->track,
			       .rating = -1,
			       .play_count = -1};
		if (song->in_library)
			library_builder_add_track(builder, &track);
	}
}

static void
add_lists(World *world, LibraryBuilder *builder)
{
	for (guint i = 0; i < world->lists->len; i++) {
		WorldList *list = g_ptr_array_index(world->lists, i);
		g_autoptr(GArray) tracks = g_array_new(FALSE, FALSE, sizeof(uint32_t));
		for (gsize k = 0; list->songs[k] != NULL; k++) {
			g_autofree char *uri = uri_of(world, list->songs[k]);
			uint32_t index = library_builder_ensure_uri(builder, uri);
			g_array_append_val(tracks, index);
		}
		library_builder_add_playlist(builder, list->name, list->name, PORTA_PLAYLIST_STATIC,
					     (uint32_t *)(void *)tracks->data, tracks->len);
	}
}

static Library *
make_library(World *world)
{
	g_autoptr(LibraryBuilder) builder = library_builder_new("test", "Test");
	g_autoptr(GError) error = NULL;

	add_songs(world, builder);
	add_lists(world, builder);
	int fd = library_builder_seal(builder, &error);
	g_assert_no_error(error);
	Library *library = library_new_from_fd(fd, &error);
	g_assert_no_error(error);
	close(fd);
	return library;
}

static void
add_rule(Job *job, int32_t kind, const char *playlist, int32_t priority)
{
	Rule rule = {g_strdup("test"), kind, g_strdup(playlist), priority, 0};

	g_array_append_val(job->rules, rule);
}

static Job *
make_job(World *world)
{
	Job *job = g_new0(Job, 1);
	DeviceAddress address = {
		.id = (char *)"fake", .serial = (char *)"F1", .name = (char *)"Fake"};

	job->kind = world->friendly_name != NULL ? JOB_IDENTIFY : JOB_SYNC;
	job->set_friendly_name = g_strdup(world->friendly_name);
	job->partnership = world->partnership;
	job->address = device_address_copy(&address);
	job->state_dir = g_strdup(world->state);
	job->libraries = g_ptr_array_new_with_free_func((GDestroyNotify)library_free);
	g_ptr_array_add(job->libraries, make_library(world));
	job->rules = rules_new();
	if (world->rule_kind == PORTA_RULE_LIBRARY)
		add_rule(job, PORTA_RULE_LIBRARY, "", 100);
	for (guint i = 0; i < world->lists->len; i++)
		add_rule(job, PORTA_RULE_PLAYLIST,
			 ((WorldList *)g_ptr_array_index(world->lists, i))->name, i + 1);
	if (world->missing_list != NULL)
		add_rule(job, PORTA_RULE_PLAYLIST, world->missing_list, 50);
	job->owner = g_strdup("owner-1");
	job->owner_name = g_strdup("tester");
	job->percent_reserved = world->percent_reserved;
	job->verify_readback = world->verify_readback;
	job->confirm_token = g_strdup(world->confirm_token);
	job->layout = g_strdup("Music/{albumartist}/{album}/{disc-track} {title}");
	job->storage = g_strdup("");
	job->playlist_format = g_strdup("auto");
	return job;
}

static void
ignore_state(void *data, int32_t detail, const char *text)
{
}

static void
note_progress(void *data, GVariant *progress)
{
	World *world = data;

	g_variant_ref_sink(progress);
	g_variant_get_child(progress, 2, "t", &world->told_bytes);
	g_variant_unref(progress);
}

static void
log_failure(void *data, const Failure *failure)
{
	World *world = data;

	world->told_failures++;
	g_test_message("%s: %d %s", failure->item, failure->code, failure->text);
}

static uint32_t
count_of(GVariant *result, const char *key)
{
	uint32_t n = 0;

	g_variant_lookup(result, key, "u", &n);
	return n;
}

static Outcome
outcome_of(GVariant *result)
{
	const char *token = "", *text = "", *owner = "";
	Outcome outcome = {
		.copied = count_of(result, "Copied"),
		.replaced = count_of(result, "Replaced"),
		.removed = count_of(result, "Removed"),
		.kept = count_of(result, "Kept"),
		.renamed = count_of(result, "Renamed"),
		.retagged = count_of(result, "Retagged"),
		.playlists = count_of(result, "Playlists"),
		.errors = count_of(result, "ErrorCount"),
		.no_fit = count_of(result, "NoFitCount"),
		.skipped = count_of(result, "SkippedCount"),
		.held = count_of(result, "HeldRemovals"),
	};

	g_assert_true(g_variant_lookup(result, "Code", "i", &outcome.code));
	g_variant_lookup(result, "Text", "&s", &text);
	g_variant_lookup(result, "HeldToken", "&s", &token);
	g_variant_lookup(result, "Owner", "&s", &owner);
	g_strlcpy(outcome.token, token, sizeof outcome.token);
	g_strlcpy(outcome.text, text, sizeof outcome.text);
	g_strlcpy(outcome.owner, owner, sizeof outcome.owner);
	g_test_message(
		"code %d %s; copied %u replaced %u removed %u kept %u renamed %u retagged %u "
		"playlists %u errors %u",
		outcome.code, text, outcome.copied, outcome.replaced, outcome.removed, outcome.kept,
		outcome.renamed, outcome.retagged, outcome.playlists, outcome.errors);
	return outcome;
}

Outcome
world_sync(World *world)
{
	const Observer observer = {ignore_state, note_progress, log_failure, world};
	const Keeper keeper = {0};
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(Session) session = session_new(make_job(world), &observer, &keeper, cancellable);
	g_autoptr(GUnixFDList) fds = g_unix_fd_list_new();

	world->counts = (FakeCounts){0};
	session_take_device(session,
			    fake_device_new(world->device, &world->options, &world->counts));
	g_autoptr(GVariant) result = g_variant_ref_sink(session_run(session, fds));
	return outcome_of(result);
}

gboolean
world_sync_with_fault(World *world, FaultKind fault, FaultMoment moment, int call)
{
	int status;
	pid_t child = fork();

	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		world->options.fault = fault;
		world->options.moment = moment;
		world->options.fault_call = call;
		world_sync(world);
		_exit(world->counts.calls < call ? 0 : FAKE_EXIT_STATUS);
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_true(WIFEXITED(status));
	g_assert_true(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == FAKE_EXIT_STATUS);
	return WEXITSTATUS(status) == 0;
}
