/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * adapter-requests: see adapter-private.h. Each request is an errand with a number; the
 * event with that number ends it.
 */
#include "adapter-private.h"

/* Under this number it is asked now. */
uint64_t
requests_number(Adapter *adapter, Errand *errand)
{
	errand->number = ++adapter->last_number;
	return errand->number;
}

/* Takes the errand over; code: what the library said of it. */
void
requests_send(Adapter *adapter, Errand *errand, int32_t code)
{
	errand->error = code;
	if (code == PORTA_OK) {
		g_hash_table_replace(adapter->errands, &errand->number, errand);
		return;
	}
	g_queue_push_tail(&adapter->refused, errand);
	adapter->host.wake(adapter->data);
}

static Errand *
plain_errand(Adapter *adapter, const char *device_id, AdapterDone done, void *data)
{
	Errand *errand = errand_new(ERRAND_PLAIN, device_id, data);

	errand->done = done;
	requests_number(adapter, errand);
	return errand;
}

void
adapter_start(Adapter *adapter, const char *device_id, AdapterDone done, void *data)
{
	Errand *errand = plain_errand(adapter, device_id, done, data);

	requests_send(adapter, errand,
		      porta_client_start(adapter->client, device_id, errand->number));
}

void
adapter_stop(Adapter *adapter, const char *device_id, AdapterDone done, void *data)
{
	Errand *errand = plain_errand(adapter, device_id, done, data);

	requests_send(adapter, errand,
		      porta_client_stop(adapter->client, device_id, errand->number));
}

void
adapter_decline(Adapter *adapter, const char *device_id, AdapterDone done, void *data)
{
	Errand *errand = plain_errand(adapter, device_id, done, data);

	requests_send(adapter, errand,
		      porta_client_delete_partnership(adapter->client, device_id, errand->number));
}

void
adapter_set_number(Adapter *adapter, const char *device_id, const char *setting, gint64 value,
		   AdapterDone done, void *data)
{
	Errand *errand = plain_errand(adapter, device_id, done, data);

	requests_send(adapter, errand,
		      porta_client_set_setting_number(adapter->client, device_id, setting, value,
						      errand->number));
}

void
adapter_set_string(Adapter *adapter, const char *device_id, const char *setting, const char *value,
		   AdapterDone done, void *data)
{
	Errand *errand = plain_errand(adapter, device_id, done, data);

	requests_send(adapter, errand,
		      porta_client_set_setting_string(adapter->client, device_id, setting, value,
						      errand->number));
}

void
adapter_confirm_removals(Adapter *adapter, const char *device_id, const char *token,
			 AdapterDone done, void *data)
{
	Errand *errand = plain_errand(adapter, device_id, done, data);

	requests_send(
		adapter, errand,
		porta_client_confirm_removals(adapter->client, device_id, token, errand->number));
}

void
adapter_include_skipped(Adapter *adapter, const char *device_id, AdapterDone done, void *data)
{
	Errand *errand = plain_errand(adapter, device_id, done, data);

	requests_send(adapter, errand,
		      porta_client_include_skipped(adapter->client, device_id, errand->number));
}

void
adapter_set_skip(Adapter *adapter, const char *device_id, const char *source, gboolean skip,
		 AdapterDone done, void *data)
{
	Errand *errand = plain_errand(adapter, device_id, done, data);

	requests_send(adapter, errand,
		      porta_client_set_skip(adapter->client, device_id, source, skip ? 1 : 0,
					    errand->number));
}

void
adapter_choose(Adapter *adapter, const char *device_id, const Choices *choices, AdapterDone done,
	       void *data)
{
	Errand *errand = errand_new(ERRAND_CHOOSE, device_id, data);
	Known *known = devices_find(adapter, device_id);

	errand->done = done;
	errand->choices = choices_copy(choices);
	requests_number(adapter, errand);
	if (known != NULL)
		known->n_choosing++;
	requests_send(adapter, errand,
		      porta_client_set_rules(adapter->client, device_id, choices_to_rules(choices),
					     errand->number));
	if (known == NULL)
		return;
	devices_show_choices(known, errand->choices);
	adapter->host.wake(adapter->data);
}

