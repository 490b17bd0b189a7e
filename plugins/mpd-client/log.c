/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * log: what the program says about itself.
 */
#include "log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

static struct {
	FILE *file; /* NULL: standard error */
	bool is_syslog, is_journal;
	LogLevel least_important;
} the_log = {.least_important = LOG_LEVEL_INFO};

static const int syslog_priorities[] = {LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG};

bool
log_open(const char *target, LogLevel least_important, char **error)
{
	the_log.least_important = least_important;
	the_log.is_journal = getenv("JOURNAL_STREAM") != NULL;
	if (target == NULL || strcmp(target, "-") == 0)
		return true;
	if (strcmp(target, "syslog") == 0) {
		openlog("portamento-mpd", LOG_PID, LOG_USER);
		the_log.is_syslog = true;
		return true;
	}
	the_log.file = fopen(target, "ae");
	if (the_log.file == NULL) {
		*error = text_format("The log file %s can not be written: %s.", target,
				     strerror(errno));
		return false;
	}
	setvbuf(the_log.file, NULL, _IOLBF, 0);
	return true;
}

void
log_close(void)
{
	if (the_log.file != NULL)
		fclose(the_log.file);
	if (the_log.is_syslog)
		closelog();
	the_log.file = NULL;
	the_log.is_syslog = false;
}

static void PRINTF_LIKE(2, 0) say(LogLevel level, const char *format, va_list arguments)
{
	char *message AUTO_TEXT = NULL;

	if (level > the_log.least_important)
		return;
	if (vasprintf(&message, format, arguments) < 0)
		abort();
	text_make_printable(message);
	if (the_log.is_syslog) {
		syslog(syslog_priorities[level], "%s", message);
		return;
	}
	FILE *file = the_log.file != NULL ? the_log.file : stderr;
	if (the_log.file != NULL) {
		char when[32];
		time_t now = time(NULL);
		struct tm local;
		strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%S%z ", localtime_r(&now, &local));
		fputs(when, file);
	} else if (the_log.is_journal) {
		fprintf(file, "<%d>", syslog_priorities[level]);
	}
	fprintf(file, "%s\n", message);
}

#define DEFINE_LEVEL(function, level)                                                              \
	void function(const char *format, ...)                                                     \
	{                                                                                          \
		va_list arguments;                                                                 \
		va_start(arguments, format);                                                       \
		say(level, format, arguments);                                                     \
		va_end(arguments);                                                                 \
	}

DEFINE_LEVEL(log_error, LOG_LEVEL_ERROR)
DEFINE_LEVEL(log_warning, LOG_LEVEL_WARNING)
DEFINE_LEVEL(log_info, LOG_LEVEL_INFO)
DEFINE_LEVEL(log_verbose, LOG_LEVEL_VERBOSE)

void
log_answer(const char *format, ...)
{
	char *message AUTO_TEXT = NULL;
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(&message, format, arguments) < 0)
		abort();
	va_end(arguments);
	puts(text_make_printable(message));
}
