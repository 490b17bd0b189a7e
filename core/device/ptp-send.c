/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-send: one file to the device, in two transactions: it is announced, with its
 * tags where the device takes them, then its bytes follow. How a device wants to be told is
 * learned: what it refuses in one way is tried in the next simpler one.
 *
 * When it fails the lane takes back what arrived, but only an object that this send made:
 * the handle the device gave out for it, never seen before, with our name in our folder
 * (laws 1 and 3).
 */
#include <string.h>

#include "base/error.h"
#include "device/ptp-catalog.h"
#include "device/ptp-tags.h"

/* 0xffffffff stands for "larger". */
#define MAX_BYTES_32 UINT64_C(0xfffffffe)

/* Ways to announce a file, from the richest to the simplest. */
enum { SEND_TAGS, SEND_NAME, SEND_INFO };
#define LEARNED_WAY "send"
#define LEARNED_ROOT "root-is-zero"
#define LEARNED_RATINGS "send-ratings" /* whether they may come with the other tags */

/* announcing */

/* What is told of an object that is to come. */
typedef struct {
	uint16_t format;
	int way; /* SEND_* */
	int32_t rating; /* that comes with the tags, 0: none */
	char *name;
	char *modified; /* date, "" unknown */
} Announcement;

static void
announcement_clear(Announcement *announcement)
{
	g_free(announcement->name);
	g_free(announcement->modified);
}

static int64_t
modified_of(const DeviceSend *send)
{
	if (send->modified_unix != 0 || send->tags == NULL)
		return send->modified_unix;
	return send->tags->modified_unix;
}

gboolean
ptp_announces_tags(Device *device)
{
	return ptp_takes_lists(device) && ptp_recall(device, LEARNED_WAY, SEND_TAGS) == SEND_TAGS;
}

static GByteArray *
build_list(Device *device, const DeviceSend *send, const Announcement *announcement)
{
	GByteArray *list = ptp_prop_list_new();

	ptp_prop_list_add_string(list, 0, PTP_PROP_OBJECT_FILE_NAME, announcement->name);
	if (announcement->way != SEND_TAGS)
		return list;
	if (send->tags != NULL)
		ptp_tags_add_new(device, announcement->format, 0, send->tags, list);
	if (announcement->rating > 0)
		ptp_tags_add_rating(announcement->rating, list);
	if (send->cover != NULL)
		ptp_cover_add(device, 0, send->cover, list);
	if (*announcement->modified != '\0' &&
	    !(ptp_lane_of(device)->quirks & PTP_QUIRK_NO_DATE_MODIFIED) &&
	    ptp_is_settable(device, PTP_PROP_DATE_MODIFIED, announcement->format))
		ptp_prop_list_add_string(list, 0, PTP_PROP_DATE_MODIFIED, announcement->modified);
	return list;
}

static gboolean
ask_by_list(Device *device, const DeviceSend *send, const Announcement *announcement,
	    uint32_t parent, PtpTransaction *transaction, GError **error)
{
	g_autoptr(GByteArray) list = build_list(device, send, announcement);
	g_autoptr(GBytes) out = g_bytes_new(list->data, list->len);

	*transaction = (PtpTransaction){.operation = PTP_OP_SEND_OBJECT_PROP_LIST,
					.parameters = {send->storage, parent, announcement->format,
						       (uint32_t)(send->size_bytes >> 32),
						       (uint32_t)send->size_bytes},
					.n_parameters = 5,
					.out = out};
	gboolean ok = ptp_ask(device, transaction, error);
	transaction->out = NULL;
	return ok;
}

static gboolean
ask_by_info(Device *device, const DeviceSend *send, const Announcement *announcement,
	    uint32_t parent, PtpTransaction *transaction, GError **error)
{
	const PtpObjectInfo info = {.storage = send->storage,
				    .format = announcement->format,
				    .size_bytes = send->size_bytes,
				    .parent = parent,
				    .name = announcement->name,
				    .modified = announcement->modified};
	g_autoptr(GByteArray) dataset = ptp_build_object_info(&info);
	g_autoptr(GBytes) out = g_bytes_new(dataset->data, dataset->len);

	*transaction = (PtpTransaction){.operation = PTP_OP_SEND_OBJECT_INFO,
					.parameters = {send->storage, parent},
					.n_parameters = 2,
					.out = out};
	gboolean ok = ptp_ask(device, transaction, error);
	transaction->out = NULL;
	return ok;
}

static gboolean
ask(Device *device, const DeviceSend *send, const Announcement *announcement, uint32_t parent,
    PtpTransaction *transaction, GError **error)
{
	return announcement->way == SEND_INFO
		       ? ask_by_info(device, send, announcement, parent, transaction, error)
		       : ask_by_list(device, send, announcement, parent, transaction, error);
}

