/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * adapter-host: a host without music or window: what stands on its standard input it asks of
 * plugins/common's adapter, and what that tells goes to its standard output, a line each.
 *
 *   TAG VERB [DEVICE [ARGUMENT ...]]       TAG is given back by whatever answers
 *
 * Several stand on one line, with " ; " between, where nothing shall happen between them.
 *
 *   touch   library TRACKS   no-library   start ID   stop ID   accept ID REPLACE CHOICES
 *   decline ID   choose ID CHOICES   number ID NAME VALUE   string ID NAME VALUE
 *   confirm ID TOKEN   include ID   skip ID SOURCE   unskip ID SOURCE   preview ID   estimate ID CHOICES
 *   forget   show ID   due   free
 *
 * CHOICES: "-", or "library", "default", "fill=2" and ids of playlists, separated by commas.
 */
#include "common/adapter.h"

#include <glib-unix.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct {
	Adapter *adapter;
	GMainLoop *loop;
	GIOChannel *input;
	guint timer;
	gint woken; /* atomic: a pump is on its way */
} Host;

static void say(const char *format, ...) G_GNUC_PRINTF(1, 2);

static void
say(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
	fflush(stdout);
}

static Choices *
parse_choices(const char *text)
{
	Choices *choices = choices_new();
	g_auto(GStrv) words = g_strsplit(g_str_equal(text, "-") ? "" : text, ",", -1);

	for (guint i = 0; words[i] != NULL; i++) {
		if (g_str_equal(words[i], "library"))
			choices_set_library(choices, TRUE);
		else if (g_str_equal(words[i], "default"))
			choices->by_default = TRUE;
		else if (g_str_has_prefix(words[i], "fill="))
			choices_set_fill(choices, atoi(words[i] + 5));
		else
			choices_add_playlist(choices, words[i]);
	}
	return choices;
}

static char *
format_choices(const Choices *choices)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);

	if (choices == NULL)
		return g_strdup("unknown");
	if (choices->by_default)
		g_ptr_array_add(words, g_strdup("default"));
	for (guint i = 0; i < choices->playlists->len; i++)
		g_ptr_array_add(words, g_strdup(choices->playlists->pdata[i]));
	if (choices->whole_library)
		g_ptr_array_add(words, g_strdup("library"));
	if (choices->fill != 0)
		g_ptr_array_add(words, g_strdup_printf("fill=%d", choices->fill));
	g_ptr_array_add(words, NULL);
	char *text = g_strjoinv(",", (char **)words->pdata);
	if (text[0] != '\0')
		return text;
	g_free(text);
	return g_strdup("-");
}

/* what the adapter tells */

static gboolean
on_pump(void *data)
{
	Host *host = data;

	host->timer = 0;
	g_atomic_int_set(&host->woken, 0);
	adapter_pump(host->adapter);
	int due_ms = adapter_next_due_ms(host->adapter);
	if (due_ms >= 0 && host->timer == 0)
		host->timer = g_timeout_add((guint)due_ms, on_pump, host);
	return G_SOURCE_REMOVE;
}

static gboolean
on_woken(void *data)
{
	Host *host = data;

	if (host->adapter == NULL) /* freed meanwhile */
		return G_SOURCE_REMOVE;
	g_clear_handle_id(&host->timer, g_source_remove);
	return on_pump(host);
}

static void
on_wake(void *data)
{
	Host *host = data;

	if (g_atomic_int_compare_and_exchange(&host->woken, 0, 1))
		g_idle_add(on_woken, host);
}

static void
on_publish(void *data)
{
	say("publish");
}

static void
on_published(void *data, int32_t error, const char *text)
{
	say("published %d %s", error, text);
}

static void
on_found(void *data, AdapterDevice *device)
{
	device->host_data = data;
	say("found %s", device->id);
}

static char *
format_skips(GPtrArray *skips)
{
	GString *line = g_string_new(skips->len == 0 ? "-" : NULL);

	for (guint i = 0; i < skips->len; i++)
		g_string_append_printf(line, "%s%s", i > 0 ? "," : "", (char *)skips->pdata[i]);
	return g_string_free(line, FALSE);
}

