/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fuzz-ptp: a device's datasets, for libFuzzer. The first byte chooses how the
 * rest is read. What was understood must come back the same when it is written and read again.
 *
 *     fuzz-ptp FOLDER corpus-ptp     find new ways, from those in the tree
 */
#include <stdlib.h>
#include <string.h>

#include "device/ptp-code.h"
#include "device/ptp-dataset.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void
must(gboolean holds)
{
	if (!holds)
		abort();
}

static void
check_text(const char *text)
{
	must(text != NULL && g_utf8_validate(text, -1, NULL) && ptp_string_fits(text));
}

static void
try_device_info(const GByteArray *bytes)
{
	PtpDeviceInfo info;

	if (!ptp_parse_device_info(bytes, &info))
		return;
	check_text(info.extensions);
	check_text(info.serial);
	must(info.operations->len * 2 <= bytes->len);
	ptp_has_extension(&info, "android.com");
	ptp_device_info_clear(&info);
}

static void
try_storage_info(const GByteArray *bytes)
{
	PtpStorageInfo info;

	if (!ptp_parse_storage_info(bytes, &info))
		return;
	check_text(info.description);
	check_text(info.label);
	ptp_storage_info_clear(&info);
}

static void
try_object_info(const GByteArray *bytes)
{
	PtpObjectInfo info, again;

	if (!ptp_parse_object_info(bytes, &info))
		return;
	check_text(info.name);
	if (*info.name == '\0') { /* none would be looked for elsewhere */
		ptp_object_info_clear(&info);
		return;
	}
	g_autoptr(GByteArray) written = ptp_build_object_info(&info);
	must(ptp_parse_object_info(written, &again));
	must(info.storage == again.storage && info.format == again.format &&
	     MIN(info.size_bytes, PTP_SIZE_UNKNOWN) == again.size_bytes &&
	     info.parent == again.parent && strcmp(info.name, again.name) == 0 &&
	     strcmp(info.modified, again.modified) == 0);
	must(ptp_parse_date(info.modified) >= 0);
	ptp_object_info_clear(&info);
	ptp_object_info_clear(&again);
}

static gboolean
write_element(PtpElement *element, void *data)
{
	const PtpValue *value = &element->value;

	if (value->type == PTP_TYPE_STRING) {
		check_text(value->text);
		ptp_prop_list_add_string(data, element->handle, element->property, value->text);
	} else if (!(value->type & PTP_TYPE_ARRAY)) {
		ptp_prop_list_add_number(data, element->handle, element->property, value->type,
					 value->number);
	}
	return TRUE;
}

/* What was written once is written the same for ever. */
static void
try_prop_list(const GByteArray *bytes)
{
	g_autoptr(GByteArray) once = ptp_prop_list_new(), twice = ptp_prop_list_new();

	gboolean ok = ptp_parse_prop_list(bytes, write_element, once);
	must(ptp_parse_prop_list(once, write_element, twice));
	must(once->len == twice->len && memcmp(once->data, twice->data, once->len) == 0);
	must(!ok || bytes->len >= 4);
}

static void
try_prop_desc(const GByteArray *bytes)
{
	PtpObjectPropDesc found;

	must(ptp_parse_object_prop_desc(bytes, &found) == (bytes->len >= 5));
	must(ptp_parse_object_prop_form(bytes).n_choices <= PTP_MAX_CHOICES);
}

static void
try_array(const GByteArray *bytes)
{
	PtpReader reader = ptp_reader(bytes);
	g_autoptr(GArray) handles = ptp_take_u32_array(&reader);
	g_autoptr(GByteArray) written = g_byte_array_new();

	must(handles->len * 4 <= bytes->len);
	if (reader.failed)
		return;
	ptp_put_u32_array(written, (const uint32_t *)(void *)handles->data, handles->len);
	must(memcmp(written->data, bytes->data, written->len) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const tries[])(const GByteArray *) = {try_device_info, try_storage_info,
							    try_object_info, try_prop_list,
							    try_prop_desc,   try_array};

	if (size == 0)
		return 0;
	/* in a block of its own, whose end is guarded */
	uint8_t *copy = malloc(MAX(size - 1, 1));
	must(copy != NULL);
	memcpy(copy, data + 1, size - 1);
	GByteArray bytes = {copy, (guint)(size - 1)};
	tries[data[0] % G_N_ELEMENTS(tries)](&bytes);
	free(copy);
	return 0;
}
