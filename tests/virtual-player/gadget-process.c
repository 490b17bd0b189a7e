/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How umtprd is started: its configuration, its endpoints as inherited sockets, our library in front
 * of its C library. It dies with the player, whatever happens to the player.
 */
#include "gadget-process.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#define CONFIGURATION_FILE "umtprd.conf"
#define STORE_FOLDER "store"

static gboolean
write_configuration(const struct profile *profile, GError **error)
{
	g_autofree char *here = g_get_current_dir();
	g_autofree char *text = g_strdup_printf(
		"loop_on_disconnect 1\n"
		"storage \"%s/%s\" \"store\" \"rw\"\n"
		"manufacturer \"%s\"\nproduct \"%s\"\nserial \"%s\"\n"
		"firmware_version \"1\"\ninterface \"MTP\"\n"
		"usb_vendor_id 0x%x\nusb_product_id 0x%x\n"
		"usb_class 0x6\nusb_subclass 0x1\nusb_protocol 0x1\n"
		"usb_dev_version 0x3008\nusb_functionfs_mode 0x1\n"
		"usb_dev_path \"%s0\"\nusb_epin_path \"%s1\"\n"
		"usb_epout_path \"%s2\"\nusb_epint_path \"%s3\"\n"
		"usb_max_packet_size 0x%x\n"
		/* Or sends stall while nobody reads events. */
		"no_inotify 0x1\n",
		here, STORE_FOLDER, profile->manufacturer, profile->product, profile->serial,
		(guint)profile->vendor_id, (guint)profile->product_id, GADGET_FOLDER, GADGET_FOLDER,
		GADGET_FOLDER, GADGET_FOLDER, GADGET_MAX_PACKET);

	g_mkdir_with_parents(STORE_FOLDER, 0755);
	return g_file_set_contents(CONFIGURATION_FILE, text, -1, error);
}

static void
die_with_player(gpointer data)
{
	(void)data;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

GSubprocess *
gadget_process_start(const struct profile *profile, int fds[GADGET_ENDPOINTS], GError **error)
{
	g_autoptr(GSubprocessLauncher)
		launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_NONE);
	g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *folder = g_path_get_dirname(program ? program : ".");
	g_autofree char *preload = g_build_filename(folder, "libplayer-gadget.so", NULL);

	if (!write_configuration(profile, error))
		return NULL;
	for (int i = 0; i < GADGET_ENDPOINTS; i++) {
		int type = i == GADGET_CONTROL ? SOCK_SEQPACKET : SOCK_STREAM;
		int ends[2];

		if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) < 0) {
			g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno), "%s",
				    g_strerror(errno));
			return NULL;
		}
		fds[i] = ends[0];
		g_subprocess_launcher_take_fd(launcher, ends[1], GADGET_FIRST_FD + i);
	}
	g_subprocess_launcher_setenv(launcher, "LD_PRELOAD", preload, TRUE);
	g_subprocess_launcher_set_child_setup(launcher, die_with_player, NULL, NULL);
	return g_subprocess_launcher_spawn(launcher, error, "umtprd", "-conf", CONFIGURATION_FILE,
					   NULL);
}
