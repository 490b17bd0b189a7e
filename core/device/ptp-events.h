/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-events: what a device says unasked, on its interrupt endpoint. One transfer is
 * always in flight; what comes waits in a queue, so much and no more.
 */
#pragma once

#include "device/ptp-session.h"
#include "device/ptp-usb.h"

typedef struct PtpEvents PtpEvents;

/* on_gone is called from the thread that handles usb's events, once, when the device is no more. */
PtpEvents *ptp_events_new(const PtpUsb *usb, void (*on_gone)(void *data), void *data);
/* While the events of usb are still handled. FALSE if the transfer does not come back. */
gboolean ptp_events_stop(PtpEvents *events, guint timeout_ms);
void ptp_events_free(PtpEvents *events); /* stopped */

gboolean ptp_events_next(PtpEvents *events, PtpEvent *out);
