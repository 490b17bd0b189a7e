/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The device's own journal of what changed, for hosts that ask what did since they were last there. It counts
 * changes; an object remembers the last of its own, and one that is gone leaves its persistent id.
 */
#pragma once

#include "operations.h"

struct changes {
	guint32 last; /* number of the last change; 1 when nothing has changed yet */
	guint32 first; /* what was before is not known any more */
	GArray *gone; /* of struct gone */
};

void changes_init(struct changes *changes);
void changes_clear(struct changes *changes);

void changes_note(struct changes *changes, struct object *object);
void changes_note_gone(struct changes *changes, const struct object *object);
/* The contents are others altogether. */
void changes_begin_anew(struct changes *changes);

guint16 report_changes(struct responder *responder, struct request *request);
