/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * table: rows under titles, in columns as wide as they need be. On a terminal
 * that is too narrow the columns that may shrink do; in a pipe nothing is cut.
 */
#pragma once

#include "ctl/ctl.h"

typedef struct {
	const char *title;
	gboolean right; /* numbers */
	enum {
		FIXED,
		SHRINKS, /* its end is cut: texts */
		SHRINKS_LEFT, /* its beginning is cut: paths */
	} shrinks;
} Column;

typedef struct Table Table;

Table *table_new(Ctl *ctl, const Column *columns, guint n_columns);
/* The next cell, row by row; copied and escaped, NULL is "". */
void table_add(Table *table, const char *text);
/* The same, and frees text. */
void table_take(Table *table, char *text);
/* In this style: BOLD and such. */
void table_add_styled(Table *table, const char *sequence, const char *text);
/* Prints and frees. */
void table_finish(Table *table);

/* Columns of the terminal that stdout is; 80 where it does not say. */
int terminal_columns(void);
/* "\033[1m" and such, or "" without colours. */
const char *style(Ctl *ctl, const char *sequence);

#define BOLD "\033[1m"
#define DIM "\033[2m"
#define RED "\033[31m"
#define GREEN "\033[32m"
#define YELLOW "\033[33m"
#define CYAN "\033[36m"
#define PLAIN "\033[0m"
