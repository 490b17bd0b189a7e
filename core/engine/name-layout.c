/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * name-layout: "Music/{albumartist}/{album}/{disc-track} {title}" and a song's tags make a path.
 * Each part between slashes is filled, then made legal, so a slash in a title makes no folder.
 * A field that is empty takes what joins it to its neighbours along: no track, no " " before
 * the title. Depends on the song alone and on whether its album has several discs: stable (law 8).
 */
#include "engine/name-layout.h"

#include <string.h>

#include "base/layout.h"

typedef struct {
	const Track *track;
	const char *file; /* source's own name without suffix */
	gboolean has_discs;
} Song;

typedef void (*FieldFunc)(GString *out, const Song *song);

static gboolean
is_set(const char *text)
{
	return text != NULL && text[0] != '\0';
}

static const char *
first_set(const char *a, const char *b, const char *c)
{
	return is_set(a) ? a : is_set(b) ? b : c;
}

const char *
layout_album_artist(const Track *track)
{
	return first_set(track->album_artist, track->artist, "Unknown Artist");
}

static void
append_album_artist(GString *out, const Song *song)
{
	g_string_append(out, layout_album_artist(song->track));
}

static void
append_artist(GString *out, const Song *song)
{
	g_string_append(
		out, first_set(song->track->artist, song->track->album_artist, "Unknown Artist"));
}

static void
append_album(GString *out, const Song *song)
{
	g_string_append(out, first_set(song->track->album, NULL, "Unknown Album"));
}

static void
append_title(GString *out, const Song *song)
{
	g_string_append(out, first_set(song->track->title, song->file, "Unknown Title"));
}

static void
append_genre(GString *out, const Song *song)
{
	g_string_append(out, first_set(song->track->genre, NULL, "Unknown Genre"));
}

static void
append_file(GString *out, const Song *song)
{
	g_string_append(out, first_set(song->file, song->track->title, "Unknown Title"));
}

/* printf is too slow for what every song needs. */
static void
append_number(GString *out, guint number, guint digits)
{
	char text[16];
	guint n = sizeof(text);

	for (; number > 0 || digits > 0; number /= 10, digits -= digits > 0)
		text[--n] = '0' + number % 10;
	g_string_append_len(out, text + n, sizeof(text) - n);
}

static void
append_disc(GString *out, const Song *song)
{
	if (song->track->disc_number > 0)
		append_number(out, song->track->disc_number, 1);
}

static void
append_track(GString *out, const Song *song)
{
	if (song->track->track_number > 0)
		append_number(out, song->track->track_number, 2);
}

static void
append_disc_track(GString *out, const Song *song)
{
	guint disc = song->track->disc_number;

	if (song->track->track_number > 0 && (disc > 1 || (disc == 1 && song->has_discs))) {
		append_number(out, disc, 1);
		g_string_append_c(out, '-');
	}
	append_track(out, song);
}

static void
append_year(GString *out, const Song *song)
{
	if (song->track->year > 0)
		append_number(out, song->track->year, 4);
}

static const FieldFunc fields[LAYOUT_N_FIELDS] = {
	[LAYOUT_ALBUM_ARTIST] = append_album_artist,
	[LAYOUT_ARTIST] = append_artist,
	[LAYOUT_ALBUM] = append_album,
	[LAYOUT_TITLE] = append_title,
	[LAYOUT_DISC] = append_disc,
	[LAYOUT_TRACK] = append_track,
	[LAYOUT_DISC_TRACK] = append_disc_track,
	[LAYOUT_YEAR] = append_year,
	[LAYOUT_GENRE] = append_genre,
	[LAYOUT_FILE] = append_file,
};

static FieldFunc
find_field(const char *name, gsize n)
{
	int field = layout_find_field(name, n);

	return field >= 0 ? fields[field] : NULL;
}

/* What joined an empty field to the text before it joins what comes after: without its brackets. */
static void
append_joint(GString *out, const char *literal, gsize n, gboolean plain)
{
	for (gsize i = 0; i < n; i++)
		if (plain || strchr("()[]", literal[i]) == NULL)
			g_string_append_c(out, literal[i]);
}

/* One part of the layout: n bytes without a slash. */
static void
fill_part(GString *out, const char *part, gsize n, const Song *song)
{
	const char *end = part + n;
	const char *joint = part; /* what stands before the field at hand */
	gsize joint_length = 0;
	gboolean empty_before = FALSE;

	for (;;) {
		const char *open = memchr(part, '{', end - part);
		if (!empty_before) {
			joint = part;
			joint_length = (open != NULL ? open : end) - part;
		}
		if (open == NULL)
			break;
		const char *close = memchr(open, '}', end - open);
		FieldFunc append = close != NULL ? find_field(open + 1, close - open - 1) : NULL;
		gsize start = out->len;
		if (!empty_before || start > 0)
			append_joint(out, joint, joint_length, !empty_before);
		gsize joined = out->len;
		if (append != NULL)
			append(out, song);
		empty_before = out->len == joined;
		if (empty_before)
			g_string_truncate(out, start);
		part = close != NULL ? close + 1 : end;
	}
	if (!empty_before)
		g_string_append_len(out, joint, joint_length);
	if (out->len == 0)
		g_string_append(out, "Unknown");
}

char *
layout_suffix(const char *source)
{
	const char *name = name_in(source);
	const char *dot = strrchr(name, '.');

	if (dot == NULL || dot == name || dot[1] == '\0')
		return g_strdup("");
	gsize n = strlen(dot + 1);
	for (gsize i = 1; i <= n; i++)
		if (!g_ascii_isalnum(dot[i]))
			return g_strdup("");
	return n <= 16 ? g_ascii_strdown(dot, -1) : g_strdup("");
}

static char *
file_stem(const char *source, const char *suffix)
{
	const char *name = name_in(source);

	return g_strndup(name, strlen(name) - strlen(suffix));
}

char *
layout_fill(const char *layout, const Track *track, const char *source, gboolean has_discs)
{
	g_autofree char *suffix = layout_suffix(source != NULL ? source : "");
	g_autofree char *stem = file_stem(source != NULL ? source : "", suffix);
	g_autofree char *file = g_utf8_make_valid(stem, -1);
	Song song = {track, file, has_discs};
	g_autoptr(GString) part = g_string_sized_new(128);
	GString *path = g_string_sized_new(160);

	for (const char *p = layout;;) {
		gsize n = strcspn(p, "/");
		gboolean is_last = p[n] == '\0';
		g_string_truncate(part, 0);
		fill_part(part, p, n, &song);
		g_autofree char *legal =
			name_make_legal(part->str, NAME_MAX_UTF16 - (is_last ? strlen(suffix) : 0));
		g_string_append(path, legal);
		if (is_last)
			break;
		g_string_append_c(path, '/');
		p += n + 1;
	}
	g_string_append(path, suffix);
	return g_string_free(path, FALSE);
}

char *
name_for_track(const char *layout, const Track *track, const char *source)
{
	return layout_fill(layout, track, source, FALSE);
}

char *
name_layout_root(const char *layout)
{
	g_autofree char *root = g_strndup(layout, strcspn(layout, "/"));

	return name_make_legal(root, NAME_MAX_UTF16);
}
