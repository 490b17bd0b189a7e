/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Preloaded into a FunctionFS daemon (umtprd): its endpoint files become the sockets of
 * gadget-wire.h, and read() and write() on them keep FunctionFS's ways: a read ends with a short
 * packet or a full buffer, a write ends when the host took everything, both fail with ESHUTDOWN
 * when the cable goes. Not a general FunctionFS: just what a daemon with one blocking thread per
 * endpoint needs.
 */
/* The functions defined here must keep their plain names. */
#undef _FILE_OFFSET_BITS
#undef _FORTIFY_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "gadget-wire.h"

#define EXPORT __attribute__((visibility("default")))

#define NEXT(name)                                                                                 \
	static typeof(&name) next;                                                                 \
	if (!next)                                                                                 \
	next = (typeof(&name))dlsym(RTLD_NEXT, #name)

/* The descriptor by which the daemon knows each endpoint. */
static int endpoint_fds[GADGET_ENDPOINTS] = {-1, -1, -1, -1};

/* What is left of the transfer that the host sent last. */
static struct {
	uint32_t length;
	uint32_t left;
	int is_open;
} transfer;

static int
is_endpoint(int fd, enum gadget_endpoint endpoint)
{
	return fd >= 0 && fd == endpoint_fds[endpoint];
}

static int
open_endpoint(const char *path, int *fd)
{
	int endpoint;

	if (!path || strncmp(path, GADGET_FOLDER, strlen(GADGET_FOLDER)) != 0)
		return 0;
	endpoint = path[strlen(GADGET_FOLDER)] - '0';
	if (endpoint < 0 || endpoint >= GADGET_ENDPOINTS)
		return 0;
	*fd = endpoint_fds[endpoint] = dup(GADGET_FIRST_FD + endpoint);
	return 1;
}

#define WRAP_OPEN(name)                                                                            \
	EXPORT int name(const char *path, int flags, ...)                                          \
	{                                                                                          \
		va_list arguments;                                                                 \
		int fd, mode;                                                                      \
		NEXT(name);                                                                        \
		va_start(arguments, flags);                                                        \
		mode = va_arg(arguments, int);                                                     \
		va_end(arguments);                                                                 \
		return open_endpoint(path, &fd) ? fd : next(path, flags, mode);                    \
	}

WRAP_OPEN(open)
WRAP_OPEN(open64)

static ssize_t
plain_read(int fd, void *data, size_t length)
{
	NEXT(read);

	return next(fd, data, length);
}

static ssize_t
plain_write(int fd, const void *data, size_t length)
{
	NEXT(write);

	return next(fd, data, length);
}

static int
read_all(int fd, void *data, size_t length)
{
	char *to = data;

	while (length) {
		ssize_t got = plain_read(fd, to, length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return errno = ESHUTDOWN, -1;
		to += got;
		length -= got;
	}
	return 0;
}

static int
write_all(int fd, const void *data, size_t length)
{
	const char *from = data;

	while (length) {
		ssize_t put = plain_write(fd, from, length);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return errno = ESHUTDOWN, -1;
		from += put;
		length -= put;
	}
	return 0;
}

static int
ask_for_transfer(int fd)
{
	if (write_all(fd, "R", 1) < 0 || read_all(fd, &transfer.length, sizeof transfer.length) < 0)
		return -1;
	if (transfer.length == GADGET_SHUT_DOWN)
		return errno = ESHUTDOWN, -1;
	transfer.left = transfer.length;
	transfer.is_open = 1;
	return 0;
}

static ssize_t
read_out_endpoint(int fd, char *data, size_t length)
{
	size_t filled = 0;

	while (filled < length) {
		size_t part;

		if (!transfer.is_open && ask_for_transfer(fd) < 0)
			return -1;
		part = length - filled < transfer.left ? length - filled : transfer.left;
		if (read_all(fd, data + filled, part) < 0)
			return -1;
		filled += part;
		transfer.left -= part;
		if (transfer.left)
			continue;
		transfer.is_open = 0;
		if (transfer.length % GADGET_MAX_PACKET || !transfer.length)
			break;
	}
	return filled;
}

static ssize_t
write_in_endpoint(int fd, const void *data, size_t length)
{
	uint32_t announced = length;
	int32_t result;

	if (write_all(fd, &announced, sizeof announced) < 0 || write_all(fd, data, length) < 0 ||
	    read_all(fd, &result, sizeof result) < 0)
		return -1;
	if (result < 0)
		return errno = -result, -1;
	return length;
}

EXPORT ssize_t
read(int fd, void *data, size_t length)
{
	return is_endpoint(fd, GADGET_OUT) ? read_out_endpoint(fd, data, length)
					   : plain_read(fd, data, length);
}

EXPORT ssize_t
write(int fd, const void *data, size_t length)
{
	if (is_endpoint(fd, GADGET_IN) || is_endpoint(fd, GADGET_INTERRUPT))
		return write_in_endpoint(fd, data, length);
	return plain_write(fd, data, length);
}