static gboolean
is_parent_refused(const PtpTransaction *transaction)
{
	return transaction->response == PTP_RESPONSE_INVALID_PARENT_OBJECT ||
	       transaction->response == PTP_RESPONSE_INVALID_OBJECT_HANDLE ||
	       transaction->response == PTP_RESPONSE_INVALID_PARAMETER;
}

/* To most a root is 0xffffffff here, to some 0. */
static gboolean
ask_at(Device *device, const DeviceSend *send, const Announcement *announcement,
       PtpTransaction *transaction, GError **error)
{
	gboolean at_root = send->parent == DEVICE_ROOT;
	gboolean is_zero = at_root && ptp_recall(device, LEARNED_ROOT, FALSE) != 0;

	if (!ask(device, send, announcement, is_zero ? 0 : send->parent, transaction, error))
		return FALSE;
	if (!at_root || !is_parent_refused(transaction))
		return TRUE;
	if (!ask(device, send, announcement, is_zero ? send->parent : 0, transaction, error))
		return FALSE;
	if (transaction->response == PTP_RESPONSE_OK)
		ptp_learn(device, LEARNED_ROOT, !is_zero);
	return TRUE;
}

/* Whether it may be the way of telling that is refused, and not the file. */
static gboolean
is_way_refused(const PtpTransaction *transaction)
{
	return (transaction->response & 0xff00) == 0xa800 ||
	       transaction->response == PTP_RESPONSE_GENERAL_ERROR ||
	       transaction->response == PTP_RESPONSE_OPERATION_NOT_SUPPORTED ||
	       transaction->response == PTP_RESPONSE_PARAMETER_NOT_SUPPORTED ||
	       transaction->response == PTP_RESPONSE_INVALID_PARAMETER;
}

gboolean
ptp_takes_lists(Device *device)
{
	const PtpLane *lane = ptp_lane_of(device);

	return ptp_has_operation(lane, PTP_OP_SEND_OBJECT_PROP_LIST) && !lane->is_android &&
	       !(lane->quirks & PTP_QUIRK_BROKEN_SEND_PROP_LIST);
}

/* A device that does not want it in this way would be told none of the other tags either. */
static gboolean
try_unrated(Device *device, const DeviceSend *send, Announcement *announcement,
	    PtpTransaction *transaction, GError **error)
{
	announcement->rating = 0;
	if (!ask_at(device, send, announcement, transaction, error))
		return FALSE;
	if (transaction->response == PTP_RESPONSE_OK)
		ptp_learn(device, LEARNED_RATINGS, FALSE);
	return TRUE;
}

/* The first refusal is the one that is told: a simpler way often says less. */
static gboolean
announce(Device *device, const DeviceSend *send, Announcement *announcement,
	 PtpTransaction *transaction, GError **error)
{
	PtpTransaction first;
	int begin = announcement->way;

	if (!ask_at(device, send, announcement, transaction, error))
		return FALSE;
	first = *transaction;
	if (announcement->rating > 0 && transaction->response != PTP_RESPONSE_OK &&
	    is_way_refused(transaction) &&
	    !try_unrated(device, send, announcement, transaction, error))
		return FALSE;
	int last = send->size_bytes > MAX_BYTES_32 ? SEND_NAME : SEND_INFO;
	while (transaction->response != PTP_RESPONSE_OK && announcement->way < last &&
	       is_way_refused(transaction)) {
		announcement->way++;
		if (!ask_at(device, send, announcement, transaction, error))
			return FALSE;
	}
	if (transaction->response != PTP_RESPONSE_OK)
		return ptp_refuse(&first, error);
	if (announcement->way != begin)
		ptp_learn(device, LEARNED_WAY, announcement->way);
	return TRUE;
}

/* What may be told of it in a list, the richest way. */
static int32_t
rating_to_tell(Device *device, const DeviceSend *send, uint16_t format)
{
	return send->tags != NULL && send->tags->rating > 0 && ptp_has_statistics(device) &&
			       ptp_recall(device, LEARNED_RATINGS, TRUE) != 0 &&
			       ptp_takes_ratings(device, format)
		       ? send->tags->rating
		       : 0;
}

