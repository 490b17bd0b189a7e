/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * error: one table, asserted complete: a row for each PORTA_ERROR_*, in order.
 */
#include "base/error.h"

#define DBUS_PREFIX "org.portamento.Sync1.Error."
#define LAST_ERROR PORTA_ERROR_JOURNAL

typedef struct {
	int32_t code;
	const char *dbus;
	const char *name;
} Row;

static const Row rows[] = {
	{PORTA_ERROR_FAILED, DBUS_PREFIX "Failed", "failed"},
	{PORTA_ERROR_INVALID_ARGUMENT, DBUS_PREFIX "InvalidArgument", "invalid argument"},
	{PORTA_ERROR_NO_MEMORY, DBUS_PREFIX "NoMemory", "no memory"},
	{PORTA_ERROR_NO_HELPER, DBUS_PREFIX "NoHelper", "no helper"},
	{PORTA_ERROR_NO_DEVICE, DBUS_PREFIX "NoDevice", "no device"},
	{PORTA_ERROR_DEVICE_BUSY, DBUS_PREFIX "DeviceBusy", "device busy"},
	{PORTA_ERROR_DEVICE_LOCKED, DBUS_PREFIX "DeviceLocked", "device locked"},
	{PORTA_ERROR_NO_SPACE, DBUS_PREFIX "NoSpace", "no space"},
	{PORTA_ERROR_NOT_SUPPORTED, DBUS_PREFIX "NotSupported", "not supported"},
	{PORTA_ERROR_SOURCE_MISSING, DBUS_PREFIX "SourceMissing", "file missing"},
	{PORTA_ERROR_SOURCE_UNREADABLE, DBUS_PREFIX "SourceUnreadable", "file unreadable"},
	{PORTA_ERROR_SOURCE_CHANGED, DBUS_PREFIX "SourceChanged", "file changed meanwhile"},
	{PORTA_ERROR_FILE_TOO_LARGE, DBUS_PREFIX "FileTooLarge", "file too large"},
	{PORTA_ERROR_NOT_LOCAL, DBUS_PREFIX "NotLocal", "not a local file"},
	{PORTA_ERROR_CANCELLED, DBUS_PREFIX "Cancelled", "cancelled"},
	{PORTA_ERROR_DEVICE_IO, DBUS_PREFIX "DeviceIo", "device error"},
	{PORTA_ERROR_DEVICE_HUNG, DBUS_PREFIX "DeviceHung", "device does not answer"},
	{PORTA_ERROR_DEVICE_INSANE, DBUS_PREFIX "DeviceInsane", "device answers nonsense"},
	{PORTA_ERROR_PARTNERSHIP_NONE, DBUS_PREFIX "PartnershipNone", "no partnership"},
	{PORTA_ERROR_PARTNERSHIP_ANOTHER, DBUS_PREFIX "PartnershipAnother", "another's partner"},
	{PORTA_ERROR_HELD, DBUS_PREFIX "Held", "waiting for a confirmation"},
	{PORTA_ERROR_LIMIT_EXCEEDED, DBUS_PREFIX "LimitExceeded", "limit exceeded"},
	{PORTA_ERROR_NOT_FOUND, DBUS_PREFIX "NotFound", "not found"},
	{PORTA_ERROR_ENGINE_LOST, DBUS_PREFIX "EngineLost", "engine lost"},
	{PORTA_ERROR_JOURNAL, DBUS_PREFIX "Journal", "journal not writable"},
};

G_STATIC_ASSERT(G_N_ELEMENTS(rows) == -LAST_ERROR);

static const Row *
find_row(int32_t code)
{
	if (code < 0 && code >= LAST_ERROR)
		return &rows[-code - 1];
	return &rows[0];
}

void
error_register_dbus(void)
{
	static gsize once = 0;

	if (!g_once_init_enter(&once))
		return;
	GQuark domain = g_quark_from_static_string("portamento-error");
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		g_dbus_error_register_error(domain, rows[i].code, rows[i].dbus);
	g_once_init_leave(&once, 1);
}

GQuark
error_quark(void)
{
	error_register_dbus();
	return g_quark_from_static_string("portamento-error");
}

const char *
error_dbus_name(int32_t code)
{
	return find_row(code)->dbus;
}

const char *
error_name(int32_t code)
{
	return code == PORTA_OK ? "ok" : find_row(code)->name;
}

int32_t
error_code(const GError *error)
{
	if (error == NULL)
		return PORTA_OK;
	if (error->domain == PORTA_ERROR)
		return error->code;
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return PORTA_ERROR_CANCELLED;
	if (g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
	    g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER) ||
	    g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY) ||
	    g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_DISCONNECTED) ||
	    g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CLOSED))
		return PORTA_ERROR_NO_HELPER;
	if (g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS))
		return PORTA_ERROR_INVALID_ARGUMENT;
	return PORTA_ERROR_FAILED;
}
