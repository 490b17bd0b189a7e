/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-reader: a ring of buffers between the thread that fills them and the caller that takes them; see
 * ptp-reader.h. The thread is woken when half of the ring is free, and wakes the caller only if he has asked in vain:
 * while the disk keeps up, neither costs the other a system call for each piece.
 */
#include "device/ptp-reader.h"

#include "base/error.h"
#include "device/ptp-lock.h"

#define N_PIECES 6
#define WAKE_PIECES (N_PIECES / 2)
#define END_MS 100 /* for a read that is about to return; one that hangs is left behind */

typedef struct {
	unsigned char *buffer;
	gsize n_bytes;
} Piece;

/* What the thread and the caller share; the thread's alone once it is abandoned. */
typedef struct {
	GThread *thread;
	PtpLock lock;
	/* under the lock: */
	Piece ring[N_PIECES];
	guint first, n_ready; /* in the ring */
	DeviceSource *source; /* NULL: nothing to read */
	PtpCut cut;
	guint n_read; /* pieces */
	uint64_t done_bytes;
	GError *error; /* nothing follows what is ready */
	gint64 since_us; /* when the present read began */
	PtpReadyFunc on_ready;
	void *data; /* its */
	gboolean is_wanted; /* the caller waits for on_ready */
	gboolean
		is_reading; /* without the lock: the source and the piece behind what is ready are the thread's */
	gboolean is_resting; /* until half of the ring is free */
	gboolean is_over; /* nothing more of this source */
	gboolean is_leaving, is_abandoned; /* the thread */
} Reading;

struct PtpReader {
	Reading *reading; /* NULL: no thread */
};

static void
reading_free(Reading *reading)
{
	for (guint i = 0; i < N_PIECES; i++)
		g_free(reading->ring[i].buffer);
	device_source_unref(reading->source);
	g_clear_error(&reading->error);
	ptp_lock_clear(&reading->lock);
	g_free(reading);
}

/* the thread, which has the lock but for its reads */

/* FALSE: nothing more of this source. */
static gboolean
read_some(Reading *reading, unsigned char *bytes, gsize n, gsize *filled)
{
	const DeviceSource *source = reading->source;
	GError *error = NULL;

	reading->is_reading = TRUE;
	reading->since_us = g_get_monotonic_time();
	ptp_unlock(&reading->lock);
	gssize got = source->read(source->data, bytes, n, &error);
	ptp_lock(&reading->lock);
	reading->is_reading = FALSE;
	if (got == 0)
		g_set_error(&error, PORTA_ERROR, PORTA_ERROR_SOURCE_CHANGED,
			    "the file became shorter while it was sent");
	reading->error = error;
	*filled += (gsize)MAX(got, 0);
	return got > 0 && !reading->is_over;
}

static void
read_piece(Reading *reading)
{
	const PtpCut *cut = &reading->cut;
	Piece *piece = &reading->ring[(reading->first + reading->n_ready) % N_PIECES];
	gsize head = reading->n_read == 0 ? cut->head_bytes : 0;
	gsize room = ptp_piece_room(cut->first + reading->n_read, cut->packet_bytes) - head;
	gsize n = (gsize)MIN(cut->size_bytes - reading->done_bytes, room), filled = 0;

	if (piece->buffer == NULL)
		piece->buffer = g_malloc(PTP_PIECE_BYTES);
	while (filled < n) {
		if (!read_some(reading, piece->buffer + head + filled, n - filled, &filled))
			return;
	}
	piece->n_bytes = n;
	reading->n_read++;
	reading->n_ready++;
	reading->done_bytes += n;
	reading->is_resting = reading->n_ready == N_PIECES;
}

static gboolean
has_work(const Reading *reading)
{
	return reading->source != NULL && !reading->is_over && reading->error == NULL &&
	       !reading->is_resting && reading->done_bytes < reading->cut.size_bytes;
}

/* The caller who waits for a piece, or in ptp_reader_end. */
static void
tell_caller(Reading *reading)
{
	if (reading->is_over)
		ptp_lock_tell(&reading->lock);
	else if (reading->is_wanted)
		reading->on_ready(reading->data);
	reading->is_wanted = FALSE;
}

