/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * portable-result: what engines answer: whose partner the device is, how the sync
 * went. Stored first, then shown.
 */
#include "helper/portable.h"

#include <string.h>

#include "base/error.h"
#include "helper/skips.h"

#define MOST_FAILURES 1000 /* kept of one session; all were signalled */

/* Type by type, so that an engine can not put anything else into the property. */
static const struct {
	const char *key;
	const char *none; /* GVariant text of its type */
} figures[] = {
	{"Copied", "uint32 0"},       {"Replaced", "uint32 0"},   {"Removed", "uint32 0"},
	{"Kept", "uint32 0"},         {"Renamed", "uint32 0"},    {"Retagged", "uint32 0"},
	{"Playlists", "uint32 0"},    {"ErrorCount", "uint32 0"}, {"NoFitCount", "uint32 0"},
	{"SkippedCount", "uint32 0"}, {"Bytes", "uint64 0"},      {"Seconds", "0.0"},
};

void
portable_remember(Portable *portable)
{
	g_autoptr(GError) error = NULL;

	/* a disk that is full does not undo what was done on the device */
	device_store_keep(portable->store);
	if (device_store_is_known(portable->store) && !device_store_save(portable->store, &error))
		g_warning("%s: %s", portable->id, error->message);
}

int32_t
portable_stored_status(Portable *portable)
{
	g_autofree char *owner = device_store_get_text(portable->store, STORE_OWNER);

	if (device_store_get_flag(portable->store, STORE_PARTNER))
		return PORTA_STATUS_PARTNERSHIP_EXISTS;
	if (owner[0] != '\0')
		return PORTA_STATUS_PARTNERSHIP_ANOTHER;
	if (device_store_get_flag(portable->store, STORE_DECLINED))
		return PORTA_STATUS_PARTNERSHIP_DECLINED;
	return PORTA_STATUS_UNKNOWN;
}

static void
store_member(Portable *portable, StoreItem item, GVariant *result, const char *key,
	     const char *type)
{
	g_autoptr(GVariant) value = g_variant_lookup_value(result, key, G_VARIANT_TYPE(type));

	if (value != NULL)
		device_store_set(portable->store, item, value);
}

static void
store_capacity(Portable *portable, GVariant *result)
{
	store_member(portable, STORE_STORAGES, result, "Storages", "a(sstttt)");
	store_member(portable, STORE_SYNC_ITEM_COUNT, result, "SyncItemCount", "u");
	store_member(portable, STORE_SKIPPED_FILES, result, "SkippedFiles", "u");
}

/* A name chosen by a person wins: what could not be written onto the device is ours alone.
 * One chosen while the job ran is still to be written. */
static void
store_names(Portable *portable, Job *job, GVariant *result)
{
	g_autofree char *chosen = device_store_get_text(portable->store, STORE_TODO_NAME);
	gboolean is_written = portable_has_answered(portable, job, STORE_TODO_NAME);
	const char *found = "";

	store_member(portable, STORE_NAME, result, "DeviceName", "s");
	store_member(portable, STORE_SERIAL, result, "SerialNumber", "s");
	g_variant_lookup(result, "FriendlyName", "&s", &found);
	if (chosen[0] != '\0' && is_written)
		found = chosen;
	if (found[0] != '\0')
		device_store_set_text(portable->store, STORE_FRIENDLY_NAME, found);
	if (is_written)
		device_store_set_text(portable->store, STORE_TODO_NAME, "");
	else if (chosen[0] != '\0')
		scheduler_refresh(&portable->scheduler);
}

/* It is ours no more, and what is on it stays: nothing waits to be removed. */
static void
give_up(DeviceStore *store)
{
	static const StoreItem items[] = {STORE_PARTNER, STORE_HELD_REMOVALS, STORE_HELD_TOKEN,
					  STORE_TODO_CONFIRM, STORE_TODO_REMOVE};

	for (gsize i = 0; i < G_N_ELEMENTS(items); i++)
		device_store_set(store, items[i], NULL);
}

/* The owner found decides; a device that can store none is ours if we remember it. */
static int32_t
decide_status(Portable *portable, Job *job, GVariant *result)
{
	DeviceStore *store = portable->store;
	const char *found = "", *name = "";
	gboolean writable = TRUE;

	g_variant_lookup(result, "Owner", "&s", &found);
	g_variant_lookup(result, "OwnerName", "&s", &name);
	g_variant_lookup(result, "Writable", "b", &writable);
	gboolean ours = strcmp(found, portable->helper->owner->id) == 0;
	gboolean made = strcmp(job->partnership, "create") == 0 ||
			strcmp(job->partnership, "replace") == 0;
	gboolean left = strcmp(job->partnership, "delete") == 0;
	gboolean another = found[0] != '\0' && !ours;
	gboolean regretted = !portable_has_answered(portable, job, STORE_TODO_LEAVE);

	if (left || another) {
		give_up(store);
	} else if (regretted && (ours || made)) {
		device_store_set_flag(store, STORE_TODO_LEAVE, TRUE);
		scheduler_refresh(&portable->scheduler);
	} else if (ours || made) {
		device_store_set_flag(store, STORE_PARTNER, TRUE);
	}
	if (left || (made && !regretted))
		device_store_set_flag(store, STORE_TODO_LEAVE, FALSE);
	if (device_store_get_flag(store, STORE_PARTNER))
		device_store_set_flag(store, STORE_DECLINED, FALSE);
	device_store_set_text(store, STORE_OWNER, !another ? "" : name[0] != '\0' ? name : found);
	if (!writable)
		return PORTA_STATUS_MANUAL_DEVICE;
	int32_t status = portable_stored_status(portable);
	return status == PORTA_STATUS_UNKNOWN ? PORTA_STATUS_NEW_DEVICE : status;
}

