/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bar: the progress of one device. On a terminal one line that is written over,
 * as wide as the terminal is at that moment; in a pipe a line now and then.
 */
#pragma once

#include "ctl/ctl.h"

typedef struct {
	Ctl *ctl;
	gboolean drawn; /* a line that must be written over */
	int told_percent; /* in a pipe */
	int64_t told_detail;
	char *told_text;
} Bar;

void bar_show(Bar *bar, PortaDevice *device);
/* Takes the line away; what is printed next stands in its place. */
void bar_clear(Bar *bar);
