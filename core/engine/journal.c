/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * journal: see journal.h. Keeps law 1 (what stands here as done is ours) and law 3
 * (a row is durable before its first byte leaves). One engine at a time: a
 * POSIX lock beside the database names the holder, SQLite's own can not.
 */
#include "engine/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

#define SCHEMA_VERSION 1

static const char schema[] =
	"CREATE TABLE object ("
	" id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, state INTEGER NOT NULL,"
	" storage TEXT NOT NULL, path TEXT NOT NULL, size INTEGER NOT NULL,"
	" device_modified INTEGER NOT NULL, source TEXT NOT NULL, uri TEXT NOT NULL,"
	" source_size INTEGER NOT NULL, source_modified INTEGER NOT NULL,"
	" fingerprint TEXT NOT NULL, tags TEXT NOT NULL, synced INTEGER NOT NULL,"
	" use_count INTEGER NOT NULL, rating INTEGER NOT NULL);"
	"CREATE TABLE value (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
	"PRAGMA user_version = 1;";

static const char insert_sql[] =
	"INSERT INTO object (kind, state, storage, path, size, device_modified, source, uri,"
	" source_size, source_modified, fingerprint, tags, synced, use_count, rating)"
	" VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15)";
static const char update_sql[] =
	"UPDATE object SET kind=?1, state=?2, storage=?3, path=?4, size=?5, device_modified=?6,"
	" source=?7, uri=?8, source_size=?9, source_modified=?10, fingerprint=?11, tags=?12,"
	" synced=?13, use_count=?14, rating=?15 WHERE id=?16";

struct Journal {
	sqlite3 *database;
	sqlite3_stmt *insert;
	sqlite3_stmt *update;
	int lock_fd;
	gboolean in_batch;
	gboolean was_damaged;
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC(sqlite3_stmt, sqlite3_finalize)

static gboolean
fail(Journal *journal, const char *doing, GError **error)
{
	g_set_error(error, PORTA_ERROR, PORTA_ERROR_FAILED, "journal: %s: %s", doing,
		    sqlite3_errmsg(journal->database));
	return FALSE;
}

static gboolean
run(Journal *journal, const char *sql, GError **error)
{
	if (sqlite3_exec(journal->database, sql, NULL, NULL, NULL) != SQLITE_OK)
		return fail(journal, sql, error);
	return TRUE;
}

static gboolean
take_lock(Journal *journal, const char *path, GError **error)
{
	g_autofree char *lock_path = g_strconcat(path, ".lock", NULL);
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	journal->lock_fd = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (journal->lock_fd < 0) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_FAILED, "can not create %s: %s",
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

static gboolean
prepare(Journal *journal, GError **error)
{
	if (sqlite3_prepare_v3(journal->database, insert_sql, -1, SQLITE_PREPARE_PERSISTENT,
			       &journal->insert, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v3(journal->database, update_sql, -1, SQLITE_PREPARE_PERSISTENT,
			       &journal->update, NULL) != SQLITE_OK)
		return fail(journal, "reading its tables", error);
	return TRUE;
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
		return fail(journal, "checking it", error);
	return TRUE;
}

static gboolean
open_database(Journal *journal, const char *path, GError **error)
{
	if (sqlite3_open_v2(path, &journal->database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
			    NULL) != SQLITE_OK)
		return fail(journal, path, error);
	g_chmod(path, 0600);
	/* an estimate reads it beside us, and may just be the first to put it in order after a crash */
	sqlite3_busy_timeout(journal->database, 2000);
	if (!run(journal, "PRAGMA journal_mode=WAL", error) ||
	    !run(journal, "PRAGMA synchronous=FULL", error))
		return FALSE;
	int version = read_user_version(journal);
	if (version == 0 && !run(journal, schema, error))
		return FALSE;
	if (version > SCHEMA_VERSION) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_NOT_SUPPORTED,
			    "%s was written by a newer Portamento (format %d); update this one",
			    path, version);
		return FALSE;
	}
	return check_intact(journal, error) && prepare(journal, error);
}

static void
close_database(Journal *journal)
{
	g_clear_pointer(&journal->insert, sqlite3_finalize);
	g_clear_pointer(&journal->update, sqlite3_finalize);
	g_clear_pointer(&journal->database, sqlite3_close);
}

/* What can not be read may still be wanted by a person who repairs it. */
static void
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
}

Journal *
journal_open(const char *dir, const char *device_id, GError **error)
{
	g_autoptr(Journal) journal = g_new0(Journal, 1);
	g_autofree char *name = g_strconcat(device_id, ".journal", NULL);
	g_autofree char *path = g_build_filename(dir, name, NULL);
	g_autoptr(GError) first = NULL;

	journal->lock_fd = -1;
	if (g_mkdir_with_parents(dir, 0700) < 0) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_FAILED, "can not create %s: %s", dir,
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
	move_aside(path);
	journal->was_damaged = TRUE;
	if (!open_database(journal, path, error))
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
	if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_NOT_FOUND,
			    "this device has not been synced yet");
		return NULL;
	}
	if (sqlite3_open_v2(path, &journal->database, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) {
		fail(journal, path, error);
		return NULL;
	}
	sqlite3_busy_timeout(journal->database, 2000);
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
	g_free(journal);
}

gboolean
journal_was_damaged(Journal *journal)
{
	return journal->was_damaged;
}

static char *
dup_column(sqlite3_stmt *stmt, int column)
{
	return g_strdup((const char *)sqlite3_column_text(stmt, column));
}

