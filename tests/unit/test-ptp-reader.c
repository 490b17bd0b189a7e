/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-ptp-reader: what a source may do to who sends it: be slow, hang, fail, end early, come back when nobody waits
 * any more. Sources are gates: each read waits for as many bytes as the test lets through.
 */
#include <string.h>

#include "base/error.h"
#include "device/ptp-lock.h"
#include "device/ptp-reader.h"

#define PACKET 512
#define HEAD 12
#define EVER UINT64_MAX

/* A source that the test holds in its hand; each byte tells where it was. */
typedef struct {
	PtpLock lock;
	uint64_t let_bytes; /* may be read */
	uint64_t end_at, fail_at;
	gsize most; /* in one read */
	uint64_t done_bytes;
	guint n_reads, n_waiting, n_freed, n_ready; /* n_ready: the caller was woken */
	GThread *thread; /* that read last */
} Gate;

static void
gate_init(Gate *gate, uint64_t let_bytes)
{
	*gate = (Gate){.let_bytes = let_bytes, .end_at = EVER, .fail_at = EVER, .most = G_MAXSIZE};
	ptp_lock_init(&gate->lock);
}

static gssize
read_gate(void *data, void *buffer, gsize n, GError **error)
{
	Gate *gate = data;

	ptp_lock(&gate->lock);
	gate->thread = g_thread_self();
	gate->n_reads++;
	while (gate->done_bytes >= gate->let_bytes) {
		gate->n_waiting++;
		ptp_lock_tell(&gate->lock);
		ptp_lock_sleep(&gate->lock);
		gate->n_waiting--;
	}
	gsize k = (gsize)MIN(MIN(n, gate->most), gate->let_bytes - gate->done_bytes);
	k = (gsize)MIN(k, gate->end_at - gate->done_bytes);
	for (gsize i = 0; i < k; i++)
		((unsigned char *)buffer)[i] = (unsigned char)((gate->done_bytes + i) % 251);
	gboolean fails = gate->done_bytes >= gate->fail_at;
	gate->done_bytes += fails ? 0 : k;
	ptp_unlock(&gate->lock);
	if (fails)
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_SOURCE_UNREADABLE, "a bad disk");
	return fails ? -1 : (gssize)k;
}

static void
note(Gate *gate, guint *what)
{
	ptp_lock(&gate->lock);
	(*what)++;
	ptp_lock_tell(&gate->lock);
	ptp_unlock(&gate->lock);
}

static void
free_gate(void *data)
{
	note(data, &((Gate *)data)->n_freed);
}

static void
on_ready(void *data)
{
	note(data, &((Gate *)data)->n_ready);
}

static void
let(Gate *gate, uint64_t bytes)
{
	ptp_lock(&gate->lock);
	gate->let_bytes = bytes;
	ptp_lock_tell(&gate->lock);
	ptp_unlock(&gate->lock);
}

/* Until it is as many; the test's own time limit is the deadline. */
static void
wait_for(Gate *gate, const guint *what, guint n)
{
	ptp_lock(&gate->lock);
	while (*what < n)
		ptp_lock_sleep(&gate->lock);
	ptp_unlock(&gate->lock);
}

static guint
count(Gate *gate, const guint *what)
{
	ptp_lock(&gate->lock);
	guint n = *what;
	ptp_unlock(&gate->lock);
	return n;
}

static void
begin(PtpReader *reader, Gate *gate, uint64_t size_bytes, gsize head_bytes)
{
	PtpCut cut = {size_bytes, PACKET, head_bytes ? 0 : 1, head_bytes};
	DeviceSource *source = device_source_new("a song", read_gate, gate, free_gate);

	ptp_reader_begin(reader, source, &cut, on_ready, gate);
	device_source_unref(source);
}

/* As the caller does, who waits when there is nothing. */
static PtpRead
take(PtpReader *reader, Gate *gate, unsigned char **buffer, gsize *n, GError **error)
{
	gint64 since_us;
	PtpRead result;

	for (guint n_ready = count(gate, &gate->n_ready);; n_ready++) {
		result = ptp_reader_take(reader, buffer, n, &since_us, error);
		if (result != PTP_READ_LATER)
			return result;
		wait_for(gate, &gate->n_ready, n_ready + 1);
	}
}

