/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-wishlist: rules and libraries in, one list in the order of importance out. A song is told as
 * the name of its file.
 */
/* style: file-lines, one scene builder serves all of its tests */
#include "engine/wishlist.h"

#include <string.h>
#include <unistd.h>

#define NOW 1700000000
#define DAY (24 * 3600)

typedef struct {
	GPtrArray *libraries;
	GArray *rules;
	WishlistContext context;
	LibraryBuilder *builder; /* of the host at hand */
	Wishlist *wishlist;
} Scene;

static Scene *
scene_new(void)
{
	Scene *scene = g_new0(Scene, 1);

	scene->libraries = g_ptr_array_new_with_free_func((GDestroyNotify)library_free);
	scene->rules = rules_new();
	scene->context = (WishlistContext){NOW, 5, NULL};
	return scene;
}

static void
scene_free(Scene *scene)
{
	wishlist_free(scene->wishlist);
	g_ptr_array_unref(scene->libraries);
	g_array_unref(scene->rules);
	g_free(scene);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scene, scene_free)

static void
begin_host(Scene *scene, const char *host_id)
{
	scene->builder = library_builder_new(host_id, host_id);
}

static void
end_host(Scene *scene)
{
	g_autoptr(GError) error = NULL;
	int fd = library_builder_seal(scene->builder, &error);

	g_assert_no_error(error);
	Library *library = library_new_from_fd(fd, &error);
	g_assert_no_error(error);
	close(fd);
	g_ptr_array_add(scene->libraries, library);
	g_clear_pointer(&scene->builder, library_builder_free);
}

/* Adds a track; what is NULL or 0 in it is unknown. */
static uint32_t
add_track(Scene *scene, const char *name, Track track)
{
	g_autofree char *uri = g_strdup_printf("file:///m/%s.mp3", name);
	const char **strings[] = {&track.title, &track.artist, &track.album, &track.album_artist,
				  &track.genre};

	for (guint i = 0; i < G_N_ELEMENTS(strings); i++)
		*strings[i] = *strings[i] != NULL ? *strings[i] : "";
	track.rating = track.rating == 0 ? -1 : track.rating;
	track.play_count = track.play_count == 0 ? -1 : track.play_count;
	track.uri = uri;
	return library_builder_add_track(scene->builder, &track);
}

static void
add_host(Scene *scene, const char *host_id, const char *names)
{
	g_auto(GStrv) split = g_strsplit(names, " ", -1);

	begin_host(scene, host_id);
	for (guint i = 0; split[i] != NULL && split[i][0] != '\0'; i++)
		add_track(scene, split[i], (Track){0});
	end_host(scene);
}

static void
add_rule(Scene *scene, const char *host_id, int32_t kind, const char *playlist_id, int32_t priority,
	 int32_t fill)
{
	Rule rule = {g_strdup(host_id), kind, g_strdup(playlist_id), priority, fill};

	g_array_append_val(scene->rules, rule);
}

static char *
tell(Scene *scene)
{
	GString *out = g_string_new(NULL);

	g_clear_pointer(&scene->wishlist, wishlist_free);
	scene->wishlist = wishlist_build(scene->libraries, scene->rules, &scene->context);
	for (guint i = 0; i < scene->wishlist->wants->len; i++) {
		const Want *want = &g_array_index(scene->wishlist->wants, Want, i);
		g_autofree char *name =
			g_path_get_basename(want->source != NULL ? want->source : want->uri);
		g_string_append_printf(out, "%s%.*s", i > 0 ? " " : "", (int)strcspn(name, "."),
				       name);
	}
	return g_string_free(out, FALSE);
}

static void
assert_told(Scene *scene, const char *expected)
{
	g_autofree char *told = tell(scene);

	g_assert_cmpstr(told, ==, expected);
}

