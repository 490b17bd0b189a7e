/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * notice: see notice.h.
 */
#include "notice.h"

static Notice
decide_status(int64_t status, int64_t n_held)
{
	switch (status) {
	case PORTA_STATUS_MANUAL_DEVICE: return NOTICE_READ_ONLY;
	case PORTA_STATUS_PARTNERSHIP_ANOTHER: return NOTICE_ANOTHER;
	case PORTA_STATUS_NEW_DEVICE: return NOTICE_NEW;
	case PORTA_STATUS_PARTNERSHIP_EXISTS: return n_held > 0 ? NOTICE_HELD : NOTICE_NONE;
	default: /* declined: it was asked once, and No is remembered */ return NOTICE_NONE;
	}
}

Notice
notice_decide(gboolean connected, int64_t status, int64_t detail, int64_t n_held,
	      const NoticeFacts *facts)
{
	if (!facts->helper_there)
		return NOTICE_NO_HELPER;
	if (facts->failed)
		return NOTICE_FAILED;
	if (!connected)
		return NOTICE_NONE;
	if (detail == PORTA_DETAIL_DEVICE_BUSY || facts->refused)
		return facts->rival_active ? NOTICE_RIVAL : NOTICE_BUSY;
	if (detail == PORTA_DETAIL_WAITING_FOR_UNLOCK)
		return NOTICE_LOCKED;
	return decide_status(status, n_held);
}

Notice
notice_choose(PortaDevice *device, const NoticeFacts *facts)
{
	return notice_decide(porta_device_get_number(device, PORTA_KEY_CONNECTED) == 1,
			     porta_device_get_number(device, PORTA_KEY_STATUS),
			     porta_device_get_number(device, PORTA_KEY_DETAIL),
			     porta_device_get_number(device, PORTA_KEY_HELD_REMOVALS), facts);
}
