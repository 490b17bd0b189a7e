/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "desk.h"

#include <lib/rb-file-helpers.h>

#include "common/words.h"
#include "device-page.h"
#include "library.h"
#include "menus.h"
#include "notify.h"
#include "page-host.h"
#include "player-task.h"
#include "pump.h"
#include "rival.h"
#include "statistics.h"

#define HOST_ID "org.gnome.Rhythmbox3"
#define PATIENCE_AT_END_MS 1000

struct Desk {
	RBShell *shell; /* no-ref */
	GObject *plugin; /* no-ref */
	RBTaskList *tasks;
	Pump *pump;
	Adapter *adapter;
	Library *library;
	Statistics *statistics;
	Rival *rival;
	Menus *menus;
	PageHostData pages;
	gboolean is_closing;
};

/* What is shown of one player: AdapterDevice.host_data. */
typedef struct {
	DevicePage *page; /* while it is connected */
	PlayerTask *task;
} Player;

/* Players. */

static void
show_player(Desk *desk, AdapterDevice *device)
{
	Player *player = device->host_data;
	gboolean is_here = porta_device_get_number(device->now, PORTA_KEY_CONNECTED) > 0;

	if (is_here && player->page == NULL) {
		player->page = device_page_add(desk->shell, desk->plugin, page_host_functions(),
					       &desk->pages, desk->adapter, device);
		player->task = player_task_new(desk->tasks, desk->adapter, device);
	} else if (!is_here && player->page != NULL) {
		g_clear_pointer(&player->task, player_task_free);
		g_clear_pointer(&player->page, device_page_remove);
	}
}

static void
hide_player(AdapterDevice *device)
{
	Player *player = device->host_data;

	if (player == NULL)
		return;
	g_clear_pointer(&player->task, player_task_free);
	g_clear_pointer(&player->page, device_page_remove);
	g_free(g_steal_pointer(&device->host_data));
}

static void
on_found(void *host, AdapterDevice *device)
{
	Desk *desk = host;

	device->host_data = g_new0(Player, 1);
	show_player(desk, device);
	menus_update(desk->menus);
}

static void
on_changed(void *host, AdapterDevice *device, AdapterChange change)
{
	Desk *desk = host;
	Player *player = device->host_data;

	show_player(desk, device);
	if (player->page != NULL)
		page_update(device_page_content(player->page), change);
	if (player->task != NULL)
		player_task_update(player->task);
	if (change == ADAPTER_ENDED)
		notify_sync_ended(desk->shell, device);
	if (change == ADAPTER_PROGRESS || change == ADAPTER_FAILURE)
		return;
	if (player->page != NULL) {
		g_autofree char *name = words_device_name(device->now);
		device_page_rename(player->page, name);
	}
	menus_update(desk->menus);
}

static void
on_gone(void *host, AdapterDevice *device)
{
	Desk *desk = host;

	hide_player(device);
	menus_update(desk->menus);
}

/* The page of each player that has one. */
static void
each_page(Desk *desk, void (*tell)(GtkWidget *page))
{
	GPtrArray *devices = adapter_devices(desk->adapter);

	for (guint i = 0; i < devices->len; i++) {
		Player *player = ((AdapterDevice *)g_ptr_array_index(devices, i))->host_data;
		if (player != NULL && player->page != NULL)
			tell(device_page_content(player->page));
	}
}

static void
on_helper(void *host, gboolean is_there, const char *text)
{
	Desk *desk = host;
	GPtrArray *devices = adapter_devices(desk->adapter);

	for (guint i = 0; i < devices->len; i++) {
		Player *player = ((AdapterDevice *)g_ptr_array_index(devices, i))->host_data;
		if (player != NULL && player->page != NULL)
			page_helper(device_page_content(player->page), is_there, text);
	}
}

static void
on_published(void *host, int32_t error, const char *text)
{
	Desk *desk = host;

	if (error != PORTA_OK)
		g_warning("The music library was not taken: %s", text);
	else
		menus_published(desk->menus);
}

