/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * progress: shows a person what a device is doing.
 */
#include "progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#define BAR_COLUMNS 20

void
progress_init(Progress *progress, bool is_quiet)
{
	const char *terminal = getenv("TERM");
	bool is_dumb = terminal == NULL || strcmp(terminal, "dumb") == 0;

	*progress = (Progress){.is_quiet = is_quiet,
			       .is_terminal = isatty(STDOUT_FILENO) == 1 && !is_dumb};
}

void
progress_erase(Progress *progress)
{
	if (progress->is_drawn)
		fputs("\r\033[K", stdout);
	progress->is_drawn = false;
	fflush(stdout);
}

void
progress_clear(Progress *progress)
{
	progress_erase(progress);
	text_clear(&progress->shown);
}

const char *
progress_format_bytes(int64_t bytes)
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
	static char buffers[4][24];
	static unsigned int next;
	double value = (double)(bytes > 0 ? bytes : 0);
	size_t unit = 0;

	for (; value >= 999.5 && unit + 1 < COUNT_OF(units); unit++)
		value /= 1000;
	char *buffer = buffers[next++ % COUNT_OF(buffers)];
	snprintf(buffer, sizeof buffers[0], unit > 0 && value < 9.95 ? "%.1f %s" : "%.0f %s", value,
		 units[unit]);
	return buffer;
}

static int
terminal_columns(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
}

/* As much of text as fits; control characters, which a device may put into names, are not
 * for the terminal. */
static void
print_within(const char *text, int columns)
{
	mbstate_t state = {0};

	while (*text != '\0') {
		wchar_t character;
		size_t length = mbrtowc(&character, text, strlen(text), &state);
		if (length == 0 || length > strlen(text)) {
			state = (mbstate_t){0};
			length = 1;
			character = L'?';
		}
		int width = wcwidth(character);
		if (width < 0) {
			character = L'?';
			width = 1;
		}
		columns -= width;
		if (columns < 0)
			return;
		printf("%lc", (wint_t)character);
		text += length;
	}
}

static char *
format_time_left(int64_t seconds)
{
	if (seconds < 0)
		return text_copy("");
	if (seconds >= 3600)
		return text_format("  %lld:%02lld:%02lld left", (long long)seconds / 3600,
				   (long long)seconds / 60 % 60, (long long)seconds % 60);
	return text_format("  %lld:%02lld left", (long long)seconds / 60, (long long)seconds % 60);
}

static void
draw_bar(Progress *progress, PortaDevice *device, const char *text)
{
	int64_t percent = porta_device_get_number(device, PORTA_KEY_PROGRESS);
	int64_t rate = porta_device_get_number(device, PORTA_KEY_RATE);
	char *speed AUTO_TEXT = rate > 0 ? text_format("  %s/s", progress_format_bytes(rate))
					 : text_copy("");
	char *left AUTO_TEXT =
		format_time_left(porta_device_get_number(device, PORTA_KEY_TIME_LEFT));
	char bar[BAR_COLUMNS + 1];

	percent = percent < 0 ? 0 : percent > 100 ? 100 : percent;
	for (int i = 0; i < BAR_COLUMNS; i++)
		bar[i] = i * 100 < percent * BAR_COLUMNS ? '#' : '.';
	bar[BAR_COLUMNS] = '\0';
	char *line AUTO_TEXT =
		text_format("[%s] %3lld%%%s%s  %s", bar, (long long)percent, speed, left, text);
	progress_erase(progress);
	print_within(line, terminal_columns() - 1);
	progress->is_drawn = true;
	fflush(stdout);
}

static char *
describe(PortaDevice *device)
{
	const char *item = porta_device_get_string(device, PORTA_KEY_ITEM);
	const char *detail = porta_device_get_string(device, PORTA_KEY_DETAIL_TEXT);
	int64_t total = porta_device_get_number(device, PORTA_KEY_TOTAL_ITEMS);
	int64_t done = porta_device_get_number(device, PORTA_KEY_DONE_ITEMS);

	if (detail == NULL)
		detail = "";
	if (item == NULL || item[0] == '\0')
		return text_copy(detail);
	if (porta_device_get_number(device, PORTA_KEY_DETAIL) != PORTA_DETAIL_COPYING || total <= 0)
		return text_format("%s: %s", detail, item);
	return text_format("%s %lld of %lld: %s", detail, (long long)done, (long long)total, item);
}

void
progress_show(Progress *progress, PortaDevice *device)
{
	if (progress->is_quiet)
		return;
	char *text AUTO_TEXT = describe(device);
	if (text[0] == '\0')
		return;
	if (progress->is_terminal) {
		draw_bar(progress, device, text);
		return;
	}
	if (progress->shown != NULL && strcmp(progress->shown, text) == 0)
		return;
	text_set(&progress->shown, text);
	print_within(text, 1000);
	putchar('\n');
	fflush(stdout);
}
