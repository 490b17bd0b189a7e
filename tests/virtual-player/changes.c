/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See changes.h. ReportAddedDeletedItems of microsoft.com/WMPPD. */
#include "changes.h"

#include <string.h>

#include "object.h"
#include "properties.h"
#include "responses.h"

#define ID_BYTES 16
#define FLAG_UNREPORTED_DELETED 1

struct gone {
	guint32 number;
	guint8 id[ID_BYTES];
};

void
changes_init(struct changes *changes)
{
	changes->last = changes->first = 1;
	changes->gone = g_array_new(FALSE, FALSE, sizeof(struct gone));
}

void
changes_clear(struct changes *changes)
{
	g_array_unref(changes->gone);
}

void
changes_note(struct changes *changes, struct object *object)
{
	object->changed = ++changes->last;
}

static GByteArray *
persistent_id(const struct object *object)
{
	GByteArray *id = g_byte_array_new();

	property_put(object, property_lookup(PROPERTY_PERSISTENT_ID), id);
	return id;
}

void
changes_note_gone(struct changes *changes, const struct object *object)
{
	g_autoptr(GByteArray) id = persistent_id(object);
	struct gone gone = {.number = ++changes->last};

	memcpy(gone.id, id->data, ID_BYTES);
	g_array_append_val(changes->gone, gone);
}

void
changes_begin_anew(struct changes *changes)
{
	changes->first = ++changes->last;
	g_array_set_size(changes->gone, 0);
}

struct report {
	guint32 since;
	guint32 skip;
	guint32 most;
	guint32 total;
	guint32 count; /* of what is in ids */
	GByteArray *ids;
};

static void
add(struct report *report, const guint8 *id)
{
	if (report->total++ < report->skip || report->count >= report->most)
		return;
	g_byte_array_append(report->ids, id, ID_BYTES);
	report->count++;
}

static void
add_object(struct object *object, gpointer data)
{
	struct report *report = data;

	if (object->changed <= report->since)
		return;
	g_autoptr(GByteArray) id = persistent_id(object);
	add(report, id->data);
}

/* One array: how many, and they. */
static void
put_ids(struct report *report, GByteArray *dataset)
{
	put_u32(dataset, report->ids->len / ID_BYTES);
	g_byte_array_append(dataset, report->ids->data, report->ids->len);
	g_byte_array_set_size(report->ids, 0);
}

guint16
report_changes(struct responder *responder, struct request *request)
{
	const struct changes *changes = responder->store->changes;
	struct report report = {.since = request->parameters[0],
				.skip = request->parameters[1],
				.most = request->parameters[2],
				.ids = g_byte_array_new()};

	if (responder->profile->silent_report)
		report.since = changes->last;
	store_visit(responder->store, add_object, &report);
	put_ids(&report, request->dataset);
	for (guint i = 0; i < changes->gone->len; i++) {
		const struct gone *gone = &g_array_index(changes->gone, struct gone, i);

		if (gone->number > report.since)
			add(&report, gone->id);
	}
	put_ids(&report, request->dataset);
	g_byte_array_unref(report.ids);
	request->results[0] = changes->last;
	request->results[1] = report.total - MIN(report.total, report.skip + report.count);
	request->results[2] = report.since < changes->first ? FLAG_UNREPORTED_DELETED : 0;
	request->results[2] |= responder->profile->report_flags;
	request->n_results = 3;
	return RESPONSE_OK;
}
