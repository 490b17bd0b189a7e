/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * signals: see signals.h. A signal with other arguments than the interface has
 * is no signal of ours; it is left alone, as are those of later versions.
 */
#include "client/signals.h"

#include "client/rules.h"
#include "client/statistics.h"

#define DEVICE_INTERFACE "org.portamento.Sync1.Device"

typedef struct {
	PortaClient *client;
	Mirror *mirror;
	const char *path;
	GVariant *parameters;
} Signal;

static gboolean
take_added(Signal *signal)
{
	const char *path;
	g_autoptr(GVariant) interfaces = NULL;

	g_variant_get(signal->parameters, "(&o@a{sa{sv}})", &path, &interfaces);
	mirror_add(signal->mirror, path, interfaces);
	return TRUE;
}

static gboolean
take_removed(Signal *signal)
{
	const char *path;
	g_autoptr(GVariant) interfaces = NULL;

	g_variant_get(signal->parameters, "(&o@as)", &path, &interfaces);
	mirror_remove(signal->mirror, path, interfaces);
	return TRUE;
}

static gboolean
take_changed(Signal *signal)
{
	const char *interface;
	g_autoptr(GVariant) changed = NULL;
	g_autoptr(GVariant) invalidated = NULL;

	g_variant_get(signal->parameters, "(&s@a{sv}@as)", &interface, &changed, &invalidated);
	if (!g_str_equal(interface, DEVICE_INTERFACE))
		return TRUE;
	mirror_change(signal->mirror, signal->path, changed);
	return g_variant_n_children(invalidated) == 0;
}

static gboolean
take_sync_error(Signal *signal)
{
	const char *item, *source, *text;
	int32_t code;
	PortaEvent *event =
		event_new(PORTA_EVENT_SYNC_ERROR, mirror_get(signal->mirror, signal->path));

	g_variant_get(signal->parameters, "(&s&si&s)", &item, &source, &code, &text);
	event_add_string(event, PORTA_KEY_ITEM, item);
	event_add_string(event, PORTA_KEY_SOURCE, source);
	event_set_result(event, code, text);
	client_take_event(signal->client, event);
	return TRUE;
}

static gboolean
take_partnership_complete(Signal *signal)
{
	const char *text;
	int32_t code;
	PortaEvent *event = event_new(PORTA_EVENT_PARTNERSHIP_COMPLETE,
				      mirror_get(signal->mirror, signal->path));

	g_variant_get(signal->parameters, "(i&s)", &code, &text);
	event_set_result(event, code, text);
	client_take_event(signal->client, event);
	return TRUE;
}

static gboolean
take_waiting(Signal *signal)
{
	const char *host_id;

	g_variant_get(signal->parameters, "(&s)", &host_id);
	if (g_str_equal(host_id, signal->client->host_id))
		statistics_ask(signal->client->statistics);
	return TRUE;
}

static gboolean
take_rules_changed(Signal *signal)
{
	const char *host_id;
	g_autoptr(GVariant) rules = NULL;

	g_variant_get(signal->parameters, "(&s@" RULES_TYPE ")", &host_id, &rules);
	if (!g_str_equal(host_id, signal->client->host_id))
		return TRUE;
	PortaEvent *event = event_new(PORTA_EVENT_RULES, mirror_get(signal->mirror, signal->path));
	event_take_rules(event, rules_from_variant(rules));
	client_take_event(signal->client, event);
	return TRUE;
}

static const struct {
	const char *interface;
	const char *member;
	const char *type;
	gboolean (*take)(Signal *signal);
} signals[] = {
	{"org.freedesktop.DBus.ObjectManager", "InterfacesAdded", "(oa{sa{sv}})", take_added},
	{"org.freedesktop.DBus.ObjectManager", "InterfacesRemoved", "(oas)", take_removed},
	{"org.freedesktop.DBus.Properties", "PropertiesChanged", "(sa{sv}as)", take_changed},
	{DEVICE_INTERFACE, "SyncError", "(ssis)", take_sync_error},
	{DEVICE_INTERFACE, "PartnershipComplete", "(is)", take_partnership_complete},
	{DEVICE_INTERFACE, "RulesChanged", "(s" RULES_TYPE ")", take_rules_changed},
	{"org.portamento.Sync1.Manager", "StatisticsWaiting", "(s)", take_waiting},
};

gboolean
signals_take(PortaClient *client, Mirror *mirror, const char *path, const char *interface,
	     const char *member, GVariant *parameters)
{
	Signal signal = {client, mirror, path, parameters};

	for (gsize i = 0; i < G_N_ELEMENTS(signals); i++) {
		if (g_strcmp0(interface, signals[i].interface) == 0 &&
		    g_strcmp0(member, signals[i].member) == 0 &&
		    g_variant_is_of_type(parameters, G_VARIANT_TYPE(signals[i].type)))
			return signals[i].take(&signal);
	}
	return TRUE;
}
