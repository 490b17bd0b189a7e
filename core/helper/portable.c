/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * portable: the life of one device: remembered, plugged in, unplugged, forgotten.
 */
#include "helper/portable.h"

#include "base/error.h"
#include "helper/settings.h"
#include "helper/timing.h"

#define OBJECT_PREFIX "/org/portamento/Sync1/devices/"

void
outcome_set(Outcome *outcome, int32_t code, const char *text)
{
	g_free(outcome->text);
	outcome->code = code;
	outcome->text = g_strdup(text);
}

/* As systemd does: what D-Bus does not allow in a path becomes _ and two hex digits. */
static char *
escape_path(const char *id)
{
	GString *path = g_string_new(OBJECT_PREFIX);

	for (const char *at = id; *at != '\0'; at++) {
		if (g_ascii_isalnum(*at))
			g_string_append_c(path, *at);
		else
			g_string_append_printf(path, "_%02x", (guchar)*at);
	}
	return g_string_free(path, FALSE);
}

static void export(Portable *portable)
{
	g_autoptr(GDBusObjectSkeleton) skeleton = g_dbus_object_skeleton_new(portable->object_path);

	g_dbus_object_skeleton_add_interface(skeleton, G_DBUS_INTERFACE_SKELETON(portable->object));
	g_dbus_object_manager_server_export(portable->helper->objects, skeleton);
}

Portable *
portable_new(Helper *helper, const char *id)
{
	Portable *portable = g_new0(Portable, 1);

	portable->helper = helper;
	portable->id = g_strdup(id);
	portable->object_path = escape_path(id);
	portable->usb_serial = g_strdup("");
	portable->engine_text = g_strdup("");
	portable->store = device_store_open(helper->device_dir, id);
	portable->main_lane = lane_new(portable, &portable_lane_events);
	portable->side_lane = lane_new(portable, &portable_lane_events);
	portable->loan = mount_loan_new(id, portable_on_repaid, portable);
	g_queue_init(&portable->main_jobs);
	g_queue_init(&portable->side_jobs);
	portable->stopping = g_ptr_array_new();
	scheduler_init(&portable->scheduler, timing_ms(TIMING_DEBOUNCE), timing_ms(TIMING_RETRY),
		       timing_ms(TIMING_UNLOCK));
	outcome_set(&portable->identified, PORTA_OK, "");
	outcome_set(&portable->synced, PORTA_OK, "");
	portable->status = portable_stored_status(portable);
	portable->object = device_object_new(portable);
	portable_reset_progress(portable);
	portable_show_stored(portable);
	portable_show(portable);
	export(portable);
	return portable;
}

void
portable_free(Portable *portable)
{
	g_dbus_object_manager_server_unexport(portable->helper->objects, portable->object_path);
	portable_fail_waiting(portable, PORTA_ERROR_CANCELLED, "the helper is leaving");
	g_clear_handle_id(&portable->progress_source, g_source_remove);
	g_clear_handle_id(&portable->next_source, g_source_remove);
	g_clear_handle_id(&portable->forget_source, g_source_remove);
	g_clear_handle_id(&portable->return_source, g_source_remove);
	lane_free(portable->main_lane);
	lane_free(portable->side_lane);
	mount_loan_free(portable->loan);
	g_clear_pointer(&portable->progress, g_variant_unref);
	g_ptr_array_unref(portable->stopping);
	g_object_unref(portable->object);
	device_store_free(portable->store);
	g_free(portable->identified.text);
	g_free(portable->synced.text);
	g_free(portable->engine_text);
	g_free(portable->usb_serial);
	g_free(portable->object_path);
	g_free(portable->id);
	g_free(portable);
}

static gboolean
syncs_on_connect(Portable *portable)
{
	g_autoptr(GVariant) chosen = device_store_get(portable->store, STORE_SETTINGS);
	g_autoptr(GVariant) settings = g_variant_ref_sink(settings_complete(chosen));
	gboolean value = TRUE;

	g_variant_lookup(settings, "SyncOnConnect", "b", &value);
	return value;
}

