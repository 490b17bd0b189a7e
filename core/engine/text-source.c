/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text-source: see text-source.h.
 */
#include "engine/text-source.h"

#include <string.h>

gssize
text_source_read(void *data, void *buffer, gsize n, GError **error)
{
	TextSource *text = data;
	gsize k = MIN(n, text->size - text->done);

	memcpy(buffer, text->bytes + text->done, k);
	text->done += k;
	return k;
}
