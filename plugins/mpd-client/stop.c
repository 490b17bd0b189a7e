/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * stop: how this program is told to end.
 */
#include "stop.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

static int event_fd = -1;
static volatile sig_atomic_t connection_fd = -1;
static volatile sig_atomic_t is_asked, is_reload;

static void
on_signal(int number)
{
	int saved = errno;
	uint64_t one = 1;

	if (number == SIGHUP)
		is_reload = 1;
	else
		is_asked = 1;
	if (is_asked && connection_fd >= 0)
		shutdown(connection_fd, SHUT_RDWR);
	(void)!write(event_fd, &one, sizeof one);
	errno = saved;
}

void
stop_install(void)
{
	struct sigaction once = {.sa_handler = on_signal,
				 .sa_flags = SA_RESTART | (int)SA_RESETHAND};
	struct sigaction always = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
	struct sigaction ignored = {.sa_handler = SIG_IGN};

	event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (event_fd < 0)
		abort();
	sigaction(SIGINT, &once, NULL);
	sigaction(SIGTERM, &once, NULL);
	sigaction(SIGHUP, &always, NULL);
	sigaction(SIGPIPE, &ignored, NULL);
}

int
stop_get_fd(void)
{
	return event_fd;
}

bool
stop_is_asked(void)
{
	return is_asked;
}

void
stop_forget(void)
{
	uint64_t count;

	is_asked = 0;
	(void)!read(event_fd, &count, sizeof count);
}

bool
stop_take_reload(void)
{
	uint64_t count;

	if (!is_reload)
		return false;
	is_reload = 0;
	/* while asked to end, the fd stays readable */
	if (!is_asked)
		(void)!read(event_fd, &count, sizeof count);
	return true;
}

void
stop_watch_connection(int fd)
{
	connection_fd = fd;
}
