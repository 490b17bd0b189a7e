/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * device-object: org.portamento.Sync1.Device: from the bus to portable_*() and back.
 * Properties are told before the reply that caused them.
 */
#include "helper/portable.h"

#include "base/error.h"
#include "helper/rule-check.h"
#include "helper/skips.h"

static gboolean
answer(Portable *portable, GDBusMethodInvocation *invocation, gboolean ok, const GError *error)
{
	g_dbus_interface_skeleton_flush(G_DBUS_INTERFACE_SKELETON(portable->object));
	if (ok)
		g_dbus_method_invocation_return_value(invocation, NULL);
	else
		g_dbus_method_invocation_return_gerror(invocation, error);
	return TRUE;
}

static gboolean
on_create_partnership(SyncDevice *object, GDBusMethodInvocation *invocation, gboolean replace,
		      gpointer data)
{
	portable_create_partnership(data, replace, invocation);
	return TRUE;
}

static gboolean
on_delete_partnership(SyncDevice *object, GDBusMethodInvocation *invocation, gpointer data)
{
	portable_delete_partnership(data, invocation);
	return TRUE;
}

static gboolean
on_set_setting(SyncDevice *object, GDBusMethodInvocation *invocation, const char *name,
	       GVariant *value, gpointer data)
{
	g_autoptr(GVariant) inner = g_variant_get_variant(value);
	g_autoptr(GError) error = NULL;
	gboolean ok = portable_set_setting(data, name, inner, &error);

	return answer(data, invocation, ok, error);
}

static gboolean
on_set_rules(SyncDevice *object, GDBusMethodInvocation *invocation, const char *host_id,
	     GVariant *rules, gpointer data)
{
	g_autoptr(GError) error = NULL;
	gboolean ok = host_id_check(host_id, &error) && rules_check(rules, &error) &&
		      portable_set_rules(data, host_id, rules, &error);

	return answer(data, invocation, ok, error);
}

static gboolean
on_list_rules(SyncDevice *object, GDBusMethodInvocation *invocation, gpointer data)
{
	sync_device_complete_list_rules(object, invocation, portable_list_rules(data, NULL, NULL));
	return TRUE;
}

static gboolean
on_start(SyncDevice *object, GDBusMethodInvocation *invocation, gpointer data)
{
	g_autoptr(GError) error = NULL;
	gboolean ok = portable_start(data, &error);

	return answer(data, invocation, ok, error);
}

static gboolean
on_stop(SyncDevice *object, GDBusMethodInvocation *invocation, gpointer data)
{
	portable_stop(data, invocation);
	return TRUE;
}

static gboolean
on_preview(SyncDevice *object, GDBusMethodInvocation *invocation, GUnixFDList *fds, gpointer data)
{
	portable_preview(data, "", NULL, invocation);
	return TRUE;
}

static gboolean
on_preview_rules(SyncDevice *object, GDBusMethodInvocation *invocation, GUnixFDList *fds,
		 const char *host_id, GVariant *rules, gpointer data)
{
	g_autoptr(GError) error = NULL;

	if (!host_id_check(host_id, &error) || !rules_check(rules, &error))
		return answer(data, invocation, FALSE, error);
	portable_preview(data, host_id, rules, invocation);
	return TRUE;
}

static gboolean
check_estimate(const char *host_id, GVariant *rules, GError **error)
{
	if (host_id[0] != '\0')
		return host_id_check(host_id, error) && rules_check(rules, error);
	if (g_variant_n_children(rules) == 0)
		return TRUE;
	g_set_error_literal(error, PORTA_ERROR, PORTA_ERROR_INVALID_ARGUMENT,
			    "rules to try need the host id whose rules they replace");
	return FALSE;
}

