/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * page-widgets: small things that the parts of a page make alike.
 */
#pragma once

#include <gtk/gtk.h>

/* Wraps, starts at the start, takes no more width than it is given. */
GtkWidget *page_label(const char *text);
GtkWidget *page_dim_label(const char *text);
/* Figures of equal width: a number that changes moves nothing. */
void page_label_tabular(GtkWidget *label);
/* Sets it if it is another, so that nobody is told of a change that is none. */
void page_label_set(GtkWidget *label, const char *text);

/* A label with a mnemonic before a control, which it names for screen readers, too. */
GtkWidget *page_named(const char *mnemonic, GtkWidget *control);
void page_set_name(GtkWidget *widget, const char *name);
/* An icon alone, with its name for screen readers and as a tooltip. */
GtkWidget *page_icon_button(const char *icon, const char *name);
/* As wide as its widest label ever is. labels end with NULL. */
void page_button_reserve(GtkWidget *button, const char *const *labels);
/* The wheel scrolls the page, not the control beneath the pointer. */
void page_ignore_wheel(GtkWidget *control);

/* Text in a tree: an ellipsis where it does not fit. */
GtkTreeViewColumn *page_text_column(const char *title, GtkTreeCellDataFunc show, gpointer data,
				    gboolean expands);
