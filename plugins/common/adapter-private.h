/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * adapter-private: what the files of the adapter share: adapter.c, its life and its pump;
 * adapter-devices.c, what it knows of devices; adapter-requests.c, what it asks;
 * adapter-lists.c, what it has to ask for piece by piece.
 */
#pragma once

#include "adapter.h"
#include "due.h"
#include "errand.h"

/* An AdapterDevice and what its host need not see. */
typedef struct {
	AdapterDevice shown; /* first: one pointer for both */
	Choices *told; /* the helper's; NULL until told */
	guint n_choosing; /* choices of ours on their way: until they are there, they are shown */
	gboolean has_new_choices; /* shown, and to be told by the pump */
	guint helper_life; /* of the helper that was asked for rules and failures */
	gboolean is_refused; /* it did not tell the rules: asked again when the device changes */
} Known;

struct Adapter {
	PortaClient *client;
	AdapterHost host;
	void *data;
	GPtrArray *devices; /* Known */
	GHashTable *errands; /* Errand, by number */
	GQueue refused; /* Errand: to be answered by the next pump */
	uint64_t last_number;
	guint helper_life; /* how often one came */
	gboolean has_helper;
	gboolean is_pumping;
	Due library;
	gboolean is_publishing; /* the host is at its snapshot */
	guint n_publishing; /* libraries on their way to the helper */
};

/* adapter-devices.c */

Known *devices_find(Adapter *adapter, const char *device_id);
/* An event about a device or one of its items. */
void devices_take_event(Adapter *adapter, PortaEvent *event);
/* The helper came: asks it for what the devices' snapshots do not say. */
void devices_refresh(Adapter *adapter);
/* The helper has these rules for the device. Takes them over. */
void devices_take_rules(Adapter *adapter, Known *known, PortaRules *rules);
/* Shown is now what was chosen; NULL: what the helper has. */
void devices_show_choices(Known *known, const Choices *choices);
/* Tells of choices that were not told yet; FALSE if there are none. */
gboolean devices_tell_choices(Adapter *adapter);
void devices_take_failures(Adapter *adapter, Known *known, Errand *errand);
/* Takes the list of sources over. */
void devices_take_skips(Adapter *adapter, Known *known, GPtrArray *skips);
void devices_free(GPtrArray *devices);

/* adapter-requests.c */

/* Under this number it is asked now. */
uint64_t requests_number(Adapter *adapter, Errand *errand);
/* Takes the errand over; code: what the library said of it. */
void requests_send(Adapter *adapter, Errand *errand, int32_t code);
/* All that are under way; the caller frees the list. */
GList *requests_list(Adapter *adapter);
/* The event carries a number of ours. */
void requests_take_answer(Adapter *adapter, PortaEvent *event);
/* Tells of one that was refused; FALSE if there is none. */
gboolean requests_tell_refused(Adapter *adapter);

/* adapter-lists.c */

void lists_ask_rules(Adapter *adapter, const char *device_id);
void lists_ask_failures(Adapter *adapter, const char *device_id, gboolean is_end);
void lists_ask_skips(Adapter *adapter, const char *device_id);
/* A new sync has begun on the device: lists under way are of an older one. */
void lists_outdate_failures(Adapter *adapter, const char *device_id);
/* Whether the event is one of a list; then it has been taken. */
gboolean lists_take_member(Adapter *adapter, PortaEvent *event);
void lists_end(Adapter *adapter, Errand *errand, int32_t error, PortaEvent *event);
