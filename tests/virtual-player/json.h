/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Just enough JSON to answer on the control socket: members appended to an object that is open. The
 * comma before a member is put when something stands before it.
 */
#pragma once

#include <glib.h>

void json_string(GString *json, const char *text);
void json_key(GString *json, const char *key);
void json_add_string(GString *json, const char *key, const char *text);
void json_add_number(GString *json, const char *key, guint64 number);
void json_add_flag(GString *json, const char *key, gboolean value);

/* A comma, unless `json` has just been opened. */
void json_separate(GString *json);
