/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * virtual-player: emulated MTP players for tests, without hardware or privileges. Started by the
 * script `player`, which is the interface; see the README. Runs until `quit`, SIGTERM or SIGINT,
 * or until nobody can want it any more (its folder or its guardian is gone), and writes "ready" to
 * the descriptor --ready-fd when clients may come.
 */
#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "control.h"
#include "player.h"

#define FOLDER_CHECK_SECONDS 2

struct options {
	char *directory;
	char *profile_folder;
	char *profile;
	char *serial;
	char **settings; /* KEY=VALUE, for every device */
	char **devices; /* NAME:PROFILE:SERIAL */
	gboolean umtprd;
	int ready_fd;
	int guardian; /* the player ends with this process; 0: none */
};

static void
options_clear(struct options *options)
{
	g_free(options->directory);
	g_free(options->profile_folder);
	g_free(options->profile);
	g_free(options->serial);
	g_strfreev(options->settings);
	g_strfreev(options->devices);
}

static gboolean
parse_options(struct options *options, int *argc, char ***argv, GError **error)
{
	const GOptionEntry entries[] = {
		{"directory", 'd', 0, G_OPTION_ARG_FILENAME, &options->directory,
		 "Where control socket and state are", "DIR"},
		{"profiles", 0, 0, G_OPTION_ARG_FILENAME, &options->profile_folder,
		 "Where profiles are", "DIR"},
		{"profile", 0, 0, G_OPTION_ARG_STRING, &options->profile, "Kind of device",
		 "NAME|FILE"},
		{"serial", 0, 0, G_OPTION_ARG_STRING, &options->serial, "Serial number", "TEXT"},
		{"set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->settings, "Change a profile key",
		 "KEY=VALUE"},
		{"device", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->devices,
		 "A device; repeat for more", "NAME:PROFILE:SERIAL"},
		{"umtprd", 0, 0, G_OPTION_ARG_NONE, &options->umtprd,
		 "Debian's umtprd is the device", NULL},
		{"die-with", 0, 0, G_OPTION_ARG_INT, &options->guardian, "End when this ends",
		 "PID"},
		{"ready-fd", 0, 0, G_OPTION_ARG_INT, &options->ready_fd, "Told when ready", "FD"},
		{0}};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);

	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, argc, argv, error))
		return FALSE;
	if (options->directory && options->profile_folder)
		return TRUE;
	g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
		    "--directory, --profiles needed");
	return FALSE;
}

struct device *
player_get_device(struct player *player, const char *name)
{
	for (guint i = 0; i < player->devices->len; i++) {
		struct device *device = player->devices->pdata[i];

		if (!name || g_str_equal(device->name, name))
			return device;
	}
	return NULL;
}

static gboolean
apply_settings(struct profile *profile, char **settings, GError **error)
{
	for (char **setting = settings; setting && *setting; setting++) {
		g_auto(GStrv) parts = g_strsplit(*setting, "=", 2);

		if (!parts[0] || !parts[1]) {
			g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
				    "not KEY=VALUE: “%s”", *setting);
			return FALSE;
		}
		if (!profile_set(profile, parts[0], parts[1], error))
			return FALSE;
	}
	return TRUE;
}

/* `serial` may be NULL: the profile's own. */
static gboolean
add_device(struct player *player, const struct options *options, const char *name,
	   const char *profile_name, const char *serial, GError **error)
{
	struct profile *profile = profile_load(profile_name, player->profile_folder, error);
	struct device *device;

	if (!profile)
		return FALSE;
	if ((serial && !profile_set(profile, "serial", serial, error)) ||
	    !apply_settings(profile, options->settings, error)) {
		profile_free(profile);
		return FALSE;
	}
	device = device_new(name, profile, player->testbed, player->devices->len + 1);
	g_ptr_array_add(player->devices, device);
	return device_plug(device, error);
}

static gboolean
add_umtprd(struct player *player, GError **error)
{
	struct profile *profile = profile_load("umtprd", player->profile_folder, error);
	struct gadget *gadget = profile ? gadget_new(profile, error) : NULL;
	struct device *device;

	if (!gadget) {
		g_clear_pointer(&profile, profile_free);
		return FALSE;
	}
	device = device_new_for_gadget("player", profile, gadget, player->testbed, 1);
	g_ptr_array_add(player->devices, device);
	return device_plug(device, error);
}

