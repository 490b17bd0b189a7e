/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * log: what the program says about itself: on standard error (with the
 * journal's priorities when systemd reads it), in a file, or to syslog.
 * What a command answers goes to standard output instead.
 */
#pragma once

#include "text.h"

typedef enum { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_VERBOSE } LogLevel;

/* target: NULL or "-" for standard error, "syslog", or a file's path. */
bool log_open(const char *target, LogLevel least_important, char **error);
void log_close(void);

void log_error(const char *format, ...) PRINTF_LIKE(1, 2);
void log_warning(const char *format, ...) PRINTF_LIKE(1, 2);
void log_info(const char *format, ...) PRINTF_LIKE(1, 2);
void log_verbose(const char *format, ...) PRINTF_LIKE(1, 2);

/* What a command was asked for: a line on standard output. */
void log_answer(const char *format, ...) PRINTF_LIKE(1, 2);
