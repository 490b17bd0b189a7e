/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fuzz-wire: what a device says on its bulk and interrupt endpoints, for libFuzzer. Two bytes choose
 * who listens, the rest is transfers: two bytes of length, of which the highest bit says
 * that the transfer ended short, then so many bytes. What is told of an answer must agree with
 * itself, and memory is left alone.
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

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	g_autoptr(GByteArray) in = g_byte_array_new();
	PtpEvent event;

	ptp_event_read(bytes, size, &event);
	if (size < 2)
		return 0;
	PtpAnswer answer = {.operation = OPERATION,
			    .transaction = ID,
			    .packet_bytes = 8u << (bytes[0] & 7),
			    .ignores_headers = (bytes[1] & 1) != 0,
			    .in = bytes[1] & 2 ? NULL : in,
			    .max_in = MAX_IN};
	for (size_t at = 2; at + 2 <= size;) {
		uint16_t head = ptp_read_u16(bytes + at);
		size_t n = MIN(head & 0x7fffu, size - at - 2);
		/* of its own, so that a byte too far is seen */
		g_autofree uint8_t *transfer = g_memdup2(bytes + at + 2, n);

		PtpAnswerState before = answer.state;
		PtpAnswerState state = ptp_answer_feed(&answer, transfer, n, (head & 0x8000) != 0);
		must(before == PTP_ANSWER_MORE || state == before);
		check(&answer, state);
		ptp_answer_left(&answer);
		at += 2 + n;
	}
	return 0;
}

static void
add(GByteArray *seed, uint16_t type, uint16_t code, uint32_t id, gsize payload, gboolean ended)
{
	PtpHeader header = {.type = type, .code = code, .transaction = id};
	g_autofree uint8_t *bytes = g_malloc0(PTP_HEADER_BYTES + payload);
	uint8_t head[2];

	ptp_header_write(bytes, &header, payload);
	ptp_write_u16(head, (uint16_t)((PTP_HEADER_BYTES + payload) | (ended ? 0x8000 : 0)));
	g_byte_array_append(seed, head, sizeof(head));
	g_byte_array_append(seed, bytes, (guint)(PTP_HEADER_BYTES + payload));
}

static void
write_seed(const char *folder, const char *name, uint8_t flags, uint32_t id, gsize payload)
{
	g_autoptr(GByteArray) seed = g_byte_array_new();
	g_autofree char *path = g_build_filename(folder, name, NULL);
	uint8_t choice[2] = {3, flags};

	g_byte_array_append(seed, choice, sizeof(choice));
	add(seed, PTP_DATA, OPERATION, id, payload, TRUE);
	add(seed, PTP_RESPONSE, 0x2001, id, 4, TRUE);
	add(seed, PTP_DATA, OPERATION, ID, 52, FALSE);
	add(seed, PTP_RESPONSE, 0x2001, ID, 20, TRUE);
	if (!g_file_set_contents(path, (const char *)seed->data, seed->len, NULL))
		exit(1);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	if (*argc != 3 || strcmp((*argv)[1], "--seed") != 0)
		return 0;
	write_seed((*argv)[2], "whole", 0, ID, 100);
	write_seed((*argv)[2], "stale", 0, ID - 1, 100);
	write_seed((*argv)[2], "empty", 2, ID, 0);
	write_seed((*argv)[2], "garbled", 1, ID + 9, 52);
	exit(0);
}
