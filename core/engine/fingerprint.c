/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fingerprint: see fingerprint.h. Formats: ID3v2 (id3.org, ID3v2.4.0 structure, section 3.1),
 * ID3v1 and APEv2 trailers, FLAC metadata blocks (RFC 9639, section 8).
 */
#include "engine/fingerprint.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SAMPLE_BYTES (64u * 1024)
#define N_SAMPLES 3
#define MAX_TAG_BYTES (64u << 20)

/* Where the sound lies in the file. */
typedef struct {
	const char *kind;
	uint64_t begin, end, size;
} Extent;

static gboolean
read_at(int fd, uint64_t offset, void *buffer, gsize n)
{
	return pread(fd, buffer, n, offset) == (gssize)n;
}

static uint32_t
syncsafe(const uint8_t *p)
{
	return (uint32_t)(p[0] & 0x7f) << 21 | (p[1] & 0x7f) << 14 | (p[2] & 0x7f) << 7 |
	       (p[3] & 0x7f);
}

/* Offset behind an ID3v2 tag at offset, or offset itself. */
static uint64_t
skip_id3v2(int fd, uint64_t offset)
{
	uint8_t head[10];

	if (!read_at(fd, offset, head, sizeof head) || memcmp(head, "ID3", 3) != 0)
		return offset;
	gboolean has_footer = head[5] & 0x10;
	return offset + 10 + syncsafe(head + 6) + (has_footer ? 10 : 0);
}

static uint64_t
skip_flac_metadata(int fd, uint64_t offset)
{
	uint8_t head[4];
	gboolean is_last = FALSE;

	offset += 4;
	while (!is_last && read_at(fd, offset, head, sizeof head)) {
		is_last = head[0] & 0x80;
		offset += 4 + ((uint32_t)head[1] << 16 | head[2] << 8 | head[3]);
	}
	return offset;
}

static uint64_t
cut_trailers(int fd, uint64_t begin, uint64_t end)
{
	uint8_t tail[32];

	if (end - begin >= 128 && read_at(fd, end - 128, tail, 3) && memcmp(tail, "TAG", 3) == 0)
		end -= 128;
	if (end - begin >= 32 && read_at(fd, end - 32, tail, 32) &&
	    memcmp(tail, "APETAGEX", 8) == 0) {
		uint64_t size = tail[12] | tail[13] << 8 | tail[14] << 16 |
				(uint32_t)tail[15] << 24;
		gboolean has_header = tail[23] & 0x80;
		size += has_header ? 32 : 0;
		if (size <= end - begin)
			end -= size;
	}
	return end;
}

static Extent
find_sound(int fd, uint64_t size)
{
	Extent whole = {"file", 0, size, size};
	uint8_t magic[4];
	uint64_t begin = skip_id3v2(fd, 0);

	if (begin >= size || !read_at(fd, begin, magic, sizeof magic))
		return whole;
	if (memcmp(magic, "fLaC", 4) == 0) {
		uint64_t sound = skip_flac_metadata(fd, begin);
		return sound < size ? (Extent){"flac", sound, size, size} : whole;
	}
	gboolean is_mpeg_frame = magic[0] == 0xff && (magic[1] & 0xe0) == 0xe0;
	if (!is_mpeg_frame)
		return whole;
	return (Extent){"mp3", begin, cut_trailers(fd, begin, size), size};
}

static gboolean
add_range(GChecksum *sum, int fd, uint64_t begin, uint64_t end)
{
	g_autofree uint8_t *buffer = g_malloc(SAMPLE_BYTES);

	while (begin < end) {
		gsize n = MIN(end - begin, SAMPLE_BYTES);
		if (!read_at(fd, begin, buffer, n))
			return FALSE;
		g_checksum_update(sum, buffer, n);
		begin += n;
	}
	return TRUE;
}

/* Head, middle and tail; all of what is small. */
static gboolean
add_samples(GChecksum *sum, int fd, uint64_t begin, uint64_t end)
{
	uint64_t length = end - begin;

	if (length <= N_SAMPLES * SAMPLE_BYTES)
		return add_range(sum, fd, begin, end);
	uint64_t middle = begin + length / 2;
	return add_range(sum, fd, begin, begin + SAMPLE_BYTES) &&
	       add_range(sum, fd, middle, middle + SAMPLE_BYTES) &&
	       add_range(sum, fd, end - SAMPLE_BYTES, end);
}

static char *
print_of(int fd, uint64_t size)
{
	Extent sound = find_sound(fd, size);
	g_autoptr(GChecksum) sound_sum = g_checksum_new(G_CHECKSUM_SHA256);
	g_autoptr(GChecksum) tags_sum = g_checksum_new(G_CHECKSUM_SHA256);

	if (sound.begin > MAX_TAG_BYTES)
		sound = (Extent){"file", 0, size, size};
	if (!add_samples(sound_sum, fd, sound.begin, sound.end) ||
	    !add_range(tags_sum, fd, 0, sound.begin) || !add_range(tags_sum, fd, sound.end, size))
		return NULL;
	return g_strdup_printf("%s:%" G_GUINT64_FORMAT ":%.32s:%.32s", sound.kind,
			       (guint64)(sound.end - sound.begin), g_checksum_get_string(sound_sum),
			       g_checksum_get_string(tags_sum));
}

char *
fingerprint_read(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char *print = NULL;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		print = print_of(fd, st.st_size);
	close(fd);
	return print;
}

FingerprintMatch
fingerprint_compare(const char *a, const char *b)
{
	if (a == NULL || b == NULL || a[0] == '\0')
		return FINGERPRINT_DIFFERENT;
	if (strcmp(a, b) == 0)
		return FINGERPRINT_SAME_BYTES;
	const char *tags_of_a = strrchr(a, ':');
	const char *tags_of_b = strrchr(b, ':');
	if (tags_of_a == NULL || tags_of_b == NULL || tags_of_a - a != tags_of_b - b)
		return FINGERPRINT_DIFFERENT;
	return strncmp(a, b, tags_of_a - a) == 0 ? FINGERPRINT_SAME_SOUND : FINGERPRINT_DIFFERENT;
}
