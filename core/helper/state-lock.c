/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * state-lock: see state-lock.h. The kernel lets go of the lock with its holder, so a
 * crash leaves nothing behind.
 */
#include "helper/state-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/error.h"
#include "helper/state-file.h"
#include "helper/timing.h"

#define PAUSE_US 50000

/* The pid that holds it, 0 if it is ours now, -1 with errno. */
static pid_t
try_lock(int fd)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	if (fcntl(fd, F_SETLK, &lock) == 0)
		return 0;
	if (errno != EAGAIN && errno != EACCES)
		return -1;
	lock.l_type = F_WRLCK;
	if (fcntl(fd, F_GETLK, &lock) < 0)
		return -1;
	return lock.l_type == F_UNLCK ? getpid() : lock.l_pid;
}

int
state_lock_take(const char *dir, GError **error)
{
	g_autofree char *path = g_build_filename(dir, "lock", NULL);
	gint64 until_us = g_get_monotonic_time() + 1000 * (gint64)(timing_ms(TIMING_LEAVE) + 1000);
	pid_t holder = -1;

	if (!state_dir_ensure(dir, error))
		return -1;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	while (fd >= 0) {
		holder = try_lock(fd);
		if (holder == 0)
			return fd;
		if (holder < 0 || g_get_monotonic_time() >= until_us)
			break;
		g_usleep(PAUSE_US);
	}
	if (holder > 0)
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_DEVICE_BUSY,
			    "%s belongs to another portamentod, process %d", dir, (int)holder);
	else
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_FAILED, "locking %s: %s", path,
			    g_strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

void
state_lock_release(int lock)
{
	if (lock >= 0)
		close(lock);
}
