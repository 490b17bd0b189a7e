/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tests of ptp-container and ptp-answer: a device's words in one transaction, as tables of
 * transfers, in the manners that devices have, heard with buffers of several sizes.
 */
#include <string.h>

#include "device/ptp-answer.h"

#define OPERATION 0x1009
#define ID 7
#define PACKET 64
#define MAX_IN 100000

typedef struct {
	GByteArray *bytes;
	GArray *ends; /* gsize: where transfers end with a short packet */
} Wire;

static Wire *
wire_new(void)
{
	Wire *wire = g_new0(Wire, 1);

	wire->bytes = g_byte_array_new();
	wire->ends = g_array_new(FALSE, FALSE, sizeof(gsize));
	return wire;
}

static void
wire_free(Wire *wire)
{
	g_byte_array_unref(wire->bytes);
	g_array_unref(wire->ends);
	g_free(wire);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Wire, wire_free)

/* A container with so many bytes of payload, which tells another length if told is not 0. */
static void
say(Wire *wire, uint16_t type, uint16_t code, uint32_t id, gsize payload, uint32_t told)
{
	PtpHeader header = {.type = type, .code = code, .transaction = id};
	uint8_t bytes[PTP_HEADER_BYTES];

	ptp_header_write(bytes, &header, payload);
	if (told != 0)
		ptp_write_u32(bytes, told);
	g_byte_array_append(wire->bytes, bytes, sizeof(bytes));
	for (gsize i = 0; i < payload; i++) {
		uint8_t byte = (uint8_t)(i * 7 + i / 251);
		g_byte_array_append(wire->bytes, &byte, 1);
	}
}

static void
end(Wire *wire)
{
	gsize at = wire->bytes->len;

	g_array_append_val(wire->ends, at);
}

/* As a host with buffers of `room` would get it: transfers end at a short packet, or full. */
static PtpAnswerState
hear(PtpAnswer *answer, const Wire *wire, gsize room)
{
	gsize at = 0;
	PtpAnswerState state = PTP_ANSWER_MORE;

	for (guint i = 0; i < wire->ends->len && state == PTP_ANSWER_MORE; i++) {
		gsize end_at = g_array_index(wire->ends, gsize, i);
		gboolean ended = FALSE;

		while (!ended && state == PTP_ANSWER_MORE) {
			gsize n = MIN(room, end_at - at);

			ended = n < room;
			/* What is not there can not be read by mistake without a checker noticing. */
			g_autofree uint8_t *transfer = g_memdup2(wire->bytes->data + at, n);
			state = ptp_answer_feed(answer, transfer, n, ended);
			at += n;
		}
	}
	return state;
}

static PtpAnswer
make_answer(GByteArray *in)
{
	return (PtpAnswer){.operation = OPERATION,
			   .transaction = ID,
			   .packet_bytes = PACKET,
			   .in = in,
			   .max_in = MAX_IN};
}

static void
assert_heard(const Wire *wire, PtpAnswerState state, gsize payload)
{
	static const gsize rooms[] = {PACKET, 2 * PACKET, 16 * PACKET, 4096 * PACKET};

	for (gsize i = 0; i < G_N_ELEMENTS(rooms); i++) {
		g_autoptr(GByteArray) in = g_byte_array_new();
		PtpAnswer answer = make_answer(in);

		g_assert_cmpint(hear(&answer, wire, rooms[i]), ==, state);
		if (state != PTP_ANSWER_WHOLE)
			continue;
		g_assert_cmphex(answer.response, ==, 0x2001);
		g_assert_cmpuint(in->len, ==, payload);
		for (gsize k = 0; k < payload; k++)
			g_assert_cmpuint(in->data[k], ==, (uint8_t)(k * 7 + k / 251));
	}
}

enum { EMPTY_PACKET, NO_EMPTY_PACKET, SPLIT_HEADER, UNKNOWN_LENGTH, N_MANNERS };

