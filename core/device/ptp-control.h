/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-control: one request at a time on the control endpoint, waited for, while another thread
 * handles usb's events.
 */
#pragma once

#include "device/ptp-usb.h"

typedef struct PtpControl PtpControl;

#define PTP_CONTROL_BYTES 64 /* of a request's data, at most */
#define PTP_CONTROL_STOP_MS 1000 /* for the kernel to give a request back, over its time */

PtpControl *ptp_control_new(const PtpUsb *usb);
/* FALSE: the kernel keeps a request, and with it the memory. */
gboolean ptp_control_free(PtpControl *control);

/* A request of the class to the interface. Bytes moved, or LIBUSB_ERROR_*. */
int ptp_control_run(PtpControl *control, uint8_t type, uint8_t request, unsigned char *bytes,
		    uint16_t n, guint timeout_ms);
