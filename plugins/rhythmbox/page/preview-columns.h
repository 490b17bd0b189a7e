/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * preview-columns: what a preview shows of each step. The tree's first column holds the step's
 * number; all else is read from the plan when a row is drawn.
 */
#pragma once

#include <gtk/gtk.h>
#include <portamento.h>

/* *plan may be NULL while the tree is empty. */
void preview_columns_add(GtkTreeView *view, PortaPlan *const *plan);
