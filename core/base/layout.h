/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * layout: the template that songs are named by, "Music/{albumartist}/{album}/{disc-track} {title}": which
 * fields there are, and whether a template is one. The helper checks what a person writes, the
 * engine what it names files by: with the same words.
 */
#pragma once

#include <glib.h>

#define LAYOUT_DEFAULT "Music/{albumartist}/{album}/{disc-track} {title}"
#define LAYOUT_MAX_LEVELS 8
#define LAYOUT_MAX_BYTES 1024

typedef enum {
	LAYOUT_ALBUM_ARTIST,
	LAYOUT_ARTIST,
	LAYOUT_ALBUM,
	LAYOUT_TITLE,
	LAYOUT_DISC,
	LAYOUT_TRACK,
	LAYOUT_DISC_TRACK,
	LAYOUT_YEAR,
	LAYOUT_GENRE,
	LAYOUT_FILE, /* the source's own name without suffix */
	LAYOUT_N_FIELDS
} LayoutField;

/* The field of this name, n bytes without its braces; -1 none. */
int layout_find_field(const char *name, gsize n);
/* NULL, or why it is no good, after "it ...". Caller frees. */
char *layout_check(const char *layout);
