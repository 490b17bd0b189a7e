/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ptp-dataset: see ptp-dataset.h. ISO 15740, 5.5; MTP 1.1, 5.1-5.3 and E.2. */
#include "device/ptp-dataset.h"

#include <string.h>

#include "device/ptp-code.h"

gboolean
ptp_parse_device_info(const GByteArray *bytes, PtpDeviceInfo *out)
{
	PtpReader reader = ptp_reader(bytes);
	PtpDeviceInfo info = {0};

	ptp_take_u16(&reader); /* the standard's version */
	info.extension_id = ptp_take_u32(&reader);
	ptp_take_u16(&reader); /* the extension's version */
	info.extensions = ptp_take_string(&reader);
	ptp_take_u16(&reader); /* functional mode */
	info.operations = ptp_take_u16_array(&reader);
	info.events = ptp_take_u16_array(&reader);
	info.device_props = ptp_take_u16_array(&reader);
	g_array_unref(ptp_take_u16_array(&reader)); /* formats that it captures */
	info.formats = ptp_take_u16_array(&reader);
	gboolean ok = !reader.failed;
	info.maker = ptp_take_string(&reader);
	info.model = ptp_take_string(&reader);
	info.version = ptp_take_string(&reader);
	info.serial = ptp_take_string(&reader);
	if (!ok)
		ptp_device_info_clear(&info);
	else
		*out = info;
	return ok;
}

void
ptp_device_info_clear(PtpDeviceInfo *info)
{
	g_clear_pointer(&info->extensions, g_free);
	g_clear_pointer(&info->operations, g_array_unref);
	g_clear_pointer(&info->events, g_array_unref);
	g_clear_pointer(&info->device_props, g_array_unref);
	g_clear_pointer(&info->formats, g_array_unref);
	g_clear_pointer(&info->maker, g_free);
	g_clear_pointer(&info->model, g_free);
	g_clear_pointer(&info->version, g_free);
	g_clear_pointer(&info->serial, g_free);
}

gboolean
ptp_array_has(const GArray *codes, uint16_t code)
{
	for (guint i = 0; codes != NULL && i < codes->len; i++) {
		if (g_array_index(codes, uint16_t, i) == code)
			return TRUE;
	}
	return FALSE;
}

gboolean
ptp_has_extension(const PtpDeviceInfo *info, const char *name)
{
	g_auto(GStrv) parts = g_strsplit(info->extensions, ";", -1);
	gsize length = strlen(name);

	for (gsize i = 0; parts[i] != NULL; i++) {
		const char *part = g_strstrip(parts[i]);

		if (strncmp(part, name, length) == 0 &&
		    (part[length] == '\0' || strchr(":/ ", part[length]) != NULL))
			return TRUE;
	}
	return FALSE;
}

gboolean
ptp_parse_storage_info(const GByteArray *bytes, PtpStorageInfo *out)
{
	PtpReader reader = ptp_reader(bytes);
	PtpStorageInfo info = {0};

	info.type = ptp_take_u16(&reader);
	ptp_take_u16(&reader); /* file system */
	info.access = ptp_take_u16(&reader);
	info.capacity_bytes = ptp_take_u64(&reader);
	info.free_bytes = ptp_take_u64(&reader);
	ptp_take_u32(&reader); /* free space in objects */
	gboolean ok = !reader.failed;
	info.description = ptp_take_string(&reader);
	info.label = ptp_take_string(&reader);
	if (!ok)
		ptp_storage_info_clear(&info);
	else
		*out = info;
	return ok;
}

void
ptp_storage_info_clear(PtpStorageInfo *info)
{
	g_clear_pointer(&info->description, g_free);
	g_clear_pointer(&info->label, g_free);
}

/* Between size and parent, and between parent and name: a thumbnail's and a picture's measures; what
 * kind of folder it is, and a sequence number. */
#define MEASURE_BYTES (2 + 6 * 4)
#define ASSOCIATION_BYTES (2 + 4 + 4)
/* Where a name begins with its length, if the size has 32 bits. */
#define NAME_AT (4 + 2 + 2 + 4 + MEASURE_BYTES + 4 + ASSOCIATION_BYTES)

static void
skip(PtpReader *reader, guint n)
{
	while (n-- > 0)
		ptp_take_u8(reader);
}

/* No object is without a name: what seems to be none is the end of a field before it. */
static gboolean
has_wide_size(const GByteArray *bytes)
{
	return bytes->len > NAME_AT + 4 && bytes->data[NAME_AT] == 0 &&
	       bytes->data[NAME_AT + 4] != 0;
}

gboolean
ptp_parse_object_info(const GByteArray *bytes, PtpObjectInfo *out)
{
	PtpReader reader = ptp_reader(bytes);
	PtpObjectInfo info = {0};

	info.storage = ptp_take_u32(&reader);
	info.format = ptp_take_u16(&reader);
	ptp_take_u16(&reader); /* protection */
	info.size_bytes = has_wide_size(bytes) ? ptp_take_u64(&reader) : ptp_take_u32(&reader);
	skip(&reader, MEASURE_BYTES);
	info.parent = ptp_take_u32(&reader);
	skip(&reader, ASSOCIATION_BYTES);
	info.name = ptp_take_string(&reader);
	gboolean ok = !reader.failed;
	g_free(ptp_take_string(&reader)); /* captured */
	info.modified = ptp_take_string(&reader);
	if (!ok)
		ptp_object_info_clear(&info);
	else
		*out = info;
	return ok;
}

