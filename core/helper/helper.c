/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * helper: see helper.h. Runs in one thread; only validation of libraries has its own.
 */
#include "helper/helper.h"

#include "helper/manager.h"
#include "helper/portable.h"
#include "helper/state-file.h"

#define OBJECT_PATH "/org/portamento/Sync1"

static Portable *
find_or_add(Helper *helper, const char *id)
{
	Portable *portable = g_hash_table_lookup(helper->portables, id);

	if (portable == NULL) {
		portable = portable_new(helper, id);
		g_hash_table_replace(helper->portables, portable->id, portable);
	}
	return portable;
}

static void
tell_statistics(void *data, const char *host_id)
{
	Helper *helper = data;

	sync_manager_emit_statistics_waiting(helper->manager, host_id);
}

Helper *
helper_new(const char *state_dir, GError **error)
{
	g_autoptr(Helper) helper = g_new0(Helper, 1);
	g_autofree char *library_dir = g_build_filename(state_dir, "libraries", NULL);
	g_autofree char *statistics_dir = g_build_filename(state_dir, "statistics", NULL);

	helper->device_dir = g_build_filename(state_dir, "devices", NULL);
	helper->journal_dir = g_build_filename(state_dir, "journals", NULL);
	helper->objects = g_dbus_object_manager_server_new(OBJECT_PATH);
	helper->portables =
		g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)portable_free);
	if (!state_dir_ensure(state_dir, error) || !state_dir_ensure(helper->device_dir, error) ||
	    !state_dir_ensure(helper->journal_dir, error))
		return NULL;
	helper->owner = owner_load(state_dir, error);
	if (helper->owner == NULL)
		return NULL;
	helper->libraries = library_store_new(library_dir, error);
	if (helper->libraries == NULL)
		return NULL;
	helper->statistics = statistics_desk_new(statistics_dir, tell_statistics, helper, error);
	if (helper->statistics == NULL)
		return NULL;
	helper->manager = manager_new(helper);
	g_autoptr(GPtrArray) ids = device_store_list(helper->device_dir);
	for (guint i = 0; i < ids->len; i++)
		find_or_add(helper, ids->pdata[i]);
	return g_steal_pointer(&helper);
}

void
helper_free(Helper *helper)
{
	helper->leaving = TRUE;
	g_hash_table_unref(helper->portables);
	g_object_unref(helper->objects);
	g_clear_pointer(&helper->libraries, library_store_free);
	g_clear_pointer(&helper->statistics, statistics_desk_free);
	g_clear_object(&helper->manager);
	g_clear_pointer(&helper->owner, owner_free);
	g_free(helper->device_dir);
	g_free(helper->journal_dir);
	g_free(helper);
}

void
helper_on_device(const DeviceAddress *address, gboolean connected, void *data)
{
	Helper *helper = data;

	if (!device_id_is_valid(address->id)) {
		g_warning("a device with the impossible id “%.80s” is ignored", address->id);
		return;
	}
	Portable *portable = g_hash_table_lookup(helper->portables, address->id);
	if (portable != NULL && portable->scheduler.connected)
		portable_disconnect(portable);
	if (connected)
		portable_connect(find_or_add(helper, address->id), address);
}

typedef void (*PortableFunc)(Portable *portable, gpointer data);

static void
for_each_portable(Helper *helper, PortableFunc func, gpointer data)
{
	g_autoptr(GList) portables = g_hash_table_get_values(helper->portables);

	for (GList *at = portables; at != NULL; at = at->next)
		func(at->data, data);
}

static void
tell_change(Portable *portable, gpointer host_id)
{
	if (!portable_has_rules_of(portable, host_id))
		return;
	scheduler_change(&portable->scheduler, g_get_monotonic_time());
	portable_next(portable);
}

void
helper_library_changed(Helper *helper, const char *host_id)
{
	for_each_portable(helper, tell_change, (gpointer)host_id);
}

gboolean
helper_has_rules_of(Helper *helper, const char *host_id)
{
	GHashTableIter iter;
	gpointer portable;

	g_hash_table_iter_init(&iter, helper->portables);
	while (g_hash_table_iter_next(&iter, NULL, &portable))
		if (portable_has_rules_of(portable, host_id))
			return TRUE;
	return FALSE;
}

gboolean
helper_forget_host(Helper *helper, const char *host_id, GError **error)
{
	g_autoptr(GList) portables = g_hash_table_get_values(helper->portables);

	for (GList *at = portables; at != NULL; at = at->next)
		if (!portable_forget_host(at->data, host_id, error))
			return FALSE;
	return TRUE;
}

static void
drop_client(Portable *portable, gpointer client)
{
	portable_drop_client(portable, client);
}

void
helper_drop_client(Helper *helper, const char *client)
{
	for_each_portable(helper, drop_client, (gpointer)client);
	statistics_desk_drop_client(helper->statistics, client);
}

gboolean
helper_is_idle(Helper *helper)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, helper->portables);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		Portable *portable = value;
		if (portable->scheduler.connected)
			return FALSE;
	}
	return helper_is_at_rest(helper);
}

gboolean
helper_is_at_rest(Helper *helper)
{
	GHashTableIter iter;
	gpointer portable;

	g_hash_table_iter_init(&iter, helper->portables);
	while (g_hash_table_iter_next(&iter, NULL, &portable))
		if (!portable_is_at_rest(portable))
			return FALSE;
	return !library_store_is_busy(helper->libraries);
}

static void
leave(Portable *portable, gpointer data)
{
	portable_leave(portable);
}

void
helper_leave(Helper *helper)
{
	helper->leaving = TRUE;
	for_each_portable(helper, leave, NULL);
}

void
helper_activity(Helper *helper)
{
	if (helper->on_activity != NULL)
		helper->on_activity(helper->data);
}

typedef struct {
	Helper *helper;
	char *id;
} Forgotten;

static gboolean
forget(gpointer data)
{
	g_autofree Forgotten *forgotten = data;
	Portable *portable = g_hash_table_lookup(forgotten->helper->portables, forgotten->id);

	if (portable != NULL && portable->gone && portable_is_forgettable(portable))
		g_hash_table_remove(forgotten->helper->portables, forgotten->id);
	else if (portable != NULL)
		portable->gone = FALSE; /* somebody asked something of it meanwhile */
	g_free(forgotten->id);
	return G_SOURCE_REMOVE;
}

void
helper_forget_portable(Helper *helper, Portable *portable)
{
	Forgotten *forgotten = g_new(Forgotten, 1);

	*forgotten = (Forgotten){helper, g_strdup(portable->id)};
	g_idle_add(forget, forgotten);
}
