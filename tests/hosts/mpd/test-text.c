/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Texts: what is UTF-8 and what is not, numbers without tails.
 */
#include "text.h"

#include "unit.h"

static const struct {
	const char *text, *utf8;
} rows[] = {
	{"", ""},
	{"plain", "plain"},
	{"\xc3\xb6\xe6\x9d\xb1\xf0\x9f\x8e\xb5", "\xc3\xb6\xe6\x9d\xb1\xf0\x9f\x8e\xb5"},
	{"\xf6", "%F6"},
	{"a\xc3", "a%C3"},
	{"\xc0\xaf", "%C0%AF"}, /* overlong "/" */
	{"\xe0\x80\xaf", "%E0%80%AF"}, /* overlong "/" */
	{"\xed\xa0\x80", "%ED%A0%80"}, /* a surrogate */
	{"\xf4\x90\x80\x80", "%F4%90%80%80"}, /* above U+10FFFF */
	{"\xf8\x88\x80\x80\x80", "%F8%88%80%80%80"},
	{"\xe6\x9d", "%E6%9D"},
};

int
main(void)
{
	int64_t number = 7;
	bool is_on = false;
	char blank[] = "  a b\t\n";

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char *utf8 AUTO_TEXT = text_to_utf8(rows[i].text);
		CHECK_TEXT(utf8, rows[i].utf8);
	}
	CHECK(text_parse_number("10", 0, 10, &number) && number == 10);
	CHECK(!text_parse_number("11", 0, 10, &number) && number == 10);
	CHECK(!text_parse_number("", 0, 10, &number));
	CHECK(!text_parse_number("3 stars", 0, 10, &number));
	CHECK(!text_parse_number("99999999999999999999", 0, INT64_MAX, &number));
	CHECK(text_parse_bool("Yes", &is_on) && is_on);
	CHECK(text_parse_bool("off", &is_on) && !is_on);
	CHECK(!text_parse_bool("perhaps", &is_on));
	CHECK_TEXT(text_strip(blank), "a b");
	char hostile[] = "\033[2Jn\xc3\xb6 \xc2\x9b\n\x7f\xc2\xa0";
	CHECK_TEXT(text_make_printable(hostile), "?[2Jn\xc3\xb6 ????\xc2\xa0");
	return unit_failures != 0;
}