/* All of it is there, in order, behind what is left free; returns how many pieces. */
static guint
drink(PtpReader *reader, Gate *gate, uint64_t size_bytes, gsize head_bytes)
{
	unsigned char *buffer = g_malloc0(PTP_PIECE_BYTES);
	uint64_t done = 0;
	guint n_pieces = 0;

	for (; done < size_bytes; n_pieces++) {
		gsize head = n_pieces == 0 ? head_bytes : 0, n = 0;
		guint index = n_pieces + (head_bytes ? 0 : 1);
		g_assert_cmpint(take(reader, gate, &buffer, &n, NULL), ==, PTP_READ_READY);
		g_assert_cmpuint(n, ==,
				 MIN(size_bytes - done, ptp_piece_room(index, PACKET) - head));
		for (gsize i = 0; i < n; i++)
			g_assert_cmpuint(buffer[head + i], ==, (done + i) % 251);
		done += n;
	}
	g_free(buffer);
	return n_pieces;
}

static void
test_whole(void)
{
	static const uint64_t sizes[] = {1,      52,     65524,   65525,   65536,
					 983028, 983029, 5 << 20, 6 << 20, 12345678};
	PtpReader *reader = ptp_reader_new();
	GThread *thread = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(sizes) * 2; i++) {
		uint64_t size = sizes[i / 2];
		gsize head = i % 2 ? HEAD : 0;
		Gate gate;

		gate_init(&gate, EVER);
		gate.most = i % 3 ? G_MAXSIZE : 4001;
		begin(reader, &gate, size, head);
		drink(reader, &gate, size, head);
		ptp_reader_end(reader);
		g_assert_cmpuint(gate.done_bytes, ==, size);
		g_assert_cmpuint(count(&gate, &gate.n_freed), ==, 1);
		g_assert_true(thread == NULL || thread == gate.thread); /* one for all */
		g_assert_true(gate.thread != g_thread_self());
		thread = gate.thread;
		ptp_lock_clear(&gate.lock);
	}
	ptp_reader_free(reader);
}

/* It reads so far ahead and no further, and goes on when half of that was taken. */
static void
test_bounded(void)
{
	const uint64_t size = 64 << 20;
	PtpReader *reader = ptp_reader_new();
	unsigned char *buffer = g_malloc(PTP_PIECE_BYTES);
	uint64_t taken = 0;
	gsize n;
	Gate gate;

	gate_init(&gate, EVER);
	begin(reader, &gate, size, HEAD);
	while (taken < size) {
		g_assert_cmpint(take(reader, &gate, &buffer, &n, NULL), ==, PTP_READ_READY);
		taken += n;
		ptp_lock(&gate.lock);
		g_assert_cmpuint(gate.done_bytes - taken, <=, 6 * PTP_PIECE_BYTES);
		ptp_unlock(&gate.lock);
	}
	ptp_reader_end(reader);
	g_assert_cmpuint(gate.done_bytes, ==, size);
	ptp_reader_free(reader);
	g_free(buffer);
	ptp_lock_clear(&gate.lock);
}

static void
test_slow(void)
{
	PtpReader *reader = ptp_reader_new();
	unsigned char *buffer = g_malloc(PTP_PIECE_BYTES);
	gint64 since_us = 0, before_us = g_get_monotonic_time();
	gsize n;
	Gate gate;

	gate_init(&gate, 0);
	begin(reader, &gate, 100000, HEAD);
	wait_for(&gate, &gate.n_waiting, 1);
	g_assert_cmpint(ptp_reader_take(reader, &buffer, &n, &since_us, NULL), ==, PTP_READ_LATER);
	g_assert_cmpint(since_us, >=, before_us);
	g_assert_cmpint(since_us, <=, g_get_monotonic_time());
	/* Some bytes are not a piece, but they are a sign of life. */
	let(&gate, 1000);
	wait_for(&gate, &gate.n_reads, 2);
	gint64 later_us = 0;
	g_assert_cmpint(ptp_reader_take(reader, &buffer, &n, &later_us, NULL), ==, PTP_READ_LATER);
	g_assert_cmpint(later_us, >=, since_us);
	g_assert_cmpuint(count(&gate, &gate.n_ready), ==, 0);
	let(&gate, EVER);
	wait_for(&gate, &gate.n_ready, 1);
	g_assert_cmpint(take(reader, &gate, &buffer, &n, NULL), ==, PTP_READ_READY);
	g_assert_cmpuint(n, ==, 65536 - HEAD);
	ptp_reader_free(reader);
	g_assert_cmpuint(count(&gate, &gate.n_freed), ==, 1);
	g_free(buffer);
	ptp_lock_clear(&gate.lock);
}

