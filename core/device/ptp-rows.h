/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-rows: objects, put together from property lists, each of which tells one property of all of
 * them. The list of names says which objects there are; every other must speak of those, each
 * once. Pure.
 */
#pragma once

#include "device/ptp-dataset.h"

typedef struct {
	uint32_t handle, storage, parent;
	uint16_t format;
	uint64_t size_bytes;
	char *name;
	guint told; /* a bit for each property that was */
} PtpRow;

typedef struct {
	GArray *rows; /* of PtpRow */
	GHashTable *by_handle; /* handle: index + 1 */
} PtpRows;

PtpRows *ptp_rows_new(void);
void ptp_rows_free(PtpRows *rows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PtpRows, ptp_rows_free)

/* Reads the list of this property. FALSE if it can not be: of another property or type, of strangers, or
 * of one object twice. */
gboolean ptp_rows_read(PtpRows *rows, uint16_t property, const GByteArray *list);
/* Whether of every object all of these were told; only files need have a size. */
gboolean ptp_rows_are_whole(const PtpRows *rows, const uint16_t *properties, gsize n);
/* Whether these are the handles of the rows, each once; `beside` may be a row and no handle. */
gboolean ptp_rows_are(const PtpRows *rows, const GArray *handles, uint32_t beside);
PtpRow *ptp_rows_find(const PtpRows *rows, uint32_t handle);
