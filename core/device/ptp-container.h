/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-container: the containers of ISO 15740 on USB. Each part of a transaction
 * is one: length, type, code and transaction number, little-endian, then
 * parameters or data. Pure; what is read is checked against what arrived.
 */
#pragma once

#include "device/ptp-session.h"

enum { PTP_COMMAND = 1, PTP_DATA = 2, PTP_RESPONSE = 3, PTP_EVENT = 4 };

#define PTP_HEADER_BYTES 12
#define PTP_MAX_PARAMETERS 5
#define PTP_MAX_BLOCK_BYTES (PTP_HEADER_BYTES + 4 * PTP_MAX_PARAMETERS) /* of all but data */
/* The length of what is longer than its field, or of what the sender does not know. */
#define PTP_LENGTH_UNKNOWN 0xffffffffu

typedef struct {
	uint32_t length; /* header included; PTP_LENGTH_UNKNOWN, else PTP_HEADER_BYTES at least */
	uint16_t type;
	uint16_t code;
	uint32_t transaction;
} PtpHeader;

/* FALSE unless a header is there and its type and length can be. More may be told than n. */
gboolean ptp_header_read(const uint8_t *bytes, gsize n, PtpHeader *out);
/* PTP_HEADER_BYTES of a container that will carry so much. */
void ptp_header_write(uint8_t *bytes, const PtpHeader *header, uint64_t payload_bytes);

/* A container of parameters, which is all but data: those of a header and of exactly
 * header->length bytes. FALSE if they are cut off, odd, or too many. */
gboolean ptp_parameters_read(const uint8_t *bytes, gsize n, const PtpHeader *header,
			     uint32_t parameters[PTP_MAX_PARAMETERS], guint *n_parameters);
/* Writes at most PTP_MAX_BLOCK_BYTES; returns how many. */
gsize ptp_block_write(uint8_t *bytes, const PtpHeader *header, const uint32_t *parameters,
		      guint n_parameters);

/* FALSE unless these bytes are an event. */
gboolean ptp_event_read(const uint8_t *bytes, gsize n, PtpEvent *out);

/* An event that comes in packets smaller than it is. */
typedef struct {
	uint8_t bytes[PTP_MAX_BLOCK_BYTES];
	gsize n;
} PtpEventParts;

/* One packet; `ended`: it is smaller than packets can be. TRUE when it makes an event whole. */
gboolean ptp_event_feed(PtpEventParts *parts, const uint8_t *bytes, gsize n, gboolean ended,
			PtpEvent *out);

static inline uint16_t
ptp_read_u16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] | bytes[1] << 8);
}

static inline uint32_t
ptp_read_u32(const uint8_t *bytes)
{
	return ptp_read_u16(bytes) | (uint32_t)ptp_read_u16(bytes + 2) << 16;
}

static inline void
ptp_write_u16(uint8_t *bytes, uint16_t value)
{
	bytes[0] = (uint8_t)value;
	bytes[1] = (uint8_t)(value >> 8);
}

static inline void
ptp_write_u32(uint8_t *bytes, uint32_t value)
{
	ptp_write_u16(bytes, (uint16_t)value);
	ptp_write_u16(bytes + 2, (uint16_t)(value >> 16));
}