static void
test_whole_library_in_its_order(void)
{
	g_autoptr(Scene) scene = scene_new();

	add_host(scene, "mpd", "c a b");
	add_rule(scene, "mpd", PORTA_RULE_LIBRARY, "", 1, 0);
	assert_told(scene, "c a b");
	g_assert_false(scene->wishlist->suspicious);
	g_assert_cmpstr(scene->wishlist->rule_names->pdata[0], ==, "whole library");
	const Want *first = &g_array_index(scene->wishlist->wants, Want, 0);
	g_assert_cmpstr(first->source, ==, "/m/c.mp3");
	g_assert_cmpint(first->priority, ==, 1);
}

static void
test_rules_in_the_order_of_their_priority(void)
{
	g_autoptr(Scene) scene = scene_new();

	begin_host(scene, "mpd");
	uint32_t a = add_track(scene, "a", (Track){0}), b = add_track(scene, "b", (Track){0});
	uint32_t c = add_track(scene, "c", (Track){0});
	library_builder_add_playlist(scene->builder, "p", "Late", 1, (uint32_t[]){c, b}, 2);
	library_builder_add_playlist(scene->builder, "q", "Early", 1, (uint32_t[]){b, b, a}, 3);
	end_host(scene);
	add_rule(scene, "mpd", PORTA_RULE_PLAYLIST, "p", 7, 0);
	add_rule(scene, "mpd", PORTA_RULE_PLAYLIST, "q", 3, 0);
	assert_told(scene, "b a c");
	g_assert_cmpuint(scene->wishlist->playlists->len, ==, 2);
	const WantedPlaylist *early = scene->wishlist->playlists->pdata[0];
	g_assert_cmpstr(early->name, ==, "Early");
	g_assert_cmpuint(early->wants->len, ==, 3);
	g_assert_cmpuint(g_array_index(early->wants, uint32_t, 0), ==, 0);
	g_assert_cmpuint(g_array_index(early->wants, uint32_t, 1), ==, 0);
	g_assert_cmpuint(g_array_index(early->wants, uint32_t, 2), ==, 1);
	g_assert_cmpstr(scene->wishlist->rule_names->pdata[1], ==, "Late");
	g_assert_cmpint(g_array_index(scene->wishlist->wants, Want, 2).priority, ==, 7);
}

static void
test_two_hosts_want_one_file_once(void)
{
	g_autoptr(Scene) scene = scene_new();

	begin_host(scene, "mpd");
	library_builder_add_track(scene->builder, &(Track){.uri = "file:///m/a%20b.mp3",
							   .title = "T",
							   .artist = "",
							   .album = "",
							   .album_artist = "",
							   .genre = "",
							   .rating = -1,
							   .play_count = -1});
	end_host(scene);
	begin_host(scene, "rhythmbox");
	library_builder_add_track(scene->builder,
				  &(Track){.uri = "file://localhost/m/x/../%61%20b.mp3",
					   .title = "U",
					   .artist = "Ann",
					   .album = "",
					   .album_artist = "",
					   .genre = "",
					   .rating = 80,
					   .disc_number = 2,
					   .play_count = -1});
	end_host(scene);
	add_rule(scene, "rhythmbox", PORTA_RULE_LIBRARY, "", 2, 0);
	add_rule(scene, "mpd", PORTA_RULE_LIBRARY, "", 1, 0);
	assert_told(scene, "a b");
	const Want *want = &g_array_index(scene->wishlist->wants, Want, 0);
	g_assert_cmpstr(want->uri, ==, "file:///m/a%20b.mp3");
	g_assert_cmpstr(want->track.title, ==, "T");
	g_assert_cmpstr(want->track.artist, ==, "Ann");
	g_assert_cmpint(want->track.rating, ==, 80);
	g_assert_cmpuint(want->track.disc_number, ==, 2);
}

/* "Not rated" leaves it to the next host, and says more than one that knows no ratings. */
static void
add_host_that_rated(Scene *scene, const char *host, int32_t rating)
{
	begin_host(scene, host);
	library_builder_add_track(scene->builder, &(Track){.uri = "file:///m/a",
							   .title = "",
							   .artist = "",
							   .album = "",
							   .album_artist = "",
							   .genre = "",
							   .rating = rating,
							   .play_count = -1});
	end_host(scene);
}

