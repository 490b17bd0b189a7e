/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * adapter-devices: see adapter-private.h. The devices, as the newest event shows them.
 */
#include "adapter-private.h"

#include <string.h>

static void
known_free(Known *known)
{
	porta_device_free(known->shown.now);
	choices_free(known->shown.choices);
	choices_free(known->told);
	g_ptr_array_unref(known->shown.failures);
	g_ptr_array_unref(known->shown.skips);
	g_free(known->shown.id);
	g_free(known);
}

void
devices_free(GPtrArray *devices)
{
	for (guint i = 0; i < devices->len; i++)
		known_free(devices->pdata[i]);
	g_ptr_array_unref(devices);
}

Known *
devices_find(Adapter *adapter, const char *device_id)
{
	for (guint i = 0; i < adapter->devices->len; i++) {
		Known *known = adapter->devices->pdata[i];
		if (g_strcmp0(known->shown.id, device_id) == 0)
			return known;
	}
	return NULL;
}

GPtrArray *
adapter_devices(Adapter *adapter)
{
	return adapter->devices;
}

AdapterDevice *
adapter_find(Adapter *adapter, const char *device_id)
{
	Known *known = devices_find(adapter, device_id);

	return known == NULL ? NULL : &known->shown;
}

static void
tell(Adapter *adapter, Known *known, AdapterChange change)
{
	if (adapter->host.changed != NULL)
		adapter->host.changed(adapter->data, &known->shown, change);
}

static gboolean
is_connected(PortaDevice *device)
{
	return porta_device_get_number(device, PORTA_KEY_CONNECTED) == 1;
}

static gboolean
is_syncing(PortaDevice *device)
{
	return porta_device_get_number(device, PORTA_KEY_SYNC_STATE) == PORTA_SYNC_SYNCHRONIZING;
}

static int64_t
count_skips(PortaDevice *device)
{
	return porta_device_get_number(device, PORTA_KEY_SKIP_COUNT);
}

/* Two syncs may end within a second. */
static gboolean
is_same_sync(PortaDevice *before, PortaDevice *after)
{
	static const int32_t keys[] = {PORTA_KEY_LAST_SYNC_TIME, PORTA_KEY_LAST_SYNC_RESULT,
				       PORTA_KEY_LAST_SYNC_COPIED};

	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		if (porta_device_get_number(before, keys[i]) !=
		    porta_device_get_number(after, keys[i]))
			return FALSE;
	}
	return TRUE;
}

/* A device that went in mid-sync, helper and all, has not ended it: that is told later. */
static gboolean
has_ended(PortaDevice *before, PortaDevice *after)
{
	if (is_syncing(after))
		return FALSE;
	return !is_same_sync(before, after) || (is_syncing(before) && is_connected(after));
}

static void
begin_sync(Adapter *adapter, Known *known)
{
	lists_outdate_failures(adapter, known->shown.id);
	if (known->shown.failures->len == 0)
		return;
	g_ptr_array_set_size(known->shown.failures, 0);
	tell(adapter, known, ADAPTER_FAILURE);
}

static AdapterChange
get_change(int32_t event_type)
{
	switch (event_type) {
	case PORTA_EVENT_DEVICE_CONNECTED: return ADAPTER_CAME;
	case PORTA_EVENT_DEVICE_DISCONNECTED: return ADAPTER_WENT;
	case PORTA_EVENT_PROGRESS: return ADAPTER_PROGRESS;
	default: return ADAPTER_STATE;
	}
}

static void
update(Adapter *adapter, Known *known, PortaDevice *now, AdapterChange change)
{
	PortaDevice *before = known->shown.now;
	gboolean begun = is_syncing(now) && !is_syncing(before);
	gboolean ended = has_ended(before, now);
	/* a sync may also have found that a file has moved */
	gboolean skips = count_skips(now) != count_skips(before) ||
			 (ended && known->shown.skips->len > 0);

	known->shown.now = now;
	porta_device_free(before);
	if (known->is_refused)
		lists_ask_rules(adapter, known->shown.id);
	known->is_refused = FALSE;
	if (begun)
		begin_sync(adapter, known);
	tell(adapter, known, change);
	if (skips)
		lists_ask_skips(adapter, known->shown.id);
	if (ended)
		lists_ask_failures(adapter, known->shown.id, TRUE);
}

static void
add(Adapter *adapter, const char *id, PortaDevice *now)
{
	Known *known = g_new0(Known, 1);

	known->shown.id = g_strdup(id);
	known->shown.now = now;
	known->shown.failures = failures_new();
	known->shown.skips = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(adapter->devices, known);
	if (adapter->host.found != NULL)
		adapter->host.found(adapter->data, &known->shown);
	if (is_connected(now))
		tell(adapter, known, ADAPTER_CAME);
}

