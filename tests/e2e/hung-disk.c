/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * hung-disk: preloaded, it makes a folder a disk that does not answer. While the fifo HUNG_DISK_GATE is there, what opens
 * or reads a file below HUNG_DISK leaves a file of the call's name beside the gate, and hangs until the fifo is
 * opened for writing; so does what looks at one, if HUNG_DISK_STAT is set. It has a number of its own.
 */
#undef _FILE_OFFSET_BITS /* else open is open64 here */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define OTHER_DISK 1000 /* beside the real one's number */

/* The next one behind us, of the same type. */
#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

EXPORT int open64(const char *path, int flags, ...);
EXPORT ssize_t pread64(int fd, void *buffer, size_t n, off64_t at);
EXPORT int stat64(const char *path, struct stat64 *out);
EXPORT int fstat64(int fd, struct stat64 *out);

/* Behind us is the emulated cable, whose open keeps a lock meanwhile. */
static int
open_here(const char *path, int flags)
{
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, 0600);
}

static int
is_there(const char *path)
{
	const char *disk = getenv("HUNG_DISK");

	return disk != NULL && strncmp(path, disk, strlen(disk)) == 0;
}

static void
pass(const char *path, const char *call)
{
	const char *gate = getenv("HUNG_DISK_GATE");
	char sign[4096];

	if (gate == NULL || !is_there(path) || access(gate, F_OK) != 0)
		return;
	snprintf(sign, sizeof sign, "%s.%s", gate, call);
	close(open_here(sign, O_WRONLY | O_CREAT | O_CLOEXEC));
	close(open_here(gate, O_RDONLY | O_CLOEXEC));
}

/* Of 4096 bytes; "" if there is none. */
static void
path_of(int fd, char *path)
{
	char link[64];

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t n = readlink(link, path, 4095);
	path[n > 0 ? n : 0] = '\0';
}

static void
pass_fd(int fd, const char *call)
{
	char path[4096];

	path_of(fd, path);
	pass(path, call);
}

static int
open_passed(const char *path, int flags, mode_t mode)
{
	pass(path, "open");
	return NEXT(open64)(path, flags, mode);
}

#define OPEN(name)                                                                                 \
	EXPORT int name(const char *path, int flags, ...)                                          \
	{                                                                                          \
		va_list more;                                                                      \
		va_start(more, flags);                                                             \
		mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;                          \
		va_end(more);                                                                      \
		return open_passed(path, flags, mode);                                             \
	}

OPEN(open64)

OPEN(open)

EXPORT int
stat64(const char *path, struct stat64 *out)
{
	if (getenv("HUNG_DISK_STAT") != NULL)
		pass(path, "stat");
	int result = NEXT(stat64)(path, out);
	if (result == 0 && is_there(path))
		out->st_dev += OTHER_DISK;
	return result;
}

EXPORT int
fstat64(int fd, struct stat64 *out)
{
	char path[4096];

	int result = NEXT(fstat64)(fd, out);
	path_of(fd, path);
	if (result == 0 && is_there(path))
		out->st_dev += OTHER_DISK;
	return result;
}

EXPORT ssize_t
read(int fd, void *buffer, size_t n)
{
	pass_fd(fd, "read");
	return NEXT(read)(fd, buffer, n);
}

EXPORT ssize_t
pread64(int fd, void *buffer, size_t n, off64_t at)
{
	pass_fd(fd, "read");
	return NEXT(pread64)(fd, buffer, n, at);
}