static void
on_changed(void *data, AdapterDevice *device, AdapterChange change)
{
	static const char *const names[] = {
		[ADAPTER_CAME] = "came",       [ADAPTER_WENT] = "went",
		[ADAPTER_STATE] = "state",     [ADAPTER_PROGRESS] = "progress",
		[ADAPTER_FAILURE] = "failure", [ADAPTER_CHOICES] = "choices",
		[ADAPTER_ENDED] = "ended",     [ADAPTER_SKIPS] = "skips",
	};
	g_autofree char *choices = format_choices(device->choices);
	g_autofree char *sources = format_skips(device->skips);
	int64_t copied = porta_device_get_number(device->now, PORTA_KEY_LAST_SYNC_COPIED);
	int64_t progress = porta_device_get_number(device->now, PORTA_KEY_PROGRESS);

	g_assert_true(device->host_data == data);
	switch (change) {
	case ADAPTER_CHOICES: say("choices %s %s", device->id, choices); break;
	case ADAPTER_FAILURE: say("failure %s %u", device->id, device->failures->len); break;
	case ADAPTER_SKIPS: say("skips %s %s", device->id, sources); break;
	case ADAPTER_PROGRESS: say("progress %s %d", device->id, (int)progress); break;
	case ADAPTER_ENDED:
		say("ended %s %u %d", device->id, device->failures->len, (int)copied);
		break;
	default: say("%s %s", names[change], device->id); break;
	}
}

static void
on_gone(void *data, AdapterDevice *device)
{
	g_assert_true(device->host_data == data);
	say("gone %s", device->id);
}

static void
on_helper(void *data, gboolean there, const char *text)
{
	say("helper %d %s", there, text);
}

static void
on_statistics(void *data, const char *uri, int32_t plays, int32_t rating, gint64 last_played_unix)
{
	say("statistics %s %d %d %" G_GINT64_FORMAT, uri, plays, rating, last_played_unix);
}

static void
on_done(void *data, int32_t error, const char *text)
{
	say("done %s %d %s", (char *)data, error, text);
}

static void
on_planned(void *data, int32_t error, const char *text, PortaPlan *plan)
{
	say("planned %s %d %s", (char *)data, error, plan == NULL ? text : "plan");
	porta_plan_free(plan);
}

static void
on_estimated(void *data, int32_t error, const char *text, const AdapterEstimate *estimate)
{
	if (estimate == NULL)
		say("estimated %s %d %s", (char *)data, error, text);
	else
		say("estimated %s 0 %d %d %d", (char *)data, (int)estimate->wanted_items,
		    (int)estimate->added_items, (int)estimate->held_items);
}

/* what it is told to ask */

static PortaLibrary *
build_library(int n_tracks)
{
	PortaLibrary *library = NULL;

	porta_library_new(&library);
	for (int i = 0; i < n_tracks; i++) {
		g_autofree char *uri = g_strdup_printf("file:///music/%d.mp3", i);
		PortaTrack *track = NULL;
		porta_track_new(&track, uri);
		porta_library_take_track(library, track);
	}
	return library;
}

static void
show(Host *host, const char *tag, const char *id)
{
	AdapterDevice *device = adapter_find(host->adapter, id);

	if (device == NULL) {
		say("shown %s unknown", tag);
		return;
	}
	g_autofree char *choices = format_choices(device->choices);
	say("shown %s %d %s %u", tag,
	    (int)porta_device_get_number(device->now, PORTA_KEY_CONNECTED), choices,
	    device->failures->len);
}

/* What is about the library, or the host itself. */
static gboolean
obey_host(Host *host, char *tag, const char *verb, const char *argument)
{
	if (g_str_equal(verb, "touch"))
		adapter_touch_library(host->adapter);
	else if (g_str_equal(verb, "library"))
		adapter_publish(host->adapter, build_library(atoi(argument)));
	else if (g_str_equal(verb, "no-library"))
		adapter_publish(host->adapter, NULL);
	else if (g_str_equal(verb, "forget"))
		adapter_forget(host->adapter, tag);
	else if (g_str_equal(verb, "due"))
		say("due %s %d", tag, adapter_next_due_ms(host->adapter));
	else if (g_str_equal(verb, "show"))
		show(host, tag, argument);
	else if (g_str_equal(verb, "free"))
		g_main_loop_quit(host->loop);
	else
		return FALSE;
	return TRUE;
}

