/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * preview-view: every step that a sync would take, with its reason, to be searched and saved
 * as text. A plan of 100,000 steps is listed in slices; nothing waits for it.
 */
#pragma once

#include <gtk/gtk.h>

#include "common/adapter.h"

typedef struct PreviewView PreviewView;

/* closed: a person goes back to where it was opened. */
PreviewView *preview_view_new(Adapter *adapter, AdapterDevice *device, void (*closed)(void *data),
			      void *data);
/* Its widget has been destroyed. */
void preview_view_free(PreviewView *view);
GtkWidget *preview_view_widget(PreviewView *view);

/* Asks for a plan with these choices (NULL: as the helper has them); filter: see preview-filter.h. */
void preview_view_open(PreviewView *view, const Choices *choices, int filter);
/* Forgets it again. */
void preview_view_close(PreviewView *view);
