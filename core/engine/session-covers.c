/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * session-covers: see session-covers.h.
 */
#include "engine/session-covers.h"

/* Of what no device that tells no limit was seen to choke on. */
#define COVER_USUAL_BYTES (300u << 10)
#define COVER_MOST_BYTES (4u << 20)

static gboolean
load_limits(void *data, CoverLimits *out)
{
	DeviceCovers covers;

	if (!device_load_covers(data, &covers, NULL))
		return FALSE;
	*out = (CoverLimits){
		.jpeg = covers.jpeg,
		.png = covers.png,
		.max_bytes = covers.max_bytes > 0 ? MIN(covers.max_bytes, COVER_MOST_BYTES)
						  : COVER_USUAL_BYTES,
		.max_width = covers.max_width,
		.max_height = covers.max_height,
	};
	return TRUE;
}

Covers *
session_covers_new(Device *device, GCancellable *cancellable)
{
	return covers_new(load_limits, device, cancellable);
}
