/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-ptp-codec: MTP's datasets to structs and back. Each dataset is also offered cut short at
 * every length: it is refused or read as far as it goes, and never read past its end.
 */
#include <string.h>

#include "device/ptp-code.h"
#include "device/ptp-dataset.h"

static GByteArray *
bytes_of_hex(const char *hex)
{
	GByteArray *bytes = g_byte_array_new();

	for (; *hex != '\0'; hex++) {
		if (g_ascii_isxdigit(hex[0]) && g_ascii_isxdigit(hex[1])) {
			ptp_put_u8(bytes, (uint8_t)(g_ascii_xdigit_value(hex[0]) * 16 +
						    g_ascii_xdigit_value(hex[1])));
			hex++;
		}
	}
	return bytes;
}

/* As many bytes as that in a block of their own, so that a sanitizer sees what is behind them. */
static GByteArray *
cut(const GByteArray *bytes, guint n)
{
	return g_byte_array_new_take(g_memdup2(bytes->data, n), n);
}

static void
test_strings(void)
{
	static const struct {
		const char *hex, *text;
	} rows[] = {
		{"00", ""},
		{"01 0000", ""},
		{"02 4100 0000", "A"},
		{"02 4100 4200", "AB"}, /* some leave out the NUL */
		{"04 4100 0000 4200 0000", "A"},
		{"03 fc00 e900 0000", "üé"},
		{"03 3dd8 b5dc 0000", "💵"},
		{"03 3dd8 4100 0000", "�A"}, /* half a pair */
		{"02 b5dc 0000", "�"},
		{"02 3dd8 0000", "�"},
		{"01 3dd8", "�"},
		{"02 ffff 0000", "\xef\xbf\xbf"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GByteArray) bytes = bytes_of_hex(rows[i].hex);
		PtpReader reader = ptp_reader(bytes);
		g_autofree char *text = ptp_take_string(&reader);
		g_assert_cmpstr(text, ==, rows[i].text);
		g_assert_false(reader.failed);
		g_assert_cmpuint(reader.left, ==, 0);
		g_assert_true(g_utf8_validate(text, -1, NULL));
	}
}

static void
test_short_strings(void)
{
	static const char *const rows[] = {"", "01", "01 00", "02 4100 00", "ff 4100"};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GByteArray) bytes = bytes_of_hex(rows[i]);
		PtpReader reader = ptp_reader(bytes);
		g_autofree char *text = ptp_take_string(&reader);
		g_assert_cmpstr(text, ==, "");
		g_assert_true(reader.failed);
		g_assert_cmpuint(ptp_take_u32(&reader), ==, 0);
	}
}

/* Of any string as much comes back as fits, and never half a character. */
static void
test_strings_round_trip(void)
{
	static const gunichar characters[] = {'a', 0xe4, 0x20ac, 0xffff, 0x1f3b5, 0x10ffff};
	g_autoptr(GRand) random = g_rand_new_with_seed(1);

	for (int round = 0; round < 2000; round++) {
		g_autoptr(GString) text = g_string_new(NULL);
		guint n = (guint)g_rand_int_range(random, 0, 300), units = 0;
		while (n-- > 0) {
			gunichar one = characters[g_rand_int_range(random, 0, 6)];
			g_string_append_unichar(text, one);
			units += one >= 0x10000 ? 2 : 1;
		}
		g_autoptr(GByteArray) bytes = g_byte_array_new();
		ptp_put_string(bytes, text->str);
		PtpReader reader = ptp_reader(bytes);
		g_autofree char *back = ptp_take_string(&reader);
		g_assert_false(reader.failed);
		g_assert_cmpuint(reader.left, ==, 0);
		g_assert_cmpint(ptp_string_fits(text->str), ==, units <= 254);
		g_assert_true(g_str_has_prefix(text->str, back));
		if (units <= 254)
			g_assert_cmpstr(back, ==, text->str);
		else
			g_assert_cmpuint(bytes->len, >=, 1 + 2 * 254);
	}
	g_assert_false(ptp_string_fits("\xff"));
}