/* Data of so many bytes in one of the manners that devices have, and a response. */
static Wire *
make_wire(gsize payload, int manner)
{
	Wire *wire = wire_new();

	say(wire, PTP_DATA, OPERATION, ID, payload,
	    manner == UNKNOWN_LENGTH ? PTP_LENGTH_UNKNOWN : 0);
	if (manner == SPLIT_HEADER) {
		gsize at = PTP_HEADER_BYTES;
		g_array_append_val(wire->ends, at);
	}
	gboolean whole = (manner == SPLIT_HEADER ? payload : payload + PTP_HEADER_BYTES) % PACKET ==
			 0;
	if (manner != NO_EMPTY_PACKET || !whole)
		end(wire);
	say(wire, PTP_RESPONSE, 0x2001, ID, 0, 0);
	end(wire);
	return wire;
}

static void
test_sizes(void)
{
	for (gsize payload = 0; payload < 5 * PACKET; payload++) {
		for (int manner = 0; manner < N_MANNERS; manner++) {
			g_autoptr(Wire) wire = make_wire(payload, manner);

			assert_heard(wire, PTP_ANSWER_WHOLE, payload);
		}
	}
}

static void
test_unknown_length_without_empty_packet(void)
{
	for (gsize packets = 1; packets < 5; packets++) {
		g_autoptr(Wire) wire = wire_new();
		gsize payload = packets * PACKET - PTP_HEADER_BYTES;

		say(wire, PTP_DATA, OPERATION, ID, payload, PTP_LENGTH_UNKNOWN);
		say(wire, PTP_RESPONSE, 0x2001, ID, 0, 0);
		end(wire);
		g_autoptr(GByteArray) in = g_byte_array_new();
		PtpAnswer answer = make_answer(in);
		g_assert_cmpint(hear(&answer, wire, 4096), ==, PTP_ANSWER_WHOLE);
		g_assert_cmpuint(in->len, ==, payload);
	}
}

static void
test_split_headers_are_learned(void)
{
	g_autoptr(Wire) split = make_wire(500, SPLIT_HEADER), joined = make_wire(500, EMPTY_PACKET),
			empty = make_wire(0, EMPTY_PACKET);
	PtpAnswer first = make_answer(NULL), second = make_answer(NULL), third = make_answer(NULL);

	hear(&first, split, 4096);
	hear(&second, joined, 4096);
	hear(&third, empty, 4096);
	g_assert_true(first.was_split);
	g_assert_false(second.was_split);
	g_assert_false(third.was_split);
}

static void
test_parameters(void)
{
	g_autoptr(Wire) wire = wire_new();
	PtpAnswer answer = make_answer(NULL);

	say(wire, PTP_RESPONSE, 0x2009, ID, 20, 0);
	end(wire);
	g_assert_cmpint(hear(&answer, wire, 4096), ==, PTP_ANSWER_WHOLE);
	g_assert_cmphex(answer.response, ==, 0x2009);
	g_assert_cmpuint(answer.n_results, ==, 5);
	g_assert_cmphex(answer.results[0], ==, 0x150e0700);
	g_assert_cmphex(answer.results[4], ==, 0x857e7770);
}

static void
test_data_that_break_off(void)
{
	static const gsize got[] = {0, 1, PACKET - PTP_HEADER_BYTES, PACKET, 500, 999};

	for (gsize i = 0; i < G_N_ELEMENTS(got); i++) {
		g_autoptr(Wire) wire = wire_new();

		say(wire, PTP_DATA, OPERATION, ID, got[i], 1000 + PTP_HEADER_BYTES);
		end(wire);
		say(wire, PTP_RESPONSE, 0x2001, ID, 0, 0);
		end(wire);
		assert_heard(wire, PTP_ANSWER_SHORT, 0);
	}
}

static void
test_older_transactions(void)
{
	for (int n = 1; n < 12; n++) {
		g_autoptr(Wire) wire = wire_new();

		for (int i = 0; i < n; i++) {
			say(wire, PTP_DATA, 0x1007, ID - 2, 300, 0);
			end(wire);
			say(wire, PTP_RESPONSE, 0x2002, ID - 2, 4, 0);
			end(wire);
		}
		say(wire, PTP_DATA, OPERATION, ID, 10, 0);
		end(wire);
		say(wire, PTP_RESPONSE, 0x2001, ID, 0, 0);
		end(wire);
		assert_heard(wire, n <= 4 ? PTP_ANSWER_WHOLE : PTP_ANSWER_INSANE, 10);
	}
}

