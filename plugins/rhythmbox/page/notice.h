/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * notice: the one thing that a person must know or be asked about a player now. Pure.
 *
 * One at a time, the one that all others wait for first: nobody can answer a question
 * about a player that another program holds.
 */
#pragma once

#include <glib.h>
#include <portamento.h>

typedef enum {
	NOTICE_NONE,
	NOTICE_NO_HELPER,
	NOTICE_FAILED, /* what a person has just asked for; its text says why */
	NOTICE_RIVAL, /* the host's own plugin holds it */
	NOTICE_BUSY, /* another program does */
	NOTICE_LOCKED,
	NOTICE_READ_ONLY,
	NOTICE_ANOTHER, /* it is another computer's or user's */
	NOTICE_NEW, /* ask once whether to sync with it */
	NOTICE_HELD /* removals wait for a person */
} Notice;

typedef struct {
	gboolean helper_there;
	gboolean failed;
	gboolean refused; /* a sync that a person began: another program holds it */
	gboolean rival_active;
} NoticeFacts;

Notice notice_choose(PortaDevice *device, const NoticeFacts *facts);
/* The same with the device's numbers, as a table in a test has them. */
Notice notice_decide(gboolean connected, int64_t status, int64_t detail, int64_t n_held,
		     const NoticeFacts *facts);
