/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * memfd: bytes that cross a process border once, sealed so that the sender
 * can not change them under the receiver.
 */
#pragma once

#include <gio/gio.h>
#include <sys/uio.h>

/* A sealed memfd holding the value's bytes (made little endian, normal form), or -1. The caller closes it. */
int memfd_new_from_variant(const char *name, GVariant *value, GError **error);

/* The same of bytes that are in wire form already, one chunk after the other. */
int memfd_new_from_chunks(const char *name, const struct iovec *chunks, gsize n_chunks,
			  GError **error);

/* Whether fd is a memfd sealed against write, shrink and grow; INVALID_ARGUMENT if not. */
gboolean memfd_check_sealed(int fd, GError **error);

/* Maps fd read-only and reads it as type; not yet validated (g_variant_is_normal_form is the caller's).
 * LIMIT_EXCEEDED above max_bytes. fd is not closed. */
GVariant *memfd_map_variant(int fd, const GVariantType *type, gsize max_bytes, GError **error);
