/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ptp-rows: see ptp-rows.h. */
#include "device/ptp-rows.h"

#include "device/ptp-code.h"

/* More than any device holds. */
#define MAX_ROWS 1000000u

static void
clear_row(PtpRow *row)
{
	g_clear_pointer(&row->name, g_free);
}

PtpRows *
ptp_rows_new(void)
{
	PtpRows *rows = g_new0(PtpRows, 1);

	rows->rows = g_array_new(FALSE, TRUE, sizeof(PtpRow));
	g_array_set_clear_func(rows->rows, (GDestroyNotify)clear_row);
	rows->by_handle = g_hash_table_new(NULL, NULL);
	return rows;
}

void
ptp_rows_free(PtpRows *rows)
{
	if (rows == NULL)
		return;
	g_array_unref(rows->rows);
	g_hash_table_unref(rows->by_handle);
	g_free(rows);
}

PtpRow *
ptp_rows_find(const PtpRows *rows, uint32_t handle)
{
	guint index =
		GPOINTER_TO_UINT(g_hash_table_lookup(rows->by_handle, GUINT_TO_POINTER(handle)));

	return index > 0 ? &g_array_index(rows->rows, PtpRow, index - 1) : NULL;
}

static guint
bit_of(uint16_t property)
{
	switch (property) {
	case PTP_PROP_OBJECT_FILE_NAME: return 1;
	case PTP_PROP_OBJECT_FORMAT: return 2;
	case PTP_PROP_OBJECT_SIZE: return 4;
	case PTP_PROP_PARENT_OBJECT: return 8;
	case PTP_PROP_STORAGE_ID: return 16;
	default: return 0;
	}
}

static gboolean
is_of_type(uint16_t property, uint16_t type)
{
	if (property == PTP_PROP_OBJECT_FILE_NAME)
		return type == PTP_TYPE_STRING;
	if (property == PTP_PROP_OBJECT_FORMAT)
		return type == PTP_TYPE_UINT16;
	return type == PTP_TYPE_UINT32 ||
	       (property == PTP_PROP_OBJECT_SIZE && type == PTP_TYPE_UINT64);
}

static PtpRow *
add_row(PtpRows *rows, uint32_t handle)
{
	PtpRow row = {.handle = handle};

	if (handle == 0 || rows->rows->len >= MAX_ROWS)
		return NULL;
	g_array_append_val(rows->rows, row);
	g_hash_table_insert(rows->by_handle, GUINT_TO_POINTER(handle),
			    GUINT_TO_POINTER(rows->rows->len));
	return &g_array_index(rows->rows, PtpRow, rows->rows->len - 1);
}

static void
take_value(PtpRow *row, uint16_t property, PtpValue *value)
{
	switch (property) {
	case PTP_PROP_OBJECT_FILE_NAME: row->name = g_steal_pointer(&value->text); break;
	case PTP_PROP_OBJECT_FORMAT: row->format = (uint16_t)value->number; break;
	case PTP_PROP_OBJECT_SIZE: row->size_bytes = value->number; break;
	case PTP_PROP_PARENT_OBJECT: row->parent = (uint32_t)value->number; break;
	case PTP_PROP_STORAGE_ID: row->storage = (uint32_t)value->number; break;
	default: break;
	}
}

typedef struct {
	PtpRows *rows;
	uint16_t property;
} Reading;

static gboolean
take_element(PtpElement *element, void *data)
{
	Reading *reading = data;
	guint bit = bit_of(reading->property);

	if (element->property != reading->property ||
	    !is_of_type(element->property, element->value.type))
		return FALSE;
	PtpRow *row = ptp_rows_find(reading->rows, element->handle);
	if (row == NULL && reading->property == PTP_PROP_OBJECT_FILE_NAME)
		row = add_row(reading->rows, element->handle);
	if (row == NULL || (row->told & bit))
		return FALSE;
	row->told |= bit;
	take_value(row, element->property, &element->value);
	return TRUE;
}

gboolean
ptp_rows_read(PtpRows *rows, uint16_t property, const GByteArray *list)
{
	Reading reading = {rows, property};

	return ptp_parse_prop_list(list, take_element, &reading);
}

/* Folders and lists have nothing that could have a size. */
static gboolean
is_sizeless(const PtpRow *row)
{
	return row->format == PTP_FORMAT_ASSOCIATION || (row->format >= PTP_FORMAT_ABSTRACT_FIRST &&
							 row->format <= PTP_FORMAT_ABSTRACT_LAST);
}

gboolean
ptp_rows_are_whole(const PtpRows *rows, const uint16_t *properties, gsize n)
{
	guint all = 0;

	for (gsize i = 0; i < n; i++)
		all |= bit_of(properties[i]);
	for (guint i = 0; i < rows->rows->len; i++) {
		const PtpRow *row = &g_array_index(rows->rows, PtpRow, i);
		guint needed = is_sizeless(row) ? all & ~bit_of(PTP_PROP_OBJECT_SIZE) : all;

		if ((row->told & needed) != needed)
			return FALSE;
	}
	return TRUE;
}

gboolean
ptp_rows_are(const PtpRows *rows, const GArray *handles, uint32_t beside)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	guint expected = rows->rows->len - (ptp_rows_find(rows, beside) != NULL);

	for (guint i = 0; i < handles->len; i++) {
		uint32_t handle = g_array_index(handles, uint32_t, i);

		if (handle == beside || ptp_rows_find(rows, handle) == NULL ||
		    !g_hash_table_add(seen, GUINT_TO_POINTER(handle)))
			return FALSE;
	}
	return handles->len == expected;
}
