/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cover: see cover.h. What is in the folder may be anything: a fifo, a picture of a gigabyte, a song that was
 * named cover.jpg. Its size is known before it is opened, and what it is before it is sent.
 */
#include "engine/cover.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "engine/disk-watch.h"
#include "engine/source.h"

#define MAX_NAMES 20000u /* of one folder */
#define MAX_CANDIDATES 8u

/* From the best to the least; Windows adds an album's number to the last. */
static const char *const stems[] = {"cover", "folder", "front", "album", "albumart*large"};

struct Covers {
	CoverLimitsFunc load_limits;
	void *data; /* its; no-ref */
	CoverLimits limits;
	gboolean has_asked, is_known; /* of the device, what it takes */
	GCancellable *cancellable; /* or NULL */
	GHashTable *folders; /* path -> Cover* */
};

typedef struct {
	char *name;
	guint rank;
	gboolean is_png;
} Candidate;

void
cover_free(Cover *cover)
{
	if (cover == NULL)
		return;
	g_free(cover->path);
	g_free(cover);
}

Covers *
covers_new(CoverLimitsFunc limits, void *data, GCancellable *cancellable)
{
	Covers *covers = g_new0(Covers, 1);

	covers->load_limits = limits;
	covers->data = data;
	covers->cancellable = cancellable != NULL ? g_object_ref(cancellable) : NULL;
	covers->folders =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)cover_free);
	return covers;
}

void
covers_free(Covers *covers)
{
	if (covers == NULL)
		return;
	g_hash_table_unref(covers->folders);
	g_clear_object(&covers->cancellable);
	g_free(covers);
}

/* names */

static void
candidate_free(Candidate *candidate)
{
	g_free(candidate->name);
	g_free(candidate);
}

static gboolean
is_stem(const char *name, gsize n, const char *stem)
{
	const char *star = strchr(stem, '*');
	gsize before = star != NULL ? (gsize)(star - stem) : strlen(stem);
	gsize after = star != NULL ? strlen(star + 1) : 0;

	if (star == NULL ? n != before : n < before + after)
		return FALSE;
	return g_ascii_strncasecmp(name, stem, before) == 0 &&
	       (star == NULL || g_ascii_strncasecmp(name + n - after, star + 1, after) == 0);
}

static Candidate *
candidate_of(const char *name)
{
	const char *dot = strrchr(name, '.');

	if (dot == NULL)
		return NULL;
	gboolean is_png = g_ascii_strcasecmp(dot, ".png") == 0;
	if (!is_png && g_ascii_strcasecmp(dot, ".jpg") != 0 &&
	    g_ascii_strcasecmp(dot, ".jpeg") != 0)
		return NULL;
	for (guint i = 0; i < G_N_ELEMENTS(stems); i++) {
		if (!is_stem(name, dot - name, stems[i]))
			continue;
		Candidate *candidate = g_new0(Candidate, 1);
		*candidate = (Candidate){g_strdup(name), i, is_png};
		return candidate;
	}
	return NULL;
}

static gint
compare_candidates(gconstpointer a, gconstpointer b)
{
	const Candidate *first = *(Candidate *const *)a, *second = *(Candidate *const *)b;

	if (first->is_png != second->is_png)
		return first->is_png - second->is_png;
	if (first->rank != second->rank)
		return first->rank < second->rank ? -1 : 1;
	return strcmp(first->name, second->name);
}

/* The best come first; NULL if not all names were seen. */
static GPtrArray *
list_candidates(const char *folder)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)candidate_free);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	guint n_names = 0;

	if (dir == NULL)
		return NULL;
	for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
		Candidate *candidate = candidate_of(name);
		if (candidate != NULL)
			g_ptr_array_add(found, candidate);
		if (++n_names >= MAX_NAMES)
			return NULL;
	}
	g_ptr_array_sort(found, compare_candidates);
	if (found->len > MAX_CANDIDATES)
		g_ptr_array_set_size(found, MAX_CANDIDATES);
	return g_steal_pointer(&found);
}

/* files */

static Cover *
new_cover(CoverState state, char *path)
{
	Cover *cover = g_new0(Cover, 1);

	cover->state = state;
	cover->path = path;
	return cover;
}