/* Somebody has plugged it in. */
static void
begin_visit(Portable *portable)
{
	portable->gone = FALSE;
	g_clear_handle_id(&portable->forget_source, g_source_remove);
	portable->connection++;
	portable->status = PORTA_STATUS_UNKNOWN;
	outcome_set(&portable->identified, PORTA_OK, "");
	outcome_set(&portable->synced, PORTA_OK, "");
	scheduler_connect(&portable->scheduler, syncs_on_connect(portable));
	portable_reset_progress(portable);
}

void
portable_connect(Portable *portable, const DeviceAddress *address)
{
	g_message("%s: connected at bus %u address %u", portable->id, address->bus,
		  address->address);
	portable->bus = address->bus;
	portable->address = address->address;
	portable->vendor = address->vendor;
	portable->product = address->product;
	g_free(portable->usb_serial);
	portable->usb_serial = g_strdup(address->serial != NULL ? address->serial : "");
	g_autofree char *name = device_store_get_text(portable->store, STORE_NAME);
	if (name[0] == '\0')
		device_store_set_text(portable->store, STORE_NAME, address->name);
	if (address->serial != NULL && address->serial[0] != '\0')
		device_store_set_text(portable->store, STORE_SERIAL, address->serial);
	mount_loan_connect(portable->loan, address->bus, address->address);
	g_clear_handle_id(&portable->return_source, g_source_remove);
	if (portable->scheduler.away)
		scheduler_come_back(&portable->scheduler);
	else
		begin_visit(portable);
	portable_show_stored(portable);
	portable_next(portable);
}

static void
end_visit(Portable *portable)
{
	Job *job = lane_get_job(portable->main_lane);

	g_message("%s: disconnected", portable->id);
	portable->connection++;
	scheduler_disconnect(&portable->scheduler);
	mount_loan_drop(portable->loan);
	portable->status = portable_stored_status(portable);
	portable_fail_waiting(portable, PORTA_ERROR_NO_DEVICE, "the device was unplugged");
	if (job != NULL && job->needs_device)
		lane_cancel(portable->main_lane, timing_ms(TIMING_UNPLUG));
	else
		lane_let_go(portable->main_lane);
	portable_reset_progress(portable);
	portable_next(portable);
}

static gboolean
on_not_returned(gpointer data)
{
	Portable *portable = data;

	portable->return_source = 0;
	end_visit(portable);
	return G_SOURCE_REMOVE;
}

void
portable_disconnect(Portable *portable)
{
	if (portable->scheduler.away)
		return;
	if (!scheduler_leave(&portable->scheduler, g_get_monotonic_time())) {
		end_visit(portable);
		return;
	}
	g_message("%s: gone since its port was reset", portable->id);
	portable->needs_new_engine = TRUE;
	portable->return_source =
		g_timeout_add(timing_ms(TIMING_RETURN) * scheduler_patience(&portable->scheduler),
			      on_not_returned, portable);
	portable_next(portable);
}

void
portable_leave(Portable *portable)
{
	portable_fail_waiting(portable, PORTA_ERROR_CANCELLED, "the helper is leaving");
	lane_cancel(portable->main_lane, timing_ms(TIMING_LEAVE));
	lane_cancel(portable->side_lane, timing_ms(TIMING_LEAVE));
	lane_let_go(portable->main_lane);
	lane_let_go(portable->side_lane);
	portable_next(portable);
}

gboolean
portable_is_at_rest(Portable *portable)
{
	return lane_is_at_rest(portable->main_lane) && lane_is_at_rest(portable->side_lane) &&
	       g_queue_is_empty(&portable->main_jobs) && g_queue_is_empty(&portable->side_jobs) &&
	       !mount_loan_is_being_repaid(portable->loan);
}
