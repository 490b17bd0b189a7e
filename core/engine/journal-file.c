/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * journal-file: see journal-file.h. One engine at a time: a POSIX lock beside the database
 * names the holder, SQLite's own can not.
 */
#include "engine/journal-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

/* Whole or not at all: who dies here finds no half of it. */
static const char schema[] =
	"BEGIN;"
	"CREATE TABLE object ("
	" id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, state INTEGER NOT NULL,"
	" storage TEXT NOT NULL, path TEXT NOT NULL, size INTEGER NOT NULL,"
	" device_modified INTEGER NOT NULL, source TEXT NOT NULL, uri TEXT NOT NULL,"
	" source_size INTEGER NOT NULL, source_modified INTEGER NOT NULL,"
	" fingerprint TEXT NOT NULL, tags TEXT NOT NULL, synced INTEGER NOT NULL,"
	" use_count INTEGER NOT NULL, rating INTEGER NOT NULL,"
	" beginning TEXT NOT NULL DEFAULT '',"
	" host_rating INTEGER NOT NULL DEFAULT -1, given_rating INTEGER NOT NULL DEFAULT -1);"
	"CREATE TABLE value (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
	"PRAGMA user_version = 3;"
	"COMMIT;";

/* Format 1 did not know how an interrupted file began. */
static const char migration_1[] =
	"BEGIN; ALTER TABLE object ADD COLUMN beginning TEXT NOT NULL DEFAULT '';"
	"PRAGMA user_version = 2; COMMIT;";

gboolean
journal_fail(Journal *journal, const char *doing, GError **error)
{
	journal->has_failed = TRUE;
	g_set_error(error, PORTA_ERROR, PORTA_ERROR_JOURNAL,
		    "%s the journal %s: %s; make sure that its disk has room and can be written to",
		    doing, journal->path, sqlite3_errmsg(journal->database));
	return FALSE;
}

gboolean
journal_run(Journal *journal, const char *sql, GError **error)
{
	if (sqlite3_exec(journal->database, sql, NULL, NULL, NULL) != SQLITE_OK)
		return journal_fail(journal, "changing", error);
	return TRUE;
}

static gboolean
take_lock(Journal *journal, const char *path, GError **error)
{
	g_autofree char *lock_path = g_strconcat(path, ".lock", NULL);
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	journal->lock_fd = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (journal->lock_fd < 0) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_JOURNAL, "can not create %s: %s",
			    lock_path, g_strerror(errno));
		return FALSE;
	}
	if (fcntl(journal->lock_fd, F_SETLK, &lock) == 0)
		return TRUE;
	pid_t holder = fcntl(journal->lock_fd, F_GETLK, &lock) == 0 ? lock.l_pid : 0;
	g_set_error(error, PORTA_ERROR, PORTA_ERROR_DEVICE_BUSY,
		    "another Portamento engine (process %d) is working on this device",
		    (int)holder);
	return FALSE;
}

static int
read_user_version(Journal *journal)
{
	g_autoptr(sqlite3_stmt) stmt = NULL;

	if (sqlite3_prepare_v2(journal->database, "PRAGMA user_version", -1, &stmt, NULL) !=
	    SQLITE_OK)
		return -1;
	if (sqlite3_step(stmt) != SQLITE_ROW)
		return -1;
	return sqlite3_column_int(stmt, 0);
}

/* quick_check also reads every page once, so that damage shows now and not in mid-session. */
static gboolean
check_intact(Journal *journal, GError **error)
{
	g_autoptr(sqlite3_stmt) stmt = NULL;

	if (sqlite3_prepare_v2(journal->database, "PRAGMA quick_check(1)", -1, &stmt, NULL) !=
		    SQLITE_OK ||
	    sqlite3_step(stmt) != SQLITE_ROW ||
	    g_strcmp0((const char *)sqlite3_column_text(stmt, 0), "ok") != 0)
		return journal_fail(journal, "checking", error);
	return TRUE;
}

/* Format 2 did not know what hosts thought of a song. */
static const char migration_2[] =
	"BEGIN; ALTER TABLE object ADD COLUMN host_rating INTEGER NOT NULL DEFAULT -1;"
	"ALTER TABLE object ADD COLUMN given_rating INTEGER NOT NULL DEFAULT -1;"
	"PRAGMA user_version = 3; COMMIT;";

