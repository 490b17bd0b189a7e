/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What shall go wrong, and when. Faults are armed by the control socket with a count of
 * transactions or bytes from now and strike once; garbage, folder loops and huge counts stay until
 * cleared. The same seed gives the same garbage for the same conversation.
 */
#include "faults.h"

#include <string.h>

#define HEADER_LENGTH 12

struct faults *
faults_new(void)
{
	struct faults *faults = g_new0(struct faults, 1);

	faults->armed = g_array_new(FALSE, FALSE, sizeof(struct fault));
	faults->stored_wrong = -1;
	return faults;
}

void
faults_free(struct faults *faults)
{
	faults_clear(faults);
	g_array_unref(faults->armed);
	g_free(faults);
}

void
faults_clear(struct faults *faults)
{
	g_array_set_size(faults->armed, 0);
	g_clear_pointer(&faults->garbage, g_rand_free);
	faults->counts_bytes = FALSE;
	faults->folder_loop = FALSE;
	faults->huge_counts = FALSE;
	faults->stored_wrong = -1;
}

void
faults_arm(struct faults *faults, enum fault_kind kind, guint64 transactions, guint16 code)
{
	struct fault fault = {kind, transactions, code};

	g_array_append_val(faults->armed, fault);
}

void
faults_set_garbage(struct faults *faults, guint32 seed, guint percent)
{
	g_clear_pointer(&faults->garbage, g_rand_free);
	if (percent)
		faults->garbage = g_rand_new_with_seed(seed);
	faults->garbage_percent = percent;
}

struct fault
faults_begin_transaction(struct faults *faults)
{
	struct fault due = {FAULT_NONE, 0, 0};

	for (guint i = faults->armed->len; i-- > 0;) {
		struct fault *fault = &g_array_index(faults->armed, struct fault, i);

		if (--fault->countdown > 0)
			continue;
		due = *fault;
		g_array_remove_index(faults->armed, i);
	}
	return due;
}

gsize
faults_let_through(struct faults *faults, gsize length, gboolean *is_cut)
{
	*is_cut = faults->counts_bytes && length >= faults->bytes_left;
	if (*is_cut) {
		faults->counts_bytes = FALSE;
		return faults->bytes_left;
	}
	faults->bytes_left -= MIN(length, faults->bytes_left);
	return length;
}

void
faults_spoil_stored(const struct faults *faults, guint8 *data, guint64 offset, gsize length)
{
	guint64 wrong = faults->stored_wrong;

	if (data && faults->stored_wrong >= 0 && wrong >= offset && wrong < offset + length)
		data[wrong] ^= 0x10;
}

static void
flip_bits(GRand *rand, GByteArray *container)
{
	guint count = g_rand_int_range(rand, 1, 9);

	for (guint i = 0; i < count; i++)
		container->data[g_rand_int_range(rand, 0, container->len)] ^=
			1 << g_rand_int_range(rand, 0, 8);
}

static void
change_length(GRand *rand, GByteArray *container)
{
	guint32 length = GUINT32_TO_LE(g_rand_int(rand));

	memcpy(container->data, &length, sizeof length);
}

static void
truncate_container(GRand *rand, GByteArray *container)
{
	g_byte_array_set_size(container, g_rand_int_range(rand, 0, container->len));
}

/* Most datasets begin with a count. */
static void
oversize_count(GRand *rand, GByteArray *container)
{
	guint32 count = GUINT32_TO_LE(0x7FFFFFFFu >> g_rand_int_range(rand, 0, 16));

	if (container->len >= HEADER_LENGTH + sizeof count)
		memcpy(container->data + HEADER_LENGTH, &count, sizeof count);
	else
		flip_bits(rand, container);
}

void
faults_mangle(struct faults *faults, GByteArray *container)
{
	static void (*const mutations[])(GRand *, GByteArray *) = {
		flip_bits, change_length, truncate_container, oversize_count};
	GRand *rand = faults->garbage;

	if (!rand || g_rand_int_range(rand, 0, 100) >= (gint32)faults->garbage_percent)
		return;
	mutations[g_rand_int_range(rand, 0, G_N_ELEMENTS(mutations))](rand, container);
}
