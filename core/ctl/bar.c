/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bar: see bar.h.
 */
#include "ctl/bar.h"

#include <stdio.h>
#include <string.h>

#include "ctl/device-words.h"
#include "ctl/table.h"
#include "ctl/text.h"

#define BAR_COLUMNS 24
#define LEAST_BAR_COLUMNS 8
#define NARROW_COLUMNS 60 /* then the bar is short */
#define LEAST_NAME_COLUMNS 12 /* less of a name says nothing */
#define PIPE_STEP_PERCENT 10

static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};

static void
append_bar(GString *line, Ctl *ctl, int64_t percent, int columns)
{
	int filled = (int)CLAMP(percent * columns * 8 / 100, 0, columns * 8);
	int used = filled / 8;

	g_string_append(line, style(ctl, CYAN));
	for (int i = 0; i < filled / 8; i++)
		g_string_append(line, "█");
	if (filled % 8 != 0) {
		g_string_append(line, eighths[filled % 8]);
		used++;
	}
	g_string_append(line, style(ctl, DIM));
	for (int i = used; i < columns; i++)
		g_string_append(line, "·");
	g_string_append(line, style(ctl, PLAIN));
}

/* Appends "  part" if there is room. */
static void
append_part(GString *line, int *room, char *part)
{
	int columns = text_width(part) + 2;

	if (part[0] != '\0' && columns <= *room) {
		g_string_append_printf(line, "  %s", part);
		*room -= columns;
	}
	g_free(part);
}

static char *
format_rate(PortaDevice *device)
{
	int64_t rate = porta_device_get_number(device, PORTA_KEY_RATE);
	g_autofree char *size = text_size(rate);

	return rate > 0 ? g_strdup_printf("%s/s", size) : g_strdup("");
}

static char *
format_time_left(PortaDevice *device)
{
	int64_t left = porta_device_get_number(device, PORTA_KEY_TIME_LEFT);
	g_autofree char *time = left < 0 ? NULL : text_duration(left);

	return left < 0 ? g_strdup("") : g_strdup_printf("%s left", time);
}

static char *
format_items(PortaDevice *device)
{
	g_autofree char *done = text_count(porta_device_get_number(device, PORTA_KEY_DONE_ITEMS));
	g_autofree char *total = text_count(porta_device_get_number(device, PORTA_KEY_TOTAL_ITEMS));

	return g_strdup_printf("%s/%s", done, total);
}

static char *
format_bytes(PortaDevice *device)
{
	g_autofree char *done = text_size(porta_device_get_number(device, PORTA_KEY_DONE_BYTES));
	g_autofree char *total = text_size(porta_device_get_number(device, PORTA_KEY_TOTAL_BYTES));

	return g_strdup_printf("%s of %s", done, total);
}

/* The last part of the path, escaped. */
static char *
format_item(PortaDevice *device)
{
	const char *item = porta_device_get_string(device, PORTA_KEY_ITEM);
	const char *slash = item == NULL ? NULL : strrchr(item, '/');

	return text_escape(item == NULL ? "" : slash != NULL ? slash + 1 : item);
}

static gboolean
has_totals(PortaDevice *device)
{
	return porta_device_get_number(device, PORTA_KEY_TOTAL_ITEMS) > 0;
}

static GString *
format_transfer(Bar *bar, PortaDevice *device, int columns)
{
	GString *line = g_string_new(NULL);
	int64_t percent = MAX(porta_device_get_number(device, PORTA_KEY_PROGRESS), 0);
	int bar_columns = columns < NARROW_COLUMNS ? LEAST_BAR_COLUMNS : BAR_COLUMNS;
	int room = columns - 1 - bar_columns - 6;
	g_autofree char *item = format_item(device);

	append_bar(line, bar->ctl, percent, bar_columns);
	g_string_append_printf(line, " %3d %%", (int)percent);
	/* in the order of what is missed most where the room ends */
	append_part(line, &room, format_time_left(device));
	append_part(line, &room, format_rate(device));
	append_part(line, &room, format_items(device));
	append_part(line, &room, format_bytes(device));
	if (room >= LEAST_NAME_COLUMNS + 2)
		append_part(line, &room, text_fit(item, room - 2));
	return line;
}

static const char *
get_text(PortaDevice *device)
{
	const char *text = porta_device_get_string(device, PORTA_KEY_DETAIL_TEXT);

	return text != NULL && text[0] != '\0' ? text : words_state(device);
}

static void
draw(Bar *bar, PortaDevice *device)
{
	int columns = terminal_columns();
	g_autofree char *safe = text_escape(get_text(device));
	g_autofree char *fitted = text_fit(safe, columns - 1);
	GString *line = has_totals(device) ? format_transfer(bar, device, columns)
					   : g_string_new(fitted);

	/* one write: a terminal never shows half a line */
	g_string_prepend(line, "\r");
	g_string_append(line, "\033[K");
	fwrite(line->str, 1, line->len, stdout);
	fflush(stdout);
	g_string_free(line, TRUE);
	bar->drawn = TRUE;
}

static void
tell(Bar *bar, PortaDevice *device)
{
	int percent = (int)porta_device_get_number(device, PORTA_KEY_PROGRESS);
	int64_t detail = porta_device_get_number(device, PORTA_KEY_DETAIL);
	g_autofree char *safe = text_escape(get_text(device));
	g_autofree char *name = text_escape(device_title(device));
	gboolean news = detail != bar->told_detail || g_strcmp0(safe, bar->told_text) != 0;

	if (news && detail != PORTA_DETAIL_NONE && !has_totals(device))
		printf("%s: %s\n", name, safe);
	if (has_totals(device) &&
	    percent / PIPE_STEP_PERCENT > bar->told_percent / PIPE_STEP_PERCENT) {
		g_autofree char *items = format_items(device);
		g_autofree char *bytes = format_bytes(device);
		g_autofree char *rate = format_rate(device);
		printf("%s: %d %%, %s songs, %s%s%s\n", name, percent, items, bytes,
		       rate[0] != '\0' ? ", " : "", rate);
		bar->told_percent = percent;
	}
	bar->told_detail = detail;
	g_free(bar->told_text);
	bar->told_text = g_strdup(safe);
	fflush(stdout);
}

void
bar_show(Bar *bar, PortaDevice *device)
{
	if (bar->ctl->json)
		return;
	if (bar->ctl->terminal)
		draw(bar, device);
	else
		tell(bar, device);
}

void
bar_clear(Bar *bar)
{
	if (bar->drawn)
		fputs("\r\033[K", stdout);
	fflush(stdout);
	bar->drawn = FALSE;
	g_clear_pointer(&bar->told_text, g_free);
}
