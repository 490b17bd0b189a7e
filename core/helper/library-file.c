/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * library-file: see library-file.h.
 */
#include "helper/library-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

#define PIECE_BYTES (256u << 10)

/* Up to n bytes from offset; short only at the end, -1 with errno. */
static gssize
read_at(int fd, char *buffer, gsize n, goffset offset)
{
	gsize done = 0;

	while (done < n) {
		gssize got = pread(fd, buffer + done, n - done, offset + done);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		done += got;
	}
	return done;
}

static gboolean
files_equal(int first, int second)
{
	g_autofree char *one = g_malloc(PIECE_BYTES);
	g_autofree char *two = g_malloc(PIECE_BYTES);

	for (goffset offset = 0;; offset += PIECE_BYTES) {
		gssize n = read_at(first, one, PIECE_BYTES, offset);
		if (n < 0 || n != read_at(second, two, PIECE_BYTES, offset) ||
		    memcmp(one, two, n) != 0)
			return FALSE;
		if (n < (gssize)PIECE_BYTES)
			return TRUE;
	}
}

gboolean
library_file_equals(const char *path, int fd)
{
	int stored = open(path, O_RDONLY | O_CLOEXEC);
	struct stat have, given;

	if (stored < 0)
		return FALSE;
	gboolean equal = fstat(stored, &have) == 0 && fstat(fd, &given) == 0 &&
			 have.st_size == given.st_size && files_equal(stored, fd);
	close(stored);
	return equal;
}

static gboolean
write_all(int fd, const char *bytes, gsize n)
{
	while (n > 0) {
		gssize put = write(fd, bytes, n);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return FALSE;
		bytes += put;
		n -= put;
	}
	return TRUE;
}

static gboolean
copy_bytes(int to, int from)
{
	g_autofree char *piece = g_malloc(PIECE_BYTES);

	for (goffset offset = 0;; offset += PIECE_BYTES) {
		gssize n = read_at(from, piece, PIECE_BYTES, offset);
		if (n < 0 || !write_all(to, piece, n))
			return FALSE;
		if (n < (gssize)PIECE_BYTES)
			return fdatasync(to) == 0;
	}
}

gboolean
library_file_copy(const char *path, int fd, GError **error)
{
	g_autofree char *new_path = g_strconcat(path, LIBRARY_FILE_NEW, NULL);
	int to = open(new_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	gboolean ok = to >= 0 && copy_bytes(to, fd);

	if (to >= 0 && close(to) < 0)
		ok = FALSE;
	if (ok && g_rename(new_path, path) == 0)
		return TRUE;
	g_set_error(error, PORTA_ERROR, PORTA_ERROR_FAILED, "storing %s: %s", path,
		    g_strerror(errno));
	g_unlink(new_path);
	return FALSE;
}