static void
forget(Adapter *adapter, Known *known)
{
	if (adapter->host.gone != NULL)
		adapter->host.gone(adapter->data, &known->shown);
	g_ptr_array_remove(adapter->devices, known);
	known_free(known);
}

static void
take_snapshot(Adapter *adapter, const char *id, int32_t event_type)
{
	Known *known = devices_find(adapter, id);
	PortaDevice *now = porta_client_find_device(adapter->client, id);

	if (now != NULL && known != NULL)
		update(adapter, known, now, get_change(event_type));
	else if (now != NULL)
		add(adapter, id, now);
	else if (known != NULL)
		forget(adapter, known);
}

void
devices_take_event(Adapter *adapter, PortaEvent *event)
{
	const char *id = porta_event_get_string(event, PORTA_KEY_DEVICE_ID);
	Known *known = id == NULL ? NULL : devices_find(adapter, id);
	int32_t type = porta_event_get_type(event);

	switch (type) {
	case PORTA_EVENT_DEVICE_CONNECTED:
	case PORTA_EVENT_DEVICE_DISCONNECTED:
	case PORTA_EVENT_DEVICE_STATUS_CHANGED:
	case PORTA_EVENT_SYNC_STATE_CHANGED:
	case PORTA_EVENT_PROGRESS:
		if (id != NULL)
			take_snapshot(adapter, id, type);
		break;
	case PORTA_EVENT_SYNC_ERROR:
		if (known == NULL)
			break;
		failures_add(known->shown.failures, event);
		tell(adapter, known, ADAPTER_FAILURE);
		break;
	case PORTA_EVENT_RULES:
		if (known != NULL)
			devices_take_rules(adapter, known, porta_event_steal_rules(event));
		break;
	default: break;
	}
}

void
devices_refresh(Adapter *adapter)
{
	for (guint i = 0; adapter->has_helper && i < adapter->devices->len; i++) {
		Known *known = adapter->devices->pdata[i];
		if (known->helper_life == adapter->helper_life)
			continue;
		known->helper_life = adapter->helper_life;
		lists_ask_rules(adapter, known->shown.id);
		/* during a sync they would still be those of the one before */
		if (!is_syncing(known->shown.now))
			lists_ask_failures(adapter, known->shown.id, FALSE);
		if (count_skips(known->shown.now) > 0 || known->shown.skips->len > 0)
			lists_ask_skips(adapter, known->shown.id);
	}
}

void
devices_show_choices(Known *known, const Choices *choices)
{
	Choices *shown = known->shown.choices;

	if (choices == NULL)
		choices = known->told;
	if (shown == choices || (shown != NULL && choices != NULL && choices_equal(shown, choices)))
		return;
	known->shown.choices = choices == NULL ? NULL : choices_copy(choices);
	known->has_new_choices = TRUE;
	choices_free(shown);
}

gboolean
devices_tell_choices(Adapter *adapter)
{
	gboolean any = FALSE;

	for (guint i = 0; i < adapter->devices->len; i++) {
		Known *known = adapter->devices->pdata[i];
		if (!known->has_new_choices)
			continue;
		known->has_new_choices = FALSE;
		tell(adapter, known, ADAPTER_CHOICES);
		any = TRUE;
	}
	return any;
}

void
devices_take_rules(Adapter *adapter, Known *known, PortaRules *rules)
{
	choices_free(known->told);
	known->told = choices_from_rules(rules);
	porta_rules_free(rules);
	if (known->n_choosing == 0)
		devices_show_choices(known, NULL);
}

void
devices_take_failures(Adapter *adapter, Known *known, Errand *errand)
{
	gboolean is_news = errand->failures != NULL && !errand->is_stale &&
			   (errand->failures->len > 0 || known->shown.failures->len > 0);

	if (is_news) {
		g_ptr_array_unref(known->shown.failures);
		known->shown.failures = g_steal_pointer(&errand->failures);
	}
	if (errand->is_end)
		tell(adapter, known, ADAPTER_ENDED);
	else if (is_news)
		tell(adapter, known, ADAPTER_FAILURE);
}

static gboolean
is_same_list(GPtrArray *a, GPtrArray *b)
{
	for (guint i = 0; i < a->len && a->len == b->len; i++)
		if (!g_str_equal(a->pdata[i], b->pdata[i]))
			return FALSE;
	return a->len == b->len;
}

void
devices_take_skips(Adapter *adapter, Known *known, GPtrArray *skips)
{
	if (is_same_list(skips, known->shown.skips)) {
		g_ptr_array_unref(skips);
		return;
	}
	g_ptr_array_unref(known->shown.skips);
	known->shown.skips = skips;
	tell(adapter, known, ADAPTER_SKIPS);
}
