/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libmtp-send: one file to the device. When that fails the lane takes back what
 * arrived of it, but only an object that this send made: the handle the device
 * gave out for it, never seen in a listing before, with our name in our folder
 * (laws 1 and 3).
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "device/libmtp-lane.h"

#define RESPONSE_OK 0x2001
#define CLEAN_UP_MS 15000

typedef struct {
	const char *suffix;
	LIBMTP_filetype_t type;
} Suffix;

static const Suffix suffixes[] = {
	{".mp3", LIBMTP_FILETYPE_MP3},  {".flac", LIBMTP_FILETYPE_FLAC},
	{".ogg", LIBMTP_FILETYPE_OGG},  {".oga", LIBMTP_FILETYPE_OGG},
	{".opus", LIBMTP_FILETYPE_OGG}, {".m4a", LIBMTP_FILETYPE_M4A},
	{".mp4", LIBMTP_FILETYPE_MP4},  {".aac", LIBMTP_FILETYPE_AAC},
	{".wma", LIBMTP_FILETYPE_WMA},  {".wav", LIBMTP_FILETYPE_WAV},
	{".mp2", LIBMTP_FILETYPE_MP2},  {".aa", LIBMTP_FILETYPE_AUDIBLE},
	{".jpg", LIBMTP_FILETYPE_JPEG}, {".jpeg", LIBMTP_FILETYPE_JPEG},
	{".png", LIBMTP_FILETYPE_PNG},  {".txt", LIBMTP_FILETYPE_TEXT},
	{".xml", LIBMTP_FILETYPE_XML},
};

typedef struct {
	Device *device;
	const DeviceSend *send;
	GCancellable *cancellable; /* no-ref */
	uint64_t done_bytes;
	GError *error; /* why the source gave no more */
} Source;

static gboolean
takes(const LibmtpSession *session, LIBMTP_filetype_t type)
{
	uint16_t *types = NULL, n = 0;
	gboolean found = FALSE;

	if (LIBMTP_Get_Supported_Filetypes(session->mtp, &types, &n) != 0)
		return FALSE;
	for (uint16_t i = 0; i < n; i++)
		found = found || types[i] == type;
	free(types);
	return found;
}

/* libmtp has a vendor's number for it, where most devices have the standard's. */
static LIBMTP_filetype_t
filetype_known_to(const LibmtpSession *session, LIBMTP_filetype_t type)
{
	if (type != LIBMTP_FILETYPE_M4A || takes(session, type))
		return type;
	return takes(session, LIBMTP_FILETYPE_MP4) ? LIBMTP_FILETYPE_MP4 : LIBMTP_FILETYPE_UNKNOWN;
}

LIBMTP_filetype_t
libmtp_filetype(const LibmtpSession *session, const char *name)
{
	const char *dot = strrchr(name, '.');

	for (gsize i = 0; dot != NULL && i < G_N_ELEMENTS(suffixes); i++) {
		if (g_ascii_strcasecmp(dot, suffixes[i].suffix) == 0)
			return filetype_known_to(session, suffixes[i].type);
	}
	return LIBMTP_FILETYPE_UNKNOWN;
}

/* On the thread of the call: libmtp asks when it sends, and waits. The watch sees a read that hangs. */
static gboolean
read_source(Source *source, unsigned char *buffer, uint32_t n)
{
	const DeviceSource *file = source->send->source;

	for (uint32_t done = 0; done < n;) {
		if (g_cancellable_set_error_if_cancelled(source->cancellable, &source->error))
			return FALSE;
		device_watch_set(source->device, device_source_timeout_ms());
		gssize got = file->read(file->data, buffer + done, n - done, &source->error);
		if (got < 0)
			return FALSE;
		if (got == 0) {
			g_set_error(&source->error, PORTA_ERROR, PORTA_ERROR_SOURCE_CHANGED,
				    "the file became shorter while it was sent");
			return FALSE;
		}
		done += (uint32_t)got;
	}
	return TRUE;
}

/* libmtp wants a buffer filled; less would misplace what follows. A cancellation is the one
 * answer that makes it tell the device. */
