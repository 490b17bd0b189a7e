/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * name-assign: who gets which name. No two songs get one name, nor names that differ only in
 * case, and none gets a place that belongs to somebody else (law 8). A song that has its natural
 * name already, numbered or not, keeps it: names are stable from run to run, whatever comes or
 * goes beside them. Folders are spelled as the device, else the first song, spells them.
 */
#include <string.h>

#include "engine/name-layout.h"

typedef struct {
	const NamePlaces *places;
	GHashTable *taken; /* folded path of a file -> nothing */
	GHashTable *names; /* folded name of a file, where that may be there only once -> nothing */
	GHashTable *folders; /* folded folder -> char* spelling */
	GHashTable *numbers; /* fought_for() -> the last number given, so that many of one name are
			      * numbered in one pass */
	GHashTable *spelled; /* folder as a layout gives it -> char* spelling; a shortcut */
} Assign;

static gpointer
look_up(GHashTable *table, const char *key)
{
	return table != NULL && key != NULL ? g_hash_table_lookup(table, key) : NULL;
}

/* Whether the place is somebody else's; size: of the song that asks, which may be found there already. */
static gboolean
is_foreign(const Assign *assign, const char *folded, const uint64_t *size)
{
	gpointer there = NULL;

	if (assign->places->foreign == NULL ||
	    !g_hash_table_lookup_extended(assign->places->foreign, folded, NULL, &there))
		return FALSE;
	return size == NULL || there == NULL || *(const uint64_t *)there != *size;
}

/* Whether a file of this name is somewhere else, on a device where that matters. A song that may be there
 * already is itself the one of its name. */
static gboolean
is_elsewhere(const Assign *assign, const char *folded, gboolean is_own)
{
	GHashTable *foreign = assign->places->foreign_names;

	if (foreign == NULL)
		return FALSE;
	gboolean is_here = assign->places->foreign != NULL &&
			   g_hash_table_contains(assign->places->foreign, folded);
	return g_hash_table_contains(assign->names, name_in(folded)) ||
	       (!is_own && !is_here && g_hash_table_contains(foreign, name_in(folded)));
}

/* Takes the folded path over if the place is free. */
static gboolean
take(Assign *assign, char *folded, const uint64_t *size, gboolean is_own)
{
	if (g_hash_table_contains(assign->taken, folded) ||
	    g_hash_table_contains(assign->folders, folded) ||
	    (!is_own && is_foreign(assign, folded, size)) || is_elsewhere(assign, folded, is_own)) {
		g_free(folded);
		return FALSE;
	}
	if (assign->places->foreign_names != NULL)
		g_hash_table_add(assign->names, g_strdup(name_in(folded)));
	return g_hash_table_add(assign->taken, folded);
}

/* What songs that fight for a name have in common. */
static const char *
fought_for(const Assign *assign, const char *folded)
{
	return assign->places->foreign_names != NULL ? name_in(folded) : folded;
}

static char *
choose_folder(Assign *assign, const char *parent, const char *name)
{
	g_autofree char *wish = parent[0] != '\0' ? g_strconcat(parent, "/", name, NULL)
						  : g_strdup(name);
	g_autofree char *path = g_strdup(wish);

	for (guint n = 2;; n++) {
		g_autofree char *folded = name_fold(path);
		const char *known = g_hash_table_lookup(assign->folders, folded);
		if (known == NULL)
			known = look_up(assign->places->folders, folded);
		if (known != NULL || !is_foreign(assign, folded, NULL)) {
			char *spelling = g_strdup(known != NULL ? known : path);
			g_hash_table_replace(assign->folders, g_steal_pointer(&folded), spelling);
			return g_strdup(spelling);
		}
		g_free(path);
		path = name_numbered(wish, n, FALSE);
	}
}

