/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * requests: the public calls that ask something of the helper. They look at
 * their arguments, hand a Request to the worker, and are done.
 */
#include "base/error.h"
#include "client/client-bus.h"
#include "client/rules.h"
#include "client/track.h"

#include <unistd.h>

static int32_t
submit(PortaClient *client, Request *request)
{
	if (client->pid != getpid()) { /* a fork has no worker */
		request_free(request);
		return PORTA_ERROR_FAILED;
	}
	client_take_request(client, request);
	return PORTA_OK;
}

static int32_t
check_device(PortaClient *client, const char *device_id)
{
	if (client == NULL || device_id == NULL || device_id[0] == '\0')
		return PORTA_ERROR_INVALID_ARGUMENT;
	return track_check_string(device_id);
}

/* parameters may be floating; NULL: none. */
static int32_t
ask_device(PortaClient *client, const char *device_id, int32_t answer, const char *method,
	   GVariant *parameters, uint64_t number)
{
	g_autoptr(GVariant) owned = parameters == NULL ? NULL : g_variant_ref_sink(parameters);
	int32_t code = check_device(client, device_id);

	if (code != PORTA_OK)
		return code;
	Request *request = request_new(answer, method, number);
	request->device_id = g_strdup(device_id);
	request->parameters = g_steal_pointer(&owned);
	return submit(client, request);
}

/* The same about these rules, which it takes over; NULL: none, of no host. */
static int32_t
ask_about_rules(PortaClient *client, const char *device_id, int32_t answer, const char *method,
		PortaRules *rules, uint64_t number)
{
	if (client == NULL) {
		porta_rules_free(rules);
		return PORTA_ERROR_INVALID_ARGUMENT;
	}
	GVariant *parameters = g_variant_new("(s@" RULES_TYPE ")",
					     rules == NULL ? "" : client->host_id,
					     rules_to_variant(rules));
	porta_rules_free(rules);
	return ask_device(client, device_id, answer, method, parameters, number);
}

int32_t
porta_client_publish(PortaClient *client, PortaLibrary *library, uint64_t number)
{
	if (client == NULL || library == NULL) {
		porta_library_free(library);
		return PORTA_ERROR_INVALID_ARGUMENT;
	}
	Request *request = request_new(PORTA_EVENT_REPLY, "PublishLibrary", number);
	request->library = library;
	return submit(client, request);
}

int32_t
porta_client_set_rules(PortaClient *client, const char *device_id, PortaRules *rules,
		       uint64_t number)
{
	if (rules == NULL)
		return PORTA_ERROR_INVALID_ARGUMENT;
	return ask_about_rules(client, device_id, PORTA_EVENT_REPLY, "SetRules", rules, number);
}

int32_t
porta_client_list_rules(PortaClient *client, const char *device_id, uint64_t number)
{
	return ask_device(client, device_id, PORTA_EVENT_RULES, "ListRules", NULL, number);
}

int32_t
porta_client_create_partnership(PortaClient *client, const char *device_id, int32_t replace,
				uint64_t number)
{
	if (replace != 0 && replace != 1)
		return PORTA_ERROR_INVALID_ARGUMENT;
	return ask_device(client, device_id, PORTA_EVENT_REPLY, "CreatePartnership",
			  g_variant_new("(b)", replace), number);
}

int32_t
porta_client_delete_partnership(PortaClient *client, const char *device_id, uint64_t number)
{
	return ask_device(client, device_id, PORTA_EVENT_REPLY, "DeletePartnership", NULL, number);
}

static GVariant *
number_to_variant(const char *name, int64_t value)
{
	/* which settings are truths; the helper looks at the types */
	static const char *const truths[] = {"SyncOnConnect", "VerifyReadback", "Covers", NULL};

	if (g_strv_contains(truths, name) && (value == 0 || value == 1))
		return g_variant_new_boolean(value == 1);
	if (value >= 0 && value <= G_MAXUINT32)
		return g_variant_new_uint32((uint32_t)value);
	return g_variant_new_int64(value);
}