typedef struct {
	const char *what;
	uint16_t type, code;
	gsize payload;
	uint32_t told;
	PtpAnswerState state;
} Nonsense;

static const Nonsense nonsense[] = {
	{"a length below the header's", PTP_RESPONSE, 0x2001, 0, 11, PTP_ANSWER_INSANE},
	{"a command", PTP_COMMAND, 0x1001, 0, 0, PTP_ANSWER_INSANE},
	{"an event", PTP_EVENT, 0x4002, 4, 0, PTP_ANSWER_INSANE},
	{"no type", 0, 0x2001, 0, 0, PTP_ANSWER_INSANE},
	{"an unknown type", 5, 0x2001, 0, 0, PTP_ANSWER_INSANE},
	{"half a parameter", PTP_RESPONSE, 0x2001, 2, 0, PTP_ANSWER_INSANE},
	{"six parameters", PTP_RESPONSE, 0x2001, 24, 0, PTP_ANSWER_INSANE},
	{"parameters that are not there", PTP_RESPONSE, 0x2001, 4, 32, PTP_ANSWER_SHORT},
	{"data of another operation", PTP_DATA, OPERATION + 1, 40, 0, PTP_ANSWER_INSANE},
	{"more than wanted", PTP_DATA, OPERATION, MAX_IN + 1, 0, PTP_ANSWER_INSANE},
	{"more than wanted, told", PTP_DATA, OPERATION, 10, 0x7fffffff, PTP_ANSWER_INSANE},
	{"more than wanted, untold", PTP_DATA, OPERATION, MAX_IN + 1, PTP_LENGTH_UNKNOWN,
	 PTP_ANSWER_INSANE},
	{"data and then nothing", PTP_DATA, OPERATION, 10, 0, PTP_ANSWER_MORE},
};

static void
test_nonsense(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(nonsense); i++) {
		const Nonsense *row = &nonsense[i];
		g_autoptr(Wire) wire = wire_new();

		g_test_message("%s", row->what);
		say(wire, row->type, row->code, ID, row->payload, row->told);
		end(wire);
		assert_heard(wire, row->state, 0);
	}
}

static void
test_data_twice(void)
{
	g_autoptr(Wire) wire = wire_new();

	for (int i = 0; i < 2; i++) {
		say(wire, PTP_DATA, OPERATION, ID, 10, 0);
		end(wire);
	}
	assert_heard(wire, PTP_ANSWER_INSANE, 0);
}

/* Some players put zeros, or a byte, before their response. */
static void
test_crumbs(void)
{
	static const uint8_t zeros[8] = {0}, stray = 0x5a;
	g_autoptr(Wire) wire = wire_new();

	g_byte_array_append(wire->bytes, zeros, sizeof(zeros));
	end(wire);
	g_byte_array_append(wire->bytes, &stray, 1);
	end(wire);
	say(wire, PTP_RESPONSE, 0x2001, ID, 0, 0);
	end(wire);
	assert_heard(wire, PTP_ANSWER_WHOLE, 0);
}

/* The first bytes of a wire, and then nothing more. */
static Wire *
cut(const Wire *whole, gsize length)
{
	Wire *wire = wire_new();

	g_byte_array_append(wire->bytes, whole->bytes->data, (guint)length);
	for (guint i = 0; i < whole->ends->len; i++) {
		gsize at = g_array_index(whole->ends, gsize, i);

		if (at < length)
			g_array_append_val(wire->ends, at);
	}
	end(wire);
	return wire;
}

static void
test_cut_anywhere(void)
{
	for (int manner = 0; manner < N_MANNERS; manner++) {
		g_autoptr(Wire) whole = make_wire(3 * PACKET - PTP_HEADER_BYTES, manner);

		for (gsize length = 0; length < whole->bytes->len; length++) {
			g_autoptr(Wire) wire = cut(whole, length);
			PtpAnswer answer = make_answer(NULL);

			g_assert_cmpint(hear(&answer, wire, 16 * PACKET), !=, PTP_ANSWER_WHOLE);
		}
	}
}