/* What was read before is still to be had, then the reason, and again. */
static void
test_broken(void)
{
	static const struct {
		uint64_t fail_at, end_at;
		int32_t code;
		const char *text;
	} rows[] = {
		{200000, EVER, PORTA_ERROR_SOURCE_UNREADABLE, "a bad disk"},
		{0, EVER, PORTA_ERROR_SOURCE_UNREADABLE, "a bad disk"},
		{EVER, 200000, PORTA_ERROR_SOURCE_CHANGED, "shorter"},
		{EVER, 0, PORTA_ERROR_SOURCE_CHANGED, "shorter"},
	};
	PtpReader *reader = ptp_reader_new();
	unsigned char *buffer = g_malloc(PTP_PIECE_BYTES);

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		uint64_t taken = 0;
		gsize n = 0;
		Gate gate;

		gate_init(&gate, EVER);
		gate.fail_at = rows[i].fail_at;
		gate.end_at = rows[i].end_at;
		gate.most = 50000;
		begin(reader, &gate, 3 << 20, HEAD);
		while (take(reader, &gate, &buffer, &n, NULL) == PTP_READ_READY)
			taken += n;
		g_assert_cmpuint(taken, ==,
				 rows[i].fail_at == 0 || rows[i].end_at == 0
					 ? 0
					 : 64 * 1024 - HEAD + 128 * 1024);
		for (int twice = 0; twice < 2; twice++) {
			g_autoptr(GError) error = NULL;
			g_assert_cmpint(take(reader, &gate, &buffer, &n, &error), ==,
					PTP_READ_FAILED);
			g_assert_error(error, PORTA_ERROR, rows[i].code);
			g_assert_nonnull(strstr(error->message, rows[i].text));
		}
		ptp_reader_end(reader);
		g_assert_cmpuint(count(&gate, &gate.n_freed), ==, 1);
		ptp_lock_clear(&gate.lock);
	}
	ptp_reader_free(reader);
	g_free(buffer);
}

/* Given up in any state, and the next one is whole. */
static void
test_given_up(void)
{
	static const guint taken[] = {0, 1, 3, 9};
	PtpReader *reader = ptp_reader_new();
	unsigned char *buffer = g_malloc(PTP_PIECE_BYTES);

	ptp_reader_end(reader); /* nothing was begun */
	for (gsize i = 0; i < G_N_ELEMENTS(taken); i++) {
		Gate gate, next;
		gsize n;

		gate_init(&gate, EVER);
		gate_init(&next, EVER);
		begin(reader, &gate, 32 << 20, HEAD);
		for (guint k = 0; k < taken[i]; k++)
			take(reader, &gate, &buffer, &n, NULL);
		ptp_reader_end(reader);
		wait_for(&gate, &gate.n_freed, 1);
		begin(reader, &next, 2 << 20, HEAD);
		drink(reader, &next, 2 << 20, HEAD);
		ptp_reader_end(reader);
		wait_for(&next, &next.n_freed, 1);
		ptp_lock_clear(&gate.lock);
		ptp_lock_clear(&next.lock);
	}
	ptp_reader_free(reader);
	g_free(buffer);
}

/* Nobody waits for a read that hangs, and what it uses is there until it returns, whoever has gone. */
static void
test_hung(void)
{
	unsigned char *buffer = g_malloc(PTP_PIECE_BYTES);

	for (int frees_reader = 0; frees_reader < 2; frees_reader++) {
		PtpReader *reader = ptp_reader_new();
		Gate gate, next;
		gsize n;

		gate_init(&gate, 65536 - HEAD + 1000);
		gate_init(&next, EVER);
		begin(reader, &gate, 1 << 20, HEAD);
		g_assert_cmpint(take(reader, &gate, &buffer, &n, NULL), ==, PTP_READ_READY);
		wait_for(&gate, &gate.n_waiting, 1);
		if (!frees_reader) {
			ptp_reader_end(reader);
			begin(reader, &next, 6 << 20, HEAD);
			drink(reader, &next, 6 << 20, HEAD);
			g_assert_true(next.thread != gate.thread);
		}
		ptp_reader_free(reader);
		g_assert_cmpuint(count(&gate, &gate.n_waiting), ==, 1);
		g_assert_cmpuint(count(&gate, &gate.n_freed), ==, 0);
		guint n_ready = count(&gate, &gate.n_ready);
		let(&gate, EVER);
		wait_for(&gate, &gate.n_freed, 1);
		g_assert_cmpuint(count(&gate, &gate.n_ready), ==, n_ready);
		ptp_lock_clear(&next.lock);
	}
	g_free(buffer);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ptp-reader/whole", test_whole);
	g_test_add_func("/ptp-reader/bounded", test_bounded);
	g_test_add_func("/ptp-reader/slow", test_slow);
	g_test_add_func("/ptp-reader/broken", test_broken);
	g_test_add_func("/ptp-reader/given-up", test_given_up);
	g_test_add_func("/ptp-reader/hung", test_hung);
	return g_test_run();
}
