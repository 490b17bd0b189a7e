/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * session-covers: pictures on the computer, for what this device says that it takes. It is asked when the first
 * has been found; where the songs have none, nothing is asked.
 */
#pragma once

#include "device/device.h"
#include "engine/cover.h"

/* device is lent for its life. */
Covers *session_covers_new(Device *device, GCancellable *cancellable);
