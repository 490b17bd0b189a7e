/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * words-figures: see words.h. Numbers, sizes and times; what a sync did or would do.
 */
#include "words.h"

#include "i18n.h"

#define MOST_HOURS 99 /* what would take longer is not known well enough to be told */

char *
words_size(gint64 bytes)
{
	return bytes < 0 ? g_strdup("") : g_format_size((guint64)bytes);
}

char *
words_count(gint64 n)
{
	return g_strdup_printf("%'" G_GINT64_FORMAT, n);
}

char *
words_songs(gint64 n)
{
	g_autofree char *count = words_count(n);

	return g_strdup_printf(PLURAL("%s song", "%s songs", n), count);
}

static gboolean
is_same_day(GDateTime *a, GDateTime *b)
{
	return g_date_time_get_year(a) == g_date_time_get_year(b) &&
	       g_date_time_get_day_of_year(a) == g_date_time_get_day_of_year(b);
}

char *
words_time(gint64 unix_seconds, GDateTime *now)
{
	g_autoptr(GDateTime)
		time = unix_seconds <= 0 ? NULL : g_date_time_new_from_unix_local(unix_seconds);
	g_autoptr(GDateTime) clock = g_date_time_new_now_local();

	if (time == NULL)
		return g_strdup(_("Never"));
	/* TRANSLATORS: both are for strftime() */
	return g_date_time_format(time, is_same_day(time, now == NULL ? clock : now)
						? _("Today %H:%M")
						: _("%Y-%m-%d %H:%M"));
}

static void
append(GString *line, const char *separator, const char *part)
{
	if (line->len > 0 && part[0] != '\0')
		g_string_append(line, separator);
	g_string_append(line, part);
}

static char *
format_time_left(gint64 seconds)
{
	gint64 minutes = seconds / 60 + (seconds % 60 > 0);

	if (seconds < 0 || minutes > MOST_HOURS * 60)
		return g_strdup("");
	if (seconds < 60) { /* the last one takes its time */
		int left = MAX((int)seconds, 1);
		return g_strdup_printf(PLURAL("%d second left", "%d seconds left", left), left);
	}
	if (minutes < 60)
		return g_strdup_printf(PLURAL("%d minute left", "%d minutes left", minutes),
				       (int)minutes);
	/* TRANSLATORS: hours and minutes */
	return g_strdup_printf(_("%d h %02d min left"), (int)(minutes / 60), (int)(minutes % 60));
}

char *
words_progress(PortaDevice *device)
{
	gint64 total = porta_device_get_number(device, PORTA_KEY_TOTAL_ITEMS);
	gint64 rate = porta_device_get_number(device, PORTA_KEY_RATE);

	if (porta_device_get_number(device, PORTA_KEY_SYNC_STATE) != PORTA_SYNC_SYNCHRONIZING ||
	    total <= 0)
		return g_strdup("");
	g_autofree char *done =
		words_count(MAX(porta_device_get_number(device, PORTA_KEY_DONE_ITEMS), 0));
	g_autofree char *all = words_count(total);
	g_autofree char *left =
		format_time_left(porta_device_get_number(device, PORTA_KEY_TIME_LEFT));
	g_autofree char *size = words_size(rate);
	GString *line = g_string_new(NULL);
	g_string_printf(line, PLURAL("%s of %s song", "%s of %s songs", total), done, all);
	if (rate > 0) {
		/* TRANSLATORS: "8.2 MB", in a second */
		g_autofree char *speed = g_strdup_printf(_("%s/s"), size);
		append(line, ", ", speed);
	}
	append(line, ", ", left);
	return g_string_free(line, FALSE);
}

