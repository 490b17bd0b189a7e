/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * apply: makes a device's rules and settings what is wanted of it.
 */
#include "apply.h"

/* A setting that is as it should be is not set again: the change would be told to everybody,
 * this program included. */
static int32_t
apply_setting(Session *session, PortaDevice *device, const char *name, int value)
{
	if (value < 0 || porta_device_get_setting_number(device, name) == value)
		return PORTA_OK;
	return porta_client_set_setting_number(session->client,
					       porta_device_get_string(device, PORTA_KEY_DEVICE_ID),
					       name, value, session_next_request(session));
}

int32_t
apply_wanted(Session *session, PortaDevice *device, const Wanted *wanted, uint64_t *request)
{
	const char *id = porta_device_get_string(device, PORTA_KEY_DEVICE_ID);
	int32_t result =
		apply_setting(session, device, "PercentSpaceReserved", wanted->reserve_percent);

	*request = 0;
	if (result == PORTA_OK)
		result = apply_setting(session, device, "SyncOnConnect", wanted->sync_on_connect);
	if (result != PORTA_OK || !wanted->has_rules)
		return result;
	PortaRules *rules = wanted_build_rules(wanted);
	if (rules == NULL)
		return PORTA_ERROR_INVALID_ARGUMENT;
	*request = session_next_request(session);
	return porta_client_set_rules(session->client, id, rules, *request);
}
