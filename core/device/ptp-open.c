/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-open: the lane's session with a device, and how its calls ask and fail.
 */
#include <string.h>

#include "base/error.h"
#include "device/ptp-catalog.h"
#include "device/ptp-lane.h"
#include "device/ptp-response.h"
#include "device/quirks.h"

#define MEMORY "ptp"
#define MAX_DATASET_BYTES (1u << 20)

const DeviceLane ptp_lane = {
	.name = "ptp",
	.open = ptp_open,
	.close = ptp_close,
	.stay = ptp_stay,
	.load_info = ptp_load_info,
	.load_storages = ptp_load_storages,
	.list = ptp_list,
	.make_folder = ptp_make_folder,
	.send = ptp_send,
	.read = ptp_read,
	.remove = ptp_remove,
	.rename = ptp_rename,
	.move = ptp_move,
	.retag = ptp_retag,
	.set_rating = ptp_set_rating,
	.load_statistics = ptp_load_statistics,
	.write_list = ptp_write_list,
	.load_covers = ptp_load_covers,
	.set_cover = ptp_set_cover,
	.set_friendly_name = ptp_set_friendly_name,
	.set_sync_partner = ptp_set_sync_partner,
};

int64_t
ptp_recall(Device *device, const char *key, int64_t fallback)
{
	return memory_get(device->memory, MEMORY, key, fallback);
}

void
ptp_learn(Device *device, const char *key, int64_t value)
{
	memory_set(device->memory, MEMORY, key, value);
}

/* What was learned holds for the device and firmware that it was learned from. */
static void
check_memory(Device *device, const PtpDeviceInfo *info)
{
	g_autofree char *who = g_strdup_printf("%s\n%s\n%s\n%s\n%u", info->maker, info->model,
					       info->version, info->extensions,
					       info->operations->len);
	int64_t learned_from = g_str_hash(who);

	if (ptp_recall(device, "learned-from", learned_from) != learned_from)
		memory_forget(device->memory, MEMORY);
	ptp_learn(device, "learned-from", learned_from);
}

static gboolean
load_device_info(Device *device, PtpDeviceInfo *out, GError **error)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	PtpTransaction transaction = {
		.operation = PTP_OP_GET_DEVICE_INFO, .in = bytes, .max_in = MAX_DATASET_BYTES};

	return ptp_run(device, &transaction, error) &&
	       (ptp_parse_device_info(bytes, out) || ptp_insane(error, "DeviceInfo"));
}

static void
free_entry(void *entry)
{
	device_entry_clear(entry);
	g_free(entry);
}

static void
free_lane(PtpLane *lane)
{
	ptp_forget_lists(lane);
	ptp_catalog_free(lane->catalog);
	whole_drop(&lane->whole);
	g_clear_pointer(&lane->session, ptp_session_close);
	ptp_forget_storages(lane);
	g_hash_table_unref(lane->statistics);
	g_hash_table_unref(lane->texts);
	ptp_device_info_clear(&lane->info);
	g_hash_table_unref(lane->infos);
	g_hash_table_unref(lane->known);
	g_hash_table_unref(lane->touched);
	g_hash_table_unref(lane->distrusted);
	g_free(lane);
}

/* A handshake before anything is shown or taken; libmtp knows it, where its keys are there. */
static gboolean
is_free_to_use(const PtpLane *lane, GError **error)
{
	if (!ptp_has_extension(&lane->info, "microsoft.com/MTPZ"))
		return TRUE;
	g_set_error(error, PORTA_ERROR, PORTA_ERROR_NOT_SUPPORTED,
		    "the device wants a handshake (MTPZ) that only libmtp can give");
	return FALSE;
}

gboolean
ptp_open(Device *device, GCancellable *cancellable, GError **error)
{
	if (device->priv != NULL)
		return TRUE;
	PtpLane *lane = g_new0(PtpLane, 1);
	lane->statistics = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	lane->texts = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	lane->infos = g_hash_table_new_full(NULL, NULL, NULL, free_entry);
	lane->known = g_hash_table_new(NULL, NULL);
	lane->touched = g_hash_table_new(NULL, NULL);
	lane->distrusted = g_hash_table_new(g_str_hash, g_str_equal);
	lane->quirks = quirks_find(device->address->vendor, device->address->product);
	lane->cancellable = cancellable;
	lane->session = ptp_session_open(device, cancellable, error);
	device->priv = lane;
	if (lane->session == NULL || !load_device_info(device, &lane->info, error) ||
	    !is_free_to_use(lane, error)) {
		if (lane->session != NULL)
			ptp_fail(device, error, "it could not be opened");
		device->priv = NULL;
		free_lane(lane);
		return FALSE;
	}
	lane->cancellable = NULL;
	lane->is_android = ptp_has_extension(&lane->info, "android.com");
	if (!lane->is_android)
		ptp_session_allow_reset(lane->session);
	check_memory(device, &lane->info);
	ptp_catalog_open(device);
	return TRUE;
}

