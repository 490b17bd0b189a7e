/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * playlist-columns: what the list of playlists shows of each: whether it is wanted, its name,
 * songs and size, and how much of it fits. The tree's first column holds a ChooserRow *.
 */
#pragma once

#include "chooser-model.h"

/* toggled: as of a GtkCellRendererToggle, with data. */
void playlist_columns_add(GtkTreeView *view, GCallback toggled, gpointer data);
ChooserRow *playlist_columns_row(GtkTreeModel *tree, GtkTreeIter *iter);
