/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * watch: the daemon. Publishes what MPD has, again whenever that changes, for
 * ever: MPD and the helper may come and go.
 */
#pragma once

#include "config.h"
#include "options.h"

/* Returns the exit status, once a signal asks to end. Takes config over: it is
 * read again on SIGHUP. */
int watch_run(const Options *options, Config *config);