static void
obey_choices(Host *host, char *tag, char **words)
{
	const char *verb = words[1], *id = words[2];
	gboolean accepts = g_str_equal(verb, "accept");
	g_autoptr(Choices) choices = parse_choices(words[accepts ? 4 : 3]);

	if (accepts)
		adapter_accept(host->adapter, id, atoi(words[3]), choices, on_done, tag);
	else if (g_str_equal(verb, "choose"))
		adapter_choose(host->adapter, id, choices, on_done, tag);
	else if (g_str_equal(verb, "estimate"))
		adapter_estimate(host->adapter, id, choices, on_estimated, tag);
	else
		g_error("adapter-host: %s?", verb);
}

static void
obey(Host *host, char **words)
{
	Adapter *adapter = host->adapter;
	char *tag = (char *)g_intern_string(words[0]);
	const char *verb = words[1], *id = words[2];

	if (obey_host(host, tag, verb, id))
		return;
	if (g_str_equal(verb, "start"))
		adapter_start(adapter, id, on_done, tag);
	else if (g_str_equal(verb, "stop"))
		adapter_stop(adapter, id, on_done, tag);
	else if (g_str_equal(verb, "decline"))
		adapter_decline(adapter, id, on_done, tag);
	else if (g_str_equal(verb, "number"))
		adapter_set_number(adapter, id, words[3], atoi(words[4]), on_done, tag);
	else if (g_str_equal(verb, "string"))
		adapter_set_string(adapter, id, words[3], words[4], on_done, tag);
	else if (g_str_equal(verb, "confirm"))
		adapter_confirm_removals(adapter, id, words[3], on_done, tag);
	else if (g_str_equal(verb, "include"))
		adapter_include_skipped(adapter, id, on_done, tag);
	else if (g_str_equal(verb, "skip"))
		adapter_set_skip(adapter, id, words[3], TRUE, on_done, tag);
	else if (g_str_equal(verb, "unskip"))
		adapter_set_skip(adapter, id, words[3], FALSE, on_done, tag);
	else if (g_str_equal(verb, "preview"))
		adapter_preview(adapter, id, NULL, on_planned, tag);
	else
		obey_choices(host, tag, words);
}

static gboolean
on_input(GIOChannel *input, GIOCondition condition, void *data)
{
	Host *host = data;
	g_autofree char *line = NULL;

	if (g_io_channel_read_line(input, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL) {
		g_main_loop_quit(host->loop);
		return G_SOURCE_REMOVE;
	}
	g_auto(GStrv) orders = g_strsplit(g_strchomp(line), " ; ", -1);
	for (guint i = 0; orders[i] != NULL; i++) {
		g_auto(GStrv) words = g_strsplit(orders[i], " ", -1);
		obey(host, words);
	}
	return G_SOURCE_CONTINUE;
}

int
main(int argc, char **argv)
{
	static const AdapterHost callbacks = {
		.wake = on_wake,
		.publish = on_publish,
		.published = on_published,
		.found = on_found,
		.changed = on_changed,
		.gone = on_gone,
		.helper = on_helper,
		.statistics = on_statistics,
	};
	Host host = {.loop = g_main_loop_new(NULL, FALSE)};
	const char *why = NULL;

	host.adapter = adapter_new(argv[1], "A host of the tests", &callbacks, &host, &why);
	if (host.adapter == NULL) {
		say("none %s", why);
		return EXIT_FAILURE;
	}
	host.input = g_io_channel_unix_new(STDIN_FILENO);
	g_io_add_watch(host.input, G_IO_IN | G_IO_HUP, on_input, &host);
	g_main_loop_run(host.loop);
	g_clear_handle_id(&host.timer, g_source_remove);
	g_clear_pointer(&host.adapter, adapter_free);
	say("freed");
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_io_channel_unref(host.input);
	g_main_loop_unref(host.loop);
	return EXIT_SUCCESS;
}
