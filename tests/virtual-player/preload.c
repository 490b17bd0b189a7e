/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The client side of the emulated usbfs, preloaded into every client in front of umockdev's own
 * preload library. umockdev redirects /sys, /dev and the udev netlink socket; this library takes
 * over open, ioctl, poll and close of /dev/bus/usb/... nodes alone and sends each request in one
 * message (see usb-wire.h), which is many times faster than umockdev's ioctl emulation, never
 * aborts the client when the player goes away, and does not depend on umockdev's private protocol.
 * It also gives every process its own name for the netlink socket: umockdev names it by file
 * descriptor number, so two hotplug clients would otherwise steal each other's events.
 *
 * Law: a vanished player looks like a vanished cable (ENODEV), whatever the client was doing.
 */
/* The functions defined here must keep their plain names. */
#undef _FILE_OFFSET_BITS
#undef _FORTIFY_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "preload-file.h"

#define NODE_PREFIX "/dev/bus/usb/"
#define MAX_STACK_POLL 64

#define EXPORT __attribute__((visibility("default")))

/* The next definition after ours: umockdev's, else the C library's. */
#define NEXT(name)                                                                                 \
	static typeof(&name) next;                                                                 \
	if (!next)                                                                                 \
	next = (typeof(&name))dlsym(RTLD_NEXT, #name)

/*
 * Takes over what is below /dev. Only the USB nodes are emulated; the rest goes straight to the
 * kernel, because umockdev (0.17) loses a socket whenever it is asked to open a /dev node that is
 * not its own.
 */
static int
open_in_dev(const char *path, int flags, int mode, int *fd)
{
	const char *root = getenv("UMOCKDEV_DIR");

	if (!path || !root || strncmp(path, "/dev/", 5) != 0)
		return 0;
	if (strncmp(path, NODE_PREFIX, strlen(NODE_PREFIX)) == 0)
		*fd = usb_file_open(root, path + strlen(NODE_PREFIX));
	else
		*fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
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
		return open_in_dev(path, flags, mode, &fd) ? fd : next(path, flags, mode);         \
	}

#define WRAP_OPENAT(name)                                                                          \
	EXPORT int name(int folder, const char *path, int flags, ...)                              \
	{                                                                                          \
		va_list arguments;                                                                 \
		int fd, mode;                                                                      \
		NEXT(name);                                                                        \
		va_start(arguments, flags);                                                        \
		mode = va_arg(arguments, int);                                                     \
		va_end(arguments);                                                                 \
		return open_in_dev(path, flags, mode, &fd) ? fd : next(folder, path, flags, mode); \
	}

#define WRAP_OPEN_2(name)                                                                          \
	extern int name(const char *path, int flags);                                              \
	EXPORT int name(const char *path, int flags)                                               \
	{                                                                                          \
		int fd;                                                                            \
		NEXT(name);                                                                        \
		return open_in_dev(path, flags, 0, &fd) ? fd : next(path, flags);                  \
	}

WRAP_OPEN(open)
WRAP_OPEN(open64)
WRAP_OPENAT(openat)
WRAP_OPENAT(openat64)
WRAP_OPEN_2(__open_2)
WRAP_OPEN_2(__open64_2)

EXPORT int
close(int fd)
{
	NEXT(close);

	usb_file_forget(fd);
	return next(fd);
}

EXPORT int
ioctl(int fd, unsigned long request, ...)
{
	struct usb_file *file = usb_file_get(fd);
	va_list arguments;
	void *argument;
	NEXT(ioctl);

	va_start(arguments, request);
	argument = va_arg(arguments, void *);
	va_end(arguments);
	return file ? usb_file_ioctl(file, request, argument) : next(fd, request, argument);
}

/* usbfs says "a URB can be reaped" with POLLOUT; our socket says it with POLLIN. */
static int
hide_socket(struct pollfd *hidden, const struct pollfd *fds, nfds_t count)
{
	int found = 0;

	memcpy(hidden, fds, count * sizeof *fds);
	for (nfds_t i = 0; i < count; i++) {
		if (!usb_file_get(fds[i].fd))
			continue;
		found = 1;
		hidden[i].events = fds[i].events & (POLLOUT | POLLWRNORM) ? POLLIN : 0;
	}
	return found;
}

static void
show_usbfs(struct pollfd *fds, const struct pollfd *hidden, nfds_t count)
{
	for (nfds_t i = 0; i < count; i++) {
		struct usb_file *file = usb_file_get(fds[i].fd);
		short events = hidden[i].revents;

		fds[i].revents = events;
		if (!file || !events)
			continue;
		if (events & (POLLHUP | POLLERR) && usb_file_is_drained(file))
			fds[i].revents = POLLERR | POLLHUP;
		else
			fds[i].revents = fds[i].events & (POLLOUT | POLLWRNORM);
	}
}

static int
has_usb_file(const struct pollfd *fds, nfds_t count)
{
	for (nfds_t i = 0; i < count; i++)
		if (usb_file_get(fds[i].fd))
			return 1;
	return 0;
}

static int
poll_usb(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
	struct pollfd on_stack[MAX_STACK_POLL];
	struct pollfd *hidden = on_stack;
	int result;
	NEXT(ppoll);

	if (count > MAX_STACK_POLL)
		hidden = malloc(count * sizeof *hidden);
	if (!hidden) {
		errno = ENOMEM;
		return -1;
	}
	hide_socket(hidden, fds, count);
	result = next(hidden, count, timeout, mask);
	if (result >= 0)
		show_usbfs(fds, hidden, count);
	if (hidden != on_stack)
		free(hidden);
	return result;
}

EXPORT int
poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	struct timespec timeout = {timeout_ms / 1000, timeout_ms % 1000 * 1000000L};
	NEXT(poll);

	if (!has_usb_file(fds, count))
		return next(fds, count, timeout_ms);
	return poll_usb(fds, count, timeout_ms < 0 ? NULL : &timeout, NULL);
}

EXPORT int
ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
	NEXT(ppoll);

	if (!has_usb_file(fds, count))
		return next(fds, count, timeout, mask);
	return poll_usb(fds, count, timeout, mask);
}

extern int __poll_chk(struct pollfd *fds, nfds_t count, int timeout_ms, size_t size);

EXPORT int
__poll_chk(struct pollfd *fds, nfds_t count, int timeout_ms, size_t size)
{
	if (size / sizeof *fds < count)
		abort();
	return poll(fds, count, timeout_ms);
}

/* umockdev turned the netlink socket into a unix one in socket(); only its name is chosen here. */
EXPORT int
bind(int fd, const struct sockaddr *address, socklen_t length)
{
	struct sockaddr_un event = {.sun_family = AF_UNIX};
	const char *root = getenv("UMOCKDEV_DIR");
	socklen_t domain_size = sizeof(int);
	int domain = 0;
	NEXT(bind);

	if (!root || !address || address->sa_family != AF_NETLINK ||
	    getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &domain_size) != 0 || domain != AF_UNIX)
		return next(fd, address, length);
	snprintf(event.sun_path, sizeof event.sun_path, "%s/event%d.%d", root, getpid(), fd);
	unlink(event.sun_path);
	return (int)syscall(SYS_bind, fd, &event, sizeof event);
}
