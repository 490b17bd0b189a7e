/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "playlist-ids.h"

#include <string.h>

/* Of playlists that went while nobody looked; the oldest are given up first. */
#define MAX_ABSENT 500

typedef struct {
	char *id, *name, *contents;
	int kind;
	gconstpointer playlist; /* NULL: not here */
} Known;

struct PlaylistIds {
	GPtrArray *known; /* Known, newest last */
};

static void
known_free(gpointer data)
{
	Known *known = data;

	g_free(known->id);
	g_free(known->name);
	g_free(known->contents);
	g_free(known);
}

static Known *
add(PlaylistIds *ids, const char *id, const char *name, int kind, const char *contents)
{
	Known *known = g_new0(Known, 1);

	*known = (Known){.id = g_strdup(id),
			 .name = g_strdup(name),
			 .contents = g_strdup(contents),
			 .kind = kind};
	g_ptr_array_add(ids->known, known);
	return known;
}

/* In and out of text. */

static void
read_group(PlaylistIds *ids, GKeyFile *file, const char *group)
{
	g_autofree char *id = g_key_file_get_string(file, group, "id", NULL);
	g_autofree char *name = g_key_file_get_string(file, group, "name", NULL);
	g_autofree char *contents = g_key_file_get_string(file, group, "contents", NULL);

	if (id != NULL && *id != '\0' && name != NULL)
		add(ids, id, name, g_key_file_get_integer(file, group, "kind", NULL),
		    contents != NULL ? contents : "");
}

PlaylistIds *
playlist_ids_new(const char *text)
{
	PlaylistIds *ids = g_new0(PlaylistIds, 1);
	g_autoptr(GKeyFile) file = g_key_file_new();

	ids->known = g_ptr_array_new_with_free_func(known_free);
	if (text == NULL || !g_key_file_load_from_data(file, text, strlen(text), 0, NULL))
		return ids;
	g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
	for (guint i = 0; groups[i] != NULL; i++)
		read_group(ids, file, groups[i]);
	return ids;
}

void
playlist_ids_free(PlaylistIds *ids)
{
	if (ids == NULL)
		return;
	g_ptr_array_unref(ids->known);
	g_free(ids);
}

static guint
count_absent(PlaylistIds *ids)
{
	guint n = 0;

	for (guint i = 0; i < ids->known->len; i++)
		n += ((Known *)g_ptr_array_index(ids->known, i))->playlist == NULL;
	return n;
}

char *
playlist_ids_to_text(PlaylistIds *ids)
{
	g_autoptr(GKeyFile) file = g_key_file_new();
	guint absent = count_absent(ids);

	for (guint i = 0; i < ids->known->len; i++) {
		Known *known = g_ptr_array_index(ids->known, i);
		g_autofree char *group = g_strdup_printf("%u", i + 1);
		if (known->playlist == NULL && absent-- > MAX_ABSENT)
			continue;
		g_key_file_set_string(file, group, "id", known->id);
		g_key_file_set_string(file, group, "name", known->name);
		g_key_file_set_integer(file, group, "kind", known->kind);
		g_key_file_set_string(file, group, "contents", known->contents);
	}
	return g_key_file_to_data(file, NULL, NULL);
}

/* Which is which. */

static Known *
find_playlist(PlaylistIds *ids, gconstpointer playlist)
{
	for (guint i = 0; i < ids->known->len; i++) {
		Known *known = g_ptr_array_index(ids->known, i);
		if (known->playlist == playlist)
			return known;
	}
	return NULL;
}

static Known *
find_absent_by_name(PlaylistIds *ids, const char *name, int kind)
{
	for (guint i = 0; i < ids->known->len; i++) {
		Known *known = g_ptr_array_index(ids->known, i);
		if (known->playlist == NULL && known->kind == kind &&
		    g_str_equal(known->name, name))
			return known;
	}
	return NULL;
}

/* NULL also where there are two: a guess would send the wrong songs. */
static Known *
find_absent_by_contents(PlaylistIds *ids, const char *contents, int kind)
{
	Known *found = NULL;

	for (guint i = 0; i < ids->known->len && *contents != '\0'; i++) {
		Known *known = g_ptr_array_index(ids->known, i);
		if (known->playlist != NULL || known->kind != kind ||
		    !g_str_equal(known->contents, contents))
			continue;
		if (found != NULL)
			return NULL;
		found = known;
	}
	return found;
}

static gboolean
is_taken(PlaylistIds *ids, const char *id)
{
	for (guint i = 0; i < ids->known->len; i++) {
		if (g_str_equal(((Known *)g_ptr_array_index(ids->known, i))->id, id))
			return TRUE;
	}
	return FALSE;
}

static Known *
add_new(PlaylistIds *ids, const char *name, int kind)
{
	const char *wanted = *name != '\0' ? name : "playlist";
	g_autofree char *id = g_strdup(wanted);

	for (guint i = 2; is_taken(ids, id); i++) {
		g_free(id);
		id = g_strdup_printf("%s (%u)", wanted, i);
	}
	return add(ids, id, name, kind, "");
}

static void
bind(Known *known, gconstpointer playlist, const char *name)
{
	known->playlist = playlist;
	if (g_str_equal(known->name, name))
		return;
	g_free(known->name);
	known->name = g_strdup(name);
}

void
playlist_ids_see(PlaylistIds *ids, gconstpointer playlist, const char *name, int kind)
{
	Known *known = find_playlist(ids, playlist);

	if (known == NULL)
		known = find_absent_by_name(ids, name, kind);
	if (known != NULL)
		bind(known, playlist, name);
}

const char *
playlist_ids_settle(PlaylistIds *ids, gconstpointer playlist, const char *name, int kind,
		    const char *contents)
{
	playlist_ids_see(ids, playlist, name, kind);
	Known *known = find_playlist(ids, playlist);

	if (known == NULL)
		known = find_absent_by_contents(ids, contents, kind);
	if (known == NULL)
		known = add_new(ids, name, kind);
	bind(known, playlist, name);
	if (*contents != '\0' && !g_str_equal(known->contents, contents)) {
		g_free(known->contents);
		known->contents = g_strdup(contents);
	}
	return known->id;
}

const char *
playlist_ids_get(PlaylistIds *ids, gconstpointer playlist)
{
	Known *known = find_playlist(ids, playlist);

	return known != NULL ? known->id : NULL;
}

void
playlist_ids_forget(PlaylistIds *ids, gconstpointer playlist)
{
	g_ptr_array_remove(ids->known, find_playlist(ids, playlist));
}
