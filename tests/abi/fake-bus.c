/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fake-bus: see fake-bus.h.
 */
#include "fake-bus.h"

#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define PATIENCE_MS 60000 /* instruments are slow; a sound run takes milliseconds */

struct FakeBus {
	char *folder;
	char *config;
	char *address;
	GSubprocess *daemon;
	GDBusConnection *hand;
};

static void
write_file(const char *folder, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autoptr(GError) error = NULL;

	g_file_set_contents(path, text, -1, &error);
	g_assert_no_error(error);
}

static void
write_files(FakeBus *bus, const char *arguments)
{
	g_autofree char *services = g_build_filename(bus->folder, "services", NULL);
	g_autofree char *config = g_strdup_printf(
		"<busconfig><type>session</type><listen>%s</listen><auth>EXTERNAL</auth>"
		"<servicedir>%s</servicedir><policy context=\"default\">"
		"<allow send_destination=\"*\" eavesdrop=\"true\"/><allow eavesdrop=\"true\"/>"
		"<allow own=\"*\"/></policy></busconfig>",
		bus->address, services);
	g_autofree char *service = g_strdup_printf("[D-BUS Service]\nName=org.portamento.Sync1\n"
						   "Exec=/usr/bin/python3 %s %s %s\n",
						   FAKE_HELPER, SYNC_XML,
						   arguments == NULL ? "" : arguments);

	g_assert_cmpint(g_mkdir(services, 0700), ==, 0);
	write_file(bus->folder, "bus.conf", config);
	if (arguments != NULL)
		write_file(services, "org.portamento.Sync1.service", service);
}

/* A test that fails ends at once: the bus goes with it, and the fake with the bus. */
static void
on_child_setup(void *data)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
}

void
fake_bus_start(FakeBus *bus)
{
	g_autoptr(GError) error = NULL;
	char line[256];

	g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
		G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
	g_subprocess_launcher_set_child_setup(launcher, on_child_setup, NULL, NULL);
	bus->daemon = g_subprocess_launcher_spawn(launcher, &error, "dbus-daemon", bus->config,
						  "--nofork", "--print-address", NULL);
	g_assert_no_error(error);
	/* it prints its address once it listens */
	g_assert_cmpint(g_input_stream_read(g_subprocess_get_stdout_pipe(bus->daemon), line,
					    sizeof line, NULL, NULL),
			>, 0);
	bus->hand = g_dbus_connection_new_for_address_sync(
		bus->address,
		G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
			G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
		NULL, NULL, &error);
	g_assert_no_error(error);
}

void
fake_bus_stop(FakeBus *bus)
{
	if (bus->daemon == NULL)
		return;
	g_dbus_connection_close_sync(bus->hand, NULL, NULL);
	g_clear_object(&bus->hand);
	g_subprocess_send_signal(bus->daemon, SIGTERM);
	g_subprocess_wait(bus->daemon, NULL, NULL);
	g_clear_object(&bus->daemon);
}

FakeBus *
fake_bus_new(const char *arguments)
{
	FakeBus *bus = g_new0(FakeBus, 1);
	g_autoptr(GError) error = NULL;

	bus->folder = g_dir_make_tmp("portamento-bus-XXXXXX", &error);
	g_assert_no_error(error);
	bus->address = g_strdup_printf("unix:path=%s/socket", bus->folder);
	bus->config = g_strdup_printf("--config-file=%s/bus.conf", bus->folder);
	write_files(bus, arguments);
	fake_bus_start(bus);
	return bus;
}

static void
remove_file(FakeBus *bus, const char *name)
{
	g_autofree char *path = g_build_filename(bus->folder, name, NULL);

	remove(path);
}

void
fake_bus_free(FakeBus *bus)
{
	fake_bus_stop(bus);
	remove_file(bus, "services/org.portamento.Sync1.service");
	remove_file(bus, "services");
	remove_file(bus, "bus.conf");
	remove_file(bus, "socket");
	remove(bus->folder);
	g_free(bus->folder);
	g_free(bus->config);
	g_free(bus->address);
	g_free(bus);
}

const char *
fake_bus_get_address(FakeBus *bus)
{
	return bus->address;
}

GVariant *
fake_call(FakeBus *bus, const char *method, GVariant *parameters)
{
	g_autoptr(GError) error = NULL;
	GVariant *reply = g_dbus_connection_call_sync(
		bus->hand, "org.portamento.Sync1", "/org/portamento/Fake", "org.portamento.Fake",
		method, parameters, NULL, G_DBUS_CALL_FLAGS_NONE, PATIENCE_MS, NULL, &error);

	if (!g_str_equal(method, "Die"))
		g_assert_no_error(error);
	return reply;
}

unsigned
fake_count_calls(FakeBus *bus, const char *method)
{
	g_autoptr(GVariant) reply = fake_call(bus, "Calls", NULL);
	g_autoptr(GVariantIter) calls = NULL;
	const char *call;
	unsigned count = 0;

	g_variant_get(reply, "(as)", &calls);
	while (g_variant_iter_next(calls, "&s", &call))
		count += g_str_equal(call, method);
	return count;
}

static PortaEvent *
next_event(PortaClient *client)
{
	struct pollfd wait = {porta_client_get_fd(client), POLLIN, 0};

	g_assert_cmpint(poll(&wait, 1, PATIENCE_MS), ==, 1);
	PortaEvent *event = porta_client_next_event(client);
	g_assert_nonnull(event);
	return event;
}

PortaEvent *
wait_event(PortaClient *client, int32_t type)
{
	PortaEvent *event = next_event(client);

	while (porta_event_get_type(event) != type) {
		porta_event_free(event);
		event = next_event(client);
	}
	return event;
}

PortaEvent *
wait_answer(PortaClient *client, uint64_t request)
{
	PortaEvent *event = next_event(client);

	while (porta_event_get_request(event) != request) {
		porta_event_free(event);
		event = next_event(client);
	}
	return event;
}

void
expect_ok(PortaClient *client, uint64_t request)
{
	PortaEvent *event = wait_answer(client, request);

	g_assert_cmpstr(porta_event_get_text(event), ==, "");
	g_assert_cmpint(porta_event_get_error(event), ==, PORTA_OK);
	porta_event_free(event);
}

void
expect_error(PortaClient *client, uint64_t request, int32_t code, const char *part_of_text)
{
	PortaEvent *event = wait_answer(client, request);

	g_assert_cmpint(porta_event_get_error(event), ==, code);
	if (strstr(porta_event_get_text(event), part_of_text) == NULL)
		g_error("“%s” lacks “%s”", porta_event_get_text(event), part_of_text);
	porta_event_free(event);
}

PortaClient *
new_ready_client(FakeBus *bus, const char *host_id)
{
	PortaClient *client = NULL;

	g_assert_cmpint(porta_client_new_for_bus(&client, host_id, "A test", bus->address), ==,
			PORTA_OK);
	porta_event_free(wait_event(client, PORTA_EVENT_HELPER_READY));
	porta_event_free(wait_event(client, PORTA_EVENT_DEVICE_CONNECTED));
	return client;
}
