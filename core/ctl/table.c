/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * table: see table.h.
 */
#include "ctl/table.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "ctl/text.h"

#define GAP 2
#define LEAST_COLUMNS 8 /* a column that shrinks stays readable */

struct Table {
	Ctl *ctl;
	const Column *columns;
	guint n_columns;
	GPtrArray *cells; /* escaped, row by row */
	GPtrArray *styles; /* as many; no-ref */
};

int
terminal_columns(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return 80;
}

const char *
style(Ctl *ctl, const char *sequence)
{
	return ctl->colour ? sequence : "";
}

Table *
table_new(Ctl *ctl, const Column *columns, guint n_columns)
{
	Table *table = g_new(Table, 1);

	*table = (Table){ctl, columns, n_columns, g_ptr_array_new_with_free_func(g_free),
			 g_ptr_array_new()};
	return table;
}

void
table_add_styled(Table *table, const char *sequence, const char *text)
{
	g_ptr_array_add(table->cells, text_escape(text == NULL ? "" : text));
	g_ptr_array_add(table->styles, (gpointer)sequence);
}

void
table_add(Table *table, const char *text)
{
	table_add_styled(table, "", text);
}

void
table_take(Table *table, char *text)
{
	table_add(table, text);
	g_free(text);
}

static void
measure(Table *table, int *widths)
{
	for (guint c = 0; c < table->n_columns; c++)
		widths[c] = text_width(table->columns[c].title);
	for (guint i = 0; i < table->cells->len; i++) {
		guint c = i % table->n_columns;
		widths[c] = MAX(widths[c], text_width(table->cells->pdata[i]));
	}
}

/* The widest that may shrink, or -1. */
static int
find_widest(Table *table, const int *widths)
{
	int widest = -1;

	for (guint c = 0; c < table->n_columns; c++) {
		if (table->columns[c].shrinks != FIXED && widths[c] > LEAST_COLUMNS &&
		    (widest < 0 || widths[c] > widths[widest]))
			widest = (int)c;
	}
	return widest;
}

static void
shrink(Table *table, int *widths)
{
	int excess = GAP * ((int)table->n_columns - 1) - terminal_columns();

	for (guint c = 0; c < table->n_columns; c++)
		excess += widths[c];
	for (int widest; excess > 0 && (widest = find_widest(table, widths)) >= 0; excess--)
		widths[widest]--;
}

static void
print_cell(Table *table, guint column, const char *sequence, const char *text, int width)
{
	gboolean last = column == table->n_columns - 1;
	gboolean left = table->columns[column].shrinks == SHRINKS_LEFT;
	g_autofree char *fitted = left ? text_fit_left(text, width) : text_fit(text, width);
	int padding = width - text_width(fitted);
	gboolean right = table->columns[column].right;

	printf("%*s%s%s%s", right ? padding : 0, "", style(table->ctl, sequence), fitted,
	       sequence[0] == '\0' ? "" : style(table->ctl, PLAIN));
	if (last)
		putchar('\n');
	else
		printf("%*s", (right ? 0 : padding) + GAP, "");
}

void
table_finish(Table *table)
{
	g_autofree int *widths = g_new(int, table->n_columns);

	measure(table, widths);
	if (table->ctl->terminal)
		shrink(table, widths);
	for (guint c = 0; c < table->n_columns; c++)
		print_cell(table, c, BOLD, table->columns[c].title, widths[c]);
	for (guint i = 0; i < table->cells->len; i++) {
		guint c = i % table->n_columns;
		print_cell(table, c, table->styles->pdata[i], table->cells->pdata[i], widths[c]);
	}
	g_ptr_array_unref(table->cells);
	g_ptr_array_unref(table->styles);
	g_free(table);
}
