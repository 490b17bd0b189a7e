/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * progress: shows a person what a device is doing: a bar on a terminal, a line
 * for each song in a pipe, nothing when quiet.
 */
#pragma once

#include <portamento.h>

#include "text.h"

typedef struct {
	bool is_quiet, is_terminal;
	bool is_drawn; /* the cursor stands behind a bar */
	char *shown; /* the last line in a pipe: not said twice */
} Progress;

void progress_init(Progress *progress, bool is_quiet);
void progress_clear(Progress *progress);
void progress_show(Progress *progress, PortaDevice *device);
/* Takes the bar away, for other text. */
void progress_erase(Progress *progress);

/* "4.2 MB", in a buffer that the next-but-three call uses again */
const char *progress_format_bytes(int64_t bytes);
