/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * preview-save: writes a plan as text to a file that a person chooses, without anybody waiting.
 */
#pragma once

#include <gtk/gtk.h>
#include <portamento.h>

/* Near this widget; player: what to call the file after. plan is only looked at until it returns. */
void preview_save(GtkWidget *near, PortaPlan *plan, const char *player);
