/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * portable-state: what clients see of a device. Every wait says what it waits for and
 * what a person can do (law 10).
 */
#include "helper/portable.h"

#include "helper/settings.h"
#include "helper/skips.h"
#include "helper/timing.h"

static const char *
or_else(const char *text, const char *fallback)
{
	return text != NULL && text[0] != '\0' ? text : fallback;
}

/* Not identified yet. */
static int32_t
describe_unknown(Portable *portable, char **text)
{
	const Scheduler *scheduler = &portable->scheduler;
	const Outcome *outcome = &portable->identified;
	gboolean failed = scheduler->gave_up || scheduler_is_retrying(scheduler);

	if (scheduler->locked) {
		*text = g_strdup(or_else(
			outcome->text, "unlock the device and allow file transfer on its screen"));
		return PORTA_DETAIL_WAITING_FOR_UNLOCK;
	}
	if (!failed) {
		*text = g_strdup("looking at the device");
		return PORTA_DETAIL_INITIALIZING;
	}
	*text = g_strdup_printf("%s; %s", or_else(outcome->text, "the device can not be looked at"),
				scheduler->gave_up ? "plug it in again to try again"
						   : "tried again soon");
	if (outcome->code == PORTA_ERROR_DEVICE_BUSY)
		return PORTA_DETAIL_DEVICE_BUSY;
	return scheduler->gave_up ? PORTA_DETAIL_NONE : PORTA_DETAIL_WAITING_TO_RETRY;
}

/* Identified, and no job runs. */
static int32_t
describe_rest(Portable *portable, char **text)
{
	const Scheduler *scheduler = &portable->scheduler;
	const Outcome *outcome = &portable->synced;
	guint held = device_store_get_number(portable->store, STORE_HELD_REMOVALS);

	if (scheduler->stopped) {
		*text = g_strdup("stopped; start it, or plug the device in again");
		return PORTA_DETAIL_STOPPED_BY_USER;
	}
	if (scheduler_is_retrying(scheduler)) {
		*text = g_strdup_printf("%s; tried again soon",
					or_else(outcome->text, "it failed"));
		return PORTA_DETAIL_WAITING_TO_RETRY;
	}
	if (held > 0) {
		*text = g_strdup_printf(
			"%u songs would be removed from the device: confirm it first", held);
		return PORTA_DETAIL_HELD;
	}
	*text = g_strdup(outcome->code == PORTA_OK ? "" : outcome->text);
	if (scheduler->gave_up && outcome->code == PORTA_ERROR_DEVICE_BUSY)
		return PORTA_DETAIL_DEVICE_BUSY;
	return PORTA_DETAIL_NONE;
}

static gboolean
is_estimating(Lane *lane)
{
	Job *job = lane_get_job(lane);

	return job != NULL && !job->detached &&
	       (job->kind == JOB_PREVIEW || job->kind == JOB_ESTIMATE);
}

static int32_t
describe_state(Portable *portable)
{
	if (portable_is_syncing(portable))
		return PORTA_SYNC_SYNCHRONIZING;
	if (is_estimating(portable->main_lane) || is_estimating(portable->side_lane))
		return PORTA_SYNC_ESTIMATING;
	return portable->scheduler.identified ? PORTA_SYNC_STOPPED : PORTA_SYNC_UNKNOWN;
}

static int32_t
describe_detail(Portable *portable, char **text)
{
	if (!portable->scheduler.connected) {
		*text = g_strdup("");
		return PORTA_DETAIL_NONE;
	}
	if (portable_is_syncing(portable) || is_estimating(portable->main_lane)) {
		*text = g_strdup(portable->engine_text);
		return portable->engine_detail;
	}
	if (!portable->scheduler.identified)
		return describe_unknown(portable, text);
	return describe_rest(portable, text);
}

void
portable_show(Portable *portable)
{
	g_autofree char *text = NULL;
	int32_t detail = describe_detail(portable, &text);
	gboolean another = portable->status == PORTA_STATUS_PARTNERSHIP_ANOTHER;
	g_autofree char *owner = device_store_get_text(portable->store, STORE_OWNER);

	sync_device_set_connected(portable->object, portable->scheduler.connected);
	sync_device_set_status(portable->object, portable->status);
	sync_device_set_owner(portable->object, another ? owner : "");
	sync_device_set_sync_state(portable->object, describe_state(portable));
	sync_device_set_detail(portable->object, detail);
	sync_device_set_detail_text(portable->object, text);
}

