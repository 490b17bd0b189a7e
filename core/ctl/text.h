/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text: words and figures for people. What comes from a device or a file may
 * hold control characters: none of them reaches a terminal.
 */
#pragma once

#include <glib.h>

/* Control and direction characters become \x1b or \u202e. The caller frees. */
char *text_escape(const char *text);
/* The same, but newlines stay. */
char *text_escape_lines(const char *text);

/* Columns on a terminal. */
int text_width(const char *text);
/* text, or its beginning and "…", in at most so many columns. The caller frees. */
char *text_fit(const char *text, int columns);

/* The same, but its end stays: "…/05 Big Time Sensuality.flac". */
char *text_fit_left(const char *text, int columns);

/* "1,204" in the user's locale; the caller frees each of these. */
char *text_count(int64_t number);
/* As in GNOME: "61.4 MB", decimal. "" for what is not known. */
char *text_size(int64_t bytes);
/* "0:42", "1:02:03" */
char *text_duration(int64_t seconds);
/* "today 14:02", "2024-03-01 14:02"; "never" for -1. */
char *text_time(int64_t unix_seconds);
/* "1 song", "12 songs" */
char *text_songs(int64_t number);