void
adapter_accept(Adapter *adapter, const char *device_id, gboolean replace, const Choices *choices,
	       AdapterDone done, void *data)
{
	Known *known = devices_find(adapter, device_id);
	int64_t status = known == NULL
				 ? PORTA_STATUS_UNKNOWN
				 : porta_device_get_number(known->shown.now, PORTA_KEY_STATUS);

	if (status == PORTA_STATUS_PARTNERSHIP_EXISTS) {
		adapter_choose(adapter, device_id, choices, done, data);
		return;
	}
	Errand *errand = errand_new(ERRAND_ACCEPT, device_id, data);
	errand->done = done;
	errand->choices = choices_copy(choices);
	requests_number(adapter, errand);
	requests_send(adapter, errand,
		      porta_client_create_partnership(adapter->client, device_id, replace ? 1 : 0,
						      errand->number));
}

void
adapter_preview(Adapter *adapter, const char *device_id, const Choices *choices,
		AdapterPlanned planned, void *data)
{
	Errand *errand = errand_new(ERRAND_PREVIEW, device_id, data);
	PortaRules *rules = choices == NULL ? NULL : choices_to_rules(choices);

	errand->planned = planned;
	requests_number(adapter, errand);
	requests_send(adapter, errand,
		      rules != NULL
			      ? porta_client_preview_rules(adapter->client, device_id, rules,
							   errand->number)
			      : porta_client_preview(adapter->client, device_id, errand->number));
}

GList *
requests_list(Adapter *adapter)
{
	return g_list_concat(g_hash_table_get_values(adapter->errands),
			     g_list_copy(adapter->refused.head));
}

static void
forget_estimates(Adapter *adapter, const char *device_id)
{
	g_autoptr(GList) errands = requests_list(adapter);

	for (GList *at = errands; at != NULL; at = at->next) {
		Errand *errand = at->data;
		if (errand->kind == ERRAND_ESTIMATE && g_strcmp0(errand->device_id, device_id) == 0)
			errand_forget(errand);
	}
}

void
adapter_forget(Adapter *adapter, void *data)
{
	g_autoptr(GList) errands = data == NULL ? NULL : requests_list(adapter);

	for (GList *at = errands; at != NULL; at = at->next) {
		Errand *errand = at->data;
		if (errand->data == data)
			errand_forget(errand);
	}
}

void
adapter_estimate(Adapter *adapter, const char *device_id, const Choices *choices,
		 AdapterEstimated estimated, void *data)
{
	Errand *errand = errand_new(ERRAND_ESTIMATE, device_id, data);
	PortaRules *rules = choices == NULL ? NULL : choices_to_rules(choices);

	forget_estimates(adapter, device_id);
	errand->estimated = estimated;
	requests_number(adapter, errand);
	requests_send(adapter, errand,
		      porta_client_estimate(adapter->client, device_id, rules, errand->number));
}

void
adapter_publish(Adapter *adapter, PortaLibrary *library)
{
	adapter->is_publishing = FALSE;
	if (library == NULL) {
		adapter_touch_library(adapter);
	} else {
		Errand *errand = errand_new(ERRAND_PUBLISH, NULL, NULL);
		requests_number(adapter, errand);
		adapter->n_publishing++;
		requests_send(adapter, errand,
			      porta_client_publish(adapter->client, library, errand->number));
	}
	/* what was touched meanwhile is waited for again */
	adapter->host.wake(adapter->data);
}

static void
end_choose(Adapter *adapter, Errand *errand, int32_t error)
{
	Known *known = devices_find(adapter, errand->device_id);

	if (known == NULL || known->n_choosing == 0) /* it went meanwhile, and came anew */
		return;
	known->n_choosing--;
	if (error == PORTA_OK && known->told == NULL)
		known->told = g_steal_pointer(&errand->choices);
	if (known->n_choosing == 0)
		devices_show_choices(known, NULL);
}

