/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * source: see source.h. Files are opened for reading alone, never through
 * anything that could write, and looked at again when the last byte has left.
 */
#include "engine/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "engine/beginning.h"
#include "engine/disk-watch.h"
#include "engine/fingerprint.h"

struct SourceReader {
	int n_refs; /* atomic */
	int fd;
	char *path;
	uint64_t size_bytes;
	uint64_t done_bytes;
	int64_t modified_ns;
	guint8 *head; /* read ahead, so that what is known of it is what leaves; or NULL */
	gsize head_bytes;
	char *beginning, *fingerprint;
};

static int64_t
modified_ns(const struct stat *st)
{
	return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

static gboolean
is_empty_folder(const char *path)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);

	return dir != NULL && g_dir_read_name(dir) == NULL;
}

/* The folder that the file was in is there, or the first above it that is. An empty one may be where a disk
 * is mounted, a link that leads nowhere may lead to one (law 2). */
static gboolean
looks_deleted(const char *source)
{
	g_autofree char *folder = g_path_get_dirname(source);
	struct stat st;

	while (lstat(folder, &st) < 0) {
		char *above = g_path_get_dirname(folder);
		g_free(folder);
		folder = above;
		if (strcmp(folder, "/") == 0)
			return FALSE;
	}
	return stat(folder, &st) == 0 && S_ISDIR(st.st_mode) && !is_empty_folder(folder);
}

static void
inspect(Want *want)
{
	struct stat st;

	if (want->source == NULL)
		return;
	if (stat(want->source, &st) < 0) {
		gboolean is_missing = errno == ENOENT || errno == ENOTDIR;
		want->state = is_missing ? SOURCE_MISSING : SOURCE_UNREADABLE;
		want->is_gone = is_missing && want->is_unlisted && looks_deleted(want->source);
		return;
	}
	want->size_bytes = st.st_size;
	want->modified_ns = modified_ns(&st);
	want->disk = st.st_dev;
	if (!S_ISREG(st.st_mode))
		want->state = SOURCE_NOT_A_FILE;
	else if (access(want->source, R_OK) < 0)
		want->state = SOURCE_UNREADABLE;
	else
		want->state = SOURCE_OK;
}

void
source_inspect(Wishlist *wishlist, GCancellable *cancellable)
{
	for (guint i = 0; i < wishlist->wants->len && !g_cancellable_is_cancelled(cancellable);
	     i++) {
		Want *want = &g_array_index(wishlist->wants, Want, i);

		disk_watch_begin(want->source);
		inspect(want);
		disk_watch_end();
	}
}

char *
source_tags_digest(const Track *track)
{
	const char *const texts[] = {track->title, track->artist, track->album, track->album_artist,
				     track->genre};
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		g_checksum_update(sum, (const guchar *)texts[i], strlen(texts[i]) + 1);
	g_autofree char *numbers = g_strdup_printf("%u", track->track_number);
	g_checksum_update(sum, (const guchar *)numbers, -1);
	return g_strndup(g_checksum_get_string(sum), 32);
}

static int
open_source(const char *path, GError **error)
{
	/* O_NONBLOCK: a fifo in the place of a song must not hang us */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0) {
		int code = errno == ENOENT || errno == ENOTDIR ? PORTA_ERROR_SOURCE_MISSING
							       : PORTA_ERROR_SOURCE_UNREADABLE;
		g_set_error(error, PORTA_ERROR, code, "can not open %s: %s", path,
			    g_strerror(errno));
	}
	return fd;
}

SourceReader *
source_reader_open(const Want *want, GError **error)
{
	g_autoptr(SourceReader) reader = g_new0(SourceReader, 1);
	struct stat st;

	reader->n_refs = 1;
	reader->path = g_strdup(want->source);
	reader->fd = open_source(want->source, error);
	if (reader->fd < 0)
		return NULL;
	if (fstat(reader->fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    (uint64_t)st.st_size != want->size_bytes || modified_ns(&st) != want->modified_ns) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_SOURCE_CHANGED,
			    "%s has just been changed; it is copied with the next sync",
			    want->source);
		return NULL;
	}
	reader->size_bytes = want->size_bytes;
	reader->modified_ns = want->modified_ns;
	posix_fadvise(reader->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	return g_steal_pointer(&reader);
}

SourceReader *
source_reader_ref(SourceReader *reader)
{
	__atomic_add_fetch(&reader->n_refs, 1, __ATOMIC_RELAXED);
	return reader;
}