/* Answers who asked for the partnership, and tells everybody. */
static void
complete_partnership(Portable *portable, Job *job, int32_t code, const char *text)
{
	GDBusMethodInvocation *invocation = g_steal_pointer(&job->invocation);

	portable_show(portable);
	g_dbus_interface_skeleton_flush(G_DBUS_INTERFACE_SKELETON(portable->object));
	sync_device_emit_partnership_complete(portable->object, code, text);
	if (invocation == NULL)
		return;
	if (code != PORTA_OK)
		g_dbus_method_invocation_return_error_literal(invocation, PORTA_ERROR, code, text);
	else
		g_dbus_method_invocation_return_value(invocation, NULL);
}

/* A new partnership must outlive us, or it is none. */
static int32_t
save_partnership(Portable *portable, int32_t code, GError **error)
{
	if (device_store_save(portable->store, error))
		return code;
	portable->status = portable_stored_status(portable);
	return PORTA_ERROR_FAILED;
}

/* Whether the device was unplugged since the job began: then how it ended says nothing of now. */
static gboolean
is_stale(Portable *portable, Job *job)
{
	return !portable->scheduler.connected || job->connection != portable->connection;
}

/* A failed request says nothing about a device that we have seen already, but for the lock. */
static void
note_identify(Portable *portable, Job *job, int32_t code, const char *text)
{
	gboolean asked = job->invocation != NULL;
	gboolean locked = code == PORTA_ERROR_DEVICE_LOCKED;

	if (!asked || locked || code == PORTA_OK)
		scheduler_end_identify(&portable->scheduler, g_get_monotonic_time(), code);
	if (!asked || locked)
		outcome_set(&portable->identified, code, text);
}

/* Also what an engine wrote onto a device that is gone meanwhile is true. */
static int32_t
learn(Portable *portable, Job *job, GVariant *result, GError **error)
{
	int32_t status = decide_status(portable, job, result);
	int32_t code = PORTA_OK;

	store_names(portable, job, result);
	store_capacity(portable, result);
	if (!is_stale(portable, job))
		portable->status = status;
	else if (!portable->scheduler.connected)
		portable->status = portable_stored_status(portable);
	if (job->invocation != NULL)
		code = save_partnership(portable, code, error);
	else
		portable_remember(portable);
	portable_show_stored(portable);
	return code;
}

void
portable_on_identified(Portable *portable, Job *job, int32_t code, const char *text,
		       GVariant *result, GUnixFDList *fds)
{
	g_autoptr(GError) error = NULL;
	gboolean stale = is_stale(portable, job);

	if (job->begun && stale && code != PORTA_OK) {
		code = PORTA_ERROR_NO_DEVICE;
		text = "the device was unplugged";
	}
	if (job->begun && !stale)
		note_identify(portable, job, code, text);
	if (code == PORTA_OK && result != NULL)
		code = learn(portable, job, result, &error);
	if (job->invocation != NULL)
		complete_partnership(portable, job, code, error != NULL ? error->message : text);
}

static void
store_session(Portable *portable, int32_t code, const char *text, GVariant *result)
{
	GVariantDict session;

	g_message("%s: sync ended: %s%s%s", portable->id, error_name(code),
		  text[0] != '\0' ? ": " : "", text);
	g_variant_dict_init(&session, NULL);
	g_variant_dict_insert(&session, "Time", "x", g_get_real_time() / G_USEC_PER_SEC);
	g_variant_dict_insert(&session, "Result", "i", code);
	g_variant_dict_insert(&session, "Text", "s", text);
	for (gsize i = 0; i < G_N_ELEMENTS(figures); i++) {
		g_autoptr(GVariant) none = g_variant_parse(NULL, figures[i].none, NULL, NULL, NULL);
		g_autoptr(GVariant) value = NULL;
		if (result != NULL)
			value = g_variant_lookup_value(result, figures[i].key,
						       g_variant_get_type(none));
		if (value == NULL)
			value = g_variant_ref(none);
		g_variant_dict_insert_value(&session, figures[i].key, value);
	}
	device_store_set(portable->store, STORE_LAST_SYNC, g_variant_dict_end(&session));
}