static gboolean
fits(const CoverLimits *limits, const Picture *picture)
{
	return (limits->max_width == 0 || picture->width <= limits->max_width) &&
	       (limits->max_height == 0 || picture->height <= limits->max_height);
}

static CoverState
judge(const Covers *covers, const Candidate *candidate, const Cover *cover, const JournalRow *row)
{
	Picture picture;

	if (cover->size_bytes > covers->limits.max_bytes)
		return COVER_TOO_LARGE;
	if (row != NULL && cover_is_in(cover, row))
		return COVER_FOUND;
	g_autoptr(GBytes) bytes = cover_load(cover, &picture, NULL);
	if (bytes == NULL || picture.is_png != candidate->is_png)
		return COVER_UNREADABLE;
	return fits(&covers->limits, &picture) ? COVER_FOUND : COVER_TOO_LARGE;
}

static Cover *
look_at(const Covers *covers, const char *folder, const Candidate *candidate, const JournalRow *row)
{
	g_autoptr(Cover) cover =
		new_cover(COVER_UNREADABLE, g_build_filename(folder, candidate->name, NULL));
	struct stat st;

	/* a link is followed, as with songs, to a file or not at all */
	if (stat(cover->path, &st) < 0 || !S_ISREG(st.st_mode))
		return g_steal_pointer(&cover);
	cover->size_bytes = st.st_size;
	cover->modified_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	cover->state = judge(covers, candidate, cover, row);
	return g_steal_pointer(&cover);
}

/* Whether it is known what the device takes, and that it takes anything. */
static gboolean
ask_limits(Covers *covers)
{
	if (!covers->has_asked)
		covers->is_known = covers->load_limits(covers->data, &covers->limits) &&
				   (covers->limits.jpeg || covers->limits.png);
	covers->has_asked = TRUE;
	return covers->is_known;
}

static Cover *
choose(Covers *covers, const char *folder, const JournalRow *row)
{
	g_autoptr(Cover) best = NULL;

	disk_watch_begin(folder);
	g_autoptr(GPtrArray) candidates = list_candidates(folder);
	disk_watch_end();
	if (candidates == NULL || (candidates->len > 0 && !ask_limits(covers)))
		return new_cover(COVER_UNKNOWN, NULL);
	for (guint i = 0; i < candidates->len; i++) {
		const Candidate *candidate = candidates->pdata[i];
		if (candidate->is_png ? !covers->limits.png : !covers->limits.jpeg)
			continue;
		disk_watch_begin(folder);
		g_autoptr(Cover) cover = look_at(covers, folder, candidate, row);
		disk_watch_end();
		if (cover->state == COVER_FOUND)
			return g_steal_pointer(&cover);
		if (best == NULL)
			best = g_steal_pointer(&cover);
	}
	return best != NULL ? g_steal_pointer(&best) : new_cover(COVER_NONE, NULL);
}

const Cover *
covers_find(Covers *covers, const char *folder, const JournalRow *row)
{
	Cover *cover = g_hash_table_lookup(covers->folders, folder);

	if (cover != NULL)
		return cover;
	cover = g_cancellable_is_cancelled(covers->cancellable) ? new_cover(COVER_UNKNOWN, NULL)
								: choose(covers, folder, row);
	g_hash_table_insert(covers->folders, g_strdup(folder), cover);
	return cover;
}

GBytes *
cover_load(const Cover *cover, Picture *picture, GError **error)
{
	const Want as_found = {.source = cover->path,
			       .size_bytes = cover->size_bytes,
			       .modified_ns = cover->modified_ns};
	g_autoptr(SourceReader) reader = source_reader_open(&as_found, error);
	g_autofree uint8_t *bytes = g_try_malloc(cover->size_bytes + 1);

	if (reader == NULL)
		return NULL;
	for (gsize done = 0; bytes != NULL && done < cover->size_bytes;) {
		gssize got =
			source_reader_read(reader, bytes + done, cover->size_bytes - done, error);
		if (got <= 0)
			return NULL;
		done += got;
	}
	if (!source_reader_check(reader, error))
		return NULL;
	if (bytes == NULL || !picture_measure(bytes, cover->size_bytes, picture)) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_SOURCE_UNREADABLE,
			    "%s is no picture that can be sent", cover->path);
		return NULL;
	}
	return g_bytes_new_take(g_steal_pointer(&bytes), cover->size_bytes);
}