static void
test_a_song_that_one_host_has_not_rated_is_rated_by_the_other(void)
{
	static const struct {
		int32_t first, second, expected;
	} rows[] = {{0, 80, 80},  {-1, 80, 80}, {80, 40, 80}, {80, 0, 80},
		    {80, -1, 80}, {0, -1, 0},   {-1, 0, 0},   {-1, -1, -1}};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Scene) scene = scene_new();

		add_host_that_rated(scene, "first", rows[i].first);
		add_host_that_rated(scene, "second", rows[i].second);
		add_rule(scene, "first", PORTA_RULE_LIBRARY, "", 1, 0);
		add_rule(scene, "second", PORTA_RULE_LIBRARY, "", 2, 0);
		assert_told(scene, "a");
		g_assert_cmpint(g_array_index(scene->wishlist->wants, Want, 0).track.rating, ==,
				rows[i].expected);
	}
}

static void
test_streams_and_parts_of_files_are_wanted_and_have_no_file(void)
{
	g_autoptr(Scene) scene = scene_new();
	uint32_t tracks[2];

	begin_host(scene, "mpd");
	tracks[0] = library_builder_ensure_uri(scene->builder, "http://radio.example/a");
	tracks[1] = library_builder_ensure_uri(scene->builder, "file:///m/b.cue?2");
	library_builder_add_playlist(scene->builder, "p", "P", 1, tracks, 2);
	end_host(scene);
	add_rule(scene, "mpd", PORTA_RULE_PLAYLIST, "p", 1, 0);
	assert_told(scene, "a b");
	for (guint i = 0; i < 2; i++) {
		const Want *want = &g_array_index(scene->wishlist->wants, Want, i);
		g_assert_null(want->source);
		g_assert_cmpint(want->state, ==, i == 0 ? SOURCE_STREAM : SOURCE_NOT_LOCAL);
	}
}

static void
test_what_stands_in_a_playlist_alone_is_wanted_through_it(void)
{
	g_autoptr(Scene) scene = scene_new();

	begin_host(scene, "mpd");
	add_track(scene, "a", (Track){0});
	uint32_t stray = library_builder_ensure_uri(scene->builder, "file:///m/stray.mp3");
	library_builder_add_playlist(scene->builder, "p", "P", 1, &stray, 1);
	end_host(scene);
	add_rule(scene, "mpd", PORTA_RULE_LIBRARY, "", 1, 0);
	assert_told(scene, "a");
	add_rule(scene, "mpd", PORTA_RULE_PLAYLIST, "p", 2, 0);
	assert_told(scene, "a stray");
}

static void
test_fills_come_after_the_rules_of_their_priority(void)
{
	g_autoptr(Scene) scene = scene_new();

	begin_host(scene, "mpd");
	add_track(scene, "a", (Track){.rating = 100});
	uint32_t b = add_track(scene, "b", (Track){0});
	add_track(scene, "c", (Track){0});
	library_builder_add_playlist(scene->builder, "p", "P", 1, &b, 1);
	end_host(scene);
	add_rule(scene, "mpd", PORTA_RULE_FILL, "", 1, PORTA_FILL_TOP_RATED);
	add_rule(scene, "mpd", PORTA_RULE_PLAYLIST, "p", 1, 0);
	assert_told(scene, "b a c");
	g_assert_false(g_array_index(scene->wishlist->wants, Want, 0).is_fill);
	g_assert_true(g_array_index(scene->wishlist->wants, Want, 1).is_fill);
}

static void
test_fills_by_what_is_known(void)
{
	g_autoptr(Scene) scene = scene_new();
	g_autoptr(GHashTable) times = g_hash_table_new(g_str_hash, g_str_equal);
	int64_t early = 100, late = 200;

	begin_host(scene, "mpd");
	add_track(scene, "none", (Track){0});
	add_track(scene, "low", (Track){.rating = 20, .added_unix = 500});
	add_track(scene, "high", (Track){.rating = 90, .added_unix = 400});
	add_track(scene, "new", (Track){.modified_unix = 600});
	end_host(scene);
	add_rule(scene, "mpd", PORTA_RULE_FILL, "", 1, PORTA_FILL_TOP_RATED);
	Rule *rule = &g_array_index(scene->rules, Rule, 0);
	assert_told(scene, "high low none new");
	rule->fill = PORTA_FILL_RECENT;
	assert_told(scene, "new low high none");
	rule->fill = PORTA_FILL_LEAST_RECENTLY_SYNCED;
	g_hash_table_insert(times, "/m/none.mp3", &late);
	g_hash_table_insert(times, "/m/high.mp3", &early);
	scene->context.last_synced = times;
	assert_told(scene, "low new high none");
}