static void
test_dates(void)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} rows[] = {
		{"20240131T235959Z", 1706745599},
		{"20240131T235959", 1706741999}, /* in Vienna */
		{"20240731T235959", 1722463199},
		{"20240131T235959.5Z", 1706745599},
		{"20240131T235959+0130", 1706740199},
		{"20240131T235959-0130", 1706750999},
		{"20240131T235959.123+0000", 1706745599},
		{"", 0},
		{"2024", 0},
		{"20240131 235959", 0},
		{"20241331T235959", 0},
		{"20240100T235959", 0},
		{"20240131T245959", 0},
		{"20240131T23595x", 0},
		{"18000101T000000Z", 0},
		{"19000101T000000Z", 0},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpint(ptp_parse_date(rows[i].text), ==, rows[i].seconds);
	for (int64_t at = 1; at < INT64_C(4000000000); at += 12345678) {
		g_autofree char *text = ptp_format_date(at);
		/* an hour of autumn is there twice */
		g_assert_cmpint(ABS(ptp_parse_date(text) - at), <=, 3600);
	}
	g_autofree char *never = ptp_format_date(0), *far = ptp_format_date(G_MAXINT64);
	g_assert_cmpstr(never, ==, "");
	g_assert_cmpstr(far, ==, "");
}

static const char device_info_hex[] =
	"6400 06000000 6400 19 6d00690063007200 6f0073006f006600 74002e0063006f00 6d003a00"
	"200031002e0030003b002000 61002e0062003b00 0000"
	"0000 02000000 0110 0210 01000000 0240 00000000 00000000 02000000 0030 0930"
	"02 4d00 0000 02 5000 0000 02 3100 0000 02 5300 0000";

static void
test_device_info(void)
{
	g_autoptr(GByteArray) bytes = bytes_of_hex(device_info_hex);
	PtpDeviceInfo info;

	g_assert_true(ptp_parse_device_info(bytes, &info));
	g_assert_cmpstr(info.extensions, ==, "microsoft.com: 1.0; a.b;");
	g_assert_cmpuint(info.extension_id, ==, 6);
	g_assert_true(ptp_array_has(info.operations, PTP_OP_OPEN_SESSION));
	g_assert_false(ptp_array_has(info.operations, PTP_OP_SEND_OBJECT));
	g_assert_true(ptp_array_has(info.formats, PTP_FORMAT_MP3));
	g_assert_true(ptp_array_has(info.events, PTP_EVENT_OBJECT_ADDED));
	g_assert_cmpstr(info.maker, ==, "M");
	g_assert_cmpstr(info.serial, ==, "S");
	g_assert_true(ptp_has_extension(&info, "microsoft.com"));
	g_assert_true(ptp_has_extension(&info, "a.b"));
	g_assert_false(ptp_has_extension(&info, "microsoft"));
	g_assert_false(ptp_has_extension(&info, "android.com"));
	ptp_device_info_clear(&info);
	for (guint n = 0; n < bytes->len; n++) {
		g_autoptr(GByteArray) part = cut(bytes, n);
		gboolean ok = ptp_parse_device_info(part, &info);
		g_assert_cmpint(ok, ==, n >= bytes->len - 4 * 5);
		if (ok)
			ptp_device_info_clear(&info);
	}
}

/* Counts that no dataset could hold. */
static void
test_huge_counts(void)
{
	static const char *const rows[] = {"ffffffff 0000", "00000080", "01000000 00",
					   "03000000 000000"};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GByteArray) bytes = bytes_of_hex(rows[i]);
		PtpReader reader = ptp_reader(bytes), again = ptp_reader(bytes);
		g_autoptr(GArray) narrow = ptp_take_u16_array(&reader);
		g_autoptr(GArray) wide = ptp_take_u32_array(&again);
		g_assert_cmpuint(narrow->len + wide->len, ==, 0);
		g_assert_true(reader.failed && again.failed);
	}
}

static void
test_storage_info(void)
{
	g_autoptr(GByteArray)
		bytes = bytes_of_hex("0300 0200 0100 0000004000000000 0000002000000000 ffffffff"
				     "02 4400 0000 02 4c00 0000");
	PtpStorageInfo info;

	g_assert_true(ptp_parse_storage_info(bytes, &info));
	g_assert_cmpuint(info.type, ==, 3);
	g_assert_cmpuint(info.access, ==, 1);
	g_assert_cmpuint(info.capacity_bytes, ==, 1 << 30);
	g_assert_cmpuint(info.free_bytes, ==, 1 << 29);
	g_assert_cmpstr(info.description, ==, "D");
	g_assert_cmpstr(info.label, ==, "L");
	ptp_storage_info_clear(&info);
	for (guint n = 0; n < bytes->len; n++) {
		g_autoptr(GByteArray) part = cut(bytes, n);
		gboolean ok = ptp_parse_storage_info(part, &info);
		g_assert_cmpint(ok, ==, n >= 26);
		if (ok)
			ptp_storage_info_clear(&info);
	}
}

