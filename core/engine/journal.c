/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * journal: see journal.h. Keeps law 1 (what stands here as done is ours) and law 3
 * (a row is durable before its first byte leaves).
 */
#include "engine/journal-file.h"

#include <string.h>

#include "base/error.h"

static const char insert_sql[] =
	"INSERT INTO object (kind, state, storage, path, size, device_modified, source, uri,"
	" source_size, source_modified, fingerprint, tags, synced, use_count, rating, beginning,"
	" host_rating, given_rating)"
	" VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18)";
static const char update_sql[] =
	"UPDATE object SET kind=?1, state=?2, storage=?3, path=?4, size=?5, device_modified=?6,"
	" source=?7, uri=?8, source_size=?9, source_modified=?10, fingerprint=?11, tags=?12,"
	" synced=?13, use_count=?14, rating=?15, beginning=?16, host_rating=?17, given_rating=?18"
	" WHERE id=?19";

gboolean
journal_prepare(Journal *journal, GError **error)
{
	if (sqlite3_prepare_v3(journal->database, insert_sql, -1, SQLITE_PREPARE_PERSISTENT,
			       &journal->insert, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v3(journal->database, update_sql, -1, SQLITE_PREPARE_PERSISTENT,
			       &journal->update, NULL) != SQLITE_OK)
		return journal_fail(journal, "reading", error);
	return TRUE;
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
	row->beginning = dup_column(stmt, 16);
	row->host_rating = sqlite3_column_int(stmt, 17);
	row->given_rating = sqlite3_column_int(stmt, 18);
	return row;
}

GPtrArray *
journal_load(Journal *journal, GError **error)
{
	/* who only looks may look at one that was not brought to this format yet */
	g_autofree char *sql = g_strconcat(
		"SELECT id, kind, state, storage, path, size, device_modified, source, uri,"
		" source_size, source_modified, fingerprint, tags, synced, use_count, rating, ",
		journal->format < 2 ? "''" : "beginning",
		journal->format < 3 ? ", -1, -1" : ", host_rating, given_rating",
		" FROM object ORDER BY path, id", NULL);
	g_autoptr(sqlite3_stmt) stmt = NULL;
	g_autoptr(GPtrArray)
		rows = g_ptr_array_new_with_free_func((GDestroyNotify)journal_row_free);
	int result;

	if (sqlite3_prepare_v2(journal->database, sql, -1, &stmt, NULL) != SQLITE_OK) {
		journal_fail(journal, "reading", error);
		return NULL;
	}
	while ((result = sqlite3_step(stmt)) == SQLITE_ROW)
		g_ptr_array_add(rows, row_from_statement(stmt));
	if (result != SQLITE_DONE) {
		journal_fail(journal, "reading", error);
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
	bind_text(stmt, 16, row->state == JOURNAL_PENDING ? row->beginning : NULL);
	sqlite3_bind_int(stmt, 17, row->host_rating);
	sqlite3_bind_int(stmt, 18, row->given_rating);
	if (row->id != 0)
		sqlite3_bind_int64(stmt, 19, row->id);
	int result = sqlite3_step(stmt);
	sqlite3_reset(stmt);
	if (result != SQLITE_DONE)
		return journal_fail(journal, "writing to", error);
	if (row->id == 0)
		row->id = sqlite3_last_insert_rowid(journal->database);
	return TRUE;
}

gboolean
journal_remove(Journal *journal, int64_t id, GError **error)
{
	g_autofree char *sql =
		g_strdup_printf("DELETE FROM object WHERE id = %" G_GINT64_FORMAT, (gint64)id);

	return journal_run(journal, sql, error);
}

gboolean
journal_begin(Journal *journal, GError **error)
{
	g_return_val_if_fail(!journal->in_batch, FALSE);
	journal->in_batch = journal_run(journal, "BEGIN IMMEDIATE", error);
	return journal->in_batch;
}

gboolean
journal_commit(Journal *journal, GError **error)
{
	g_return_val_if_fail(journal->in_batch, FALSE);
	if (!journal_run(journal, "COMMIT", error)) {
		journal_roll_back(journal);
		return FALSE;
	}
	journal->in_batch = FALSE;
	return TRUE;
}

void
journal_roll_back(Journal *journal)
{
	journal->in_batch = FALSE;
	sqlite3_exec(journal->database, "ROLLBACK", NULL, NULL, NULL);
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
		return journal_fail(journal, "writing to", error);
	bind_text(stmt, 1, key);
	bind_text(stmt, 2, value);
	if (sqlite3_step(stmt) != SQLITE_DONE)
		return journal_fail(journal, "writing to", error);
	return TRUE;
}

gboolean
journal_remove_value(Journal *journal, const char *key, GError **error)
{
	g_autoptr(sqlite3_stmt) stmt = NULL;

	if (sqlite3_prepare_v2(journal->database, "DELETE FROM value WHERE key = ?1", -1, &stmt,
			       NULL) != SQLITE_OK)
		return journal_fail(journal, "writing to", error);
	bind_text(stmt, 1, key);
	return sqlite3_step(stmt) == SQLITE_DONE || journal_fail(journal, "writing to", error);
}

/* Keys of this prefix that are none of those to keep. */
static GPtrArray *
find_stale_keys(Journal *journal, const char *prefix, GHashTable *keep)
{
	GPtrArray *stale = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(sqlite3_stmt) stmt = NULL;
	gsize n = strlen(prefix);

	if (sqlite3_prepare_v2(journal->database,
			       "SELECT key FROM value WHERE key >= ?1 ORDER BY key", -1, &stmt,
			       NULL) != SQLITE_OK)
		return stale;
	bind_text(stmt, 1, prefix);
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		const char *key = (const char *)sqlite3_column_text(stmt, 0);
		if (strncmp(key, prefix, n) != 0)
			break;
		if (!g_hash_table_contains(keep, key + n))
			g_ptr_array_add(stale, g_strdup(key));
	}
	return stale;
}

gboolean
journal_prune_values(Journal *journal, const char *prefix, GHashTable *keep, GError **error)
{
	g_autoptr(GPtrArray) stale = find_stale_keys(journal, prefix, keep);

	if (stale->len == 0)
		return TRUE;
	if (!journal_begin(journal, error))
		return FALSE;
	for (guint i = 0; i < stale->len; i++)
		journal_remove_value(journal, stale->pdata[i], NULL);
	return journal_commit(journal, error);
}
