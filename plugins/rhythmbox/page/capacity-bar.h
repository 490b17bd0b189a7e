/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * capacity-bar: a player's room as a drawn bar with a legend, and the same in words for
 * those who do not see it. Its parts differ in pattern as well as in colour.
 */
#pragma once

#include <gtk/gtk.h>

#include "common/words.h"

GtkWidget *capacity_bar_new(void);
/* NULL: the room is not known. */
void capacity_bar_set(GtkWidget *bar, const WordsSpace *space);