int32_t
porta_client_set_setting_number(PortaClient *client, const char *device_id, const char *name,
				int64_t value, uint64_t number)
{
	int32_t code = track_check_string(name);

	if (code != PORTA_OK)
		return code;
	return ask_device(client, device_id, PORTA_EVENT_REPLY, "SetSetting",
			  g_variant_new("(sv)", name, number_to_variant(name, value)), number);
}

int32_t
porta_client_set_setting_string(PortaClient *client, const char *device_id, const char *name,
				const char *value, uint64_t number)
{
	int32_t code = track_check_string(name);

	if (code == PORTA_OK)
		code = track_check_string(value);
	if (code != PORTA_OK)
		return code;
	return ask_device(client, device_id, PORTA_EVENT_REPLY, "SetSetting",
			  g_variant_new("(sv)", name, g_variant_new_string(value)), number);
}

int32_t
porta_client_start(PortaClient *client, const char *device_id, uint64_t number)
{
	return ask_device(client, device_id, PORTA_EVENT_REPLY, "Start", NULL, number);
}

int32_t
porta_client_stop(PortaClient *client, const char *device_id, uint64_t number)
{
	return ask_device(client, device_id, PORTA_EVENT_REPLY, "Stop", NULL, number);
}

int32_t
porta_client_preview(PortaClient *client, const char *device_id, uint64_t number)
{
	return ask_device(client, device_id, PORTA_EVENT_PLAN, "Preview", NULL, number);
}

int32_t
porta_client_preview_rules(PortaClient *client, const char *device_id, PortaRules *rules,
			   uint64_t number)
{
	if (rules == NULL)
		return PORTA_ERROR_INVALID_ARGUMENT;
	return ask_about_rules(client, device_id, PORTA_EVENT_PLAN, "PreviewRules", rules, number);
}

int32_t
porta_client_estimate(PortaClient *client, const char *device_id, PortaRules *rules,
		      uint64_t number)
{
	return ask_about_rules(client, device_id, PORTA_EVENT_ESTIMATE, "Estimate", rules, number);
}

int32_t
porta_client_cancel_estimate(PortaClient *client, const char *device_id, uint64_t number)
{
	return ask_device(client, device_id, PORTA_EVENT_REPLY, "CancelEstimate", NULL, number);
}

int32_t
porta_client_include_skipped(PortaClient *client, const char *device_id, uint64_t number)
{
	return ask_device(client, device_id, PORTA_EVENT_REPLY, "IncludeSkipped", NULL, number);
}

int32_t
porta_client_set_skip(PortaClient *client, const char *device_id, const char *source, int32_t skip,
		      uint64_t number)
{
	int32_t code = track_check_string(source);

	if (code == PORTA_OK && skip != 0 && skip != 1)
		code = PORTA_ERROR_INVALID_ARGUMENT;
	if (code != PORTA_OK)
		return code;
	return ask_device(client, device_id, PORTA_EVENT_REPLY, "SetSkip",
			  g_variant_new("(sb)", source, skip == 1), number);
}

/* The reply after an event of this type for each member of a list. */
static int32_t
ask_for_list(PortaClient *client, const char *device_id, const char *method, int32_t member,
	     uint64_t number)
{
	int32_t code = check_device(client, device_id);

	if (code != PORTA_OK)
		return code;
	Request *request = request_new(PORTA_EVENT_REPLY, method, number);
	request->device_id = g_strdup(device_id);
	request->member = member;
	return submit(client, request);
}

int32_t
porta_client_list_skips(PortaClient *client, const char *device_id, uint64_t number)
{
	return ask_for_list(client, device_id, "ListSkips", PORTA_EVENT_SKIP, number);
}

int32_t
porta_client_list_failures(PortaClient *client, const char *device_id, uint64_t number)
{
	return ask_for_list(client, device_id, "ListFailures", PORTA_EVENT_SYNC_ERROR, number);
}

int32_t
porta_client_confirm_removals(PortaClient *client, const char *device_id, const char *token,
			      uint64_t number)
{
	int32_t code = track_check_string(token);

	if (code != PORTA_OK)
		return code;
	return ask_device(client, device_id, PORTA_EVENT_REPLY, "ConfirmRemovals",
			  g_variant_new("(s)", token), number);
}