static void
put_zeros(GByteArray *bytes, guint n)
{
	while (n-- > 0)
		ptp_put_u8(bytes, 0);
}

GByteArray *
ptp_build_object_info(const PtpObjectInfo *info)
{
	GByteArray *bytes = g_byte_array_new();

	ptp_put_u32(bytes, info->storage);
	ptp_put_u16(bytes, info->format);
	ptp_put_u16(bytes, 0);
	ptp_put_u32(bytes, (uint32_t)MIN(info->size_bytes, PTP_SIZE_UNKNOWN));
	put_zeros(bytes, MEASURE_BYTES);
	ptp_put_u32(bytes, info->parent);
	ptp_put_u16(bytes, info->format == PTP_FORMAT_ASSOCIATION); /* an ordinary folder */
	put_zeros(bytes, ASSOCIATION_BYTES - 2);
	ptp_put_string(bytes, info->name);
	ptp_put_string(bytes, info->modified);
	ptp_put_string(bytes, info->modified);
	ptp_put_string(bytes, ""); /* keywords */
	return bytes;
}

void
ptp_object_info_clear(PtpObjectInfo *info)
{
	g_clear_pointer(&info->name, g_free);
	g_clear_pointer(&info->modified, g_free);
}

gboolean
ptp_parse_object_prop_desc(const GByteArray *bytes, PtpObjectPropDesc *out)
{
	PtpReader reader = ptp_reader(bytes);
	PtpObjectPropDesc found;

	found.property = ptp_take_u16(&reader);
	found.type = ptp_take_u16(&reader);
	found.is_settable = ptp_take_u8(&reader) == 1;
	if (reader.failed)
		return FALSE;
	*out = found;
	return TRUE;
}

static void
take_choices(PtpReader *reader, uint16_t type, PtpPropForm *form)
{
	PtpValue value;

	for (guint n = ptp_take_u16(reader); n > 0; n--) {
		if (!ptp_take_value(reader, type, &value))
			return;
		if (form->n_choices < PTP_MAX_CHOICES)
			form->choices[form->n_choices++] = value.number;
		ptp_value_clear(&value);
	}
}

static void
take_form(PtpReader *reader, uint16_t type, PtpPropForm *form)
{
	PtpValue limits[3] = {{0}}; /* least, most, step */

	switch (ptp_take_u8(reader)) {
	case PTP_FORM_RANGE:
		for (gsize i = 0; i < G_N_ELEMENTS(limits); i++)
			if (ptp_take_value(reader, type, &limits[i]))
				ptp_value_clear(&limits[i]);
		form->max = limits[1].number;
		break;
	case PTP_FORM_CHOICE: take_choices(reader, type, form); break;
	case PTP_FORM_FIXED_ARRAY: form->max = ptp_take_u16(reader); break;
	case PTP_FORM_BYTE_ARRAY:
	case PTP_FORM_LONG_STRING: form->max = ptp_take_u32(reader); break;
	default: break;
	}
}

PtpPropForm
ptp_parse_object_prop_form(const GByteArray *bytes)
{
	const PtpPropForm none = {0};
	PtpReader reader = ptp_reader(bytes);
	PtpPropForm form = none;
	PtpValue preset;

	ptp_take_u16(&reader); /* property */
	uint16_t type = ptp_take_u16(&reader);
	ptp_take_u8(&reader); /* whether it can be set */
	if (ptp_take_value(&reader, type, &preset))
		ptp_value_clear(&preset);
	ptp_take_u32(&reader); /* group */
	take_form(&reader, type, &form);
	return reader.failed ? none : form;
}

gboolean
ptp_parse_prop_list(const GByteArray *bytes, PtpElementFunc each, void *data)
{
	PtpReader reader = ptp_reader(bytes);
	gboolean ok = TRUE;

	for (uint32_t n = ptp_take_u32(&reader); ok && n > 0 && !reader.failed; n--) {
		PtpElement element = {0};

		element.handle = ptp_take_u32(&reader);
		element.property = ptp_take_u16(&reader);
		uint16_t type = ptp_take_u16(&reader);

		ok = ptp_take_value(&reader, type, &element.value) && each(&element, data);
		ptp_value_clear(&element.value);
	}
	return ok && !reader.failed;
}

GByteArray *
ptp_prop_list_new(void)
{
	GByteArray *list = g_byte_array_new();

	ptp_put_u32(list, 0);
	return list;
}

static void
add_element(GByteArray *list, uint32_t handle, uint16_t property, const PtpValue *value)
{
	uint32_t n;

	memcpy(&n, list->data, sizeof n);
	n = GUINT32_TO_LE(GUINT32_FROM_LE(n) + 1);
	memcpy(list->data, &n, sizeof n);
	ptp_put_u32(list, handle);
	ptp_put_u16(list, property);
	ptp_put_u16(list, value->type);
	ptp_put_value(list, value);
}

void
ptp_prop_list_add_number(GByteArray *list, uint32_t handle, uint16_t property, uint16_t type,
			 uint64_t number)
{
	const PtpValue value = {.type = type, .number = number};

	add_element(list, handle, property, &value);
}

void
ptp_prop_list_add_string(GByteArray *list, uint32_t handle, uint16_t property, const char *text)
{
	const PtpValue value = {.type = PTP_TYPE_STRING, .text = (char *)text};

	add_element(list, handle, property, &value);
}
