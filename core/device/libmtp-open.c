/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libmtp-open: takes the device's interface and gives it back. The raw device
 * is made by hand from where discovery saw it: libmtp's own detection opens
 * and probes whatever else is plugged in.
 */
#include <glib/gstdio.h>

#include "base/error.h"
#include "device/libmtp-lane.h"

/* Finding and claiming the device; transfers set deadlines of their own. */
#define OPEN_MS 30000
#define CLOSE_MS 15000
/* Between transfers of a call libmtp only computes. */
#define CALL_MS 65000

const DeviceLane libmtp_lane = {
	.name = "libmtp",
	.open = libmtp_open,
	.close = libmtp_close,
	.load_info = libmtp_load_info,
	.load_storages = libmtp_load_storages,
	.list = libmtp_list,
	.make_folder = libmtp_make_folder,
	.send = libmtp_send,
	.read = libmtp_read,
	.remove = libmtp_remove,
	.rename = libmtp_rename,
	.move = libmtp_move,
	.retag = libmtp_retag,
	.set_rating = libmtp_set_rating,
	.load_statistics = libmtp_load_statistics,
	.write_list = libmtp_write_list,
	.load_covers = libmtp_load_covers,
	.set_cover = libmtp_set_cover,
	.set_friendly_name = libmtp_set_friendly_name,
	.set_sync_partner = libmtp_set_sync_partner,
};

static void
init_libmtp(void)
{
	static gsize once = 0;

	if (!g_once_init_enter(&once))
		return;
	LIBMTP_Init();
	g_once_init_leave(&once, 1);
}

/* What libmtp's table knows of this device, or an entry without quirks. */
static LIBMTP_device_entry_t
find_entry(const DeviceAddress *address)
{
	LIBMTP_device_entry_t *entries = NULL;
	int n = 0;

	LIBMTP_Get_Supported_Devices_List(&entries, &n);
	for (int i = 0; i < n; i++) {
		if (entries[i].vendor_id == address->vendor &&
		    entries[i].product_id == address->product)
			return entries[i];
	}
	return (LIBMTP_device_entry_t){.vendor = NULL,
				       .vendor_id = address->vendor,
				       .product = NULL,
				       .product_id = address->product,
				       .device_flags = 0};
}

static gboolean
has_extension(LIBMTP_mtpdevice_t *mtp, const char *name)
{
	for (LIBMTP_device_extension_t *at = mtp->extensions; at != NULL; at = at->next) {
		if (g_strcmp0(at->name, name) == 0)
			return TRUE;
	}
	return FALSE;
}

gboolean
libmtp_has_operation(const LibmtpSession *session, uint16_t operation)
{
	for (guint i = 0; i < session->operations->len; i++) {
		if (g_array_index(session->operations, uint16_t, i) == operation)
			return TRUE;
	}
	return FALSE;
}

static void
free_session(LibmtpSession *session)
{
	libmtp_index_drop(session);
	usb_tap_free(session->tap);
	g_array_unref(session->operations);
	g_hash_table_unref(session->rateable);
	g_hash_table_unref(session->seen);
	g_free(session->covers);
	g_free(session);
}

static LibmtpSession *
new_session(Device *device, uint32_t quirks)
{
	LibmtpSession *session = g_new0(LibmtpSession, 1);

	session->tap = usb_tap_new(device);
	session->tap->ignore_ids = (quirks & LIBMTP_QUIRK_IGNORE_HEADER_ERRORS) != 0;
	session->quirks = quirks;
	session->operations = g_array_new(FALSE, FALSE, sizeof(uint16_t));
	session->rateable = g_hash_table_new(NULL, NULL);
	session->seen = g_hash_table_new(NULL, NULL);
	return session;
}

static void
keep_operations(UsbTap *tap, void *data)
{
	GArray **operations = data;

	if (tap->operation != TAP_OP_GET_DEVICE_INFO)
		return;
	g_clear_pointer(operations, g_array_unref);
	*operations = libmtp_parse_operations(tap->data);
}