static void *
run(void *data)
{
	Reading *reading = data;

	ptp_lock(&reading->lock);
	while (!reading->is_leaving && !reading->is_abandoned) {
		if (has_work(reading)) {
			read_piece(reading);
			tell_caller(reading);
		} else {
			ptp_lock_sleep(&reading->lock);
		}
	}
	gboolean is_abandoned = reading->is_abandoned;
	ptp_unlock(&reading->lock);
	if (is_abandoned)
		reading_free(reading);
	return NULL;
}

/* the caller */

static Reading *
reading_new(void)
{
	Reading *reading = g_new0(Reading, 1);

	ptp_lock_init(&reading->lock);
	reading->thread = g_thread_new("source", run, reading);
	return reading;
}

PtpReader *
ptp_reader_new(void)
{
	return g_new0(PtpReader, 1);
}

void
ptp_reader_free(PtpReader *reader)
{
	if (reader == NULL)
		return;
	ptp_reader_end(reader);
	Reading *reading = reader->reading;
	if (reading != NULL) {
		ptp_lock(&reading->lock);
		reading->is_leaving = TRUE;
		ptp_lock_tell(&reading->lock);
		ptp_unlock(&reading->lock);
		g_thread_join(reading->thread);
		reading_free(reading);
	}
	g_free(reader);
}

void
ptp_reader_begin(PtpReader *reader, DeviceSource *source, const PtpCut *cut, PtpReadyFunc on_ready,
		 void *data)
{
	if (reader->reading == NULL)
		reader->reading = reading_new();
	Reading *reading = reader->reading;
	ptp_lock(&reading->lock);
	reading->source = device_source_ref(source);
	reading->cut = *cut;
	reading->on_ready = on_ready;
	reading->data = data;
	reading->since_us = g_get_monotonic_time();
	ptp_lock_tell(&reading->lock);
	ptp_unlock(&reading->lock);
}

static void
give(Reading *reading, unsigned char **buffer, gsize *n_bytes)
{
	Piece *piece = &reading->ring[reading->first];
	unsigned char *filled = piece->buffer;

	piece->buffer = *buffer;
	*buffer = filled;
	*n_bytes = piece->n_bytes;
	reading->first = (reading->first + 1) % N_PIECES;
	reading->n_ready--;
	if (reading->is_resting && reading->n_ready <= N_PIECES - WAKE_PIECES) {
		reading->is_resting = FALSE;
		ptp_lock_tell(&reading->lock);
	}
}

PtpRead
ptp_reader_take(PtpReader *reader, unsigned char **buffer, gsize *n_bytes, gint64 *since_us,
		GError **error)
{
	Reading *reading = reader->reading;
	PtpRead result = PTP_READ_READY;

	ptp_lock(&reading->lock);
	if (reading->n_ready > 0) {
		give(reading, buffer, n_bytes);
	} else if (reading->error != NULL) {
		g_propagate_error(error, g_error_copy(reading->error));
		result = PTP_READ_FAILED;
	} else {
		*since_us = reading->since_us;
		reading->is_wanted = TRUE;
		result = PTP_READ_LATER;
	}
	ptp_unlock(&reading->lock);
	return result;
}

/* Ready for the next. */
static void
clear(Reading *reading)
{
	g_clear_pointer(&reading->source, device_source_unref);
	g_clear_error(&reading->error);
	reading->first = reading->n_ready = reading->n_read = 0;
	reading->done_bytes = 0;
	reading->is_wanted = reading->is_resting = reading->is_over = FALSE;
}

void
ptp_reader_end(PtpReader *reader)
{
	Reading *reading = reader->reading;
	gint64 until_us = ptp_lock_deadline(END_MS);
	gboolean in_time = TRUE;

	if (reading == NULL)
		return;
	ptp_lock(&reading->lock);
	reading->is_over = TRUE;
	while (reading->is_reading && in_time)
		in_time = ptp_lock_wait(&reading->lock, until_us);
	if (reading->is_reading) {
		reading->is_abandoned = TRUE;
		reader->reading = NULL;
		g_thread_unref(reading->thread);
	} else {
		clear(reading);
	}
	ptp_unlock(&reading->lock);
}
