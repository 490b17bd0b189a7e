/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * view: the devices as the host sees them: as of the last event that it fetched,
 * so that what it counts and what it was told never disagree.
 */
#pragma once

#include "client/client.h"

/* Under lock: what the event, which is being fetched, tells. */
void view_apply(PortaClient *client, PortaEvent *event);
