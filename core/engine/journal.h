/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * journal: what the engine has put on one device, kept on the computer in
 * SQLite (WAL). The engine is its only writer: the file is locked while open.
 * A row is `pending` before the first byte goes out and `done` once the device confirmed.
 */
#pragma once

#include <gio/gio.h>
#include <stdint.h>

typedef enum {
	JOURNAL_PENDING = 1, /* a send was begun; the device may hold none, part or all of it */
	JOURNAL_DONE = 2,
	JOURNAL_SKIPPED = 3 /* was done; its owner deleted it on the device */
} JournalState;

typedef enum {
	JOURNAL_SONG = 1,
	JOURNAL_PLAYLIST = 2, /* a playlist object or .m3u8 file */
	JOURNAL_MANIFEST = 3,
	JOURNAL_FOLDER =
		4, /* a folder that we made; removed when it is empty; no business of plan.c */
	JOURNAL_ALBUM = 5 /* an album object, with a cover */
} JournalKind;

typedef struct {
	int64_t id; /* 0: not stored yet */
	JournalKind kind;
	JournalState state;
	char *storage; /* DeviceStorage.label */
	char *path; /* on the device, as we named it */
	uint64_t size_bytes;
	int64_t device_modified; /* as the device listed it, Unix; 0 unknown */
	char *source; /* path on the computer; for a playlist "host\nid"; for an album its cover's */
	char *uri; /* as the host gave it; statistics are told with it; for an album "title\nartist" */
	uint64_t source_size;
	int64_t source_modified_ns;
	char *fingerprint; /* of the sound alone where the format is known, else of the whole file; "" unknown;
			    * for an album its cover's kind and measures */
	char *beginning; /* of a pending row: how what was sent began (beginning.h); "" unknown */
	char *tags; /* digest of the tags as sent; of a playlist or album: of its contents */
	int64_t synced_unix;
	int32_t use_count; /* last seen on the device, -1 never */
	int32_t rating; /* likewise */
	int32_t host_rating, given_rating; /* see rating.h */
	gboolean leaves_rating; /* not stored: rated on the device just now, or it did not say */
} JournalRow;

/* Of an object that nobody has played or rated yet. */
void journal_row_clear_statistics(JournalRow *row);
JournalRow *journal_row_copy(const JournalRow *row);
void journal_row_free(JournalRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(JournalRow, journal_row_free)

typedef struct Journal Journal;

/* dir/<device id>.journal, created with mode 0600. DEVICE_BUSY naming the pid if another engine has it;
 * a damaged file is moved aside and a new one begun, with JOURNAL_DAMAGED set. JOURNAL if it can not be made. */
Journal *journal_open(const char *dir, const char *device_id, GError **error);
/* To look into it while another engine works: no lock, nothing can be written. NOT_FOUND if there is none. */
Journal *journal_open_readonly(const char *dir, const char *device_id, GError **error);
void journal_free(Journal *journal);
/* Whether something could not be written: from then on nothing may be changed on the device. */
gboolean journal_has_failed(Journal *journal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Journal, journal_free)

/* All rows, of JournalRow*, ordered by path; the caller unrefs. NULL with error. */
GPtrArray *journal_load(Journal *journal, GError **error);
/* Inserts (id 0, then filled in) or updates; durable when it returns. */
gboolean journal_store(Journal *journal, JournalRow *row, GError **error);
gboolean journal_remove(Journal *journal, int64_t id, GError **error);
/* Many small changes as one; nested calls are refused. */
gboolean journal_begin(Journal *journal, GError **error);
gboolean journal_commit(Journal *journal, GError **error);
void journal_roll_back(Journal *journal);

/* A value: where a damaged journal was moved to, until somebody has been told of it. */
#define JOURNAL_DAMAGED "damaged"
/* Another: Plan.confirmed, until a session has come to its end. */
#define JOURNAL_CONFIRMED "confirmed"
/* Another: the device was emptied, and our mark has not come again yet. */
#define JOURNAL_MARK_LOST "mark-lost"

/* Small values. NULL when absent. Caller frees. */
char *journal_get_value(Journal *journal, const char *key);
gboolean journal_set_value(Journal *journal, const char *key, const char *value, GError **error);
/* Removes values of this prefix whose keys have something else behind it than a member of the set. */
gboolean journal_prune_values(Journal *journal, const char *prefix, GHashTable *keep,
			      GError **error);
gboolean journal_remove_value(Journal *journal, const char *key, GError **error);
