/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * adapter-lists: see adapter-private.h. What a device's snapshot does not say: this host's rules,
 * what failed, what a person skips. Each list is an errand, whose members come before its end.
 */
#include "adapter-private.h"

static Errand *
new_lister(Adapter *adapter, ErrandKind kind, const char *device_id)
{
	Errand *errand = errand_new(kind, device_id, NULL);

	requests_number(adapter, errand);
	return errand;
}

void
lists_ask_rules(Adapter *adapter, const char *device_id)
{
	Errand *errand = new_lister(adapter, ERRAND_RULES, device_id);

	requests_send(adapter, errand,
		      porta_client_list_rules(adapter->client, device_id, errand->number));
}

void
lists_ask_failures(Adapter *adapter, const char *device_id, gboolean is_end)
{
	Errand *errand = new_lister(adapter, ERRAND_FAILURES, device_id);

	errand->failures = failures_new();
	errand->is_end = is_end;
	requests_send(adapter, errand,
		      porta_client_list_failures(adapter->client, device_id, errand->number));
}

void
lists_ask_skips(Adapter *adapter, const char *device_id)
{
	Errand *errand = new_lister(adapter, ERRAND_SKIPS, device_id);

	errand->skips = g_ptr_array_new_with_free_func(g_free);
	requests_send(adapter, errand,
		      porta_client_list_skips(adapter->client, device_id, errand->number));
}

void
lists_outdate_failures(Adapter *adapter, const char *device_id)
{
	g_autoptr(GList) errands = requests_list(adapter);

	for (GList *at = errands; at != NULL; at = at->next) {
		Errand *errand = at->data;
		if (errand->kind == ERRAND_FAILURES && g_strcmp0(errand->device_id, device_id) == 0)
			errand->is_stale = TRUE;
	}
}

gboolean
lists_take_member(Adapter *adapter, PortaEvent *event)
{
	uint64_t number = porta_event_get_request(event);
	int32_t type = porta_event_get_type(event);
	Errand *lister = g_hash_table_lookup(adapter->errands, &number);

	if (type != PORTA_EVENT_SYNC_ERROR && type != PORTA_EVENT_SKIP)
		return FALSE;
	if (lister != NULL && type == PORTA_EVENT_SYNC_ERROR && lister->failures != NULL)
		failures_add(lister->failures, event);
	if (lister != NULL && type == PORTA_EVENT_SKIP && lister->skips != NULL)
		g_ptr_array_add(lister->skips,
				g_strdup(porta_event_get_string(event, PORTA_KEY_SOURCE)));
	return TRUE;
}

static void
end_rules(Adapter *adapter, Known *known, int32_t error, PortaEvent *event)
{
	known->is_refused = error != PORTA_OK;
	if (error == PORTA_OK)
		devices_take_rules(adapter, known, porta_event_steal_rules(event));
}

void
lists_end(Adapter *adapter, Errand *errand, int32_t error, PortaEvent *event)
{
	Known *known = devices_find(adapter, errand->device_id);

	if (known == NULL)
		return;
	switch (errand->kind) {
	case ERRAND_RULES: end_rules(adapter, known, error, event); break;
	case ERRAND_FAILURES:
		errand->is_stale = errand->is_stale || error != PORTA_OK;
		devices_take_failures(adapter, known, errand);
		break;
	case ERRAND_SKIPS:
		if (error == PORTA_OK)
			devices_take_skips(adapter, known, g_steal_pointer(&errand->skips));
		break;
	default: break;
	}
}
