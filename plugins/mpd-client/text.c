/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text: strings and lists of them.
 */
#include "text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void *
memory_resize(void *memory, size_t count, size_t size)
{
	void *resized = reallocarray(memory, count > 0 ? count : 1, size);

	if (resized == NULL) {
		fputs("portamento-mpd: out of memory\n", stderr);
		abort();
	}
	return resized;
}

void *
memory_grow(void *memory, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return memory;
	*room = *room > 0 ? *room * 2 : 16;
	return memory_resize(memory, *room, size);
}

void
text_clear(char **text)
{
	free(*text);
	*text = NULL;
}

char *
text_copy(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(memory_resize(NULL, size, 1), text, size);
}

char *
text_format(const char *format, ...)
{
	char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		abort();
	va_end(arguments);
	return text;
}

void
text_set(char **text, const char *value)
{
	char *copy = value != NULL ? text_copy(value) : NULL;

	free(*text);
	*text = copy;
}

void
text_prefix(char **text, const char *prefix)
{
	char *longer = text_format("%s%s", prefix, *text);

	free(*text);
	*text = longer;
}

char *
text_count(size_t count, const char *noun)
{
	return text_format("%zu %s%s", count, noun, count == 1 ? "" : "s");
}

char *
text_strip(char *text)
{
	text += strspn(text, " \t\r\n");
	size_t length = strlen(text);
	while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL)
		length--;
	text[length] = '\0';
	return text;
}

/* Length of the UTF-8 character at text, 0 if there is none: no overlong form, no
 * surrogate, nothing above U+10FFFF. */
static size_t
utf8_length(const unsigned char *text)
{
	static const struct {
		unsigned char mask, lead, length;
		uint32_t minimum;
	} forms[] = {{0x80, 0x00, 1, 0},
		     {0xe0, 0xc0, 2, 0x80},
		     {0xf0, 0xe0, 3, 0x800},
		     {0xf8, 0xf0, 4, 0x10000}};

	for (size_t form = 0; form < COUNT_OF(forms); form++) {
		if ((text[0] & forms[form].mask) != forms[form].lead)
			continue;
		uint32_t character = text[0] & (unsigned char)~forms[form].mask;
		for (size_t i = 1; i < forms[form].length; i++) {
			if ((text[i] & 0xc0) != 0x80)
				return 0;
			character = character << 6 | (text[i] & 0x3f);
		}
		bool is_surrogate = character >= 0xd800 && character <= 0xdfff;
		bool is_valid = character >= forms[form].minimum && character <= 0x10ffff;
		return is_valid && !is_surrogate ? forms[form].length : 0;
	}
	return 0;
}

char *
text_to_utf8(const char *text)
{
	char *utf8 = memory_resize(NULL, strlen(text) * 3 + 1, 1);
	char *end = utf8;

	while (*text != '\0') {
		size_t length = utf8_length((const unsigned char *)text);
		if (length > 0)
			end = mempcpy(end, text, length);
		else
			end += snprintf(end, 4, "%%%02X", (unsigned char)*text);
		text += length > 0 ? length : 1;
	}
	*end = '\0';
	return utf8;
}

char *
text_make_printable(char *text)
{
	for (unsigned char *byte = (unsigned char *)text; *byte != '\0'; byte++) {
		/* U+0080 to U+009F are control characters as well */
		bool is_c1 = byte[0] == 0xc2 && byte[1] >= 0x80 && byte[1] <= 0x9f;
		if (*byte < 0x20 || *byte == 0x7f)
			*byte = '?';
		else if (is_c1)
			byte[0] = byte[1] = '?';
	}
	return text;
}

bool
text_parse_number(const char *text, int64_t minimum, int64_t maximum, int64_t *out)
{
	char *end = NULL;

	errno = 0;
	long long number = strtoll(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || number < minimum || number > maximum)
		return false;
	*out = number;
	return true;
}

bool
text_parse_bool(const char *text, bool *out)
{
	static const char *const words[][2] = {
		{"no", "yes"}, {"false", "true"}, {"off", "on"}, {"0", "1"}};

	for (size_t i = 0; i < COUNT_OF(words) * 2; i++) {
		if (strcasecmp(text, words[i / 2][i % 2]) == 0) {
			*out = i % 2 == 1;
			return true;
		}
	}
	return false;
}

void
text_list_take(TextList *list, char *text)
{
	list->items = memory_grow(list->items, list->count, &list->room, sizeof(char *));
	list->items[list->count++] = text;
}

void
text_list_add(TextList *list, const char *text)
{
	text_list_take(list, text_copy(text));
}

char *
text_list_pop(TextList *list)
{
	return list->count > 0 ? list->items[--list->count] : NULL;
}

bool
text_list_contains(const TextList *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->items[i], text) == 0)
			return true;
	}
	return false;
}

void
text_list_clear(TextList *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (TextList){0};
}
