/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * portable-request: what people ask of a device. A request is refused before anything
 * is done, or it is stored before it is answered (law 3).
 */
#include "helper/portable.h"

#include <string.h>

#include "base/error.h"
#include "helper/rule-check.h"
#include "helper/settings.h"
#include "helper/skips.h"
#include "helper/timing.h"

static gboolean
refuse(GError **error, int32_t code, const char *text)
{
	g_set_error_literal(error, PORTA_ERROR, code, text);
	return FALSE;
}

/* To be done by a job that begins from now on. Stored by the caller. */
static void
ask(Portable *portable, StoreItem item, GVariant *value)
{
	portable->asked[item]++;
	device_store_set(portable->store, item, value);
}

static gboolean
check_connected(Portable *portable, GError **error)
{
	if (portable->scheduler.connected)
		return TRUE;
	return refuse(error, PORTA_ERROR_NO_DEVICE, "the device is not connected");
}

/* Why a partnership can not be made now; TRUE if it can. */
static gboolean
check_partnership(Portable *portable, gboolean replace, GError **error)
{
	g_autofree char *owner = device_store_get_text(portable->store, STORE_OWNER);

	if (!check_connected(portable, error))
		return FALSE;
	if (portable->scheduler.locked)
		return refuse(error, PORTA_ERROR_DEVICE_LOCKED, portable->identified.text);
	if (portable->status == PORTA_STATUS_MANUAL_DEVICE)
		return refuse(error, PORTA_ERROR_NOT_SUPPORTED,
			      "nothing can be written to this device");
	if (portable->status != PORTA_STATUS_PARTNERSHIP_ANOTHER || replace)
		return TRUE;
	g_set_error(error, PORTA_ERROR, PORTA_ERROR_PARTNERSHIP_ANOTHER,
		    "the device is the partner of %s: ask to replace that, if you mean it", owner);
	return FALSE;
}

static void
complete(Portable *portable, GDBusMethodInvocation *invocation, const GError *error)
{
	portable_show(portable);
	g_dbus_interface_skeleton_flush(G_DBUS_INTERFACE_SKELETON(portable->object));
	sync_device_emit_partnership_complete(portable->object, error_code(error),
					      error != NULL ? error->message : "");
	if (error != NULL)
		g_dbus_method_invocation_return_gerror(invocation, error);
	else
		g_dbus_method_invocation_return_value(invocation, NULL);
}

void
portable_create_partnership(Portable *portable, gboolean replace, GDBusMethodInvocation *invocation)
{
	g_autoptr(GError) error = NULL;

	if (!check_partnership(portable, replace, &error)) {
		complete(portable, invocation, error);
		return;
	}
	Job *job = portable_new_job(portable, JOB_IDENTIFY, portable_on_identified, invocation);
	job->partnership = replace ? "replace" : "create";
	portable_queue_main(portable, job);
}

/* What is not connected is told when it is. */
static gboolean
leave_later(Portable *portable, GError **error)
{
	DeviceStore *store = portable->store;
	gboolean partner = device_store_get_flag(store, STORE_PARTNER) ||
			   device_store_get_flag(store, STORE_TODO_LEAVE);

	ask(portable, STORE_TODO_LEAVE, partner ? g_variant_new_boolean(TRUE) : NULL);
	device_store_set_flag(store, STORE_PARTNER, FALSE);
	device_store_set_flag(store, STORE_DECLINED, !partner);
	if (!device_store_save(store, error))
		return FALSE;
	if (!portable->scheduler.connected || portable->status == PORTA_STATUS_NEW_DEVICE)
		portable->status = portable_stored_status(portable);
	return TRUE;
}

void
portable_delete_partnership(Portable *portable, GDBusMethodInvocation *invocation)
{
	g_autoptr(GError) error = NULL;
	gboolean there = portable->scheduler.identified &&
			 portable->status == PORTA_STATUS_PARTNERSHIP_EXISTS;

	if (!there) {
		leave_later(portable, &error);
		complete(portable, invocation, error);
		portable_next(portable);
		return;
	}
	if (portable_is_syncing(portable))
		lane_cancel(portable->main_lane, timing_ms(TIMING_CANCEL));
	Job *job = portable_new_job(portable, JOB_IDENTIFY, portable_on_identified, invocation);
	job->partnership = "delete";
	portable_queue_main(portable, job);
}

static void
choose(Portable *portable, const char *name, GVariant *value)
{
	g_autoptr(GVariant) chosen = device_store_get(portable->store, STORE_SETTINGS);
	GVariantDict dict;

	g_variant_dict_init(&dict, chosen);
	g_variant_dict_insert_value(&dict, name, value);
	device_store_set(portable->store, STORE_SETTINGS, g_variant_dict_end(&dict));
}

