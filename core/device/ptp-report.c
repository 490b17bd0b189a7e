/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-report: what a device says has changed since an earlier session: ReportAddedDeletedItems of Windows Media
 * Player's extension (microsoft.com/WMPPD). Its answer is two arrays of persistent identifiers, of what
 * came or changed and of what went; where the journal is now; how many more there are; and
 * whether it knows all. Here only how many they are counts.
 */
#include "device/ptp-catalog.h"

#define EXTENSION "microsoft.com/WMPPD"
#define MAX_ITEMS 0x10000u
#define ITEM_BYTES 16
#define MAX_REPORT_BYTES (8 + (gsize)MAX_ITEMS * ITEM_BYTES)
enum { RESULT_NOW, RESULT_MORE, RESULT_FLAGS, N_RESULTS };

gboolean
ptp_has_report(const PtpLane *lane)
{
	return ptp_has_operation(lane, PTP_OP_REPORT_ADDED_DELETED_ITEMS) &&
	       ptp_has_extension(&lane->info, EXTENSION);
}

/* Of one array, which is skipped. */
static uint64_t
count_items(const GByteArray *bytes, gsize *at)
{
	g_autoptr(GByteArray) head = g_byte_array_new();
	uint64_t n = G_MAXUINT32;

	if (*at + 4 > bytes->len)
		return n;
	g_byte_array_append(head, bytes->data + *at, 4);
	PtpReader reader = ptp_reader(head);
	n = ptp_take_u32(&reader);
	*at += 4 + (gsize)n * ITEM_BYTES;
	return n;
}

gboolean
ptp_load_report(Device *device, uint32_t since, uint32_t *now, uint64_t *n_changes)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	PtpTransaction transaction = {.operation = PTP_OP_REPORT_ADDED_DELETED_ITEMS,
				      .parameters = {since, 0, MAX_ITEMS},
				      .n_parameters = 3,
				      .in = bytes,
				      .max_in = MAX_REPORT_BYTES};
	gsize at = 0;

	if (!ptp_ask(device, &transaction, NULL) || transaction.response != PTP_RESPONSE_OK ||
	    transaction.n_results < N_RESULTS || transaction.results[RESULT_NOW] == 0)
		return FALSE;
	*n_changes = count_items(bytes, &at);
	*n_changes += count_items(bytes, &at);
	*n_changes += transaction.results[RESULT_MORE];
	/* Some are left out: it may be anything. */
	if (at != bytes->len || transaction.results[RESULT_FLAGS] != 0)
		*n_changes = G_MAXUINT32;
	*now = transaction.results[RESULT_NOW];
	return TRUE;
}
