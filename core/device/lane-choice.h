/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lane-choice: which lane a device is spoken to with. What proved wrong with a device is remembered, and
 * the other lane takes over: at once if the session could not be opened, else with the next.
 * The setting Lane decides against all that, and the environment's PORTAMENTO_LANE against both.
 */
#pragma once

#include "device/device.h"
#include "device/memory.h"

/* Its memory is open. */
const DeviceLane *lane_choose(const Device *device);
/* The lane to go on with after the device's could not open it, or NULL. */
const DeviceLane *lane_after_refusal(const Device *device, const GError *error);
/* The device was opened by the second lane. */
void lane_note_refusal(Memory *memory);
/* The lane ended the session with this device and understood it, or not. */
void lane_note_end(const DeviceLane *lane, Memory *memory, gboolean was_insane);