/* Without its keys libmtp leaves the handshake out, and the device shows what it likes. */
static gboolean
wants_handshake(LIBMTP_mtpdevice_t *mtp)
{
	g_autofree char *keys = g_build_filename(g_get_home_dir(), ".mtpz-data", NULL);

	return has_extension(mtp, "microsoft.com/MTPZ") && g_file_test(keys, G_FILE_TEST_EXISTS);
}

/* libmtp shakes hands on the one way of opening that reads all objects, too; we list them ourselves. */
static void
open_with_handshake(LibmtpSession *session, LIBMTP_raw_device_t *raw)
{
	LIBMTP_Release_Device(session->mtp);
	session->mtp = LIBMTP_Open_Raw_Device(raw);
	if (session->mtp != NULL)
		session->mtp->cached = 0;
}

/* Not cancellable: libmtp answers a failing first transaction with a reset of the device. */
static void
open_tapped(LibmtpSession *session, LIBMTP_raw_device_t *raw)
{
	UsbTap *tap = session->tap;

	tap->on_response = keep_operations;
	tap->on_response_data = &session->operations;
	libmtp_diet_begin(session);
	usb_tap_begin(tap, NULL);
	session->mtp = LIBMTP_Open_Raw_Device_Uncached(raw);
	if (session->mtp != NULL && wants_handshake(session->mtp))
		open_with_handshake(session, raw);
	usb_tap_end(tap);
	libmtp_diet_end(session);
	tap->on_response = NULL;
}

gboolean
libmtp_open(Device *device, GCancellable *cancellable, GError **error)
{
	if (device->priv != NULL)
		return TRUE;
	if (g_cancellable_set_error_if_cancelled(cancellable, error))
		return FALSE;
	init_libmtp();
	LIBMTP_raw_device_t raw = {.device_entry = find_entry(device->address),
				   .bus_location = device->address->bus,
				   .devnum = (uint8_t)device->address->address};
	LibmtpSession *session = new_session(device, raw.device_entry.device_flags);

	/* It may do what the other lane would not know of. */
	if (device->objects_path != NULL)
		g_unlink(device->objects_path);
	device_watch_set(device, OPEN_MS);
	open_tapped(session, &raw);
	if (session->mtp == NULL) {
		usb_tap_close_left(session->tap);
		libmtp_open_fail(device, session->tap, error);
		free_session(session);
		return FALSE;
	}
	/* Without the tap a listing could be short and nobody would know. */
	if (session->tap->n_transactions == 0)
		g_error("libmtp speaks past the USB tap: the program was linked without its "
			"symbols");
	session->is_android = has_extension(session->mtp, "android.com");
	session->tap->keeps_port = session->is_android;
	session->lists_all = libmtp_has_operation(session, TAP_OP_GET_OBJECT_PROP_LIST) &&
			     !session->hides_lists && !session->is_android;
	device->priv = session;
	return TRUE;
}

void
libmtp_close(Device *device)
{
	LibmtpSession *session = libmtp_session(device);

	if (session == NULL)
		return;
	device_watch_set(device, CLOSE_MS);
	usb_tap_begin_hurried(session->tap);
	LIBMTP_Release_Device(session->mtp);
	usb_tap_end(session->tap);
	free_session(session);
	device->priv = NULL;
}

gboolean
libmtp_call_begin(Device *device, GCancellable *cancellable, GError **error)
{
	LibmtpSession *session = libmtp_session(device);
	const char *name = device->address->name;

	if (session == NULL) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_NO_DEVICE, "%s is not open", name);
		return FALSE;
	}
	if (session->tap->gone) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_NO_DEVICE, "%s was unplugged", name);
		return FALSE;
	}
	if (session->tap->lost) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_DEVICE_HUNG,
			    "%s does not answer; unplug it and plug it in again", name);
		return FALSE;
	}
	if (g_cancellable_is_cancelled(cancellable)) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_CANCELLED, "%s: cancelled", name);
		return FALSE;
	}
	LIBMTP_Clear_Errorstack(session->mtp);
	device_watch_set(device, CALL_MS);
	usb_tap_begin(session->tap, cancellable);
	return TRUE;
}

void
libmtp_call_end(Device *device)
{
	LibmtpSession *session = libmtp_session(device);

	usb_tap_end(session->tap);
	LIBMTP_Clear_Errorstack(session->mtp);
}
