/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * adapter: see adapter.h. Its life and its pump.
 */
#include "adapter-private.h"

#include <poll.h>

static gint64
now_ms(void)
{
	return g_get_monotonic_time() / 1000;
}

static void
on_wakeup(void *data)
{
	Adapter *adapter = data;

	adapter->host.wake(adapter->data);
}

Adapter *
adapter_new(const char *host_id, const char *display_name, const AdapterHost *host, void *data,
	    const char **error_text)
{
	PortaClient *client = NULL;
	int32_t code = porta_client_new(&client, host_id, display_name);

	if (code != PORTA_OK) {
		*error_text = code == PORTA_ERROR_NO_HELPER ? "there is no session bus"
							    : porta_error_name(code);
		return NULL;
	}
	Adapter *adapter = g_new0(Adapter, 1);
	adapter->client = client;
	adapter->host = *host;
	adapter->data = data;
	adapter->library = (Due)DUE_INIT;
	adapter->devices = g_ptr_array_new();
	adapter->errands = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL,
						 (GDestroyNotify)errand_free);
	g_queue_init(&adapter->refused);
	/* what this host can not store is not its to take */
	porta_client_set_statistics(client, host->statistics != NULL);
	porta_client_set_wakeup(client, on_wakeup, adapter);
	return adapter;
}

void
adapter_free(Adapter *adapter)
{
	if (adapter == NULL)
		return;
	g_return_if_fail(!adapter->is_pumping);
	porta_client_set_wakeup(adapter->client, NULL, NULL);
	porta_client_free(adapter->client);
	g_hash_table_unref(adapter->errands);
	g_queue_clear_full(&adapter->refused, (GDestroyNotify)errand_free);
	devices_free(adapter->devices);
	g_free(adapter);
}

static void
take_helper(Adapter *adapter, PortaEvent *event)
{
	adapter->has_helper = porta_event_get_type(event) == PORTA_EVENT_HELPER_READY;
	adapter->helper_life += adapter->has_helper;
	/* it may have died before it had written down what we told it */
	if (adapter->has_helper && adapter->library.was_touched_ever)
		due_hurry(&adapter->library, now_ms());
	if (adapter->host.helper != NULL)
		adapter->host.helper(adapter->data, adapter->has_helper,
				     porta_event_get_text(event));
}

static void
take_statistics(Adapter *adapter, PortaEvent *event)
{
	if (adapter->host.statistics == NULL)
		return;
	adapter->host.statistics(adapter->data, porta_event_get_string(event, PORTA_KEY_URI),
				 (int32_t)porta_event_get_number(event, PORTA_KEY_PLAY_COUNT),
				 (int32_t)porta_event_get_number(event, PORTA_KEY_RATING),
				 porta_event_get_number(event, PORTA_KEY_LAST_PLAYED_UNIX));
}

static void
take_event(Adapter *adapter, PortaEvent *event)
{
	if (porta_event_get_request(event) != 0) {
		requests_take_answer(adapter, event);
		return;
	}
	switch (porta_event_get_type(event)) {
	case PORTA_EVENT_HELPER_READY:
	case PORTA_EVENT_HELPER_LOST: take_helper(adapter, event); break;
	case PORTA_EVENT_STATISTICS: take_statistics(adapter, event); break;
	default: devices_take_event(adapter, event); break;
	}
}

static void
take_events(Adapter *adapter)
{
	PortaEvent *event;

	while ((event = porta_client_next_event(adapter->client)) != NULL) {
		take_event(adapter, event);
		porta_event_free(event);
	}
}

static void
publish_when_due(Adapter *adapter)
{
	if (adapter_next_due_ms(adapter) != 0)
		return;
	due_clear(&adapter->library);
	adapter->is_publishing = TRUE;
	adapter->host.publish(adapter->data);
}

void
adapter_pump(Adapter *adapter)
{
	/* a callback that runs the host's main loop, a dialog, comes back here */
	if (adapter->is_pumping)
		return;
	adapter->is_pumping = TRUE;
	do {
		take_events(adapter);
		devices_refresh(adapter);
	} while (requests_tell_refused(adapter) || devices_tell_choices(adapter));
	publish_when_due(adapter);
	adapter->is_pumping = FALSE;
}

int
adapter_next_due_ms(Adapter *adapter)
{
	if (!g_queue_is_empty(&adapter->refused))
		return 0;
	if (!adapter->has_helper || adapter->is_publishing)
		return -1;
	return (int)due_in_ms(&adapter->library, now_ms());
}

void
adapter_touch_library(Adapter *adapter)
{
	if (due_touch(&adapter->library, now_ms()))
		adapter->host.wake(adapter->data);
}

void
adapter_hurry_library(Adapter *adapter)
{
	if (adapter->library.at_ms == DUE_NEVER)
		return;
	due_hurry(&adapter->library, now_ms());
	adapter->host.wake(adapter->data);
}

gboolean
adapter_is_library_due(Adapter *adapter)
{
	return adapter->library.at_ms != DUE_NEVER || adapter->is_publishing;
}

void
adapter_flush(Adapter *adapter, int timeout_ms)
{
	struct pollfd events = {.fd = porta_client_get_fd(adapter->client), .events = POLLIN};
	gint64 late_ms = now_ms() + timeout_ms;

	g_return_if_fail(!adapter->is_pumping);
	adapter->is_pumping = TRUE;
	while (adapter->has_helper && adapter->n_publishing > 0 && now_ms() < late_ms) {
		/* interrupted: it is looked again */
		poll(&events, 1, (int)(late_ms - now_ms()));
		take_events(adapter);
	}
	adapter->is_pumping = FALSE;
}
