/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text: strings and lists of them, without GLib: this adapter shows that a host
 * needs nothing but <portamento.h> and its own player's library.
 *
 * A function that can fail returns false (or NULL) and then, and only then,
 * puts a text for people into its last argument, char **error.
 * Memory that runs out ends the program: it holds nothing that could be lost.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AUTO(clear) __attribute__((cleanup(clear)))
#define AUTO_TEXT AUTO(text_clear)
#define PRINTF_LIKE(text, arguments) __attribute__((format(printf, text, arguments)))
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

typedef struct {
	char **items;
	size_t count, room;
} TextList;

void text_clear(char **text);
char *text_copy(const char *text);
char *text_format(const char *format, ...) PRINTF_LIKE(1, 2);
/* Frees what *text was before. text may not be among the arguments' owners. */
void text_set(char **text, const char *value);
/* *text = prefix + *text */
void text_prefix(char **text, const char *prefix);
/* "1 song", "2 songs" */
char *text_count(size_t count, const char *noun);
/* Without blanks at both ends; works in place. */
char *text_strip(char *text);
/* The same text where it is UTF-8; each byte that is not becomes %XX. */
char *text_to_utf8(const char *text);
/* Control characters, which devices and tags may hold, become '?': they are not for
 * terminals. In place. */
char *text_make_printable(char *text);
bool text_parse_number(const char *text, int64_t minimum, int64_t maximum, int64_t *out);
bool text_parse_bool(const char *text, bool *out);

/* realloc() that can not fail. */
void *memory_resize(void *memory, size_t count, size_t size);
/* Makes room for one more; returns the array, perhaps moved. */
void *memory_grow(void *memory, size_t count, size_t *room, size_t size);

void text_list_add(TextList *list, const char *text);
void text_list_take(TextList *list, char *text);
char *text_list_pop(TextList *list);
bool text_list_contains(const TextList *list, const char *text);
void text_list_clear(TextList *list);
