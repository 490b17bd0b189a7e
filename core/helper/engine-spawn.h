/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * engine-spawn: the start of a portamento-engine at the other end of a socket.
 */
#pragma once

#include <gio/gio.h>

/* $PORTAMENTO_ENGINE, else the installed one; it ends with us. ENGINE_LOST if it can not be. *fd: our end
 * of the socket, the caller's. */
GSubprocess *engine_spawn(int *fd, GError **error);
