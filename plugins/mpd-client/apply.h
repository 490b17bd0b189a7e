/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * apply: makes a device's rules and settings what is wanted of it.
 */
#pragma once

#include "session.h"
#include "wanted.h"

/* Sends what differs, without waiting for the answers; *request is that of the
 * rules, 0 if there were none to set. */
int32_t apply_wanted(Session *session, PortaDevice *device, const Wanted *wanted,
		     uint64_t *request);