static void
test_object_info_round_trip(void)
{
	const PtpObjectInfo said = {.storage = 0x10001,
				    .format = PTP_FORMAT_MP3,
				    .size_bytes = 0xfffffffe,
				    .parent = 77,
				    .name = (char *)"Ärger 🎵.mp3",
				    .modified = (char *)"20240131T235959"};
	g_autoptr(GByteArray) bytes = ptp_build_object_info(&said);
	PtpObjectInfo heard;

	g_assert_true(ptp_parse_object_info(bytes, &heard));
	g_assert_cmpuint(heard.storage, ==, said.storage);
	g_assert_cmpuint(heard.format, ==, said.format);
	g_assert_cmpuint(heard.size_bytes, ==, said.size_bytes);
	g_assert_cmpuint(heard.parent, ==, said.parent);
	g_assert_cmpstr(heard.name, ==, said.name);
	g_assert_cmpstr(heard.modified, ==, said.modified);
	ptp_object_info_clear(&heard);
	guint with_name = bytes->len - 1 - 2 * (1 + 2 * 16);
	for (guint n = 0; n < bytes->len; n++) {
		g_autoptr(GByteArray) part = cut(bytes, n);
		gboolean ok = ptp_parse_object_info(part, &heard);
		g_assert_cmpint(ok, ==, n >= with_name);
		if (ok)
			ptp_object_info_clear(&heard);
	}
}

/* One stack has 64 bits for it; all that follows is four bytes further. */
static void
test_object_info_with_a_wide_size(void)
{
	const PtpObjectInfo said = {
		.storage = 1, .format = PTP_FORMAT_MP3, .name = (char *)"a.mp3"};
	g_autoptr(GByteArray) narrow = ptp_build_object_info(&said);
	g_autoptr(GByteArray) wide = g_byte_array_new();
	PtpObjectInfo heard;

	g_byte_array_append(wide, narrow->data, 8);
	ptp_put_u64(wide, UINT64_C(5) << 32);
	g_byte_array_append(wide, narrow->data + 12, narrow->len - 12);
	g_assert_true(ptp_parse_object_info(wide, &heard));
	g_assert_cmpuint(heard.size_bytes, ==, UINT64_C(5) << 32);
	g_assert_cmpstr(heard.name, ==, "a.mp3");
	ptp_object_info_clear(&heard);
}

static void
test_object_prop_desc(void)
{
	g_autoptr(GByteArray) bytes = bytes_of_hex("07dc ffff 01 00 00000000 00");
	PtpObjectPropDesc found;

	g_assert_true(ptp_parse_object_prop_desc(bytes, &found));
	g_assert_cmpuint(found.property, ==, PTP_PROP_OBJECT_FILE_NAME);
	g_assert_cmpuint(found.type, ==, PTP_TYPE_STRING);
	g_assert_true(found.is_settable);
	for (guint n = 0; n < 5; n++) {
		g_autoptr(GByteArray) part = cut(bytes, n);
		g_assert_false(ptp_parse_object_prop_desc(part, &found));
	}
}

/* property, type, settable, preset, group, form */
static void
test_object_prop_form(void)
{
	static const struct {
		const char *hex;
		uint64_t max;
		guint n_choices;
	} forms[] = {
		{"81dc 0400 01 0000 00000000 00", 0, 0},
		{"81dc 0400 01 0000 00000000 02 0200 0138 0b38", 0, 2},
		{"84dc 0600 01 00000000 00000000 01 00000000 e8030000 01000000", 1000, 0},
		{"86dc 0240 01 00000000 00000000 06 00000100", 65536, 0},
		{"86dc 0240 01 00000000 00000000 ff 00000200", 131072, 0},
		{"86dc 0240 01 00000000 00000000 04 0010", 4096, 0},
		{"86dc 0240 01 02000000 aabb 00000000 07", 0, 0},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
		g_autoptr(GByteArray) bytes = bytes_of_hex(forms[i].hex);
		PtpPropForm found = ptp_parse_object_prop_form(bytes);
		g_assert_cmpuint(found.max, ==, forms[i].max);
		g_assert_cmpuint(found.n_choices, ==, forms[i].n_choices);
		for (guint n = 0; n < bytes->len; n++) {
			g_autoptr(GByteArray) part = cut(bytes, n);
			found = ptp_parse_object_prop_form(part);
			g_assert_cmpuint(found.max, ==, 0);
			g_assert_cmpuint(found.n_choices, ==, 0);
		}
	}
	/* more choices are claimed than there are, and than anybody keeps */
	g_autoptr(GByteArray) many = bytes_of_hex("81dc 0400 01 0000 00000000 02 ffff");
	g_assert_cmpuint(ptp_parse_object_prop_form(many).n_choices, ==, 0);
	for (guint i = 0; i < 0xffff; i++)
		ptp_put_u16(many, (uint16_t)i);
	g_assert_cmpuint(ptp_parse_object_prop_form(many).n_choices, ==, PTP_MAX_CHOICES);
}

