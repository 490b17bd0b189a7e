/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * memfd: see memfd.h. The sender's bytes are final once sealed.
 */
#include "wire/memfd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

#define SEALS (F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW)

typedef struct {
	void *bytes;
	gsize size;
} Mapping;

static void
mapping_free(Mapping *mapping)
{
	munmap(mapping->bytes, mapping->size);
	g_free(mapping);
}

static gboolean
write_all(int fd, const char *bytes, gsize size, GError **error)
{
	while (size > 0) {
		gssize n = write(fd, bytes, size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			g_set_error(error, PORTA_ERROR, PORTA_ERROR_NO_MEMORY,
				    "writing a memfd: %s", g_strerror(errno));
			return FALSE;
		}
		bytes += n;
		size -= n;
	}
	return TRUE;
}

int
memfd_new_from_chunks(const char *name, const struct iovec *chunks, gsize n_chunks, GError **error)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_NO_MEMORY, "memfd_create: %s",
			    g_strerror(errno));
		return -1;
	}
	for (gsize i = 0; i < n_chunks; i++) {
		if (!write_all(fd, chunks[i].iov_base, chunks[i].iov_len, error)) {
			close(fd);
			return -1;
		}
	}
	if (fcntl(fd, F_ADD_SEALS, SEALS | F_SEAL_SEAL) < 0) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_FAILED, "sealing a memfd: %s",
			    g_strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}

int
memfd_new_from_variant(const char *name, GVariant *value, GError **error)
{
	g_autoptr(GVariant) wire = NULL;

	if (G_BYTE_ORDER == G_BIG_ENDIAN)
		wire = g_variant_byteswap(value);
	else
		wire = g_variant_ref(value);
	struct iovec chunk = {(void *)g_variant_get_data(wire), g_variant_get_size(wire)};
	return memfd_new_from_chunks(name, &chunk, 1, error);
}

gboolean
memfd_check_sealed(int fd, GError **error)
{
	int seals = fcntl(fd, F_GET_SEALS);

	if (seals < 0 || (seals & SEALS) != SEALS) {
		g_set_error_literal(error, PORTA_ERROR, PORTA_ERROR_INVALID_ARGUMENT,
				    "the file descriptor is not a memfd sealed against writing, "
				    "shrinking and growing");
		return FALSE;
	}
	return TRUE;
}

GVariant *
memfd_map_variant(int fd, const GVariantType *type, gsize max_bytes, GError **error)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size <= 0) {
		g_set_error_literal(error, PORTA_ERROR, PORTA_ERROR_INVALID_ARGUMENT,
				    "the file descriptor holds nothing");
		return NULL;
	}
	if ((guint64)st.st_size > max_bytes) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_LIMIT_EXCEEDED,
			    "%" G_GUINT64_FORMAT " bytes, %" G_GSIZE_FORMAT
			    " are the most accepted",
			    (guint64)st.st_size, max_bytes);
		return NULL;
	}
	gsize size = st.st_size;
	void *bytes = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	if (bytes == MAP_FAILED) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_NO_MEMORY,
			    "mapping %" G_GSIZE_FORMAT " bytes: %s", size, g_strerror(errno));
		return NULL;
	}
	Mapping *mapping = g_new(Mapping, 1);
	*mapping = (Mapping){bytes, size};
	GVariant *value = g_variant_new_from_data(type, bytes, size, FALSE,
						  (GDestroyNotify)mapping_free, mapping);
	g_variant_ref_sink(value);
	if (G_BYTE_ORDER == G_BIG_ENDIAN) {
		GVariant *swapped = g_variant_byteswap(value);
		g_variant_unref(value);
		value = swapped;
	}
	return value;
}
