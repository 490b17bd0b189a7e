/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * event: what the worker tells the host. Made on the worker, complete when it
 * is queued, the host's own once it is fetched: nobody shares it.
 */
#pragma once

#include <glib.h>

#include "portamento.h"

/* What the host's view of the devices becomes when the event is fetched. */
typedef enum {
	EVENT_NO_CHANGE,
	EVENT_SET_DEVICE,
	EVENT_FORGET_DEVICE,
} EventChange;

/* device may be NULL; the event takes a reference. */
PortaEvent *event_new(int32_t type, PortaDevice *device);
/* code PORTA_OK or an error, text for people; NULL is "". */
void event_set_result(PortaEvent *event, int32_t code, const char *text);
void event_set_request(PortaEvent *event, uint64_t request);
void event_set_change(PortaEvent *event, EventChange change);
/* Copied; at most 4 keys of an event. */
void event_add_string(PortaEvent *event, int32_t key, const char *value);
/* At most 12 keys of an event. */
void event_add_number(PortaEvent *event, int32_t key, int64_t value);
/* The event is one of a batch, and takes a share in statistics over. */
typedef struct Statistics Statistics;
void event_set_batch(PortaEvent *event, Statistics *statistics, uint64_t batch);
/* Frees an event that the host has not seen: nothing was taken. */
void event_discard(PortaEvent *event);
void event_take_plan(PortaEvent *event, PortaPlan *plan);
void event_take_rules(PortaEvent *event, PortaRules *rules);

EventChange event_get_change(PortaEvent *event);
/* The event tells only that a snapshot has changed: the newest of them says it all. */
gboolean event_is_level(PortaEvent *event);
