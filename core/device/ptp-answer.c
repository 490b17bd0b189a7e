/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-answer: transfers to data and a response; see ptp-answer.h.
 */
#include "device/ptp-answer.h"

#define MAX_STALE 8
#define RESPONSE_OK 0x2001

typedef struct {
	const uint8_t *bytes;
	gsize n;
} Rest;

static void
skip(Rest *rest, gsize n)
{
	rest->bytes += n;
	rest->n -= n;
}

static gboolean
is_blank(const Rest *rest)
{
	for (gsize i = 0; i < rest->n; i++) {
		if (rest->bytes[i] != 0)
			return FALSE;
	}
	return TRUE;
}

gboolean
ptp_answer_is_response(const PtpAnswer *answer, const uint8_t *bytes, gsize n)
{
	PtpHeader header;

	return ptp_header_read(bytes, n, &header) && header.type == PTP_RESPONSE &&
	       header.length == n && n <= PTP_MAX_BLOCK_BYTES && n % 4 == 0 &&
	       header.transaction == answer->transaction;
}

/* A part of the container at hand, for what it is worth. */
static PtpAnswerState
take_payload(PtpAnswer *answer, Rest *rest)
{
	gsize n = (gsize)MIN(answer->left, rest->n);

	if (answer->left != G_MAXUINT64)
		answer->left -= n;
	if (answer->in_data) {
		answer->got_bytes += n;
		if (answer->got_bytes > answer->max_in)
			return PTP_ANSWER_INSANE;
		if (answer->in != NULL)
			g_byte_array_append(answer->in, rest->bytes, (guint)n);
	}
	skip(rest, n);
	return PTP_ANSWER_MORE;
}

static PtpAnswerState
begin_data(PtpAnswer *answer, const PtpHeader *header, Rest *rest)
{
	gboolean known = header->length != PTP_LENGTH_UNKNOWN;

	if (answer->has_data || (header->code != answer->operation && !answer->ignores_headers))
		return PTP_ANSWER_INSANE;
	answer->has_data = answer->in_data = TRUE;
	answer->left = answer->told_bytes = known ? header->length - PTP_HEADER_BYTES : G_MAXUINT64;
	if (known && answer->told_bytes > answer->max_in)
		return PTP_ANSWER_INSANE;
	skip(rest, PTP_HEADER_BYTES);
	answer->was_split = rest->n == 0 && answer->ended && answer->left > 0;
	return PTP_ANSWER_MORE;
}

/* Data that ended before what was told are cut off whatever the response says of them. */
static PtpAnswerState
take_response(PtpAnswer *answer, const PtpHeader *header, const Rest *rest)
{
	if (rest->n < header->length)
		return PTP_ANSWER_SHORT;
	if (!ptp_parameters_read(rest->bytes, rest->n, header, answer->results, &answer->n_results))
		return PTP_ANSWER_INSANE;
	answer->response = header->code;
	if (answer->has_data && answer->told_bytes != G_MAXUINT64 &&
	    answer->got_bytes < answer->told_bytes && header->code == RESPONSE_OK)
		return PTP_ANSWER_SHORT;
	return PTP_ANSWER_WHOLE;
}

static PtpAnswerState
begin_container(PtpAnswer *answer, Rest *rest)
{
	PtpHeader header;

	/* Some players put a few zeros before a response, some a stray byte where an empty packet
	 * belongs. */
	if (rest->n < PTP_HEADER_BYTES && (rest->n == 1 || is_blank(rest))) {
		skip(rest, rest->n);
		return PTP_ANSWER_MORE;
	}
	if (rest->n < PTP_HEADER_BYTES)
		return PTP_ANSWER_SHORT;
	if (!ptp_header_read(rest->bytes, rest->n, &header) ||
	    (header.type != PTP_DATA && header.type != PTP_RESPONSE))
		return PTP_ANSWER_INSANE;
	if (header.transaction != answer->transaction && !answer->ignores_headers) {
		if (++answer->n_stale > MAX_STALE)
			return PTP_ANSWER_INSANE;
		answer->in_stale = TRUE;
		answer->left = header.length == PTP_LENGTH_UNKNOWN ? G_MAXUINT64 : header.length;
		return PTP_ANSWER_MORE;
	}
	return header.type == PTP_DATA ? begin_data(answer, &header, rest)
				       : take_response(answer, &header, rest);
}

/* What stands in the last packet of a container whose length nobody told, if it is our response in
 * the place of an empty packet: n bytes of it, else 0. */
static gsize
find_response_at_end(const PtpAnswer *answer, const Rest *rest, gsize last_packet)
{
	if (!answer->in_data || !answer->ended || answer->left != G_MAXUINT64 ||
	    last_packet > rest->n ||
	    !ptp_answer_is_response(answer, rest->bytes + rest->n - last_packet, last_packet))
		return 0;
	return last_packet;
}

static PtpAnswerState
end_transfer(PtpAnswer *answer, gboolean header_alone)
{
	gboolean in_container = answer->in_data || answer->in_stale;

	if (in_container && answer->left == G_MAXUINT64 && answer->ended && !header_alone)
		answer->in_data = answer->in_stale = FALSE;
	return PTP_ANSWER_MORE;
}

static PtpAnswerState
take_transfer(PtpAnswer *answer, Rest rest)
{
	gsize last_packet = answer->packet_bytes ? rest.n % answer->packet_bytes : 0;
	gboolean header_alone = FALSE;
	gsize tail = 0;

	while (rest.n > 0) {
		PtpAnswerState state;

		if (!answer->in_data && !answer->in_stale) {
			state = begin_container(answer, &rest);
			header_alone = answer->was_split && answer->got_bytes == 0;
		} else {
			tail = find_response_at_end(answer, &rest, last_packet);
			rest.n -= tail;
			state = take_payload(answer, &rest);
			rest.n += tail;
		}
		if (state != PTP_ANSWER_MORE)
			return state;
		if (answer->left == 0 || tail > 0)
			answer->in_data = answer->in_stale = FALSE;
	}
	return end_transfer(answer, header_alone);
}

PtpAnswerState
ptp_answer_feed(PtpAnswer *answer, const uint8_t *bytes, gsize n, gboolean ended)
{
	gboolean broke_off = answer->ended && (answer->in_data || answer->in_stale);

	if (answer->state != PTP_ANSWER_MORE)
		return answer->state;
	if (broke_off && ptp_answer_is_response(answer, bytes, n))
		answer->in_data = answer->in_stale = FALSE;
	answer->ended = ended;
	answer->state = take_transfer(answer, (Rest){bytes, n});
	return answer->state;
}

uint64_t
ptp_answer_left(const PtpAnswer *answer)
{
	return answer->in_data || answer->in_stale ? answer->left : 0;
}
