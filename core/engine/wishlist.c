/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wishlist: rules and libraries become one list of songs in the order of importance. Rules are
 * walked from the most important one; the first that names a song decides its place, so the list
 * is in order as it grows. A song is its file: two hosts, or two spellings of a URI, are one want.
 * A library that has gone empty makes the list suspicious, so that nothing is removed (law 2).
 */
#include "engine/wishlist.h"

#include <string.h>

#include "engine/wishlist-order.h"

typedef struct {
	Wishlist *wishlist;
	const WishlistContext *context;
	GPtrArray *sources; /* of LibrarySource */
	GHashTable *playlists; /* "host\nid" of those that are on the list */
	GHashTable *by_source; /* source path, or URI -> index of the want + 1; borrows its keys */
} Build;

static void
library_source_free(LibrarySource *source)
{
	g_clear_pointer(&source->playlists, g_hash_table_unref);
	g_free(source->wants);
	g_free(source->tracks);
	g_free(source->listed);
	g_free(source);
}

static LibrarySource *
library_source_new(Library *library)
{
	LibrarySource *source = g_new0(LibrarySource, 1);

	source->library = library;
	source->n_tracks = library_count_tracks(library);
	return source;
}

/* Reads the tracks, once, when the first rule asks for them. */
static void
library_source_ensure(LibrarySource *source)
{
	if (source->tracks != NULL)
		return;
	source->tracks = g_new0(Track, source->n_tracks + 1);
	source->listed = g_new0(guint8, source->n_tracks + 1);
	source->wants = g_new0(uint32_t, source->n_tracks + 1);
	for (gsize i = 0; i < source->n_tracks; i++) {
		source->listed[i] = library_get_track(source->library, i, &source->tracks[i]);
		source->n_listed += source->listed[i];
	}
	source->playlists = g_hash_table_new(g_str_hash, g_str_equal);
	for (gsize i = 0; i < library_count_playlists(source->library); i++) {
		LibraryPlaylist playlist;
		library_get_playlist(source->library, i, &playlist);
		g_hash_table_insert(source->playlists, (gpointer)playlist.id,
				    GSIZE_TO_POINTER(i + 1));
	}
}

static LibrarySource *
find_source(const Build *build, const char *host_id)
{
	for (guint i = 0; i < build->sources->len; i++) {
		LibrarySource *source = build->sources->pdata[i];
		if (strcmp(library_get_host_id(source->library), host_id) == 0)
			return source;
	}
	return NULL;
}

