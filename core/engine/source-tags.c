/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * source-tags: what a host does not know of a song, its file may tell. Read through taglib_c;
 * remembered in the journal, since a name on the device must not change from run to run.
 */
#include "engine/source.h"

#include <string.h>
#include <tag_c.h>

#include "engine/disk-watch.h"

/* What a cached reading says, in this order. */
enum {
	FIELD_STAMP,
	FIELD_TITLE,
	FIELD_ARTIST,
	FIELD_ALBUM,
	FIELD_GENRE,
	FIELD_TRACK,
	FIELD_YEAR,
	N_FIELDS
};

#define KEY_PREFIX "tags\n"
#define SEPARATOR "\x1f"
#define BATCH                                                                                      \
	256u /* readings kept at once: a first look through a large library may be cut short */

static gboolean
has_gaps(const Want *want)
{
	return want->state == SOURCE_OK &&
	       (want->track.title[0] == '\0' || want->track.artist[0] == '\0');
}

static char *
stamp_of(const Want *want)
{
	return g_strdup_printf("%" G_GUINT64_FORMAT "@%" G_GINT64_FORMAT, want->size_bytes,
			       want->modified_ns);
}

/* TagLib's text without what would upset the cache's line, or a name. */
static char *
clean(char *text)
{
	char *valid = g_utf8_make_valid(text != NULL ? text : "", -1);

	g_strdelimit(valid, SEPARATOR "\n\r\t", ' ');
	taglib_free(text);
	return g_strstrip(valid);
}

static char *
read_tags(const Want *want)
{
	g_autofree char *stamp = stamp_of(want);
	disk_watch_begin(want->source);
	TagLib_File *file = taglib_file_new(want->source);
	disk_watch_end();
	TagLib_Tag *tag = file != NULL && taglib_file_is_valid(file) ? taglib_file_tag(file) : NULL;

	if (tag == NULL) {
		if (file != NULL)
			taglib_file_free(file);
		return g_strdup_printf("%s" SEPARATOR SEPARATOR SEPARATOR SEPARATOR SEPARATOR
				       "0" SEPARATOR "0",
				       stamp);
	}
	g_autofree char *title = clean(taglib_tag_title(tag));
	g_autofree char *artist = clean(taglib_tag_artist(tag));
	g_autofree char *album = clean(taglib_tag_album(tag));
	g_autofree char *genre = clean(taglib_tag_genre(tag));
	unsigned track = taglib_tag_track(tag), year = taglib_tag_year(tag);
	taglib_file_free(file);
	return g_strdup_printf("%s" SEPARATOR "%s" SEPARATOR "%s" SEPARATOR "%s" SEPARATOR
			       "%s" SEPARATOR "%u" SEPARATOR "%u",
			       stamp, title, artist, album, genre, track, year);
}

static void
fill_text(const char **field, const char *value, GStringChunk *strings)
{
	if ((*field)[0] == '\0' && value[0] != '\0')
		*field = g_string_chunk_insert_const(strings, value);
}

static void
apply(Want *want, char **fields, GStringChunk *strings)
{
	fill_text(&want->track.title, fields[FIELD_TITLE], strings);
	fill_text(&want->track.artist, fields[FIELD_ARTIST], strings);
	fill_text(&want->track.album, fields[FIELD_ALBUM], strings);
	fill_text(&want->track.genre, fields[FIELD_GENRE], strings);
	if (want->track.track_number == 0)
		want->track.track_number = strtoul(fields[FIELD_TRACK], NULL, 10);
	if (want->track.year == 0)
		want->track.year = strtoul(fields[FIELD_YEAR], NULL, 10);
}

/* The remembered reading if it is of this very file. */
static char **
recall(Journal *journal, const Want *want, const char *key)
{
	g_autofree char *line = journal_get_value(journal, key);
	g_autofree char *stamp = stamp_of(want);

	if (line == NULL)
		return NULL;
	g_auto(GStrv) fields = g_strsplit(line, SEPARATOR, N_FIELDS);
	if (g_strv_length(fields) != N_FIELDS || strcmp(fields[FIELD_STAMP], stamp) != 0)
		return NULL;
	return g_steal_pointer(&fields);
}

static char **
read_anew(Journal *journal, const Want *want, const char *key, guint *n_batched)
{
	g_autofree char *line = read_tags(want);

	if (*n_batched == 0 && !journal_begin(journal, NULL))
		return g_strsplit(line, SEPARATOR, N_FIELDS);
	journal_set_value(journal, key, line, NULL);
	if (++*n_batched == BATCH) {
		*n_batched = 0;
		journal_commit(journal, NULL);
	}
	return g_strsplit(line, SEPARATOR, N_FIELDS);
}

void
source_fill_tags(Wishlist *wishlist, Journal *journal, GStringChunk *strings,
		 GCancellable *cancellable)
{
	guint n_batched = 0;

	taglib_set_strings_unicode(1);
	taglib_set_string_management_enabled(0);
	for (guint i = 0; i < wishlist->wants->len && !g_cancellable_is_cancelled(cancellable);
	     i++) {
		Want *want = &g_array_index(wishlist->wants, Want, i);
		if (!has_gaps(want))
			continue;
		g_autofree char *key = g_strconcat(KEY_PREFIX, want->source, NULL);
		g_auto(GStrv) fields = recall(journal, want, key);
		if (fields == NULL)
			fields = read_anew(journal, want, key, &n_batched);
		apply(want, fields, strings);
	}
	if (n_batched > 0)
		journal_commit(journal, NULL);
}

void
source_forget_tags(const Wishlist *wishlist, Journal *journal)
{
	g_autoptr(GHashTable) keep = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < wishlist->wants->len; i++) {
		const Want *want = &g_array_index(wishlist->wants, Want, i);
		if (want->source != NULL)
			g_hash_table_add(keep, want->source);
	}
	journal_prune_values(journal, KEY_PREFIX, keep, NULL);
}