/* The second half is an errand of its own, and answers for both. */
static gboolean
continue_accept(Adapter *adapter, Errand *errand)
{
	adapter_choose(adapter, errand->device_id, errand->choices, errand->done, errand->data);
	return TRUE;
}

static void
end_preview(Errand *errand, int32_t error, const char *text, PortaEvent *event)
{
	PortaPlan *plan = event == NULL ? NULL : porta_event_steal_plan(event);

	if (errand->planned != NULL)
		errand->planned(errand->data, error, text, plan);
	else
		porta_plan_free(plan);
}

static void
end_estimate(Errand *errand, int32_t error, const char *text, PortaEvent *event)
{
	AdapterEstimate estimate = {
		.added_bytes = porta_event_get_number(event, PORTA_KEY_ADDED_BYTES),
		.removed_bytes = porta_event_get_number(event, PORTA_KEY_REMOVED_BYTES),
		.wanted_bytes = porta_event_get_number(event, PORTA_KEY_WANTED_BYTES),
		.no_fit_bytes = porta_event_get_number(event, PORTA_KEY_NO_FIT_BYTES),
		.free_bytes = porta_event_get_number(event, PORTA_KEY_FREE_BYTES),
		.added_items = porta_event_get_number(event, PORTA_KEY_ADDED_ITEMS),
		.removed_items = porta_event_get_number(event, PORTA_KEY_REMOVED_ITEMS),
		.wanted_items = porta_event_get_number(event, PORTA_KEY_WANTED_ITEMS),
		.no_fit_items = porta_event_get_number(event, PORTA_KEY_NO_FIT_ITEMS),
		.held_bytes = porta_event_get_number(event, PORTA_KEY_HELD_BYTES),
		.held_items = porta_event_get_number(event, PORTA_KEY_HELD_ITEMS),
	};

	if (errand->estimated != NULL)
		errand->estimated(errand->data, error, text, error == PORTA_OK ? &estimate : NULL);
}

/* event: NULL where the library did not take it. */
static void
end_errand(Adapter *adapter, Errand *errand, int32_t error, const char *text, PortaEvent *event)
{
	gboolean goes_on = FALSE;

	switch (errand->kind) {
	case ERRAND_PLAIN: break;
	case ERRAND_CHOOSE: end_choose(adapter, errand, error); break;
	case ERRAND_ACCEPT: goes_on = error == PORTA_OK && continue_accept(adapter, errand); break;
	case ERRAND_PREVIEW: end_preview(errand, error, text, event); break;
	case ERRAND_ESTIMATE: end_estimate(errand, error, text, event); break;
	case ERRAND_RULES:
	case ERRAND_FAILURES:
	case ERRAND_SKIPS: lists_end(adapter, errand, error, event); break;
	case ERRAND_PUBLISH:
		adapter->n_publishing--;
		if (adapter->host.published != NULL)
			adapter->host.published(adapter->data, error, text);
		break;
	}
	if (errand->done != NULL && !goes_on)
		errand->done(errand->data, error, text);
}

void
requests_take_answer(Adapter *adapter, PortaEvent *event)
{
	uint64_t number = porta_event_get_request(event);
	gpointer value = NULL;

	if (lists_take_member(adapter, event))
		return;
	if (!g_hash_table_steal_extended(adapter->errands, &number, NULL, &value))
		return;
	g_autoptr(Errand) errand = value;
	end_errand(adapter, errand, porta_event_get_error(event), porta_event_get_text(event),
		   event);
}

gboolean
requests_tell_refused(Adapter *adapter)
{
	g_autoptr(Errand) errand = g_queue_pop_head(&adapter->refused);

	if (errand == NULL)
		return FALSE;
	end_errand(adapter, errand, errand->error, porta_error_name(errand->error), NULL);
	return TRUE;
}