static gboolean
open_database(Journal *journal, const char *path, GError **error)
{
	if (sqlite3_open_v2(path, &journal->database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
			    NULL) != SQLITE_OK)
		return journal_fail(journal, "opening", error);
	g_chmod(path, 0600);
	/* an estimate reads it beside us, and may just be the first to put it in order after a crash */
	sqlite3_busy_timeout(journal->database, 2000);
	if (!journal_run(journal, "PRAGMA journal_mode=WAL", error) ||
	    !journal_run(journal, "PRAGMA synchronous=FULL", error))
		return FALSE;
	int version = read_user_version(journal);
	if ((version == 0 && !journal_run(journal, schema, error)) ||
	    (version == 1 && !journal_run(journal, migration_1, error)) ||
	    ((version == 1 || version == 2) && !journal_run(journal, migration_2, error)))
		return FALSE;
	if (version > JOURNAL_FORMAT) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_NOT_SUPPORTED,
			    "%s was written by a newer Portamento (format %d); update this one",
			    path, version);
		return FALSE;
	}
	journal->format = JOURNAL_FORMAT;
	return check_intact(journal, error) && journal_prepare(journal, error);
}

static void
close_database(Journal *journal)
{
	g_clear_pointer(&journal->insert, sqlite3_finalize);
	g_clear_pointer(&journal->update, sqlite3_finalize);
	g_clear_pointer(&journal->database, sqlite3_close);
}

/* What can not be read may still be wanted by a person who repairs it. */
static char *
move_aside(const char *path)
{
	static const char *const suffixes[] = {"", "-wal", "-shm"};
	int n = 1;
	g_autofree char *aside = g_strdup_printf("%s.damaged-%d", path, n);

	while (g_file_test(aside, G_FILE_TEST_EXISTS)) {
		g_free(aside);
		aside = g_strdup_printf("%s.damaged-%d", path, ++n);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++) {
		g_autofree char *from = g_strconcat(path, suffixes[i], NULL);
		g_autofree char *to = g_strconcat(aside, suffixes[i], NULL);
		g_rename(from, to);
	}
	g_warning("the journal %s is damaged; it is kept as %s and a new one is begun", path,
		  aside);
	return g_steal_pointer(&aside);
}

Journal *
journal_open(const char *dir, const char *device_id, GError **error)
{
	g_autoptr(Journal) journal = g_new0(Journal, 1);
	g_autofree char *name = g_strconcat(device_id, ".journal", NULL);
	g_autofree char *path = g_build_filename(dir, name, NULL);
	g_autoptr(GError) first = NULL;

	journal->lock_fd = -1;
	journal->path = g_strdup(path);
	if (g_mkdir_with_parents(dir, 0700) < 0) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_JOURNAL, "can not create %s: %s", dir,
			    g_strerror(errno));
		return NULL;
	}
	if (!take_lock(journal, path, error))
		return NULL;
	if (open_database(journal, path, &first))
		return g_steal_pointer(&journal);
	int code = journal->database != NULL ? sqlite3_errcode(journal->database) : SQLITE_OK;
	close_database(journal);
	if (code != SQLITE_CORRUPT && code != SQLITE_NOTADB && code != SQLITE_ROW) {
		g_propagate_error(error, g_steal_pointer(&first));
		return NULL;
	}
	journal->has_failed = FALSE;
	g_autofree char *aside = move_aside(path);
	if (!open_database(journal, path, error) ||
	    !journal_set_value(journal, JOURNAL_DAMAGED, aside, error))
		return NULL;
	return g_steal_pointer(&journal);
}

Journal *
journal_open_readonly(const char *dir, const char *device_id, GError **error)
{
	g_autoptr(Journal) journal = g_new0(Journal, 1);
	g_autofree char *name = g_strconcat(device_id, ".journal", NULL);
	g_autofree char *path = g_build_filename(dir, name, NULL);

	journal->lock_fd = -1;
	journal->path = g_strdup(path);
	if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_NOT_FOUND,
			    "this device has not been synced yet");
		return NULL;
	}
	if (sqlite3_open_v2(path, &journal->database, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) {
		journal_fail(journal, "opening", error);
		return NULL;
	}
	sqlite3_busy_timeout(journal->database, 2000);
	journal->format = read_user_version(journal);
	return g_steal_pointer(&journal);
}

void
journal_free(Journal *journal)
{
	if (journal == NULL)
		return;
	close_database(journal);
	if (journal->lock_fd >= 0)
		close(journal->lock_fd);
	g_free(journal->path);
	g_free(journal);
}

gboolean
journal_has_failed(Journal *journal)
{
	return journal->has_failed;
}