gboolean
portable_set_setting(Portable *portable, const char *name, GVariant *value, GError **error)
{
	gboolean is_name = strcmp(name, "FriendlyName") == 0;

	if (!setting_check(name, value, error))
		return FALSE;
	if (is_name && g_variant_get_string(value, NULL)[0] == '\0')
		return refuse(error, PORTA_ERROR_INVALID_ARGUMENT, "FriendlyName: it is empty");
	g_autoptr(GVariant) before = device_store_get(portable->store, STORE_SETTINGS);
	if (is_name)
		ask(portable, STORE_TODO_NAME, value);
	else
		choose(portable, name, value);
	g_autoptr(GVariant) after = device_store_get(portable->store, STORE_SETTINGS);
	if (!device_store_save(portable->store, error))
		return FALSE;
	gboolean same = before != NULL && after != NULL && g_variant_equal(before, after);
	if (is_name)
		scheduler_refresh(&portable->scheduler);
	else if (!same && setting_changes_sync(name))
		scheduler_change(&portable->scheduler, g_get_monotonic_time());
	portable_show_stored(portable);
	portable_next(portable);
	return TRUE;
}

/* Other hosts' rules count, too. */
static gboolean
check_limits(Portable *portable, const char *host_id, GVariant *rules, GError **error)
{
	g_auto(GStrv) hosts = device_store_list_hosts(portable->store);
	gsize n = g_variant_n_children(rules);
	guint n_others = 0;

	for (guint i = 0; hosts[i] != NULL; i++) {
		if (strcmp(hosts[i], host_id) == 0)
			continue;
		g_autoptr(GVariant) others = device_store_get_rules(portable->store, hosts[i]);
		n += others != NULL ? g_variant_n_children(others) : 0;
		n_others++;
	}
	if (n <= RULES_MOST && n_others < RULES_MOST_HOSTS)
		return TRUE;
	g_set_error(error, PORTA_ERROR, PORTA_ERROR_LIMIT_EXCEEDED,
		    "with those of other hosts more than %d rules or %d hosts for this device",
		    RULES_MOST, RULES_MOST_HOSTS);
	return FALSE;
}

gboolean
portable_set_rules(Portable *portable, const char *host_id, GVariant *rules, GError **error)
{
	g_autoptr(GVariant) before = device_store_get_rules(portable->store, host_id);
	gboolean empty = g_variant_n_children(rules) == 0;

	if (before != NULL ? g_variant_equal(before, rules) : empty)
		return TRUE;
	if (!check_limits(portable, host_id, rules, error))
		return FALSE;
	device_store_set_rules(portable->store, host_id, empty ? NULL : rules);
	g_auto(GStrv) hosts = device_store_list_hosts(portable->store);
	ask(portable, STORE_TODO_REMOVE, hosts[0] == NULL ? g_variant_new_boolean(TRUE) : NULL);
	if (!device_store_save(portable->store, error))
		return FALSE;
	sync_device_emit_rules_changed(portable->object, host_id, rules);
	scheduler_change(&portable->scheduler, g_get_monotonic_time());
	portable_next(portable);
	return TRUE;
}

gboolean
portable_forget_host(Portable *portable, const char *host_id, GError **error)
{
	if (!portable_has_rules_of(portable, host_id))
		return TRUE;
	device_store_set_rules(portable->store, host_id, NULL);
	ask(portable, STORE_TODO_FORGET, g_variant_new_boolean(TRUE));
	ask(portable, STORE_TODO_REMOVE, g_variant_new_boolean(TRUE));
	if (!device_store_save(portable->store, error))
		return FALSE;
	sync_device_emit_rules_changed(portable->object, host_id,
				       g_variant_new_array(G_VARIANT_TYPE("(isia{sv})"), NULL, 0));
	scheduler_change(&portable->scheduler, g_get_monotonic_time());
	portable_next(portable);
	return TRUE;
}

/* Why nothing would come of a start, and what to do; TRUE if something may. A device that was not looked at
 * yet, or is locked, is started once that is over: Detail says so. */