/* The folder as it is spelled on the device; lent. */
static const char *
spell_folder(Assign *assign, const char *folder)
{
	const char *known = g_hash_table_lookup(assign->spelled, folder);

	if (known != NULL)
		return known;
	const char *slash = strrchr(folder, '/');
	g_autofree char *above = g_strndup(folder, slash != NULL ? slash - folder : 0);
	const char *parent = slash != NULL ? spell_folder(assign, above) : "";
	char *spelling = choose_folder(assign, parent, slash != NULL ? slash + 1 : folder);
	g_hash_table_insert(assign->spelled, g_strdup(folder), spelling);
	return spelling;
}

static char *
spell(Assign *assign, char *path)
{
	char *slash = strrchr(path, '/');

	if (slash == NULL)
		return path;
	*slash = '\0';
	char *spelled = g_strconcat(spell_folder(assign, path), "/", slash + 1, NULL);
	g_free(path);
	return spelled;
}

/* Whether folded is wish, or wish with a number behind it. */
static gboolean
is_numbered(const char *wish, gboolean has_suffix, const char *now)
{
	g_autofree char *folded = name_fold(now);
	g_autofree char *folded_wish = name_fold(wish);

	if (strcmp(folded, folded_wish) == 0)
		return TRUE;
	const char *dot = strrchr(folded, '.');
	const char *end = has_suffix && dot != NULL && strchr(dot, '/') == NULL
				  ? dot
				  : folded + strlen(folded);
	const char *open = g_strrstr_len(folded, end - folded, " (");
	if (open == NULL || end[-1] != ')' || !g_ascii_isdigit(open[2]))
		return FALSE;
	guint64 number = g_ascii_strtoull(open + 2, NULL, 10);
	if (number < 2 || number > G_MAXUINT16)
		return FALSE;
	g_autofree char *numbered = name_numbered(wish, number, has_suffix);
	g_autofree char *folded_numbered = name_fold(numbered);
	return strcmp(folded, folded_numbered) == 0;
}

/* The wish, or the wish numbered; takes the wish over. Under its natural name alone a song may be found to
 * be there already: numbers change hands. */
static char *
take_free(Assign *assign, char *wish, gboolean has_suffix, const uint64_t *size)
{
	g_autofree char *natural = wish;
	g_autofree char *folded = name_fold(natural);

	if (take(assign, g_strdup(folded), size, FALSE))
		return g_steal_pointer(&natural);
	const char *prize = fought_for(assign, folded);
	guint number = GPOINTER_TO_UINT(g_hash_table_lookup(assign->numbers, prize));
	char *path = NULL;
	do {
		g_free(path);
		number = MAX(number + 1, 2);
		path = name_numbered(natural, number, has_suffix);
	} while (!take(assign, name_fold(path), NULL, FALSE));
	g_hash_table_insert(assign->numbers, g_strdup(prize), GUINT_TO_POINTER(number));
	return path;
}

/* albums of which a second disc is known: "artist\nalbum", folded by letter case alone */
static char *
album_key(const Track *track)
{
	return g_strconcat(layout_album_artist(track), "\n", track->album, NULL);
}

static GHashTable *
find_multi_disc_albums(const GArray *wants)
{
	GHashTable *albums = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < wants->len; i++) {
		const Want *want = &g_array_index(wants, Want, i);
		if (want->track.disc_number > 1)
			g_hash_table_add(albums, album_key(&want->track));
	}
	return albums;
}

static gboolean
has_discs(GHashTable *albums, const Track *track)
{
	if (track->disc_number != 1 || g_hash_table_size(albums) == 0)
		return FALSE;
	g_autofree char *key = album_key(track);
	return g_hash_table_contains(albums, key);
}

static gint
compare_sources(gconstpointer a, gconstpointer b)
{
	const Want *want_a = *(const Want *const *)a, *want_b = *(const Want *const *)b;

	/* what has no file comes last and takes no song's name */
	gboolean has_none_a = want_a->source == NULL || want_a->is_gone;
	gboolean has_none_b = want_b->source == NULL || want_b->is_gone;
	if (has_none_a != has_none_b)
		return has_none_a - has_none_b;
	if (want_a->source == NULL || want_b->source == NULL)
		return (want_a->source == NULL) - (want_b->source == NULL);
	return strcmp(want_a->source, want_b->source);
}

