/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * journal-file: the database below a journal: where it lies, who may have it, in which format it
 * is. Between the files of this module.
 */
#pragma once

#include <sqlite3.h>

#include "engine/journal.h"

/* 1: at first. 2: how what is pending began. 3: how hosts rate songs. */
#define JOURNAL_FORMAT 3

struct Journal {
	char *path;
	sqlite3 *database;
	sqlite3_stmt *insert;
	sqlite3_stmt *update;
	int lock_fd;
	int format; /* JOURNAL_FORMAT, or less where it is only looked at */
	gboolean in_batch;
	gboolean has_failed; /* what was to be written was not */
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC(sqlite3_stmt, sqlite3_finalize)

/* Says what SQLite has against it; FALSE. */
gboolean journal_fail(Journal *journal, const char *doing, GError **error);
gboolean journal_run(Journal *journal, const char *sql, GError **error);
/* Makes the statements that are used again and again. */
gboolean journal_prepare(Journal *journal, GError **error);
