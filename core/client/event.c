/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * event: see event.h.
 */
#include "client/event.h"

#include "client/device-snapshot.h"
#include "client/statistics.h"

#define MAX_STRINGS 4
#define MAX_NUMBERS 12

struct PortaEvent {
	int32_t type;
	EventChange change;
	uint64_t request;
	int32_t error;
	char *text;
	PortaDevice *device;
	PortaPlan *plan;
	PortaRules *rules;
	Statistics *statistics; /* whose batch it is of, or NULL */
	uint64_t batch;
	struct {
		int32_t key;
		char *value;
	} strings[MAX_STRINGS];
	unsigned n_strings;
	struct {
		int32_t key;
		int64_t value;
	} numbers[MAX_NUMBERS];
	unsigned n_numbers;
};

PortaEvent *
event_new(int32_t type, PortaDevice *device)
{
	PortaEvent *event = g_new0(PortaEvent, 1);

	event->type = type;
	if (device != NULL)
		event->device = device_ref(device);
	return event;
}

PortaEvent *
porta_event_free(PortaEvent *event)
{
	if (event == NULL)
		return NULL;
	for (unsigned i = 0; i < event->n_strings; i++)
		g_free(event->strings[i].value);
	porta_device_free(event->device);
	porta_plan_free(event->plan);
	porta_rules_free(event->rules);
	if (event->statistics != NULL)
		statistics_take_back(event->statistics, event->batch);
	g_free(event->text);
	g_free(event);
	return NULL;
}

void
event_discard(PortaEvent *event)
{
	event->batch = 0;
	porta_event_free(event);
}

void
event_set_result(PortaEvent *event, int32_t code, const char *text)
{
	event->error = code;
	g_free(event->text);
	event->text = g_strdup(text);
}

void
event_set_request(PortaEvent *event, uint64_t request)
{
	event->request = request;
}

void
event_set_change(PortaEvent *event, EventChange change)
{
	event->change = change;
}

void
event_add_string(PortaEvent *event, int32_t key, const char *value)
{
	g_assert(event->n_strings < MAX_STRINGS);
	event->strings[event->n_strings].key = key;
	event->strings[event->n_strings++].value = g_strdup(value);
}

void
event_add_number(PortaEvent *event, int32_t key, int64_t value)
{
	g_assert(event->n_numbers < MAX_NUMBERS);
	event->numbers[event->n_numbers].key = key;
	event->numbers[event->n_numbers++].value = value;
}

void
event_set_batch(PortaEvent *event, Statistics *statistics, uint64_t batch)
{
	event->statistics = statistics;
	event->batch = batch;
}

void
event_take_plan(PortaEvent *event, PortaPlan *plan)
{
	event->plan = plan;
}

void
event_take_rules(PortaEvent *event, PortaRules *rules)
{
	event->rules = rules;
}

EventChange
event_get_change(PortaEvent *event)
{
	return event->change;
}

gboolean
event_is_level(PortaEvent *event)
{
	return event->type == PORTA_EVENT_PROGRESS ||
	       event->type == PORTA_EVENT_SYNC_STATE_CHANGED ||
	       event->type == PORTA_EVENT_DEVICE_STATUS_CHANGED;
}

int32_t
porta_event_get_type(PortaEvent *event)
{
	return event == NULL ? PORTA_ERROR_INVALID_ARGUMENT : event->type;
}

uint64_t
porta_event_get_request(PortaEvent *event)
{
	return event == NULL ? 0 : event->request;
}

int32_t
porta_event_get_error(PortaEvent *event)
{
	return event == NULL ? PORTA_ERROR_INVALID_ARGUMENT : event->error;
}

const char *
porta_event_get_text(PortaEvent *event)
{
	return event == NULL || event->text == NULL ? "" : event->text;
}

const char *
porta_event_get_string(PortaEvent *event, int32_t key)
{
	if (event == NULL)
		return NULL;
	for (unsigned i = 0; i < event->n_strings; i++) {
		if (event->strings[i].key == key)
			return event->strings[i].value;
	}
	if (key == PORTA_KEY_DEVICE_ID && event->device != NULL)
		return porta_device_get_string(event->device, key);
	return NULL;
}

int64_t
porta_event_get_number(PortaEvent *event, int32_t key)
{
	if (event == NULL)
		return -1;
	for (unsigned i = 0; i < event->n_numbers; i++) {
		if (event->numbers[i].key == key)
			return event->numbers[i].value;
	}
	return -1;
}

PortaDevice *
porta_event_get_device(PortaEvent *event)
{
	return event == NULL ? NULL : event->device;
}

PortaPlan *
porta_event_steal_plan(PortaEvent *event)
{
	return event == NULL ? NULL : g_steal_pointer(&event->plan);
}

PortaRules *
porta_event_steal_rules(PortaEvent *event)
{
	return event == NULL ? NULL : g_steal_pointer(&event->rules);
}
