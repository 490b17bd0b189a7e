/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * execute: carries out a plan, step by step. One failed step is recorded and
 * the next runs; only NO_DEVICE, NO_SPACE, CANCELLED, DEVICE_INSANE, DEVICE_HUNG and JOURNAL end it.
 *
 * Law 3 rests on one order, kept everywhere: the journal says what may be on the
 * device before the device is asked, and what is on it after it has confirmed.
 * A row that is `pending` is looked into by the next session (STEP_CHECK).
 */
#pragma once

#include "engine/plan.h"
#include "engine/progress.h"
#include "engine/source-ahead.h"

typedef struct {
	char *item, *source, *text;
	int32_t code;
} Failure;

void failure_free(Failure *failure);

/* What a session did, for people and for Device.LastSync. */
typedef struct {
	uint32_t copied, replaced, removed, kept, renamed, retagged, playlists, covers, no_fit,
		skipped;
	uint64_t sent_bytes;
	GPtrArray *failures; /* of Failure* */
	uint32_t foreseen; /* so many of them the plan knew, and nothing was tried */
	uint32_t adopted; /* of those kept: what had come whole before, perhaps by an old name */
	gboolean has_changed_space; /* something came or went */
} Report;

/* How the session speaks to the outside; all run on the session's thread. */
typedef struct {
	void (*state)(void *data, int32_t detail, const char *text);
	void (*progress)(void *data, GVariant *progress);
	void (*failure)(void *data, const Failure *failure);
	void *data;
} Observer;

typedef struct {
	Device *device;
	DeviceInfo *info;
	Wishlist *wishlist;
	Inventory *inventory;
	Journal *journal;
	Plan *plan;
	const char *playlist_suffix; /* as PlanOptions */
	uint32_t reserve_percent;
	gboolean is_again; /* a plan of this sync was carried out before: what it foresaw is told */
	gboolean reads_back; /* what is sent is compared with its source afterwards */
	GPtrArray *folders; /* of JournalRow*: folders that we made */
	const Observer *observer;
	GCancellable *cancellable;

	/* private to execute*.c */
	Report report;
	Progress progress;
	gboolean *present; /* by want: it is on the device */
	GHashTable *
		touched; /* storage index << 32 | folder handle -> folder path: sent into, to be verified */
	GHashTable *doubtful; /* "storage index/path" of folders that may have been made */
	GHashTable *sent; /* InventoryObject* -> JournalRow*: to be verified */
	GPtrArray *new_rows; /* of JournalRow*, owned */
	gboolean ratings_rest; /* the device has refused one, for no reason that would last */
	gboolean refuses_covers; /* the device did */
	SourceAhead *ahead;
	GHashTable *hung_disks; /* of uint64_t, as Want.disk: that did not answer */
	const Want *next; /* to be sent after this step, or NULL; no-ref */
	gboolean in_batch; /* journal-only steps in a row are one transaction */
	gint64 reported_us;
	const char *item;
} Execution;

/* FALSE when it was ended early; the report tells what was done until then. */
gboolean execute_plan(Execution *execution, GError **error);
void execution_clear(Execution *execution);

/* Between the files of this module. Each carries out one step. */
gboolean execute_copy(Execution *execution, const Step *step, GError **error);
gboolean execute_replace(Execution *execution, const Step *step, GError **error);
gboolean execute_check(Execution *execution, const Step *step, GError **error);
gboolean execute_remove(Execution *execution, const Step *step, GError **error);
gboolean execute_rename(Execution *execution, const Step *step, GError **error);
gboolean execute_retag(Execution *execution, const Step *step, GError **error);
gboolean execute_rate(Execution *execution, const Step *step, GError **error);
gboolean execute_journal_step(Execution *execution, const Step *step, GError **error);
gboolean execute_playlist(Execution *execution, const Step *step, GError **error);
gboolean execute_album(Execution *execution, const Step *step, GError **error);
/* Commits the journal-only steps that came before; harmless when there are none. */
gboolean execute_end_batch(Execution *execution, GError **error);

/* The folder's handle, made with those above it where they are missing, and journaled as ours. */
gboolean execute_ensure_folder(Execution *execution, uint32_t storage, const char *path,
			       DeviceHandle *out, GError **error);
/* Folders that we made and that are empty now go; nothing else does. */
void execute_tidy_folders(Execution *execution);
/* Lists what was sent into once more: a device may say yes and store nothing. */
gboolean execute_verify(Execution *execution, GError **error);
/* Compares parts of the songs that were sent with their files. What can not be is noted in the plan. */
gboolean execute_read_back(Execution *execution, GError **error);

typedef struct {
	uint32_t storage;
	const char *path;
	uint64_t size_bytes;
	int64_t modified_unix; /* of its source; 0 unknown */
	const Track *tags; /* or NULL */
	gboolean *is_rated; /* as DeviceSend's */
	DeviceSource *source; /* no-ref */
} Outgoing;
/* Sends one object to its path and enters it into the inventory. Progress is told. */
InventoryObject *execute_send(Execution *execution, const Outgoing *outgoing, GError **error);
/* The song of this row, which is there, gets this rating: host is what the host says it should be. A device that
 * does not take it is no failure; FALSE only for what ends a session. The row is yet to be stored. */
gboolean execute_give_rating(Execution *execution, JournalRow *row, const InventoryObject *object,
			     int32_t rating, int32_t host, GError **error);
/* The same for one that was just sent, whose rating could not come along, or perhaps did not: it comes behind. The
 * row is stored. */
gboolean execute_rate_sent(Execution *execution, JournalRow *row, const InventoryObject *object,
			   int32_t rating, int32_t host, GError **error);
/* Removes an object that is ours from the device and from the inventory. */
gboolean execute_drop(Execution *execution, InventoryObject *object, GError **error);
/* The device has confirmed it. */
gboolean execute_store_done(Execution *execution, JournalRow *row, GError **error);
/* The row takes the facts of the step's want, where the object stays. */
gboolean execute_learn_source(Execution *execution, const Step *step, GError **error);
/* Copies of a want's facts into its row. */
void execute_describe(JournalRow *row, const Want *want, const char *storage, const char *path);
/* Records one item's failure, which the report owns. Takes error over. */
const Failure *execute_note_failure(Execution *execution, const char *item, const char *source,
				    GError *error);
/* Likewise, and tells the observer. */
void execute_fail(Execution *execution, const char *item, const char *source, GError *error);
/* Whether the session can not go on after this. */
gboolean execute_is_fatal(const GError *error);
/* The device refused what it offers (learned.h). */
void execute_learn(Execution *execution, const char *what);
/* The want that the step is about; NULL for none. */
Want *execute_want(Execution *execution, const Step *step);
DeviceStorage *execute_storage(Execution *execution, uint32_t index);
