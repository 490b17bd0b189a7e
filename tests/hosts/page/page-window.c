/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * page-window: the page of the first player found, in a window of its own, with the real
 * adapter behind it and a folder of songs as its library.
 *
 *     page-window FOLDER [RIVAL]
 *
 * A line on stdin is a command: "load" the folder again; "size W H"; "again N": destroys the
 * page and makes it anew N times, and says what is left of the old ones; "quit".
 */
#include <glib-unix.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/i18n.h"
#include "common/words.h"
#include "folder-host.h"
#include "pump.h"

typedef struct {
	GtkWidget *window;
	GtkWidget *page; /* NULL while no player is known */
	FolderHost *host;
	Adapter *adapter;
	Pump *pump;
	AdapterDevice *device;
	guint n_alive; /* widgets of pages that were destroyed */
	gboolean is_done;
} App;

static void
wake(void *data)
{
	pump_wake(((App *)data)->pump);
}

static void
publish(void *data)
{
	App *app = data;

	adapter_publish(app->adapter, folder_host_library(app->host));
}

static void
show_page(App *app)
{
	app->page = page_new(&folder_host_functions, app->host, app->adapter, app->device);
	gtk_container_add(GTK_CONTAINER(app->window), app->page);
	gtk_widget_show(app->page);
}

static void
on_found(void *data, AdapterDevice *device)
{
	App *app = data;

	if (app->device != NULL)
		return;
	app->device = device;
	show_page(app);
	printf("open\n");
	fflush(stdout);
}

static void
on_changed(void *data, AdapterDevice *device, AdapterChange change)
{
	App *app = data;

	if (app->device == device && app->page != NULL)
		page_update(app->page, change);
}

static void
on_gone(void *data, AdapterDevice *device)
{
	App *app = data;

	if (app->device != device)
		return;
	gtk_widget_destroy(app->page);
	app->page = NULL;
	app->device = NULL;
}

static void
on_helper(void *data, gboolean there, const char *text)
{
	App *app = data;

	if (app->page != NULL)
		page_helper(app->page, there, text);
}

/* again */

static void
on_finalized(gpointer data, GObject *where)
{
	((App *)data)->n_alive--;
}

static void
watch_widget(GtkWidget *widget, gpointer data)
{
	App *app = data;

	app->n_alive++;
	g_object_weak_ref(G_OBJECT(widget), on_finalized, app);
	if (GTK_IS_CONTAINER(widget))
		gtk_container_forall(GTK_CONTAINER(widget), watch_widget, app);
}

static void
run_loop_dry(void)
{
	while (gtk_events_pending())
		gtk_main_iteration();
}

/* Says how much memory each new page has left behind, in bytes. */
static void
show_again(App *app, int times)
{
	guint n_sources = 0;
	size_t before = 0;

	for (int i = -10; i < times; i++) { /* the first fill caches of GTK's */
		gpointer old = g_object_get_data(G_OBJECT(app->page), "portamento-page");
		if (i == 0)
			before = mallinfo2().uordblks;
		watch_widget(app->page, app);
		gtk_widget_destroy(app->page);
		n_sources += g_main_context_find_source_by_user_data(NULL, old) != NULL;
		show_page(app);
		run_loop_dry();
	}
	size_t after = mallinfo2().uordblks;
	printf("again widgets=%u sources=%u bytes=%ld\n", app->n_alive, n_sources,
	       ((long)after - (long)before) / times);
	fflush(stdout);
}

static void
obey(App *app, const char *line)
{
	int width, height, times;

	if (strcmp(line, "load") == 0) {
		folder_host_load(app->host);
		adapter_touch_library(app->adapter);
		if (app->page != NULL)
			page_playlists_changed(app->page);
	} else if (sscanf(line, "size %d %d", &width, &height) == 2) {
		gtk_window_resize(GTK_WINDOW(app->window), width, height);
	} else if (sscanf(line, "again %d", &times) == 1) {
		show_again(app, times);
	} else if (strcmp(line, "quit") == 0) {
		app->is_done = TRUE;
	}
}

static gboolean
on_line(GIOChannel *channel, GIOCondition condition, gpointer data)
{
	App *app = data;
	g_autofree char *line = NULL;
	gsize end = 0;

	if (g_io_channel_read_line(channel, &line, NULL, &end, NULL) != G_IO_STATUS_NORMAL) {
		app->is_done = TRUE;
		return G_SOURCE_REMOVE;
	}
	line[end] = '\0';
	obey(app, line);
	return G_SOURCE_CONTINUE;
}

static gboolean
on_closed(GtkWidget *window, GdkEvent *event, gpointer data)
{
	((App *)data)->is_done = TRUE;
	return TRUE;
}

static void
run(App *app)
{
	static const AdapterHost functions = {
		.wake = wake,
		.publish = publish,
		.found = on_found,
		.changed = on_changed,
		.gone = on_gone,
		.helper = on_helper,
	};
	const char *error = NULL;

	app->pump = pump_new();
	app->adapter = adapter_new("page-window", "Page", &functions, app, &error);
	g_assert_nonnull(app->adapter);
	pump_start(app->pump, app->adapter);
	adapter_touch_library(app->adapter);
	while (!app->is_done)
		gtk_main_iteration();
	gtk_widget_destroy(app->window);
	adapter_free(app->adapter);
	pump_free(app->pump);
}

int
main(int argc, char **argv)
{
	App app = {0};
	g_autoptr(GIOChannel) input = g_io_channel_unix_new(0);

	gtk_init(&argc, &argv);
	words_init();
	if (g_getenv("PAGE_WINDOW_LOCALES") != NULL) /* not installed yet */
		bindtextdomain(PLUGINS_DOMAIN, g_getenv("PAGE_WINDOW_LOCALES"));
	g_set_application_name("Page Window");
	if (argc < 2)
		return 2;
	app.host = folder_host_new(argv[1]);
	folder_host_set_rival(app.host, argc > 2 ? argv[2] : NULL);
	app.window = gtk_window_new(GTK_WINDOW_TOPLEVEL);
	gtk_window_set_title(GTK_WINDOW(app.window), "Page");
	gtk_window_set_default_size(GTK_WINDOW(app.window), 800, 600);
	g_signal_connect(app.window, "delete-event", G_CALLBACK(on_closed), &app);
	g_io_add_watch(input, G_IO_IN | G_IO_HUP, on_line, &app);
	gtk_widget_show(app.window);
	run(&app);
	folder_host_free(app.host);
	return 0;
}
