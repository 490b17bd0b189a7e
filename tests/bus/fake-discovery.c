/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fake-discovery: stands in for device/discovery.c in a portamentod of the tests' own.
 * Devices are files in the folder $PORTAMENTO_FAKE_DISCOVERY: named by id, holding "bus
 * address vendor product serial name". A file renamed into it is plugged in, a file
 * removed is unplugged, a file replaced is enumerated anew.
 */
#include "device/discovery.h"

#include <glib-unix.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <unistd.h>

struct Discovery {
	DiscoveryFunc func;
	void *data;
	char *dir;
	int fd;
	guint source;
};

static void
tell(Discovery *discovery, const char *id, gboolean connected)
{
	g_autofree char *path = g_build_filename(discovery->dir, id, NULL);
	g_autofree char *text = NULL;
	unsigned bus = 0, usb_address = 0, vendor = 0, product = 0;
	char serial[64] = "", name[64] = "";

	if (id[0] == '.' || (connected && !g_file_get_contents(path, &text, NULL, NULL)))
		return;
	if (text != NULL)
		sscanf(text, "%u %u %x %x %63s %63[^\n]", &bus, &usb_address, &vendor, &product,
		       serial, name);
	DeviceAddress address = {.id = (char *)id,
				 .serial = serial,
				 .name = name,
				 .bus = bus,
				 .address = usb_address,
				 .vendor = vendor,
				 .product = product};
	discovery->func(&address, connected, discovery->data);
}

static gboolean
on_event(int fd, GIOCondition condition, gpointer data)
{
	Discovery *discovery = data;
	union {
		struct inotify_event event;
		char bytes[4096];
	} buffer;
	gssize n = read(fd, &buffer, sizeof buffer);

	for (char *at = buffer.bytes; at < buffer.bytes + n;) {
		struct inotify_event *event = (struct inotify_event *)at;
		if (event->len > 0)
			tell(discovery, event->name, (event->mask & IN_MOVED_TO) != 0);
		at += sizeof *event + event->len;
	}
	return G_SOURCE_CONTINUE;
}

Discovery *
discovery_new(DiscoveryFunc func, void *data, GError **error)
{
	Discovery *discovery = g_new0(Discovery, 1);
	const char *name;

	discovery->func = func;
	discovery->data = data;
	discovery->dir = g_strdup(g_getenv("PORTAMENTO_FAKE_DISCOVERY"));
	g_assert(discovery->dir != NULL);
	discovery->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	g_assert(inotify_add_watch(discovery->fd, discovery->dir, IN_MOVED_TO | IN_DELETE) >= 0);
	discovery->source = g_unix_fd_add(discovery->fd, G_IO_IN, on_event, discovery);
	g_autoptr(GDir) dir = g_dir_open(discovery->dir, 0, NULL);
	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
		tell(discovery, name, TRUE);
	return discovery;
}

void
discovery_free(Discovery *discovery)
{
	g_source_remove(discovery->source);
	close(discovery->fd);
	g_free(discovery->dir);
	g_free(discovery);
}