static JournalRow *
row_from_statement(sqlite3_stmt *stmt)
{
	JournalRow *row = g_new0(JournalRow, 1);

	row->id = sqlite3_column_int64(stmt, 0);
	row->kind = sqlite3_column_int(stmt, 1);
	row->state = sqlite3_column_int(stmt, 2);
	row->storage = dup_column(stmt, 3);
	row->path = dup_column(stmt, 4);
	row->size_bytes = sqlite3_column_int64(stmt, 5);
	row->device_modified = sqlite3_column_int64(stmt, 6);
	row->source = dup_column(stmt, 7);
	row->uri = dup_column(stmt, 8);
	row->source_size = sqlite3_column_int64(stmt, 9);
	row->source_modified_ns = sqlite3_column_int64(stmt, 10);
	row->fingerprint = dup_column(stmt, 11);
	row->tags = dup_column(stmt, 12);
	row->synced_unix = sqlite3_column_int64(stmt, 13);
	row->use_count = sqlite3_column_int(stmt, 14);
	row->rating = sqlite3_column_int(stmt, 15);
	return row;
}

GPtrArray *
journal_load(Journal *journal, GError **error)
{
	static const char sql[] =
		"SELECT id, kind, state, storage, path, size, device_modified, source, uri,"
		" source_size, source_modified, fingerprint, tags, synced, use_count, rating"
		" FROM object ORDER BY path, id";
	g_autoptr(sqlite3_stmt) stmt = NULL;
	g_autoptr(GPtrArray)
		rows = g_ptr_array_new_with_free_func((GDestroyNotify)journal_row_free);
	int result;

	if (sqlite3_prepare_v2(journal->database, sql, -1, &stmt, NULL) != SQLITE_OK) {
		fail(journal, "reading it", error);
		return NULL;
	}
	while ((result = sqlite3_step(stmt)) == SQLITE_ROW)
		g_ptr_array_add(rows, row_from_statement(stmt));
	if (result != SQLITE_DONE) {
		fail(journal, "reading it", error);
		return NULL;
	}
	return g_steal_pointer(&rows);
}

static void
bind_text(sqlite3_stmt *stmt, int index, const char *text)
{
	sqlite3_bind_text(stmt, index, text != NULL ? text : "", -1, SQLITE_STATIC);
}

gboolean
journal_store(Journal *journal, JournalRow *row, GError **error)
{
	sqlite3_stmt *stmt = row->id == 0 ? journal->insert : journal->update;

	sqlite3_reset(stmt);
	sqlite3_bind_int(stmt, 1, row->kind);
	sqlite3_bind_int(stmt, 2, row->state);
	bind_text(stmt, 3, row->storage);
	bind_text(stmt, 4, row->path);
	sqlite3_bind_int64(stmt, 5, row->size_bytes);
	sqlite3_bind_int64(stmt, 6, row->device_modified);
	bind_text(stmt, 7, row->source);
	bind_text(stmt, 8, row->uri);
	sqlite3_bind_int64(stmt, 9, row->source_size);
	sqlite3_bind_int64(stmt, 10, row->source_modified_ns);
	bind_text(stmt, 11, row->fingerprint);
	bind_text(stmt, 12, row->tags);
	sqlite3_bind_int64(stmt, 13, row->synced_unix);
	sqlite3_bind_int(stmt, 14, row->use_count);
	sqlite3_bind_int(stmt, 15, row->rating);
	if (row->id != 0)
		sqlite3_bind_int64(stmt, 16, row->id);
	int result = sqlite3_step(stmt);
	sqlite3_reset(stmt);
	if (result != SQLITE_DONE)
		return fail(journal, "writing a row", error);
	if (row->id == 0)
		row->id = sqlite3_last_insert_rowid(journal->database);
	return TRUE;
}

gboolean
journal_remove(Journal *journal, int64_t id, GError **error)
{
	g_autofree char *sql =
		g_strdup_printf("DELETE FROM object WHERE id = %" G_GINT64_FORMAT, (gint64)id);

	return run(journal, sql, error);
}

gboolean
journal_begin(Journal *journal, GError **error)
{
	g_return_val_if_fail(!journal->in_batch, FALSE);
	journal->in_batch = run(journal, "BEGIN IMMEDIATE", error);
	return journal->in_batch;
}

gboolean
journal_commit(Journal *journal, GError **error)
{
	g_return_val_if_fail(journal->in_batch, FALSE);
	journal->in_batch = FALSE;
	if (run(journal, "COMMIT", error))
		return TRUE;
	sqlite3_exec(journal->database, "ROLLBACK", NULL, NULL, NULL);
	return FALSE;
}

char *
journal_get_value(Journal *journal, const char *key)
{
	g_autoptr(sqlite3_stmt) stmt = NULL;

	if (sqlite3_prepare_v2(journal->database, "SELECT value FROM value WHERE key = ?1", -1,
			       &stmt, NULL) != SQLITE_OK)
		return NULL;
	bind_text(stmt, 1, key);
	return sqlite3_step(stmt) == SQLITE_ROW ? dup_column(stmt, 0) : NULL;
}

gboolean
journal_set_value(Journal *journal, const char *key, const char *value, GError **error)
{
	g_autoptr(sqlite3_stmt) stmt = NULL;

	if (sqlite3_prepare_v2(journal->database,
			       "INSERT OR REPLACE INTO value (key, value) VALUES (?1, ?2)", -1,
			       &stmt, NULL) != SQLITE_OK)
		return fail(journal, "writing a value", error);
	bind_text(stmt, 1, key);
	bind_text(stmt, 2, value);
	if (sqlite3_step(stmt) != SQLITE_DONE)
		return fail(journal, "writing a value", error);
	return TRUE;
}