static gboolean
add_devices(struct player *player, const struct options *options, GError **error)
{
	if (options->umtprd)
		return add_umtprd(player, error);
	if (!options->devices)
		return add_device(player, options, "player",
				  options->profile ? options->profile : "android", options->serial,
				  error);
	for (char **entry = options->devices; *entry; entry++) {
		g_auto(GStrv) parts = g_strsplit(*entry, ":", 3);

		if (g_strv_length(parts) < 2) {
			g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
				    "not NAME:PROFILE:SERIAL: “%s”", *entry);
			return FALSE;
		}
		if (!add_device(player, options, parts[0], parts[1], parts[2], error))
			return FALSE;
	}
	return TRUE;
}

/* What the script needs to know, and that it may go on. */
static gboolean
announce_ready(const struct player *player, int ready_fd, GError **error)
{
	static const char ready[] = "ready\n";
	g_autofree char *pid = g_strdup_printf("%d\n", getpid());

	if (!g_file_set_contents("testbed", testbed_get_root(player->testbed), -1, error) ||
	    !g_file_set_contents("pid", pid, -1, error))
		return FALSE;
	if (ready_fd >= 0) {
		if (write(ready_fd, ready, strlen(ready)) < 0)
			g_message("nobody waits for ready");
		close(ready_fd);
	}
	return TRUE;
}

static gboolean
on_signal(gpointer data)
{
	g_main_loop_quit(data);
	return G_SOURCE_CONTINUE;
}

/* A test that was killed may have taken its folder with it. */
static gboolean
on_folder_check(gpointer data)
{
	if (access("pid", F_OK) != 0)
		g_main_loop_quit(data);
	return G_SOURCE_CONTINUE;
}

static gboolean
on_guardian_end(int fd, GIOCondition condition, gpointer data)
{
	(void)condition;
	close(fd);
	g_main_loop_quit(data);
	return G_SOURCE_REMOVE;
}

static void
watch_who_wants_us(const struct player *player, int guardian)
{
	int process = guardian ? (int)syscall(SYS_pidfd_open, guardian, 0) : -1;

	g_timeout_add_seconds(FOLDER_CHECK_SECONDS, on_folder_check, player->loop);
	if (process >= 0)
		g_unix_fd_add(process, G_IO_IN, on_guardian_end, player->loop);
	else if (guardian)
		kill(getpid(), SIGTERM); /* gone already */
}

static gboolean
run(struct player *player, const struct options *options, GError **error)
{
	struct control *control = NULL;
	gboolean ok = add_devices(player, options, error);

	if (ok)
		control = control_new(player, "control", error);
	ok = control && announce_ready(player, options->ready_fd, error);
	if (ok) {
		watch_who_wants_us(player, options->guardian);
		g_main_loop_run(player->loop);
	}
	if (control)
		control_free(control);
	return ok;
}

static gboolean
start_and_run(const struct options *options, GError **error)
{
	struct player player = {.profile_folder = options->profile_folder};
	gboolean ok;

	if (chdir(options->directory) != 0) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no folder %s",
			    options->directory);
		return FALSE;
	}
	player.testbed = testbed_new(error);
	if (!player.testbed)
		return FALSE;
	player.loop = g_main_loop_new(NULL, FALSE);
	player.devices = g_ptr_array_new_with_free_func((GDestroyNotify)device_free);
	g_unix_signal_add(SIGTERM, on_signal, player.loop);
	g_unix_signal_add(SIGINT, on_signal, player.loop);
	ok = run(&player, options, error);
	g_ptr_array_unref(player.devices);
	g_main_loop_unref(player.loop);
	testbed_free(player.testbed);
	unlink("testbed");
	unlink("pid");
	return ok;
}

int
main(int argc, char **argv)
{
	struct options options = {.ready_fd = -1};
	g_autoptr(GError) error = NULL;
	int status = EXIT_SUCCESS;

	signal(SIGPIPE, SIG_IGN);
	if (!parse_options(&options, &argc, &argv, &error) || !start_and_run(&options, &error)) {
		g_printerr("virtual-player: %s\n", error->message);
		status = EXIT_FAILURE;
	}
	options_clear(&options);
	return status;
}
