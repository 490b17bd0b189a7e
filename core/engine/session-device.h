/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * session-device: a device is opened for a job, or gone on with as another session has left it.
 */
#pragma once

#include "engine/job.h"
#include "engine/session-plan.h"

/* Whether what was kept is what the job is about: a device may have come back as another, or be wanted by the
 * other lane. */
gboolean session_device_fits(const Device *kept, const Job *job);

/* Opens it, and fills in what it is and what storages it has. was_kept: it may be open. As device_open(), and
 * DEVICE_LOCKED if it shows nothing. */
gboolean session_device_open(Device *device, gboolean was_kept, Planning *planning, GError **error);
