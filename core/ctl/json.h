/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * json: written as it goes, to stdout. Keys are documented in portamentoctl(1)
 * and only grow.
 */
#pragma once

#include <glib.h>

typedef struct Json Json;

/* pretty: indented, over several lines; else one line. */
Json *json_new(gboolean pretty);
/* Prints and frees. */
void json_finish(Json *json);

/* key NULL within an array and at the top. */
void json_begin_object(Json *json, const char *key);
void json_end_object(Json *json);
void json_begin_array(Json *json, const char *key);
void json_end_array(Json *json);
/* NULL is null. */
void json_string(Json *json, const char *key, const char *value);
void json_number(Json *json, const char *key, int64_t value);
/* null if it is -1: not known. */
void json_known_number(Json *json, const char *key, int64_t value);
void json_boolean(Json *json, const char *key, gboolean value);
