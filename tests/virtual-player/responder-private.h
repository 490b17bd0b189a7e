/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What responder.c (the device) and transaction.c (the course of a transaction) share. */
#pragma once

#include "responder.h"

#define HEADER_LENGTH 12

enum container_type { CONTAINER_COMMAND = 1, CONTAINER_DATA, CONTAINER_RESPONSE, CONTAINER_EVENT };

enum inbox_phase { PHASE_IDLE, PHASE_DATA_HEADER, PHASE_DATA, PHASE_REFUSED };

struct inbox {
	enum inbox_phase phase;
	const struct operation *operation;
	struct request request;
	struct fault fault; /* what strikes this transaction */
	GByteArray *gathered;
	guint64 expected; /* payload bytes of the data phase */
	guint64 received;
};

/* transaction.c: one transfer from the host, as backend_class.out. */
int responder_out(struct backend *backend, const guint8 *data, gsize length);

/* The header of a container; `payload` bytes are to follow. */
GByteArray *responder_new_container(enum container_type type, guint16 code, guint32 transaction,
				    guint64 payload);

/* NULL when no file is announced. */
struct object *responder_get_announced(struct responder *responder);
