/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-container: bytes to headers and parameters, and back; see ptp-container.h.
 */
#include "device/ptp-container.h"

#include <string.h>

gboolean
ptp_header_read(const uint8_t *bytes, gsize n, PtpHeader *out)
{
	if (n < PTP_HEADER_BYTES)
		return FALSE;
	PtpHeader header = {.length = ptp_read_u32(bytes),
			    .type = ptp_read_u16(bytes + 4),
			    .code = ptp_read_u16(bytes + 6),
			    .transaction = ptp_read_u32(bytes + 8)};
	if (header.length < PTP_HEADER_BYTES || header.type < PTP_COMMAND ||
	    header.type > PTP_EVENT)
		return FALSE;
	*out = header;
	return TRUE;
}

void
ptp_header_write(uint8_t *bytes, const PtpHeader *header, uint64_t payload_bytes)
{
	gboolean fits = payload_bytes < PTP_LENGTH_UNKNOWN - PTP_HEADER_BYTES;

	ptp_write_u32(bytes,
		      fits ? (uint32_t)payload_bytes + PTP_HEADER_BYTES : PTP_LENGTH_UNKNOWN);
	ptp_write_u16(bytes + 4, header->type);
	ptp_write_u16(bytes + 6, header->code);
	ptp_write_u32(bytes + 8, header->transaction);
}

gboolean
ptp_parameters_read(const uint8_t *bytes, gsize n, const PtpHeader *header,
		    uint32_t parameters[PTP_MAX_PARAMETERS], guint *n_parameters)
{
	if (header->length > n || header->length > PTP_MAX_BLOCK_BYTES || header->length % 4 != 0)
		return FALSE;
	*n_parameters = (header->length - PTP_HEADER_BYTES) / 4;
	for (guint i = 0; i < *n_parameters; i++)
		parameters[i] = ptp_read_u32(bytes + PTP_HEADER_BYTES + 4 * (gsize)i);
	return TRUE;
}

gsize
ptp_block_write(uint8_t *bytes, const PtpHeader *header, const uint32_t *parameters,
		guint n_parameters)
{
	n_parameters = MIN(n_parameters, PTP_MAX_PARAMETERS);
	ptp_header_write(bytes, header, 4 * (uint64_t)n_parameters);
	for (guint i = 0; i < n_parameters; i++)
		ptp_write_u32(bytes + PTP_HEADER_BYTES + 4 * (gsize)i, parameters[i]);
	return PTP_HEADER_BYTES + 4 * (gsize)n_parameters;
}

gboolean
ptp_event_read(const uint8_t *bytes, gsize n, PtpEvent *out)
{
	uint32_t parameters[PTP_MAX_PARAMETERS];
	PtpEvent event = {0};
	PtpHeader header;
	guint n_parameters;

	if (!ptp_header_read(bytes, n, &header) || header.type != PTP_EVENT ||
	    !ptp_parameters_read(bytes, n, &header, parameters, &n_parameters))
		return FALSE;
	event.code = header.code;
	for (guint i = 0; i < MIN(n_parameters, G_N_ELEMENTS(event.parameters)); i++)
		event.parameters[i] = parameters[i];
	*out = event;
	return TRUE;
}

gboolean
ptp_event_feed(PtpEventParts *parts, const uint8_t *bytes, gsize n, gboolean ended, PtpEvent *out)
{
	gboolean fits = n <= sizeof(parts->bytes) - parts->n;

	if (parts->n == 0 && ptp_event_read(bytes, n, out))
		return TRUE;
	if (fits && n > 0)
		memcpy(parts->bytes + parts->n, bytes, n);
	parts->n = fits ? parts->n + n : 0;
	gboolean whole = ptp_event_read(parts->bytes, parts->n, out);
	if (whole || ended)
		parts->n = 0;
	return whole;
}
