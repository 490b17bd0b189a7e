/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What waits to be fetched by the host on the bulk endpoint: see outbox.c. */
#pragma once

#include "store.h"

enum outbox_trap { TRAP_UNPLUG, TRAP_STALL, TRAP_HOLD };

struct outbox;

struct outbox *outbox_new(struct store *store);
void outbox_free(struct outbox *outbox);
void outbox_clear(struct outbox *outbox);
gboolean outbox_is_empty(const struct outbox *outbox);

/* Takes `head`. The bytes of the object with `handle` follow it, if there are any to send. */
void outbox_add(struct outbox *outbox, GByteArray *head, guint32 handle, guint64 offset,
		guint64 length);

/*
 * Only so many bytes of the newest container are sent; then its transfer ends short, or not at all.
 */
void outbox_cut_last(struct outbox *outbox, guint64 length, gboolean breaks_off);
guint64 outbox_last_length(const struct outbox *outbox);

/* What happens when the host has fetched everything before it. */
void outbox_add_trap(struct outbox *outbox, enum outbox_trap trap);

/* One transfer: bytes, -EAGAIN, -EPIPE (stall), -ESHUTDOWN (unplug) or -EBUSY (hold). */
gssize outbox_fetch(struct outbox *outbox, guint8 *data, gsize length);
