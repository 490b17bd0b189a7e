/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An MTP responder: what answers behind the emulated port. responder.c runs the transactions,
 * operations*.c carry them out.
 */
#pragma once

#include "backend.h"
#include "dataset.h"
#include "faults.h"
#include "statistics.h"
#include "store.h"

#define MAX_PARAMETERS 5

enum data_phase { DATA_NONE, DATA_TO_HOST, DATA_FROM_HOST };

struct responder;

/* One transaction: what came, and what shall go back. */
struct request {
	guint16 code;
	guint32 id;
	guint32 parameters[MAX_PARAMETERS];
	struct reader data; /* from the host */
	GByteArray *dataset; /* to the host; put_*() into it */
	struct object *contents; /* no-ref; to the host instead of the dataset */
	guint64 contents_offset;
	guint64 contents_length;
	guint32 results[MAX_PARAMETERS]; /* of the response */
	guint n_results;
};

/* Returns an MTP response code. Unless that is RESPONSE_OK nothing but the response is sent. */
typedef guint16 (*operation_cb)(struct responder *responder, struct request *request);

struct operation {
	guint16 code;
	const char *name;
	enum data_phase data_phase;
	operation_cb carry_out;
	gboolean needs_no_session;
};

const struct operation *operation_lookup(guint16 code);

/* A file that was announced and whose data come next. */
struct announced {
	guint32 handle; /* 0: none */
	guint64 size; /* G_MAXUINT64: unknown */
};

struct responder {
	struct backend backend; /* must be first */
	struct profile *profile; /* no-ref */
	struct store *store; /* no-ref */
	struct faults *faults;
	struct statistics statistics;
	guint32 session; /* 0: none is open */
	struct announced announced;
	struct inbox *inbox; /* owned by responder.c */
	struct outbox *outbox; /* owned by responder.c */
	GQueue events; /* of GBytes */
};

struct responder *responder_new(struct profile *profile, struct store *store);

/* Tells the host, where the profile has the event. */
void responder_send_event(struct responder *responder, guint16 code, guint32 parameter);

/* No transaction is under way and everything was fetched. */
gboolean responder_is_idle(const struct responder *responder);

/* The announced file will not be finished. */
void responder_drop_announced(struct responder *responder, enum partial_mode mode);
