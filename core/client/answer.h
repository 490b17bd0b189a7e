/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * answer: the helper's reply to a request, as the event that the host waits for.
 */
#pragma once

#include <gio/gunixfdlist.h>

#include "client/mirror.h"
#include "client/sender.h"

/* What the reply must be; NULL: anything. */
const GVariantType *answer_get_type(Request *request);
void answer_tell(PortaClient *client, Mirror *mirror, Request *request, GVariant *reply,
		 GUnixFDList *fds);
void answer_tell_error(PortaClient *client, Mirror *mirror, Request *request, int32_t code,
		       const char *text);