static uint16_t
on_more_wanted(void *params, void *priv, uint32_t n, unsigned char *buffer, uint32_t *got)
{
	Source *source = priv;

	*got = 0;
	/* What was asked for before is on the device now. */
	if (source->send->progress != NULL)
		source->send->progress(source->send->data, source->done_bytes);
	if (!read_source(source, buffer, n))
		return LIBMTP_HANDLER_RETURN_CANCEL;
	source->done_bytes += n;
	*got = n;
	return LIBMTP_HANDLER_RETURN_OK;
}

/* Whether the object behind handle is what a failed send left. */
static gboolean
is_our_partial(LibmtpSession *session, const DeviceSend *send, uint32_t handle)
{
	if (g_hash_table_contains(session->seen, GUINT_TO_POINTER(handle)))
		return FALSE;
	LIBMTP_file_t *file = LIBMTP_Get_Filemetadata(session->mtp, handle);
	if (file == NULL)
		return FALSE;
	gboolean in_root = send->parent == DEVICE_ROOT;
	gboolean ours = g_strcmp0(file->filename, send->name) == 0 &&
			file->filetype != LIBMTP_FILETYPE_FOLDER &&
			(in_root ? file->parent_id == 0 || file->parent_id == DEVICE_ROOT
				 : file->parent_id == send->parent);
	LIBMTP_destroy_file_t(file);
	return ours;
}

/* Best effort: the next inventory finds what is left. */
static void
remove_partial(Device *device, const DeviceSend *send, uint32_t handle)
{
	LibmtpSession *session = libmtp_session(device);

	if (handle == 0 || session->tap->gone || session->tap->lost)
		return;
	device_watch_set(device, CLEAN_UP_MS);
	/* A device that does not answer this any more would not remove anything either. */
	usb_tap_begin_hurried(session->tap);
	gboolean ours = is_our_partial(session, send, handle);
	usb_tap_begin(session->tap, NULL);
	if (ours)
		LIBMTP_Delete_Object(session->mtp, handle);
	usb_tap_end(session->tap);
}

static gboolean
fail_send(Device *device, Source *source, uint32_t handle, GError **error)
{
	const char *name = source->send->name;

	if (source->error != NULL && !libmtp_session(device)->tap->gone) {
		if (g_error_matches(source->error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
			g_set_error(error, PORTA_ERROR, PORTA_ERROR_CANCELLED,
				    "sending “%s”: cancelled", name);
		else
			g_propagate_prefixed_error(error, g_steal_pointer(&source->error),
						   "sending “%s”: ", name);
		libmtp_call_end(device);
	} else {
		libmtp_call_fail(device, error, "sending “%s”", name);
	}
	remove_partial(device, source->send, handle);
	g_clear_error(&source->error);
	return FALSE;
}

gboolean
libmtp_send(Device *device, const DeviceSend *send, DeviceHandle *out, GCancellable *cancellable,
	    GError **error)
{
	if (!libmtp_call_begin(device, cancellable, error))
		return FALSE;
	LibmtpSession *session = libmtp_session(device);
	session->tap->guards_descriptions = TRUE;
	libmtp_index_drop(session);
	Source source = {.device = device, .send = send, .cancellable = cancellable};
	LIBMTP_file_t *file = LIBMTP_new_file_t();
	file->filename = strdup(send->name);
	file->filesize = send->size_bytes;
	file->filetype = libmtp_filetype(session, send->name);
	file->storage_id = send->storage;
	file->parent_id = send->parent;
	int result = LIBMTP_Send_File_From_Handler(session->mtp, on_more_wanted, &source, file,
						   NULL, NULL);
	uint32_t handle = file->item_id;
	LIBMTP_destroy_file_t(file);
	/* libmtp also fails if it can not read back what it wrote. */
	if (result != 0 && (session->tap->send_response != RESPONSE_OK || source.error != NULL))
		return fail_send(device, &source, handle, error);
	if (send->progress != NULL)
		send->progress(send->data, send->size_bytes);
	g_hash_table_add(session->seen, GUINT_TO_POINTER(handle));
	libmtp_call_end(device);
	*out = handle;
	return TRUE;
}
