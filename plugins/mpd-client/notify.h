/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * notify: tells systemd how the service is, in its documented way: a datagram
 * of assignments to the socket named by NOTIFY_SOCKET. Silent where there is
 * none. (No libsystemd for ten lines.)
 */
#pragma once

#include "text.h"

/* "READY=1", "STOPPING=1", "STATUS=..." */
void notify_systemd(const char *format, ...) PRINTF_LIKE(1, 2);