static void
test_lengths(void)
{
	static const struct {
		uint64_t payload;
		uint32_t length;
	} rows[] = {
		{0, 12},
		{1, 13},
		{0xfffffff2, 0xfffffffe},
		{0xfffffff3, PTP_LENGTH_UNKNOWN},
		{0xffffffff, PTP_LENGTH_UNKNOWN},
		{UINT64_C(5) << 30, PTP_LENGTH_UNKNOWN},
		{UINT64_MAX, PTP_LENGTH_UNKNOWN},
	};
	uint8_t bytes[PTP_HEADER_BYTES];

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		PtpHeader header = {.type = PTP_DATA, .code = 0x100d, .transaction = 0x01020304};
		PtpHeader read;

		ptp_header_write(bytes, &header, rows[i].payload);
		g_assert_true(ptp_header_read(bytes, sizeof(bytes), &read));
		g_assert_cmphex(read.length, ==, rows[i].length);
		g_assert_cmphex(read.code, ==, 0x100d);
		g_assert_cmphex(read.transaction, ==, 0x01020304);
		g_assert_false(ptp_header_read(bytes, sizeof(bytes) - 1, &read));
	}
}

static void
test_events(void)
{
	g_autoptr(Wire) wire = wire_new();
	PtpEvent event;

	say(wire, PTP_EVENT, 0x4002, ID, 12, 0);
	for (gsize n = 0; n < wire->bytes->len; n++)
		g_assert_false(ptp_event_read(wire->bytes->data, n, &event));
	g_assert_true(ptp_event_read(wire->bytes->data, wire->bytes->len, &event));
	g_assert_cmphex(event.code, ==, 0x4002);
	g_assert_cmphex(event.parameters[0], ==, 0x150e0700);
	wire->bytes->data[4] = PTP_RESPONSE;
	g_assert_false(ptp_event_read(wire->bytes->data, wire->bytes->len, &event));
}

/* A packet of the event's own size, and smaller ones; and after a broken one the next is whole. */
static void
test_events_in_packets(void)
{
	static const gsize packets[] = {1, 7, 8, 12, 16, 23, 24, 25, 28, 64};
	g_autoptr(Wire) wire = wire_new();

	say(wire, PTP_EVENT, 0x4002, ID, 12, 0);
	for (gsize i = 0; i < G_N_ELEMENTS(packets); i++) {
		PtpEventParts parts = {.n = 0};
		PtpEvent event;
		guint n_events = 0;

		ptp_event_feed(&parts, wire->bytes->data, MIN(5, packets[i]), TRUE, &event);
		for (int round = 0; round < 3; round++) {
			for (gsize at = 0; at < wire->bytes->len; at += packets[i]) {
				gsize n = MIN(packets[i], wire->bytes->len - at);
				n_events += ptp_event_feed(&parts, wire->bytes->data + at, n,
							   n < packets[i], &event);
			}
		}
		g_assert_cmpuint(n_events, ==, 3);
		g_assert_cmphex(event.code, ==, 0x4002);
		g_assert_cmphex(event.parameters[0], ==, 0x150e0700);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ptp-answer/every-size-in-every-manner", test_sizes);
	g_test_add_func("/ptp-answer/response-ends-data-of-unknown-length",
			test_unknown_length_without_empty_packet);
	g_test_add_func("/ptp-answer/split-headers-are-learned", test_split_headers_are_learned);
	g_test_add_func("/ptp-answer/parameters", test_parameters);
	g_test_add_func("/ptp-answer/data-that-break-off-are-short", test_data_that_break_off);
	g_test_add_func("/ptp-answer/older-transactions-are-passed-over", test_older_transactions);
	g_test_add_func("/ptp-answer/nonsense-is-known", test_nonsense);
	g_test_add_func("/ptp-answer/data-come-once", test_data_twice);
	g_test_add_func("/ptp-answer/crumbs-are-swept", test_crumbs);
	g_test_add_func("/ptp-answer/cut-anywhere-is-never-whole", test_cut_anywhere);
	g_test_add_func("/ptp-container/lengths", test_lengths);
	g_test_add_func("/ptp-container/events", test_events);
	g_test_add_func("/ptp-container/events-in-packets", test_events_in_packets);
	return g_test_run();
}