/* When the players that are syncing now had last been synced before; -1 never. */
static gint64
last_synced_unix(Desk *desk)
{
	GPtrArray *devices = adapter_devices(desk->adapter);
	gint64 oldest = G_MAXINT64;

	for (guint i = 0; i < devices->len; i++) {
		PortaDevice *device = ((AdapterDevice *)g_ptr_array_index(devices, i))->now;
		if (porta_device_get_number(device, PORTA_KEY_CONNECTED) > 0)
			oldest = MIN(oldest,
				     porta_device_get_number(device, PORTA_KEY_LAST_SYNC_TIME));
	}
	return oldest;
}

static void
on_statistics(void *host, const char *uri, int32_t plays, int32_t rating, gint64 last_played_unix)
{
	Desk *desk = host;

	statistics_merge(desk->statistics, uri, plays, rating, last_played_unix,
			 last_synced_unix(desk));
}

/* The rest of Rhythmbox. */

static void
on_wake(void *host)
{
	pump_wake(((Desk *)host)->pump);
}

static void
on_publish(void *host)
{
	library_publish(((Desk *)host)->library);
}

static void
on_library_changed(void *data)
{
	each_page(data, page_playlists_changed);
}

static void
on_rival_changed(void *data)
{
	each_page(data, page_rival_changed);
}

static void
on_show(GSimpleAction *action, GVariant *device_id, gpointer data)
{
	Desk *desk = data;
	AdapterDevice *device = adapter_find(desk->adapter, g_variant_get_string(device_id, NULL));
	Player *player = device != NULL ? device->host_data : NULL;

	if (player == NULL || player->page == NULL)
		return;
	device_page_select(player->page, desk->shell);
	rb_shell_present(desk->shell, gtk_get_current_event_time(), NULL);
	notify_withdraw(device);
}

static const GActionEntry actions[] = {
	{.name = NOTIFY_ACTION, .activate = on_show, .parameter_type = "s"},
};

static gboolean
connect(Desk *desk)
{
	static const AdapterHost host = {
		.wake = on_wake,
		.publish = on_publish,
		.found = on_found,
		.changed = on_changed,
		.gone = on_gone,
		.helper = on_helper,
		.statistics = on_statistics,
		.published = on_published,
	};
	const char *why = NULL;

	desk->pump = pump_new();
	desk->adapter = adapter_new(HOST_ID, "Rhythmbox", &host, desk, &why);
	if (desk->adapter == NULL)
		g_warning("Portable players can not be synced: %s", why);
	return desk->adapter != NULL;
}

Desk *
desk_new(RBShell *shell, GObject *plugin)
{
	g_autoptr(Desk) desk = g_new0(Desk, 1);
	RhythmDB *db = NULL;
	g_autofree char *rated = rb_find_user_data_file("portamento-rated");

	desk->shell = shell;
	desk->plugin = plugin;
	if (!connect(desk))
		return NULL;
	g_object_get(shell, "db", &db, "task-list", &desk->tasks, NULL);
	desk->statistics = statistics_new(db, rated);
	g_object_unref(db);
	desk->library = library_new(shell, on_library_changed, desk);
	desk->rival = rival_new(shell, on_rival_changed, desk);
	desk->pages = (PageHostData){desk->library, desk->rival};
	desk->menus = menus_new(shell, desk->library, desk->adapter);
	g_action_map_add_action_entries(G_ACTION_MAP(g_application_get_default()), actions,
					G_N_ELEMENTS(actions), desk);
	library_attach(desk->library, desk->adapter);
	pump_start(desk->pump, desk->adapter);
	return g_steal_pointer(&desk);
}

void
desk_free(Desk *desk)
{
	if (desk == NULL)
		return;
	pump_stop(desk->pump);
	if (desk->adapter != NULL) {
		/* what was played on players is told once */
		adapter_pump(desk->adapter);
		/* who drops a song into a playlist and quits wants it on the player, too */
		library_publish_last(desk->library, PATIENCE_AT_END_MS);
		GPtrArray *devices = adapter_devices(desk->adapter);
		for (guint i = 0; i < devices->len; i++)
			hide_player(g_ptr_array_index(devices, i));
	}
	for (guint i = 0; i < G_N_ELEMENTS(actions); i++)
		g_action_map_remove_action(G_ACTION_MAP(g_application_get_default()),
					   actions[i].name);
	menus_free(desk->menus);
	rival_free(desk->rival);
	library_free(desk->library);
	statistics_free(desk->statistics);
	adapter_free(desk->adapter);
	pump_free(desk->pump);
	g_clear_object(&desk->tasks);
	g_free(desk);
}