static gboolean
check_start(Portable *portable, GError **error)
{
	g_autofree char *owner = device_store_get_text(portable->store, STORE_OWNER);

	if (!check_connected(portable, error))
		return FALSE;
	if (!portable->scheduler.identified)
		return TRUE;
	switch (portable->status) {
	case PORTA_STATUS_PARTNERSHIP_EXISTS: break;
	case PORTA_STATUS_PARTNERSHIP_ANOTHER:
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_PARTNERSHIP_ANOTHER,
			    "the device is the partner of %s: take the partnership over first, if "
			    "you mean it",
			    owner);
		return FALSE;
	case PORTA_STATUS_PARTNERSHIP_DECLINED:
		return refuse(error, PORTA_ERROR_PARTNERSHIP_NONE,
			      "a partnership with this device was declined: create one first, if "
			      "you have thought better of it");
	case PORTA_STATUS_MANUAL_DEVICE:
		return refuse(error, PORTA_ERROR_NOT_SUPPORTED,
			      "nothing can be written to this device");
	default:
		return refuse(error, PORTA_ERROR_PARTNERSHIP_NONE,
			      "this computer has no partnership with the device: create one first");
	}
	if (portable_has_work(portable))
		return TRUE;
	return refuse(error, PORTA_ERROR_NOT_FOUND,
		      "nothing is wanted on this device: choose in a music player what to copy, or "
		      "set rules for it");
}

gboolean
portable_start(Portable *portable, GError **error)
{
	if (!check_start(portable, error))
		return FALSE;
	if (portable_is_syncing(portable) && !lane_is_cancelling(portable->main_lane))
		return TRUE;
	scheduler_start(&portable->scheduler);
	portable_next(portable);
	return TRUE;
}

/* Whether a sync runs, or may come. */
static gboolean
check_stop(Portable *portable, GError **error)
{
	gboolean is_partner = !portable->scheduler.identified ||
			      portable->status == PORTA_STATUS_PARTNERSHIP_EXISTS;

	if (!check_connected(portable, error))
		return FALSE;
	if (portable_is_syncing(portable) || (is_partner && portable_has_work(portable)))
		return TRUE;
	return is_partner ? refuse(error, PORTA_ERROR_NOT_FOUND,
				   "there is nothing to stop: nothing is wanted on this device")
			  : refuse(error, PORTA_ERROR_PARTNERSHIP_NONE,
				   "there is nothing to stop: this computer has no partnership "
				   "with the device");
}

void
portable_stop(Portable *portable, GDBusMethodInvocation *invocation)
{
	g_autoptr(GError) error = NULL;

	if (!check_stop(portable, &error)) {
		g_dbus_method_invocation_return_gerror(invocation, error);
		return;
	}
	scheduler_stop(&portable->scheduler);
	if (portable_is_syncing(portable)) {
		g_ptr_array_add(portable->stopping, invocation);
		lane_cancel(portable->main_lane, timing_ms(TIMING_CANCEL));
	} else {
		g_dbus_method_invocation_return_value(invocation, NULL);
	}
	portable_next(portable);
}

void
portable_include_skipped(Portable *portable, GDBusMethodInvocation *invocation)
{
	g_autoptr(GError) error = NULL;

	if (lane_is_free(portable->main_lane)) {
		portable_queue_main(portable, portable_new_job(portable, JOB_INCLUDE_SKIPPED,
							       portable_on_included, invocation));
		return;
	}
	/* the journal is in use, perhaps for hours: noted, done before the next sync */
	device_store_set_flag(portable->store, STORE_TODO_INCLUDE, TRUE);
	if (!device_store_save(portable->store, &error)) {
		g_dbus_method_invocation_return_gerror(invocation, error);
		return;
	}
	g_dbus_method_invocation_return_value(invocation, NULL);
	scheduler_change(&portable->scheduler, g_get_monotonic_time());
	portable_next(portable);
}

gboolean
portable_set_skip(Portable *portable, const char *source, gboolean skip, GError **error)
{
	g_autoptr(GVariant) before = device_store_get(portable->store, STORE_SKIPS);
	g_autoptr(GVariant) after = skips_change(before, source, skip, error);

	if (after == NULL)
		return FALSE;
	if (before != NULL && g_variant_equal(before, after))
		return TRUE;
	ask(portable, STORE_SKIPS, g_variant_n_children(after) > 0 ? after : NULL);
	if (!device_store_save(portable->store, error))
		return FALSE;
	scheduler_change(&portable->scheduler, g_get_monotonic_time());
	portable_show_stored(portable);
	portable_next(portable);
	return TRUE;
}

gboolean
portable_confirm_removals(Portable *portable, const char *token, GError **error)
{
	g_autofree char *held = device_store_get_text(portable->store, STORE_HELD_TOKEN);

	if (token[0] == '\0' || strcmp(token, held) != 0)
		return refuse(error, PORTA_ERROR_INVALID_ARGUMENT,
			      "these are not the removals that wait now: look at them again");
	ask(portable, STORE_TODO_CONFIRM, g_variant_new_string(token));
	if (!device_store_save(portable->store, error))
		return FALSE;
	scheduler_change(&portable->scheduler, g_get_monotonic_time());
	portable_next(portable);
	return TRUE;
}
