/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * engine-spawn: see engine-spawn.h.
 */
#include "helper/engine-spawn.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"

#define ENGINE_FD 3

static const char *
engine_path(void)
{
	const char *path = g_getenv("PORTAMENTO_ENGINE");

	return path != NULL ? path : LIBEXECDIR "/portamento-engine";
}

/* In the child: it ends when we do, even if it reads its socket no more. SIGTERM lets it
 * close the device's session; what ignores that has its own watchdog. */
static void
set_up_child(gpointer parent)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != GPOINTER_TO_INT(parent))
		_exit(1);
}

GSubprocess *
engine_spawn(int *fd, GError **error)
{
	int fds[2];
	g_autoptr(GError) cause = NULL;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_ENGINE_LOST, "socketpair: %s",
			    g_strerror(errno));
		return NULL;
	}
	g_autoptr(GSubprocessLauncher)
		launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_NONE);
	g_subprocess_launcher_take_fd(launcher, fds[1], ENGINE_FD);
	g_subprocess_launcher_set_child_setup(launcher, set_up_child, GINT_TO_POINTER(getpid()),
					      NULL);
	GSubprocess *subprocess = g_subprocess_launcher_spawn(launcher, &cause, engine_path(),
							      G_STRINGIFY(ENGINE_FD), NULL);
	if (subprocess == NULL) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_ENGINE_LOST, "starting %s: %s",
			    engine_path(), cause->message);
		close(fds[0]);
		return NULL;
	}
	*fd = fds[0];
	return subprocess;
}