static void
store_failures(Portable *portable, GVariant *result)
{
	g_autoptr(GVariant) failures = NULL;
	GVariantBuilder kept;

	if (result != NULL)
		failures = g_variant_lookup_value(result, "Failures", G_VARIANT_TYPE("a(ssis)"));
	gsize n = failures != NULL ? g_variant_n_children(failures) : 0;
	g_variant_builder_init(&kept, G_VARIANT_TYPE("a(ssis)"));
	for (gsize i = 0; i < MIN(n, MOST_FAILURES); i++) {
		g_autoptr(GVariant) failure = g_variant_get_child_value(failures, i);
		g_variant_builder_add_value(&kept, failure);
	}
	device_store_set(portable->store, STORE_FAILURES, g_variant_builder_end(&kept));
}

/* What the engine found out about them; not what a person has said meanwhile. */
static void
store_skips(Portable *portable, Job *job, GVariant *result)
{
	g_autoptr(GVariant)
		skips = g_variant_lookup_value(result, "Skips", G_VARIANT_TYPE(SKIPS_TYPE));

	if (skips != NULL && portable_has_answered(portable, job, STORE_SKIPS))
		skips_keep(portable->store, skips);
}

static void
answer_stops(Portable *portable)
{
	g_dbus_interface_skeleton_flush(G_DBUS_INTERFACE_SKELETON(portable->object));
	for (guint i = 0; i < portable->stopping->len; i++)
		g_dbus_method_invocation_return_value(portable->stopping->pdata[i], NULL);
	g_ptr_array_set_size(portable->stopping, 0);
}

static void
clear_answered(Portable *portable, Job *job, StoreItem item)
{
	if (portable_has_answered(portable, job, item))
		device_store_set(portable->store, item, NULL);
}

/* What an engine that finished its plan has done; what was asked for meanwhile is for the next.
 * A token that did not help names removals that are no more those held. */
static void
clear_todo(Portable *portable, Job *job, int32_t code, GVariant *result)
{
	gboolean forgotten = TRUE;

	if (code != PORTA_OK && code != PORTA_ERROR_HELD)
		return;
	clear_answered(portable, job, STORE_TODO_CONFIRM);
	if (result != NULL)
		g_variant_lookup(result, "Forgotten", "b", &forgotten);
	if (!forgotten)
		return;
	clear_answered(portable, job, STORE_TODO_FORGET);
	if (code == PORTA_OK && device_store_get_number(portable->store, STORE_HELD_REMOVALS) == 0)
		clear_answered(portable, job, STORE_TODO_REMOVE);
}

void
portable_on_synced(Portable *portable, Job *job, int32_t code, const char *text, GVariant *result,
		   GUnixFDList *fds)
{
	gboolean stale = is_stale(portable, job);

	if (stale && code != PORTA_OK) {
		code = PORTA_ERROR_NO_DEVICE;
		text = "the device was unplugged; the rest follows when it is back";
	}
	if (!stale) {
		scheduler_end_sync(&portable->scheduler, g_get_monotonic_time(), code);
		outcome_set(&portable->synced, code, text);
		if (code == PORTA_ERROR_DEVICE_LOCKED)
			outcome_set(&portable->identified, code, text);
	}
	store_session(portable, code, text, result);
	store_failures(portable, result);
	if (result != NULL) {
		store_member(portable, STORE_HELD_REMOVALS, result, "HeldRemovals", "u");
		store_member(portable, STORE_HELD_TOKEN, result, "HeldToken", "s");
		store_capacity(portable, result);
		store_skips(portable, job, result);
	}
	clear_todo(portable, job, code, result);
	portable_remember(portable);
	portable_flush_progress(portable);
	portable_show_stored(portable);
	portable_show(portable);
	answer_stops(portable);
}

void
portable_on_included(Portable *portable, Job *job, int32_t code, const char *text, GVariant *result,
		     GUnixFDList *fds)
{
	GDBusMethodInvocation *invocation = g_steal_pointer(&job->invocation);
	gint64 now_us = g_get_monotonic_time();

	if (code == PORTA_OK) {
		device_store_set(portable->store, STORE_SKIPPED_FILES, g_variant_new_uint32(0));
		store_member(portable, STORE_SKIPPED_FILES, result, "SkippedFiles", "u");
		device_store_set_flag(portable->store, STORE_TODO_INCLUDE, FALSE);
		portable_remember(portable);
		portable_show_stored(portable);
		scheduler_change(&portable->scheduler, now_us);
	} else if (invocation == NULL && !is_stale(portable, job)) {
		/* it stood before a sync: that one has failed */
		g_warning("%s: including skipped files: %s", portable->id, text);
		outcome_set(&portable->synced, code, text);
		scheduler_begin_sync(&portable->scheduler);
		scheduler_end_sync(&portable->scheduler, now_us, code);
	}
	if (invocation == NULL)
		return;
	if (code == PORTA_OK)
		g_dbus_method_invocation_return_value(invocation, NULL);
	else
		g_dbus_method_invocation_return_error_literal(invocation, PORTA_ERROR, code, text);
}
