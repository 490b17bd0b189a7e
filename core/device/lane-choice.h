/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lane-choice: which lane a device is spoken to with. What proved wrong with a device is remembered, and
 * the other lane takes over: at once if the session could not be opened, else with the next.
 * PORTAMENTO_LANE ("ptp" or "libmtp") decides against all that.
 */
#pragma once

#include "device/device.h"
#include "device/memory.h"

const DeviceLane *lane_choose(const DeviceAddress *address, const Memory *memory);
/* The lane to go on with after this one could not open the device, or NULL. */
const DeviceLane *lane_after_refusal(const DeviceLane *lane, const GError *error);
/* The device was opened by the second lane. */
void lane_note_refusal(Memory *memory);
/* The lane ended the session with this device and understood it, or not. */
void lane_note_end(const DeviceLane *lane, Memory *memory, gboolean was_insane);
