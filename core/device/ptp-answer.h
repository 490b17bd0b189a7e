/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-answer: what a device says in one transaction, made of the USB transfers
 * in which it comes: at most one data container, then a response. Pure; every byte is
 * a stranger's.
 *
 * Borders of transfers matter, since devices differ: an empty packet ends data of
 * whole packets, or is left out and the response stands in its place; a header
 * may come in a transfer of its own; a device that breaks off in mid-data says so with a
 * short packet and goes on with its response. Containers of an older
 * transaction are passed over, so many and no more.
 */
#pragma once

#include "device/ptp-container.h"

typedef enum {
	PTP_ANSWER_MORE, /* is still to come */
	PTP_ANSWER_WHOLE, /* response and, if there were any, all data are here */
	PTP_ANSWER_SHORT, /* the response, or what it says of the data, is cut off */
	PTP_ANSWER_INSANE, /* no device that speaks PTP says this */
} PtpAnswerState;

typedef struct {
	/* Set before: */
	uint16_t operation;
	uint32_t transaction;
	guint packet_bytes; /* wMaxPacketSize */
	gboolean ignores_headers; /* the device is known to garble codes and numbers */
	GByteArray *in; /* no-ref; data are appended; NULL: passed over */
	uint64_t max_in; /* more is insane */

	/* Told: */
	PtpAnswerState state;
	uint16_t response;
	uint32_t results[PTP_MAX_PARAMETERS];
	guint n_results;
	uint64_t told_bytes, got_bytes; /* of data; told is G_MAXUINT64 where it is not known */
	gboolean has_data;
	gboolean was_split; /* the header of the data came alone */
	guint n_stale; /* containers of older transactions */

	/* private */
	gboolean in_data, in_stale, ended; /* ended: the last transfer, with a short packet */
	uint64_t left; /* of the container that is being read */
} PtpAnswer;

/* One transfer; `ended`: it came with less than there was room for. */
PtpAnswerState ptp_answer_feed(PtpAnswer *answer, const uint8_t *bytes, gsize n, gboolean ended);

/* Whether these bytes, all of them, are the response to this transaction. */
gboolean ptp_answer_is_response(const PtpAnswer *answer, const uint8_t *bytes, gsize n);

/* How many bytes are sure to come yet before the response; G_MAXUINT64: who knows. */
uint64_t ptp_answer_left(const PtpAnswer *answer);