static void note(Build *build, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
note(Build *build, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_ptr_array_add(build->wishlist->notes, g_strdup_vprintf(format, args));
	va_end(args);
}

static void
fill_string(const char **to, const char *from)
{
	if (*to == NULL || **to == '\0')
		*to = from;
}

#define FILL_NUMBER(to, from, unknown) ((to) = (to) == (unknown) ? (from) : (to))

/* What the more important host does not know, another may. */
static void
fill_gaps(Track *to, const Track *from)
{
	fill_string(&to->title, from->title);
	fill_string(&to->artist, from->artist);
	fill_string(&to->album, from->album);
	fill_string(&to->album_artist, from->album_artist);
	fill_string(&to->genre, from->genre);
	FILL_NUMBER(to->year, from->year, 0);
	FILL_NUMBER(to->track_number, from->track_number, 0);
	FILL_NUMBER(to->disc_number, from->disc_number, 0);
	FILL_NUMBER(to->duration_ms, from->duration_ms, 0);
	if (to->rating <= 0)
		to->rating = MAX(to->rating, from->rating);
	FILL_NUMBER(to->play_count, from->play_count, -1);
	FILL_NUMBER(to->last_played_unix, from->last_played_unix, 0);
	FILL_NUMBER(to->added_unix, from->added_unix, 0);
}

static SourceState
state_without_file(const char *uri)
{
	g_autofree char *scheme = g_uri_parse_scheme(uri);

	return g_strcmp0(scheme, "file") == 0 ? SOURCE_NOT_LOCAL : SOURCE_STREAM;
}

/* Index of the want; place says which rule and tier asks. */
static uint32_t
want_track(Build *build, LibrarySource *source, gsize index, const WantPlace *place)
{
	if (source->wants[index] != 0)
		return source->wants[index] - 1;
	GArray *wants = build->wishlist->wants;
	const Track *track = &source->tracks[index];
	char *path = source_path_from_uri(track->uri);
	const char *key = path != NULL ? path : track->uri;
	uint32_t known = GPOINTER_TO_UINT(g_hash_table_lookup(build->by_source, key));
	gboolean is_unlisted = !source->listed[index] && source->n_listed > 0;
	if (known != 0) {
		g_array_index(wants, Want, known - 1).is_unlisted &= is_unlisted;
		fill_gaps(&g_array_index(wants, Want, known - 1).track, track);
		source->wants[index] = known;
		g_free(path);
		return known - 1;
	}
	Want want = {
		.uri = track->uri,
		.source = path,
		.track = *track,
		.rule = place->rule,
		.priority = place->priority,
		.tier = place->tier,
		.order = build->wishlist->wants->len,
		.is_fill = place->is_fill,
		.is_unlisted = is_unlisted,
		.state = path != NULL ? SOURCE_UNKNOWN : state_without_file(track->uri),
	};
	g_array_append_val(wants, want);
	source->wants[index] = wants->len;
	g_hash_table_insert(build->by_source, (gpointer)key, GUINT_TO_POINTER(wants->len));
	return wants->len - 1;
}

static void
want_playlist(Build *build, LibrarySource *source, gsize index, const WantPlace *place)
{
	LibraryPlaylist from;

	library_get_playlist(source->library, index, &from);
	const char *host_id = library_get_host_id(source->library);
	if (!g_hash_table_add(build->playlists, g_strconcat(host_id, "\n", from.id, NULL)))
		return;
	WantedPlaylist *playlist = g_new0(WantedPlaylist, 1);
	playlist->host_id = g_strdup(host_id);
	playlist->id = g_strdup(from.id);
	playlist->name = g_strdup(from.name);
	playlist->priority = place->priority;
	playlist->rule = place->rule;
	playlist->wants = g_array_sized_new(FALSE, FALSE, sizeof(uint32_t), from.n_tracks);
	playlist->on_device = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	for (gsize i = 0; i < from.n_tracks; i++) {
		uint32_t want = want_track(build, source, from.tracks[i], place);
		g_array_append_val(playlist->wants, want);
	}
	g_ptr_array_add(build->wishlist->playlists, playlist);
}

static void
want_all(Build *build, LibrarySource *source, WantPlace *place)
{
	for (gsize i = 0; i < source->n_tracks; i++)
		if (source->listed[i])
			want_track(build, source, i, place);
}

static void
want_in_order(Build *build, LibrarySource *source, WantPlace *place, GArray *order)
{
	for (guint i = 0; i < order->len; i++)
		want_track(build, source, g_array_index(order, uint32_t, i), place);
	g_array_unref(order);
}

/* What WMP synchronizes if nobody chose: its steps in its order, each a tier of the rule. */
static void
want_default(Build *build, LibrarySource *source, WantPlace *place)
{
	static const uint32_t kinds[] = {PORTA_PLAYLIST_STATIC, PORTA_PLAYLIST_AUTOMATIC};

	for (guint k = 0; k < G_N_ELEMENTS(kinds); k++, place->tier++) {
		for (gsize i = 0; i < library_count_playlists(source->library); i++) {
			LibraryPlaylist playlist;
			library_get_playlist(source->library, i, &playlist);
			if (playlist.kind == kinds[k])
				want_playlist(build, source, i, place);
		}
	}
	for (guint tier = 0; tier < ORDER_N_TIERS; tier++, place->tier++)
		want_in_order(build, source, place,
			      order_tier(source, tier, build->context->now_unix));
	want_all(build, source, place);
}

static void
want_playlist_rule(Build *build, LibrarySource *source, const Rule *rule, WantPlace *place)
{
	gsize index = GPOINTER_TO_SIZE(g_hash_table_lookup(source->playlists, rule->playlist_id));

	if (index == 0)
		note(build, "%s no longer has the playlist “%s” that a rule asks for",
		     library_get_display_name(source->library), rule->playlist_id);
	else
		want_playlist(build, source, index - 1, place);
}

static char *
rule_name(LibrarySource *source, const Rule *rule)
{
	gsize index = 0;

	switch (rule->kind) {
	case PORTA_RULE_LIBRARY: return g_strdup("whole library");
	case PORTA_RULE_FILL: return g_strdup(order_fill_name(rule->fill));
	case PORTA_RULE_DEFAULT: return g_strdup("default rules");
	default: break;
	}
	if (source != NULL && source->playlists != NULL)
		index = GPOINTER_TO_SIZE(g_hash_table_lookup(source->playlists, rule->playlist_id));
	if (index == 0)
		return g_strdup(rule->playlist_id);
	LibraryPlaylist playlist;
	library_get_playlist(source->library, index - 1, &playlist);
	return g_strdup(playlist.name);
}

/* Whether the library can not be what its host really has. */
static gboolean
is_lost(Build *build, LibrarySource *source, const Rule *rule)
{
	if (source == NULL) {
		note(build, "%s has not published its library", rule->host_id);
		return TRUE;
	}
	library_source_ensure(source);
	gsize n = rule->kind == PORTA_RULE_PLAYLIST ? source->n_tracks : source->n_listed;
	if (n == 0)
		note(build, "the library of %s is empty",
		     library_get_display_name(source->library));
	return n == 0;
}

static void
apply_rule(Build *build, guint index)
{
	const Rule *rule = &g_array_index(build->wishlist->rules, Rule, index);
	LibrarySource *source = find_source(build, rule->host_id);
	WantPlace place = {index, rule->priority, 0, rule->kind == PORTA_RULE_FILL};

	if (is_lost(build, source, rule)) {
		build->wishlist->suspicious = TRUE;
		g_ptr_array_add(build->wishlist->rule_names, rule_name(source, rule));
		return;
	}
	g_ptr_array_add(build->wishlist->rule_names, rule_name(source, rule));
	switch (rule->kind) {
	case PORTA_RULE_LIBRARY: want_all(build, source, &place); break;
	case PORTA_RULE_PLAYLIST: want_playlist_rule(build, source, rule, &place); break;
	case PORTA_RULE_DEFAULT: want_default(build, source, &place); break;
	case PORTA_RULE_FILL:
		want_in_order(build, source, &place,
			      order_fill(source, rule->fill, build->context));
		break;
	default:
		note(build, "a rule of %s is of a kind that this version does not know",
		     rule->host_id);
	}
}

static gint
compare_rules(gconstpointer a, gconstpointer b)
{
	const Rule *rule_a = a, *rule_b = b;

	if (rule_a->priority != rule_b->priority)
		return rule_a->priority < rule_b->priority ? -1 : 1;
	return (rule_a->kind == PORTA_RULE_FILL) - (rule_b->kind == PORTA_RULE_FILL);
}

static GArray *
copy_rules(const GArray *rules)
{
	GArray *copy = rules_new();

	for (guint i = 0; i < rules->len; i++) {
		Rule rule = g_array_index(rules, Rule, i);
		rule.host_id = g_strdup(rule.host_id);
		rule.playlist_id = g_strdup(rule.playlist_id != NULL ? rule.playlist_id : "");
		g_array_append_val(copy, rule);
	}
	g_array_sort(copy, compare_rules); /* a merge sort: stable */
	return copy;
}

static void
want_clear(Want *want)
{
	g_free(want->source);
	g_free(want->path);
}

static void
wanted_playlist_free(WantedPlaylist *playlist)
{
	g_free(playlist->host_id);
	g_free(playlist->id);
	g_free(playlist->name);
	g_free(playlist->path);
	g_array_unref(playlist->wants);
	g_array_unref(playlist->on_device);
	g_free(playlist);
}

Wishlist *
wishlist_build(GPtrArray *libraries, GArray *rules, const WishlistContext *context)
{
	Wishlist *wishlist = g_new0(Wishlist, 1);
	Build build = {
		.wishlist = wishlist,
		.context = context,
		.playlists = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		.by_source = g_hash_table_new(g_str_hash, g_str_equal),
	};

	wishlist->wants = g_array_new(FALSE, TRUE, sizeof(Want));
	g_array_set_clear_func(wishlist->wants, (GDestroyNotify)want_clear);
	wishlist->playlists = g_ptr_array_new_with_free_func((GDestroyNotify)wanted_playlist_free);
	wishlist->rules = copy_rules(rules);
	wishlist->rule_names = g_ptr_array_new_with_free_func(g_free);
	wishlist->notes = g_ptr_array_new_with_free_func(g_free);
	build.sources = g_ptr_array_new_with_free_func((GDestroyNotify)library_source_free);
	for (guint i = 0; i < libraries->len; i++)
		g_ptr_array_add(build.sources, library_source_new(libraries->pdata[i]));
	for (guint i = 0; i < wishlist->rules->len; i++)
		apply_rule(&build, i);
	g_ptr_array_unref(build.sources);
	g_hash_table_unref(build.playlists);
	g_hash_table_unref(build.by_source);
	return wishlist;
}

void
wishlist_free(Wishlist *wishlist)
{
	if (wishlist == NULL)
		return;
	g_array_unref(wishlist->wants);
	g_ptr_array_unref(wishlist->playlists);
	g_array_unref(wishlist->rules);
	g_ptr_array_unref(wishlist->rule_names);
	g_ptr_array_unref(wishlist->notes);
	g_free(wishlist);
}
