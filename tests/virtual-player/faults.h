/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What shall go wrong, and when: see faults.c. */
#pragma once

#include <glib.h>

enum fault_kind {
	FAULT_NONE,
	FAULT_UNPLUG_BEFORE, /* before the operation is acted on */
	FAULT_UNPLUG_DATA, /* in the middle of its data phase */
	FAULT_UNPLUG_AFTER, /* acted on, but not answered */
	FAULT_STALL,
	FAULT_HOLD,
	FAULT_ERROR,
	FAULT_SHORT,
	FAULT_SESSION_LOSS,
	FAULT_REFUSE, /* answers in the middle of the data, and takes no more until cancelled */
	FAULT_STALL_DATA, /* the endpoint stalls in the middle of the data */
};

struct fault {
	enum fault_kind kind;
	guint64 countdown; /* transactions until it strikes; 1 = the next */
	guint16 code; /* FAULT_ERROR, FAULT_REFUSE: the response */
};

struct faults {
	GArray *armed; /* of struct fault */
	gboolean counts_bytes;
	guint64 bytes_left; /* until the cable comes out */
	GRand *garbage; /* NULL: none */
	guint garbage_percent;
	gboolean folder_loop;
	gboolean huge_counts;
	gint64 stored_wrong; /* this byte of every file that is sent is stored as another one; -1: none */
};

struct faults *faults_new(void);
void faults_free(struct faults *faults);
void faults_clear(struct faults *faults);
void faults_arm(struct faults *faults, enum fault_kind kind, guint64 transactions, guint16 code);
void faults_set_garbage(struct faults *faults, guint32 seed, guint percent);

/* Counts one transaction; returns what strikes it, or a FAULT_NONE. */
struct fault faults_begin_transaction(struct faults *faults);

/*
 * How many of `length` arriving payload bytes still get through; `is_cut`: and then the cable is
 * out.
 */
gsize faults_let_through(struct faults *faults, gsize length, gboolean *is_cut);

/* Spoils what has just been stored of an object's bytes, from offset on; data NULL: nothing is kept. */
void faults_spoil_stored(const struct faults *faults, guint8 *data, guint64 offset, gsize length);

/* Perhaps spoils a container on its way to the host. */
void faults_mangle(struct faults *faults, GByteArray *container);