static void
test_a_shuffle_is_stable(void)
{
	g_autoptr(Scene) scene = scene_new();

	add_host(scene, "mpd", "a b c d e f g h i j");
	add_rule(scene, "mpd", PORTA_RULE_FILL, "", 1, PORTA_FILL_SHUFFLE);
	g_autofree char *first = tell(scene);
	g_assert_cmpstr(first, !=, "a b c d e f g h i j");
	assert_told(scene, first);
	scene->context.shuffle_seed = 6;
	g_autofree char *other = tell(scene);
	g_assert_cmpstr(first, !=, other);

	/* a song that joins moves no other */
	scene->context.shuffle_seed = 5;
	g_ptr_array_set_size(scene->libraries, 0);
	add_host(scene, "mpd", "a b x c d e f g h i j");
	g_autofree char *joined = tell(scene);
	char *x = strchr(joined, 'x');
	memmove(x, x + (x[1] != '\0' ? 2 : 0), strlen(x + (x[1] != '\0' ? 2 : 0)) + 1);
	g_assert_cmpstr(g_strchomp(joined), ==, first);
}

static void
test_default_rules_in_the_order_of_WMP(void)
{
	g_autoptr(Scene) scene = scene_new();

	begin_host(scene, "mpd");
	add_track(scene, "rest", (Track){0});
	add_track(scene, "thrice", (Track){.play_count = 3});
	add_track(scene, "often", (Track){.play_count = 9});
	add_track(scene, "played", (Track){.last_played_unix = NOW - DAY});
	add_track(scene, "four", (Track){.rating = 75});
	add_track(scene, "added", (Track){.added_unix = NOW - 29 * DAY});
	add_track(scene, "old", (Track){.added_unix = NOW - 31 * DAY});
	add_track(scene, "five", (Track){.rating = 99});
	uint32_t automatic = add_track(scene, "auto", (Track){0});
	uint32_t own = add_track(scene, "own", (Track){0});
	library_builder_add_playlist(scene->builder, "s", "Smart", PORTA_PLAYLIST_AUTOMATIC,
				     &automatic, 1);
	library_builder_add_playlist(scene->builder, "o", "Own", PORTA_PLAYLIST_STATIC, &own, 1);
	end_host(scene);
	add_rule(scene, "mpd", PORTA_RULE_DEFAULT, "", 1, 0);
	assert_told(scene, "own auto five added four played often thrice rest old");
	g_assert_cmpuint(scene->wishlist->playlists->len, ==, 2);
	uint32_t tier = 0;
	for (guint i = 0; i < scene->wishlist->wants->len; i++) {
		const Want *want = &g_array_index(scene->wishlist->wants, Want, i);
		g_assert_cmpuint(want->tier, >=, tier);
		g_assert_cmpint(want->priority, ==, 1);
		tier = want->tier;
	}
	g_assert_cmpuint(tier, ==, 7);
}

static void
test_an_empty_or_missing_library_is_suspicious(void)
{
	g_autoptr(Scene) scene = scene_new();

	add_host(scene, "mpd", "");
	add_rule(scene, "mpd", PORTA_RULE_LIBRARY, "", 1, 0);
	assert_told(scene, "");
	g_assert_true(scene->wishlist->suspicious);
	g_assert_cmpuint(scene->wishlist->notes->len, ==, 1);
	g_ptr_array_set_size(scene->libraries, 0);
	assert_told(scene, "");
	g_assert_true(scene->wishlist->suspicious);
}