void
ptp_close(Device *device)
{
	PtpLane *lane = ptp_lane_of(device);

	if (lane == NULL)
		return;
	ptp_catalog_close(device);
	free_lane(lane);
	device->priv = NULL;
}

gboolean
ptp_stay(Device *device)
{
	PtpLane *lane = ptp_lane_of(device);

	const GArray *events = lane->info.events;

	lane->cancellable = NULL;
	if (lane->has_failed || !ptp_array_has(events, PTP_EVENT_OBJECT_ADDED) ||
	    !ptp_array_has(events, PTP_EVENT_OBJECT_REMOVED))
		return FALSE;
	ptp_catalog_stay(lane);
	return TRUE;
}

gboolean
ptp_call_begin(Device *device, GCancellable *cancellable, GError **error)
{
	PtpLane *lane = ptp_lane_of(device);
	const char *name = device->address->name;

	if (lane == NULL) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_NO_DEVICE, "%s is not open", name);
		return FALSE;
	}
	if (g_cancellable_is_cancelled(cancellable)) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_CANCELLED, "%s: cancelled", name);
		return FALSE;
	}
	lane->cancellable = cancellable;
	ptp_index_hear(lane);
	return TRUE;
}

gboolean
ptp_ask(Device *device, PtpTransaction *transaction, GError **error)
{
	PtpLane *lane = ptp_lane_of(device);
	GError *failure = NULL;

	if (ptp_session_run(lane->session, transaction, lane->cancellable, &failure))
		return TRUE;
	int32_t code = error_code(failure);
	lane->has_failed = lane->has_failed || code == PORTA_ERROR_DEVICE_IO ||
			   ptp_is_fatal(failure);
	g_propagate_error(error, failure);
	return FALSE;
}

gboolean
ptp_refuse(const PtpTransaction *transaction, GError **error)
{
	const char *text;
	int32_t code = ptp_response_explain(transaction->response, &text);

	g_set_error(error, PORTA_ERROR, code, "%s (MTP response %04x to %04x)", text,
		    transaction->response, transaction->operation);
	return FALSE;
}

gboolean
ptp_run(Device *device, PtpTransaction *transaction, GError **error)
{
	return ptp_ask(device, transaction, error) &&
	       (transaction->response == PTP_RESPONSE_OK || ptp_refuse(transaction, error));
}

gboolean
ptp_fail(Device *device, GError **error, const char *format, ...)
{
	const char *name = device->address->name;
	va_list args;

	if (error == NULL || *error == NULL)
		return FALSE;
	va_start(args, format);
	g_autofree char *what = g_strdup_vprintf(format, args);
	va_end(args);
	/* the session names the device itself */
	const char *reason = (*error)->message;
	if (g_str_has_prefix(reason, name) && g_str_has_prefix(reason + strlen(name), ": "))
		reason += strlen(name) + 2;
	g_autofree char *whole = g_strdup_printf("%s: %s: %s", name, what, reason);
	g_free((*error)->message);
	(*error)->message = g_steal_pointer(&whole);
	return FALSE;
}

gboolean
ptp_insane(GError **error, const char *what)
{
	g_set_error(error, PORTA_ERROR, PORTA_ERROR_DEVICE_INSANE,
		    "the device answers nonsense (%s)", what);
	return FALSE;
}

gboolean
ptp_is_fatal(const GError *error)
{
	int32_t code = error_code(error);

	return code == PORTA_ERROR_NO_DEVICE || code == PORTA_ERROR_DEVICE_HUNG ||
	       code == PORTA_ERROR_CANCELLED || code == PORTA_ERROR_DEVICE_INSANE;
}

gboolean
ptp_has_operation(const PtpLane *lane, uint16_t operation)
{
	return ptp_array_has(lane->info.operations, operation);
}

gboolean
ptp_has_format(const PtpLane *lane, uint16_t format)
{
	return ptp_array_has(lane->info.formats, format);
}

char *
ptp_name_for(const PtpLane *lane, const char *name)
{
	char *copy = g_strdup(name);

	if (!(lane->quirks & PTP_QUIRK_ONLY_7BIT_NAMES) || g_str_is_ascii(copy))
		return copy;
	g_free(copy);
	return g_str_to_ascii(name, "C");
}

void
ptp_know(PtpLane *lane, DeviceHandle handle, gboolean is_folder)
{
	g_hash_table_insert(lane->known, GUINT_TO_POINTER(handle),
			    GUINT_TO_POINTER(PTP_KNOWN | (is_folder ? PTP_KNOWN_FOLDER : 0)));
}