static gboolean
on_estimate(SyncDevice *object, GDBusMethodInvocation *invocation, const char *host_id,
	    GVariant *rules, gpointer data)
{
	g_autoptr(GError) error = NULL;

	if (!check_estimate(host_id, rules, &error))
		return answer(data, invocation, FALSE, error);
	portable_estimate(data, host_id, rules, invocation);
	return TRUE;
}

static gboolean
on_cancel_estimate(SyncDevice *object, GDBusMethodInvocation *invocation, gpointer data)
{
	portable_cancel_estimate(data, g_dbus_method_invocation_get_sender(invocation));
	return answer(data, invocation, TRUE, NULL);
}

static gboolean
on_list_skipped(SyncDevice *object, GDBusMethodInvocation *invocation, gpointer data)
{
	portable_list_skipped(data, invocation);
	return TRUE;
}

static gboolean
on_include_skipped(SyncDevice *object, GDBusMethodInvocation *invocation, gpointer data)
{
	portable_include_skipped(data, invocation);
	return TRUE;
}

static gboolean
on_set_skip(SyncDevice *object, GDBusMethodInvocation *invocation, const char *source,
	    gboolean skip, gpointer data)
{
	g_autoptr(GError) error = NULL;
	gboolean ok = portable_set_skip(data, source, skip, &error);

	return answer(data, invocation, ok, error);
}

static gboolean
on_list_skips(SyncDevice *object, GDBusMethodInvocation *invocation, gpointer data)
{
	Portable *portable = data;

	sync_device_complete_list_skips(object, invocation, skips_tell(portable->store));
	return TRUE;
}

static gboolean
on_list_failures(SyncDevice *object, GDBusMethodInvocation *invocation, gpointer data)
{
	Portable *portable = data;
	g_autoptr(GVariant) failures = device_store_get(portable->store, STORE_FAILURES);

	if (failures == NULL)
		failures =
			g_variant_ref_sink(g_variant_new_array(G_VARIANT_TYPE("(ssis)"), NULL, 0));
	sync_device_complete_list_failures(object, invocation, failures);
	return TRUE;
}

static gboolean
on_confirm_removals(SyncDevice *object, GDBusMethodInvocation *invocation, const char *token,
		    gpointer data)
{
	g_autoptr(GError) error = NULL;
	gboolean ok = portable_confirm_removals(data, token, &error);

	return answer(data, invocation, ok, error);
}

SyncDevice *
device_object_new(Portable *portable)
{
	static const struct {
		const char *signal;
		GCallback handler;
	} methods[] = {
		{"handle-create-partnership", G_CALLBACK(on_create_partnership)},
		{"handle-delete-partnership", G_CALLBACK(on_delete_partnership)},
		{"handle-set-setting", G_CALLBACK(on_set_setting)},
		{"handle-set-rules", G_CALLBACK(on_set_rules)},
		{"handle-list-rules", G_CALLBACK(on_list_rules)},
		{"handle-start", G_CALLBACK(on_start)},
		{"handle-stop", G_CALLBACK(on_stop)},
		{"handle-preview", G_CALLBACK(on_preview)},
		{"handle-preview-rules", G_CALLBACK(on_preview_rules)},
		{"handle-estimate", G_CALLBACK(on_estimate)},
		{"handle-cancel-estimate", G_CALLBACK(on_cancel_estimate)},
		{"handle-list-skipped", G_CALLBACK(on_list_skipped)},
		{"handle-include-skipped", G_CALLBACK(on_include_skipped)},
		{"handle-set-skip", G_CALLBACK(on_set_skip)},
		{"handle-list-skips", G_CALLBACK(on_list_skips)},
		{"handle-list-failures", G_CALLBACK(on_list_failures)},
		{"handle-confirm-removals", G_CALLBACK(on_confirm_removals)},
	};
	SyncDevice *object = sync_device_skeleton_new();

	for (gsize i = 0; i < G_N_ELEMENTS(methods); i++)
		g_signal_connect(object, methods[i].signal, methods[i].handler, portable);
	return object;
}