/* What a session did, in the order in which people want to know it. */
static const struct {
	int32_t key;
	const char *one, *many;
} figures[] = {
	{PORTA_KEY_LAST_SYNC_COPIED, N_("%s copied"), N_("%s copied")},
	{PORTA_KEY_LAST_SYNC_REPLACED, N_("%s replaced"), N_("%s replaced")},
	{PORTA_KEY_LAST_SYNC_RENAMED, N_("%s renamed"), N_("%s renamed")},
	{PORTA_KEY_LAST_SYNC_RETAGGED, N_("%s retagged"), N_("%s retagged")},
	{PORTA_KEY_LAST_SYNC_REMOVED, N_("%s removed"), N_("%s removed")},
	{PORTA_KEY_LAST_SYNC_PLAYLISTS, N_("%s playlist changed"), N_("%s playlists changed")},
	{PORTA_KEY_LAST_SYNC_ERROR_COUNT, N_("%s failed"), N_("%s failed")},
	{PORTA_KEY_LAST_SYNC_NO_FIT_COUNT, N_("%s without room"), N_("%s without room")},
};

static GString *
format_figures(PortaDevice *device)
{
	GString *line = g_string_new(NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(figures); i++) {
		gint64 n = porta_device_get_number(device, figures[i].key);
		g_autofree char *count = words_count(n);
		if (n <= 0)
			continue;
		g_string_append(line, line->len > 0 ? ", " : "");
		g_string_append_printf(line, n == 1 ? _(figures[i].one) : _(figures[i].many),
				       count);
	}
	return line;
}

char *
words_last_result(PortaDevice *device)
{
	gint64 time = porta_device_get_number(device, PORTA_KEY_LAST_SYNC_TIME);
	int32_t result = (int32_t)porta_device_get_number(device, PORTA_KEY_LAST_SYNC_RESULT);

	if (time <= 0)
		return g_strdup(_("Never synced"));
	g_autofree char *when = words_time(time, NULL);
	g_autofree char *why =
		words_reason(result, porta_device_get_string(device, PORTA_KEY_LAST_SYNC_TEXT));
	GString *line = format_figures(device);
	if (line->len == 0 && result == PORTA_OK)
		g_string_append(line, _("everything was as it should be"));
	if (result != PORTA_OK)
		append(line, "; ", why);
	g_autofree char *what = g_string_free(line, FALSE);
	return g_strdup_printf("%s: %s", when, what);
}

static char *
format_change(const AdapterEstimate *estimate)
{
	g_autofree char *bytes = words_size(MAX(estimate->added_bytes, 0));
	g_autofree char *added = words_songs(estimate->added_items);
	g_autofree char *removed = words_songs(estimate->removed_items);

	if (estimate->added_items > 0 && estimate->removed_items > 0)
		/* TRANSLATORS: "2.1 GB", "310 songs", "4 songs" */
		return g_strdup_printf(_("Would add %s (%s), remove %s"), bytes, added, removed);
	if (estimate->added_items > 0)
		return g_strdup_printf(_("Would add %s (%s)"), bytes, added);
	if (estimate->removed_items > 0)
		return g_strdup_printf(_("Would remove %s"), removed);
	return g_strdup(_("Would change no song"));
}

static char *
format_held(const AdapterEstimate *estimate)
{
	g_autofree char *songs = words_songs(estimate->held_items);

	return g_strdup_printf(_("%s would be removed, once you agree"), songs);
}

static char *
format_no_fit(const AdapterEstimate *estimate)
{
	g_autofree char *count = words_count(estimate->no_fit_items);

	return g_strdup_printf(
		PLURAL("%s song does not fit", "%s songs do not fit", estimate->no_fit_items),
		count);
}

char *
words_estimate(const AdapterEstimate *estimate)
{
	gboolean has_held = estimate->held_items > 0, has_no_fit = estimate->no_fit_items > 0;
	gboolean changes = estimate->added_items > 0 || estimate->removed_items > 0;
	g_autofree char *change = format_change(estimate);
	g_autofree char *held = has_held ? format_held(estimate) : NULL;
	g_autofree char *no_fit = has_no_fit ? format_no_fit(estimate) : NULL;
	GString *line = g_string_new(changes || !has_held ? change : held);

	if (changes && has_held)
		append(line, "; ", held);
	if (has_no_fit)
		append(line, "; ", no_fit);
	return g_string_free(line, FALSE);
}