gboolean
ptp_announce(Device *device, const DeviceSend *send, uint16_t format, DeviceHandle *out,
	     GError **error)
{
	gboolean is_folder = format == PTP_FORMAT_ASSOCIATION;
	gboolean by_list = !is_folder && ptp_takes_lists(device);
	PtpTransaction transaction;

	if (!by_list && send->size_bytes > MAX_BYTES_32 && !ptp_lane_of(device)->is_android) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_FILE_TOO_LARGE,
			    "the device takes no file of this size");
		return FALSE;
	}
	Announcement announcement = {
		.format = format,
		.way = by_list ? (int)CLAMP(ptp_recall(device, LEARNED_WAY, SEND_TAGS), SEND_TAGS,
					    SEND_INFO)
			       : SEND_INFO,
		.name = ptp_name_for(ptp_lane_of(device), send->name),
		.modified = ptp_format_date(modified_of(send))};
	if (by_list && announcement.way == SEND_TAGS)
		announcement.rating = rating_to_tell(device, send, format);
	gboolean ok = announce(device, send, &announcement, &transaction, error);
	announcement_clear(&announcement);
	if (!ok)
		return FALSE;
	if (send->is_rated != NULL)
		*send->is_rated = announcement.rating > 0 && announcement.way == SEND_TAGS;
	if (transaction.n_results < 3 || transaction.results[2] == 0)
		return ptp_insane(error, "no handle for a new object");
	*out = transaction.results[2];
	g_hash_table_remove(ptp_lane_of(device)->infos, GUINT_TO_POINTER(*out));
	return TRUE;
}

/* sending */

/* Whether the object behind handle is what a failed send left. */
static gboolean
is_our_partial(Device *device, const DeviceSend *send, DeviceHandle handle)
{
	PtpLane *lane = ptp_lane_of(device);
	PtpObjectInfo info;

	if (g_hash_table_contains(lane->known, GUINT_TO_POINTER(handle)) ||
	    !ptp_load_object_info(device, handle, &info, NULL))
		return FALSE;
	g_autofree char *name = ptp_name_for(lane, send->name);
	gboolean in_root = send->parent == DEVICE_ROOT;
	gboolean ours = strcmp(info.name, name) == 0 && info.format != PTP_FORMAT_ASSOCIATION &&
			(in_root ? info.parent == 0 || info.parent == DEVICE_ROOT
				 : info.parent == send->parent);
	ptp_object_info_clear(&info);
	return ours;
}

/* Best effort: the next inventory finds what is left. An object that can not be seen now, since its device
 * waits for its bytes, may be there when the session has ended: nothing that was learned says so. */
static void
remove_partial(Device *device, const DeviceSend *send, DeviceHandle handle)
{
	PtpTransaction transaction = {.operation = PTP_OP_DELETE_OBJECT,
				      .parameters = {handle, PTP_FORMAT_ANY},
				      .n_parameters = 2};

	ptp_lane_of(device)->cancellable = NULL;
	gboolean is_gone = is_our_partial(device, send, handle) &&
			   ptp_ask(device, &transaction, NULL) &&
			   transaction.response == PTP_RESPONSE_OK;
	if (!is_gone && ptp_lane_of(device)->catalog != NULL)
		ptp_catalog_void(ptp_lane_of(device));
}

/* Whether the session outlives this error. */
static gboolean
lives_on(const GError *error)
{
	return !ptp_is_fatal(error) || error_code(error) == PORTA_ERROR_CANCELLED;
}

static gboolean
send_bytes(Device *device, const DeviceSend *send, GError **error)
{
	PtpTransaction transaction = {.operation = PTP_OP_SEND_OBJECT,
				      .source = send->source,
				      .out_bytes = send->size_bytes,
				      .progress = send->progress,
				      .data = send->data};
	g_autoptr(GBytes) nothing = NULL;

	if (send->size_bytes == 0) {
		nothing = g_bytes_new_static("", 0);
		transaction.out = nothing;
		transaction.source = NULL;
	}
	return ptp_run(device, &transaction, error);
}

gboolean
ptp_send_announced(Device *device, const DeviceSend *send, DeviceHandle handle, GError **error)
{
	g_autoptr(GError) failure = NULL;

	if (send_bytes(device, send, &failure)) {
		ptp_know(ptp_lane_of(device), handle, FALSE);
		return TRUE;
	}
	if (lives_on(failure))
		remove_partial(device, send, handle);
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

gboolean
ptp_send(Device *device, const DeviceSend *send, DeviceHandle *out, GCancellable *cancellable,
	 GError **error)
{
	DeviceHandle handle = 0;

	if (!ptp_call_begin(device, cancellable, error))
		return FALSE;
	ptp_touch(ptp_lane_of(device), send->parent);
	uint16_t format = ptp_format_of(ptp_lane_of(device), send->name);
	if (send->size_bytes > 0)
		ptp_session_read_ahead(ptp_lane_of(device)->session, send->source,
				       send->size_bytes);
	gboolean ok = ptp_confirm_folder(device, send->storage, send->parent, TRUE, error) &&
		      ptp_announce(device, send, format, &handle, error) &&
		      ptp_send_announced(device, send, handle, error);
	ptp_session_give_up_source(ptp_lane_of(device)->session);
	if (!ok)
		return ptp_fail(device, error, "sending “%s”", send->name);
	if (send->progress != NULL)
		send->progress(send->data, send->size_bytes);
	*out = handle;
	return TRUE;
}