static gboolean
tell_element(PtpElement *element, void *data)
{
	g_string_append_printf(data, "%u %04x %04x %" G_GUINT64_FORMAT " %s;", element->handle,
			       element->property, element->value.type, element->value.number,
			       element->value.text ? element->value.text : "-");
	return element->handle != 99;
}

static void
test_prop_list_round_trip(void)
{
	g_autoptr(GByteArray) list = ptp_prop_list_new();
	g_autoptr(GString) told = g_string_new(NULL);

	g_assert_true(ptp_parse_prop_list(list, tell_element, told));
	ptp_prop_list_add_number(list, 1, PTP_PROP_OBJECT_SIZE, PTP_TYPE_UINT64, G_MAXUINT64);
	ptp_prop_list_add_number(list, 2, PTP_PROP_TRACK, PTP_TYPE_UINT16, 0x12345);
	ptp_prop_list_add_number(list, 3, 0xdc41, PTP_TYPE_UINT128, 5);
	ptp_prop_list_add_number(list, 4, 0xdc4f, PTP_TYPE_UINT8, 255);
	ptp_prop_list_add_string(list, 5, PTP_PROP_NAME, "x");
	g_assert_true(ptp_parse_prop_list(list, tell_element, told));
	g_assert_cmpstr(told->str, ==,
			"1 dc04 0008 18446744073709551615 -;2 dc8b 0004 9029 -;3 dc41 000a 5 -;"
			"4 dc4f 0002 255 -;5 dc44 ffff 0 x;");
	for (guint n = 0; n < list->len; n++) {
		g_autoptr(GByteArray) part = cut(list, n);
		g_assert_false(ptp_parse_prop_list(part, tell_element, told));
	}
	/* who is asked may refuse */
	ptp_prop_list_add_number(list, 99, PTP_PROP_TRACK, PTP_TYPE_UINT16, 1);
	g_assert_false(ptp_parse_prop_list(list, tell_element, told));
}

static void
test_prop_list_types(void)
{
	static const struct {
		const char *hex;
		gboolean ok;
	} rows[] = {
		{"01000000 01000000 86dc 0240 02000000 aabb", TRUE}, /* an array is stepped over */
		{"01000000 01000000 86dc 0240 00000000", TRUE},
		{"01000000 01000000 86dc 0a40 01000000 00000000000000000000000000000000", TRUE},
		{"01000000 01000000 86dc 0240 03000000 aabb", FALSE},
		{"01000000 01000000 86dc 0a40 ffffffff aabb", FALSE},
		{"01000000 01000000 86dc 0000", FALSE}, /* of no type there is no length */
		{"01000000 01000000 86dc 0b00 aabbccdd", FALSE},
		{"01000000 01000000 86dc 0040 00000000", FALSE},
		{"01000000 01000000 86dc ff40 00000000", FALSE},
		{"00000000 01000000", TRUE}, /* rubbish behind the end */
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GByteArray) bytes = bytes_of_hex(rows[i].hex);
		g_autoptr(GString) told = g_string_new(NULL);
		g_assert_cmpint(ptp_parse_prop_list(bytes, tell_element, told), ==, rows[i].ok);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ptp/strings", test_strings);
	g_test_add_func("/ptp/short-strings", test_short_strings);
	g_test_add_func("/ptp/strings-round-trip", test_strings_round_trip);
	g_test_add_func("/ptp/dates", test_dates);
	g_test_add_func("/ptp/device-info", test_device_info);
	g_test_add_func("/ptp/huge-counts", test_huge_counts);
	g_test_add_func("/ptp/storage-info", test_storage_info);
	g_test_add_func("/ptp/object-info-round-trip", test_object_info_round_trip);
	g_test_add_func("/ptp/object-info-with-a-wide-size", test_object_info_with_a_wide_size);
	g_test_add_func("/ptp/object-prop-desc", test_object_prop_desc);
	g_test_add_func("/ptp/object-prop-form", test_object_prop_form);
	g_test_add_func("/ptp/prop-list-round-trip", test_prop_list_round_trip);
	g_test_add_func("/ptp/prop-list-types", test_prop_list_types);
	return g_test_run();
}