void
source_reader_unref(SourceReader *reader)
{
	if (reader == NULL || __atomic_sub_fetch(&reader->n_refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	if (reader->fd >= 0)
		close(reader->fd);
	g_free(reader->path);
	g_free(reader->head);
	g_free(reader->beginning);
	g_free(reader->fingerprint);
	g_free(reader);
}

static gssize
read_retrying(int fd, void *buffer, gsize n)
{
	gssize got;

	do
		got = read(fd, buffer, n);
	while (got < 0 && errno == EINTR);
	return got;
}

static gboolean
read_head(SourceReader *reader, GError **error)
{
	gsize wanted = MIN(reader->size_bytes, BEGINNING_BYTES);
	gssize got = 1;

	reader->head = g_malloc(BEGINNING_BYTES);
	while (got > 0 && reader->head_bytes < wanted) {
		got = read_retrying(reader->fd, reader->head + reader->head_bytes,
				    wanted - reader->head_bytes);
		reader->head_bytes += MAX(got, 0);
	}
	if (got >= 0)
		return TRUE;
	g_set_error(error, PORTA_ERROR, PORTA_ERROR_SOURCE_UNREADABLE, "reading %s: %s",
		    reader->path, g_strerror(errno));
	return FALSE;
}

gboolean
source_reader_look(SourceReader *reader, GError **error)
{
	posix_fadvise(reader->fd, 0, 0, POSIX_FADV_WILLNEED);
	if (!read_head(reader, error))
		return FALSE;
	reader->beginning = beginning_of(reader->head, reader->head_bytes);
	reader->fingerprint = fingerprint_read(reader->path);
	return TRUE;
}

const char *
source_reader_beginning(const SourceReader *reader)
{
	return reader->beginning;
}

const char *
source_reader_fingerprint(const SourceReader *reader)
{
	return reader->fingerprint;
}

gboolean
source_reader_is_for(const SourceReader *reader, const Want *want)
{
	struct stat ours, st;

	return reader->done_bytes == 0 && strcmp(reader->path, want->source) == 0 &&
	       fstat(reader->fd, &ours) == 0 && stat(want->source, &st) == 0 &&
	       ours.st_dev == st.st_dev && ours.st_ino == st.st_ino &&
	       (uint64_t)st.st_size == want->size_bytes && modified_ns(&st) == want->modified_ns;
}

gssize
source_reader_read(SourceReader *reader, void *buffer, gsize n, GError **error)
{
	uint64_t left = reader->size_bytes - reader->done_bytes;
	gsize ahead = MIN(n, reader->head_bytes - MIN(reader->done_bytes, reader->head_bytes));

	if (left == 0)
		return 0;
	if (ahead > 0)
		memcpy(buffer, reader->head + reader->done_bytes, ahead);
	gssize got = ahead > 0 ? (gssize)ahead : read_retrying(reader->fd, buffer, MIN(n, left));
	if (got > 0) {
		reader->done_bytes += got;
		return got;
	}
	if (got < 0)
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_SOURCE_UNREADABLE, "reading %s: %s",
			    reader->path, g_strerror(errno));
	else
		g_set_error(
			error, PORTA_ERROR, PORTA_ERROR_SOURCE_CHANGED,
			"%s became shorter while it was copied; it is copied with the next sync",
			reader->path);
	return -1;
}

static gssize
read_offered(void *data, void *buffer, gsize n, GError **error)
{
	return source_reader_read(data, buffer, n, error);
}

static void
drop_offered(void *data)
{
	source_reader_unref(data);
}

DeviceSource *
source_reader_offer(SourceReader *reader)
{
	return device_source_new(reader->path, read_offered, source_reader_ref(reader),
				 drop_offered);
}

gssize
source_reader_read_at(SourceReader *reader, void *buffer, gsize n, uint64_t offset)
{
	return pread(reader->fd, buffer, n, (off_t)offset);
}

gboolean
source_reader_check(SourceReader *reader, GError **error)
{
	struct stat st;

	if (fstat(reader->fd, &st) == 0 && (uint64_t)st.st_size == reader->size_bytes &&
	    modified_ns(&st) == reader->modified_ns)
		return TRUE;
	g_set_error(error, PORTA_ERROR, PORTA_ERROR_SOURCE_CHANGED,
		    "%s was changed while it was copied; it is copied with the next sync",
		    reader->path);
	return FALSE;
}
