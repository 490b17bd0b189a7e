/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-reader: a thread that reads what is sent ahead of the cable, piece by piece, into buffers that become the
 * transfers' own: nothing is copied, and a disk that thinks keeps nobody waiting but this thread.
 *
 * Nothing here waits for a read to return. One that hangs when its file is given up keeps its thread, its buffers and
 * its source, and frees them if it ever returns; the next file is read by a new thread.
 */
#pragma once

#include "device/device.h"

typedef struct PtpReader PtpReader;

#define PTP_PIECE_BYTES                                                                            \
	(512 * 1024) /* of a buffer, and the most at a time; whole packets, whatever the link */

/* How much the index-th transfer of data takes, header and all: the cable need not wait for a long read. */
static inline gsize
ptp_piece_room(guint index, guint packet_bytes)
{
	gsize room = MIN((gsize)(64 * 1024) << MIN(index, 8), PTP_PIECE_BYTES);

	return room - room % packet_bytes;
}

/* How the bytes are cut. */
typedef struct {
	uint64_t size_bytes;
	guint packet_bytes;
	guint first; /* the index of the first piece's transfer */
	gsize head_bytes; /* left free before the first piece */
} PtpCut;

PtpReader *ptp_reader_new(void);
/* Bounded, whatever the thread does. */
void ptp_reader_free(PtpReader *reader);

/* From the reader's thread, once what was missing is there; it is short and asks nothing of the reader. */
typedef void (*PtpReadyFunc)(void *data);

/* Begins to read; nothing else is being read. */
void ptp_reader_begin(PtpReader *reader, DeviceSource *source, const PtpCut *cut,
		      PtpReadyFunc on_ready, void *data);

typedef enum { PTP_READ_READY, PTP_READ_LATER, PTP_READ_FAILED } PtpRead;

/*
 * The next piece. READY: *buffer, of PTP_PIECE_BYTES, is given for the one that holds it, in which n_bytes follow the
 * free ones. LATER: on_ready will be called; the present read lasts since *since_us.
 */
PtpRead ptp_reader_take(PtpReader *reader, unsigned char **buffer, gsize *n_bytes, gint64 *since_us,
			GError **error);

/* No more of this file. on_ready is not called any more. Harmless when nothing is read. */
void ptp_reader_end(PtpReader *reader);