/* A song keeps the place it has if that is its natural name, or if nothing can be done to it now. */
static gboolean
keep_place(Assign *assign, Want *want)
{
	const char *now = look_up(assign->places->reserved, want->source);
	gboolean reachable = want->state == SOURCE_OK || want->state == SOURCE_UNKNOWN;

	if (now == NULL || (reachable && !is_numbered(want->path, TRUE, now)))
		return FALSE;
	if (!take(assign, name_fold(now), NULL, TRUE))
		return FALSE;
	g_free(want->path);
	want->path = g_strdup(now);
	return TRUE;
}

static void
assign_songs(Assign *assign, GArray *wants)
{
	g_autoptr(GPtrArray) others = g_ptr_array_new();

	for (guint i = 0; i < wants->len; i++) {
		Want *want = &g_array_index(wants, Want, i);
		if (!keep_place(assign, want))
			g_ptr_array_add(others, want);
	}
	g_ptr_array_sort(others, compare_sources);
	for (guint i = 0; i < others->len; i++) {
		Want *want = others->pdata[i];
		want->path = take_free(assign, want->path, TRUE,
				       want->state == SOURCE_OK ? &want->size_bytes : NULL);
	}
}

static void
name_naturally(Assign *assign, GArray *wants, const char *layout)
{
	g_autoptr(GHashTable) albums = find_multi_disc_albums(wants);

	for (guint i = 0; i < wants->len; i++) {
		Want *want = &g_array_index(wants, Want, i);
		g_free(want->path);
		want->path = layout_fill(layout, &want->track, want->source,
					 has_discs(albums, &want->track));
	}
	for (guint i = 0; i < wants->len; i++) {
		Want *want = &g_array_index(wants, Want, i);
		want->path = spell(assign, want->path);
	}
}

static void
assign_playlists(Assign *assign, GPtrArray *playlists)
{
	for (guint i = 0; i < playlists->len; i++) {
		WantedPlaylist *playlist = playlists->pdata[i];
		g_autofree char *key = g_strconcat(playlist->host_id, "\n", playlist->id, NULL);
		const char *now = look_up(assign->places->reserved, key);
		/* room for a suffix and a number */
		g_autofree char *legal = name_make_legal(playlist->name, NAME_MAX_UTF16 - 16);
		char *wish = spell(assign, g_strconcat(NAME_PLAYLIST_FOLDER, "/", legal, NULL));
		g_free(playlist->path);
		playlist->path = NULL;
		if (now != NULL && is_numbered(wish, FALSE, now) &&
		    take(assign, name_fold(now), NULL, TRUE))
			playlist->path = g_strdup(now);
		else
			playlist->path = take_free(assign, g_steal_pointer(&wish), FALSE, NULL);
		g_free(wish);
	}
}

void
name_assign_among(Wishlist *wishlist, const char *layout, const NamePlaces *places)
{
	Assign assign = {
		.places = places,
		.taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		.names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		.folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
		.numbers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		.spelled = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
	};

	name_naturally(&assign, wishlist->wants, layout);
	assign_songs(&assign, wishlist->wants);
	assign_playlists(&assign, wishlist->playlists);
	g_hash_table_unref(assign.taken);
	g_hash_table_unref(assign.names);
	g_hash_table_unref(assign.folders);
	g_hash_table_unref(assign.numbers);
	g_hash_table_unref(assign.spelled);
}

void
name_assign(Wishlist *wishlist, const char *layout, GHashTable *reserved, GHashTable *foreign)
{
	NamePlaces places = {.reserved = reserved};
	g_autoptr(GHashTable) sizeless = g_hash_table_new(g_str_hash, g_str_equal);
	GHashTableIter iter;
	gpointer key;

	if (foreign != NULL) {
		g_hash_table_iter_init(&iter, foreign);
		while (g_hash_table_iter_next(&iter, &key, NULL))
			g_hash_table_insert(sizeless, key, NULL);
		places.foreign = sizeless;
	}
	name_assign_among(wishlist, layout, &places);
}