static GVariant *
get_or_empty(Portable *portable, StoreItem item, const char *type)
{
	GVariant *value = device_store_get(portable->store, item);

	if (value != NULL)
		return value;
	return g_variant_ref_sink(g_variant_new_array(G_VARIANT_TYPE(type), NULL, 0));
}

static char *
friendly_name(Portable *portable)
{
	g_autofree char *wanted = device_store_get_text(portable->store, STORE_TODO_NAME);

	if (wanted[0] != '\0')
		return g_steal_pointer(&wanted);
	return device_store_get_text(portable->store, STORE_FRIENDLY_NAME);
}

static GVariant *
settings_with_name(Portable *portable, const char *name)
{
	g_autoptr(GVariant) chosen = device_store_get(portable->store, STORE_SETTINGS);
	g_autoptr(GVariant) complete = g_variant_ref_sink(settings_complete(chosen));
	GVariantDict dict;

	g_variant_dict_init(&dict, complete);
	g_variant_dict_insert(&dict, "FriendlyName", "s", name);
	return g_variant_dict_end(&dict);
}

void
portable_show_stored(Portable *portable)
{
	DeviceStore *store = portable->store;
	SyncDevice *object = portable->object;
	g_autofree char *name = device_store_get_text(store, STORE_NAME);
	g_autofree char *friendly = friendly_name(portable);
	g_autofree char *serial = device_store_get_text(store, STORE_SERIAL);
	g_autofree char *token = device_store_get_text(store, STORE_HELD_TOKEN);
	g_autoptr(GVariant) storages = get_or_empty(portable, STORE_STORAGES, "(sstttt)");
	g_autoptr(GVariant) last_sync = get_or_empty(portable, STORE_LAST_SYNC, "{sv}");

	sync_device_set_id(object, portable->id);
	sync_device_set_device_name(object, name);
	sync_device_set_friendly_name(object, friendly[0] != '\0' ? friendly : name);
	sync_device_set_serial_number(object, serial);
	sync_device_set_storages(object, storages);
	sync_device_set_last_sync(object, last_sync);
	sync_device_set_settings(object, settings_with_name(portable, friendly));
	sync_device_set_sync_item_count(object,
					device_store_get_number(store, STORE_SYNC_ITEM_COUNT));
	sync_device_set_skipped_files(object, device_store_get_number(store, STORE_SKIPPED_FILES));
	sync_device_set_skip_count(object, skips_count(store));
	sync_device_set_held_removals(object, device_store_get_number(store, STORE_HELD_REMOVALS));
	sync_device_set_held_token(object, token);
}

static gboolean
on_progress_due(gpointer data)
{
	Portable *portable = data;

	portable->progress_source = 0;
	portable_flush_progress(portable);
	return G_SOURCE_REMOVE;
}

void
portable_flush_progress(Portable *portable)
{
	g_clear_handle_id(&portable->progress_source, g_source_remove);
	if (portable->progress == NULL)
		return;
	sync_device_set_progress(portable->object, portable->progress);
	g_clear_pointer(&portable->progress, g_variant_unref);
	portable->progress_us = g_get_monotonic_time();
}

void
portable_show_progress(Portable *portable, GVariant *progress)
{
	gint64 since_ms = (g_get_monotonic_time() - portable->progress_us) / 1000;
	gint64 pause_ms = timing_ms(TIMING_PROGRESS);

	g_clear_pointer(&portable->progress, g_variant_unref);
	portable->progress = g_variant_ref_sink(progress);
	if (since_ms >= pause_ms)
		portable_flush_progress(portable);
	else if (portable->progress_source == 0)
		portable->progress_source =
			g_timeout_add(pause_ms - since_ms, on_progress_due, portable);
}

void
portable_reset_progress(Portable *portable)
{
	g_clear_handle_id(&portable->progress_source, g_source_remove);
	g_clear_pointer(&portable->progress, g_variant_unref);
	sync_device_set_progress(portable->object,
				 g_variant_new("(uttuustx)", 0, (guint64)0, (guint64)0, 0, 0, "",
					       (guint64)0, (gint64)-1));
}
