/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the control socket can be told: the table, and what can be waited for. */
#include "commands.h"

#include <gio/gio.h>

static const struct command_entry commands[] = {
	{"plug", 0, 0, "plug", command_plug, FALSE},
	{"unplug", 0, 0, "unplug", command_unplug, FALSE},
	{"replug", 0, 0, "replug", command_replug, FALSE},
	{"lock", 0, 0, "lock", command_lock, TRUE},
	{"unlock", 0, 0, "unlock", command_unlock, TRUE},
	{"hold", 0, 0, "hold", command_hold, FALSE},
	{"release", 0, 0, "release", command_release, FALSE},
	{"latency", 1, 1, "latency MICROSECONDS", command_latency, TRUE},
	{"bandwidth", 1, 1, "bandwidth BYTES_PER_S", command_bandwidth, FALSE},
	{"info", 0, 0, "info", command_info, FALSE},
	{"stats", 0, 0, "stats", command_stats, FALSE},
	{"reset-stats", 0, 0, "reset-stats", command_reset_stats, FALSE},
	{"tree", 0, 0, "tree", command_tree, TRUE},
	{"put", 2, 2, "put PATH LOCALFILE", command_put, TRUE},
	{"put-size", 2, 2, "put-size PATH BYTES", command_put_size, TRUE},
	{"rewrite", 2, 2, "rewrite PATH LOCALFILE", command_rewrite, TRUE},
	{"mkdir", 1, 1, "mkdir PATH", command_mkdir, TRUE},
	{"delete", 1, 1, "delete PATH", command_delete, TRUE},
	{"rename", 2, 2, "rename PATH NEWNAME", command_rename, TRUE},
	{"get", 2, 2, "get PATH LOCALFILE", command_get, TRUE},
	{"set", 3, 3, "set PATH PROPERTY VALUE", command_set, TRUE},
	{"capacity", 1, 2, "capacity [STORAGE] BYTES", command_capacity, TRUE},
	{"free-lie", 1, 2, "free-lie [STORAGE] BYTES|off", command_free_lie, TRUE},
	{"fault", 1, 3, "fault KIND [NUMBER [ARGUMENT]]", command_fault, TRUE},
	{"set-quirk", 2, 2, "set-quirk KEY VALUE", command_set_quirk, TRUE},
	{"snapshot", 1, 1, "snapshot FILE", command_snapshot, TRUE},
	{"restore", 1, 1, "restore FILE", command_restore, TRUE},
	{"quit", 0, 0, "quit", command_quit, FALSE},
};

const struct command_entry *
command_lookup(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(commands); i++)
		if (g_str_equal(commands[i].name, name))
			return &commands[i];
	return NULL;
}

static gboolean
is_idle(const struct command *command)
{
	return responder_is_idle(command->device->responder);
}

static gboolean
is_plugged(const struct command *command)
{
	return usb_port_is_plugged(command->device->port);
}

static gboolean
is_unplugged(const struct command *command)
{
	return !usb_port_is_plugged(command->device->port);
}

static gboolean
is_held(const struct command *command)
{
	return usb_port_is_held(command->device->port);
}

static gboolean
is_in_session(const struct command *command)
{
	return command->device->responder->session != 0;
}

static gboolean
is_out_of_session(const struct command *command)
{
	return command->device->responder->session == 0;
}

static gboolean
is_heard(const struct command *command)
{
	return g_queue_is_empty(&command->device->responder->events);
}

static gboolean
has_transactions(const struct command *command)
{
	guint64 wanted = g_ascii_strtoull(command->arguments[0], NULL, 10);

	return command->device->statistics->transactions >= wanted;
}

condition_cb
wait_condition(const struct command *command, const char *name, GError **error)
{
	static const struct {
		const char *name;
		condition_cb condition;
	} conditions[] = {
		{"idle", is_idle},           {"plugged", is_plugged},
		{"held", is_held},           {"heard", is_heard},
		{"session", is_in_session},  {"no-session", is_out_of_session},
		{"unplugged", is_unplugged},
	};
	const char *argument = command->arguments[0];

	if (argument && command->device->responder && g_str_equal(name, "wait-transactions"))
		return has_transactions;
	for (gsize i = 0; i < G_N_ELEMENTS(conditions) && argument; i++)
		if (command->device->responder && g_str_equal(conditions[i].name, argument))
			return conditions[i].condition;
	g_set_error(
		error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
		"wait-transactions N | wait idle|session|no-session|plugged|unplugged|held|heard");
	return NULL;
}