static void
test_one_lost_library_of_two_is_suspicious(void)
{
	g_autoptr(Scene) scene = scene_new();

	add_host(scene, "mpd", "a");
	add_rule(scene, "mpd", PORTA_RULE_LIBRARY, "", 1, 0);
	add_rule(scene, "gone", PORTA_RULE_PLAYLIST, "p", 2, 0);
	assert_told(scene, "a");
	g_assert_true(scene->wishlist->suspicious);
}

static void
test_a_deleted_playlist_is_a_note_only(void)
{
	g_autoptr(Scene) scene = scene_new();

	add_host(scene, "mpd", "a");
	add_rule(scene, "mpd", PORTA_RULE_PLAYLIST, "gone", 1, 0);
	assert_told(scene, "");
	g_assert_false(scene->wishlist->suspicious);
	g_assert_cmpuint(scene->wishlist->notes->len, ==, 1);
	g_assert_cmpstr(scene->wishlist->rule_names->pdata[0], ==, "gone");
}

static void
test_no_rules_want_nothing_and_suspect_nothing(void)
{
	g_autoptr(Scene) scene = scene_new();

	add_host(scene, "mpd", "a");
	assert_told(scene, "");
	g_assert_false(scene->wishlist->suspicious);
}

static void
test_a_playlist_of_two_rules_is_one(void)
{
	g_autoptr(Scene) scene = scene_new();

	begin_host(scene, "mpd");
	uint32_t a = add_track(scene, "a", (Track){0});
	library_builder_add_playlist(scene->builder, "p", "P", 1, &a, 1);
	end_host(scene);
	add_rule(scene, "mpd", PORTA_RULE_PLAYLIST, "p", 4, 0);
	add_rule(scene, "mpd", PORTA_RULE_PLAYLIST, "p", 2, 0);
	assert_told(scene, "a");
	g_assert_cmpuint(scene->wishlist->playlists->len, ==, 1);
	g_assert_cmpint(((WantedPlaylist *)scene->wishlist->playlists->pdata[0])->priority, ==, 2);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/wishlist/the-whole-library-in-its-order",
			test_whole_library_in_its_order);
	g_test_add_func("/wishlist/rules-in-the-order-of-their-priority",
			test_rules_in_the_order_of_their_priority);
	g_test_add_func("/wishlist/two-hosts-want-one-file-once",
			test_two_hosts_want_one_file_once);
	g_test_add_func("/wishlist/a-song-that-one-host-has-not-rated-is-rated-by-the-other",
			test_a_song_that_one_host_has_not_rated_is_rated_by_the_other);
	g_test_add_func("/wishlist/streams-are-wanted-and-have-no-file",
			test_streams_and_parts_of_files_are_wanted_and_have_no_file);
	g_test_add_func("/wishlist/what-stands-in-a-playlist-alone-is-wanted-through-it",
			test_what_stands_in_a_playlist_alone_is_wanted_through_it);
	g_test_add_func("/wishlist/fills-come-after-the-rules-of-their-priority",
			test_fills_come_after_the_rules_of_their_priority);
	g_test_add_func("/wishlist/fills-by-what-is-known", test_fills_by_what_is_known);
	g_test_add_func("/wishlist/a-shuffle-is-stable", test_a_shuffle_is_stable);
	g_test_add_func("/wishlist/default-rules-in-the-order-of-WMP",
			test_default_rules_in_the_order_of_WMP);
	g_test_add_func("/wishlist/an-empty-or-missing-library-is-suspicious",
			test_an_empty_or_missing_library_is_suspicious);
	g_test_add_func("/wishlist/one-lost-library-of-two-is-suspicious",
			test_one_lost_library_of_two_is_suspicious);
	g_test_add_func("/wishlist/a-deleted-playlist-is-a-note-only",
			test_a_deleted_playlist_is_a_note_only);
	g_test_add_func("/wishlist/no-rules-want-nothing-and-suspect-nothing",
			test_no_rules_want_nothing_and_suspect_nothing);
	g_test_add_func("/wishlist/a-playlist-of-two-rules-is-one",
			test_a_playlist_of_two_rules_is_one);
	return g_test_run();
}
