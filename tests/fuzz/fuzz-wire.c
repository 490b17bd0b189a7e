/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fuzz-wire: what a device says on its bulk and interrupt endpoints, for libFuzzer. Two bytes choose
 * who listens, the rest is transfers: two bytes of length, of which the highest bit says
 * that the transfer ended short, then so many bytes. What is told of an answer must agree with
 * itself, an event behind nonsense must be heard, and memory is left alone.
 *
 *     fuzz-wire FOLDER                find new ways
 *     fuzz-wire --seed FOLDER         write answers to begin with
 */
#include <stdlib.h>
#include <string.h>

#include "device/ptp-answer.h"

#define OPERATION 0x1007
#define ID 3
#define MAX_IN 4096
#define EVENT 0x4002
#define ENDED 0x8000
/* The second byte of a choice. */
enum { IGNORES_HEADERS = 1, HAS_NO_IN = 2, IS_INTERRUPT = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static void
must(gboolean holds)
{
	if (!holds)
		abort();
}

static void
check(const PtpAnswer *answer, PtpAnswerState state)
{
	must(answer->state == state && state <= PTP_ANSWER_INSANE);
	must(answer->n_results <= PTP_MAX_PARAMETERS);
	must(answer->has_data || answer->got_bytes == 0);
	must(state == PTP_ANSWER_INSANE || answer->got_bytes <= answer->told_bytes);
	must(state == PTP_ANSWER_INSANE || answer->got_bytes <= MAX_IN);
	must(answer->in == NULL || answer->in->len <= MAX_IN);
	must(state != PTP_ANSWER_WHOLE || answer->response != 0x2001 || !answer->has_data ||
	     answer->told_bytes == G_MAXUINT64 || answer->got_bytes == answer->told_bytes);
	must(answer->in == NULL || state == PTP_ANSWER_INSANE ||
	     answer->in->len == answer->got_bytes);
}

/* What listens to one pipe. */
typedef struct {
	PtpAnswer answer;
	PtpEventParts parts;
} Listener;

typedef void (*Feed)(Listener *listener, const uint8_t *transfer, gsize n, gboolean ended);

static void
feed_all(Listener *listener, Feed feed, const uint8_t *bytes, size_t size)
{
	for (size_t at = 0; at + 2 <= size;) {
		uint16_t head = ptp_read_u16(bytes + at);
		size_t n = MIN(head & 0x7fffu, size - at - 2);
		/* of its own, so that a byte too far is seen */
		g_autofree uint8_t *transfer = g_memdup2(bytes + at + 2, n);

		feed(listener, transfer, n, (head & ENDED) != 0);
		at += 2 + n;
	}
}

static void
feed_answer(Listener *listener, const uint8_t *transfer, gsize n, gboolean ended)
{
	PtpAnswerState before = listener->answer.state;
	PtpAnswerState state = ptp_answer_feed(&listener->answer, transfer, n, ended);

	must(before == PTP_ANSWER_MORE || state == before);
	check(&listener->answer, state);
	ptp_answer_left(&listener->answer);
}

static void
try_answer(const uint8_t *choice, const uint8_t *bytes, size_t size)
{
	g_autoptr(GByteArray) in = g_byte_array_new();
	Listener listener = {.answer = {.operation = OPERATION,
					.transaction = ID,
					.packet_bytes = 8u << (choice[0] & 7),
					.ignores_headers = (choice[1] & IGNORES_HEADERS) != 0,
					.in = choice[1] & HAS_NO_IN ? NULL : in,
					.max_in = MAX_IN}};

	feed_all(&listener, feed_answer, bytes, size);
}

static void
feed_event(Listener *listener, const uint8_t *transfer, gsize n, gboolean ended)
{
	PtpEvent event, alone;
	gboolean is_alone = listener->parts.n == 0 && ptp_event_read(transfer, n, &alone);
	gboolean is_whole = ptp_event_feed(&listener->parts, transfer, n, ended, &event);

	must(listener->parts.n <= sizeof(listener->parts.bytes));
	must(!(is_whole || ended) || listener->parts.n == 0);
	must(!is_alone || (is_whole && memcmp(&event, &alone, sizeof(event)) == 0));
}

/* Whatever was said before: behind the end of a transfer each event is heard, in packets of any size. */
static void
must_hear(Listener *listener, gsize packet_bytes)
{
	const PtpHeader header = {.type = PTP_EVENT, .code = EVENT, .transaction = ID};
	const uint32_t parameters[] = {1, 2, 3};
	uint8_t bytes[PTP_MAX_BLOCK_BYTES];
	gsize size = ptp_block_write(bytes, &header, parameters, G_N_ELEMENTS(parameters));
	PtpEvent event = {0};
	guint n_heard = 0;

	feed_event(listener, bytes, 0, TRUE);
	for (gsize at = 0; at < size; at += packet_bytes) {
		gsize n = MIN(packet_bytes, size - at);

		n_heard +=
			ptp_event_feed(&listener->parts, bytes + at, n, n < packet_bytes, &event);
	}
	must(n_heard == 1 && event.code == EVENT && event.parameters[2] == 3);
}

static void
try_events(const uint8_t *choice, const uint8_t *bytes, size_t size)
{
	Listener listener = {0};

	feed_all(&listener, feed_event, bytes, size);
	must_hear(&listener, 1 + choice[0] % PTP_MAX_BLOCK_BYTES);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	if (size >= 2 && bytes[1] & IS_INTERRUPT)
		try_events(bytes, bytes + 2, size - 2);
	else if (size >= 2)
		try_answer(bytes, bytes + 2, size - 2);
	return 0;
}

static void
add(GByteArray *seed, uint16_t type, uint16_t code, uint32_t id, gsize payload, gboolean ended)
{
	PtpHeader header = {.type = type, .code = code, .transaction = id};
	g_autofree uint8_t *bytes = g_malloc0(PTP_HEADER_BYTES + payload);
	uint8_t head[2];

	ptp_header_write(bytes, &header, payload);
	ptp_write_u16(head, (uint16_t)((PTP_HEADER_BYTES + payload) | (ended ? ENDED : 0)));
	g_byte_array_append(seed, head, sizeof(head));
	g_byte_array_append(seed, bytes, (guint)(PTP_HEADER_BYTES + payload));
}

static void
write_seed(const char *folder, const char *name, uint8_t flags, const GByteArray *transfers)
{
	g_autoptr(GByteArray) seed = g_byte_array_new();
	g_autofree char *path = g_build_filename(folder, name, NULL);
	uint8_t choice[2] = {3, flags};

	g_byte_array_append(seed, choice, sizeof(choice));
	g_byte_array_append(seed, transfers->data, transfers->len);
	if (!g_file_set_contents(path, (const char *)seed->data, seed->len, NULL))
		exit(1);
}

static void
write_answers(const char *folder, const char *name, uint8_t flags, uint32_t id, gsize payload)
{
	g_autoptr(GByteArray) transfers = g_byte_array_new();

	add(transfers, PTP_DATA, OPERATION, id, payload, TRUE);
	add(transfers, PTP_RESPONSE, 0x2001, id, 4, TRUE);
	add(transfers, PTP_DATA, OPERATION, ID, 52, FALSE);
	add(transfers, PTP_RESPONSE, 0x2001, ID, 20, TRUE);
	write_seed(folder, name, flags, transfers);
}

static void
write_events(const char *folder, const char *name)
{
	g_autoptr(GByteArray) transfers = g_byte_array_new();

	add(transfers, PTP_EVENT, EVENT, ID, 4, TRUE);
	add(transfers, PTP_EVENT, EVENT, ID, 20, FALSE);
	add(transfers, PTP_EVENT, EVENT, ID, 0, FALSE);
	write_seed(folder, name, IS_INTERRUPT, transfers);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	if (*argc != 3 || strcmp((*argv)[1], "--seed") != 0)
		return 0;
	write_answers((*argv)[2], "whole", 0, ID, 100);
	write_answers((*argv)[2], "stale", 0, ID - 1, 100);
	write_answers((*argv)[2], "empty", HAS_NO_IN, ID, 0);
	write_answers((*argv)[2], "garbled", IGNORES_HEADERS, ID + 9, 52);
	write_events((*argv)[2], "events");
	exit(0);
}
