/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * answer: see answer.h.
 */
#include "client/answer.h"

#include <unistd.h>

#include "base/error.h"
#include "client/plan-view.h"
#include "client/rules.h"

static const struct {
	const char *name;
	int32_t key;
} estimate_keys[] = {
	{"WantedBytes", PORTA_KEY_WANTED_BYTES},   {"WantedItems", PORTA_KEY_WANTED_ITEMS},
	{"AddedBytes", PORTA_KEY_ADDED_BYTES},     {"AddedItems", PORTA_KEY_ADDED_ITEMS},
	{"RemovedBytes", PORTA_KEY_REMOVED_BYTES}, {"RemovedItems", PORTA_KEY_REMOVED_ITEMS},
	{"NoFitBytes", PORTA_KEY_NO_FIT_BYTES},    {"NoFitItems", PORTA_KEY_NO_FIT_ITEMS},
	{"HeldBytes", PORTA_KEY_HELD_BYTES},       {"HeldItems", PORTA_KEY_HELD_ITEMS},
	{"FreeBytes", PORTA_KEY_FREE_BYTES},
};

static PortaEvent *
answer_new(Mirror *mirror, Request *request, int32_t type)
{
	const char *path =
		request->device_id == NULL ? NULL : mirror_find_path(mirror, request->device_id);
	PortaEvent *event = event_new(type, path == NULL ? NULL : mirror_get(mirror, path));

	event_set_request(event, request->number);
	if (request->device_id != NULL)
		event_add_string(event, PORTA_KEY_DEVICE_ID, request->device_id);
	return event;
}

void
answer_tell_error(PortaClient *client, Mirror *mirror, Request *request, int32_t code,
		  const char *text)
{
	PortaEvent *event = answer_new(mirror, request, request->answer);

	event_set_result(event, code, text);
	client_take_event(client, event);
}

static void
add_estimate(PortaEvent *event, GVariant *reply)
{
	g_autoptr(GVariant) figures = g_variant_get_child_value(reply, 0);

	for (gsize i = 0; i < G_N_ELEMENTS(estimate_keys); i++) {
		guint64 bytes;
		uint32_t items;
		if (g_variant_lookup(figures, estimate_keys[i].name, "t", &bytes))
			event_add_number(event, estimate_keys[i].key,
					 (int64_t)MIN(bytes, (guint64)G_MAXINT64));
		else if (g_variant_lookup(figures, estimate_keys[i].name, "u", &items))
			event_add_number(event, estimate_keys[i].key, items);
	}
}

static PortaPlan *
open_plan(GVariant *reply, GUnixFDList *fds, GError **error)
{
	int32_t handle;

	g_variant_get(reply, "(h)", &handle);
	if (fds == NULL || handle < 0 || handle >= g_unix_fd_list_get_length(fds)) {
		g_set_error_literal(error, PORTA_ERROR, PORTA_ERROR_FAILED,
				    "the helper's answer has no plan with it");
		return NULL;
	}
	int fd = g_unix_fd_list_get(fds, handle, error);
	if (fd < 0)
		return NULL;
	PortaPlan *plan = plan_view_new(fd, error);
	close(fd);
	return plan;
}

static void
tell_failures(PortaClient *client, Mirror *mirror, Request *request, GVariant *reply)
{
	g_autoptr(GVariantIter) failures = NULL;
	const char *item, *source, *text;
	int32_t code;

	g_variant_get(reply, "(a(ssis))", &failures);
	while (g_variant_iter_next(failures, "(&s&si&s)", &item, &source, &code, &text)) {
		PortaEvent *event = answer_new(mirror, request, PORTA_EVENT_SYNC_ERROR);
		event_add_string(event, PORTA_KEY_ITEM, item);
		event_add_string(event, PORTA_KEY_SOURCE, source);
		event_set_result(event, code, text);
		client_take_event(client, event);
	}
}

static void
tell_skips(PortaClient *client, Mirror *mirror, Request *request, GVariant *reply)
{
	g_autoptr(GVariantIter) skips = NULL;
	const char *source;
	gint64 since_unix;

	g_variant_get(reply, "(a(sx))", &skips);
	while (g_variant_iter_next(skips, "(&sx)", &source, &since_unix)) {
		PortaEvent *event = answer_new(mirror, request, PORTA_EVENT_SKIP);
		event_add_string(event, PORTA_KEY_SOURCE, source);
		event_add_number(event, PORTA_KEY_SINCE_UNIX, since_unix);
		client_take_event(client, event);
	}
}

static void
add_rules(PortaEvent *event, GVariant *reply, const char *host_id)
{
	g_autoptr(GVariant) rules = g_variant_get_child_value(reply, 0);

	event_take_rules(event, rules_from_hosts(rules, host_id));
}

void
answer_tell(PortaClient *client, Mirror *mirror, Request *request, GVariant *reply,
	    GUnixFDList *fds)
{
	PortaEvent *event = answer_new(mirror, request, request->answer);

	if (request->member == PORTA_EVENT_SYNC_ERROR)
		tell_failures(client, mirror, request, reply);
	if (request->member == PORTA_EVENT_SKIP)
		tell_skips(client, mirror, request, reply);
	if (request->answer == PORTA_EVENT_RULES)
		add_rules(event, reply, client->host_id);
	if (request->answer == PORTA_EVENT_ESTIMATE)
		add_estimate(event, reply);
	if (request->answer == PORTA_EVENT_PLAN) {
		g_autoptr(GError) error = NULL;
		event_take_plan(event, open_plan(reply, fds, &error));
		if (error != NULL)
			event_set_result(event, error_code(error), error->message);
	}
	client_take_event(client, event);
}

const GVariantType *
answer_get_type(Request *request)
{
	if (request->member == PORTA_EVENT_SYNC_ERROR)
		return G_VARIANT_TYPE("(a(ssis))");
	if (request->member == PORTA_EVENT_SKIP)
		return G_VARIANT_TYPE("(a(sx))");
	switch (request->answer) {
	case PORTA_EVENT_PLAN: return G_VARIANT_TYPE("(h)");
	case PORTA_EVENT_ESTIMATE: return G_VARIANT_TYPE("(a{sv})");
	case PORTA_EVENT_RULES: return G_VARIANT_TYPE("(" HOSTS_RULES_TYPE ")");
	default: return NULL;
	}
}
