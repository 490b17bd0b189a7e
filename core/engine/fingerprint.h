/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fingerprint: tells whether two files hold the same sound, and the same bytes,
 * by reading little of them. Samples, not all: it decides what to do with a file
 * that we know by name or size already, never whether strangers are alike.
 *
 * "kind:length:sound:tags": kind "mp3" and "flac" separate the sound from the tags around it;
 * "file" is anything else, all of it sound.
 */
#pragma once

#include <glib.h>

typedef enum {
	FINGERPRINT_DIFFERENT = 0,
	FINGERPRINT_SAME_SOUND = 1, /* tags differ */
	FINGERPRINT_SAME_BYTES = 2
} FingerprintMatch;

/* NULL if the file can not be read. Caller frees. */
char *fingerprint_read(const char *path);
FingerprintMatch fingerprint_compare(const char *a, const char *b);
