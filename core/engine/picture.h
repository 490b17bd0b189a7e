/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * picture: what a JPEG or PNG says of itself at its beginning. Pure; whatever bytes it is given.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef struct {
	gboolean is_png; /* else JPEG */
	uint32_t width, height; /* never 0 */
} Picture;

/* FALSE for what is neither, or ends before it has told its measures. */
gboolean picture_measure(const uint8_t *bytes, gsize n, Picture *out);
