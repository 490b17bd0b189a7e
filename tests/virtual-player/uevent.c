/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hotplug events to every client of a testbed, in the form in which udev sends them to libudev's
 * monitors. Each monitor is a unix datagram socket "event*" in the testbed's root (preload.c names
 * it). A monitor that is dead is swept away; one whose queue is full loses the event, as a real one
 * would.
 */
#include "uevent.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define MONITOR_MAGIC 0xfeedcafe

/* struct monitor_netlink_header of systemd's sd-device. */
struct monitor_header {
	char prefix[8];
	uint32_t magic;
	uint32_t header_size;
	uint32_t properties_offset;
	uint32_t properties_length;
	uint32_t subsystem_hash;
	uint32_t device_type_hash;
	uint32_t tag_bloom_high;
	uint32_t tag_bloom_low;
};

static uint32_t
mix(uint32_t value)
{
	value *= 0x5bd1e995;
	value ^= value >> 24;
	return value * 0x5bd1e995;
}

/* MurmurHash2 with seed 0, which the filters of udev's monitors use. */
static uint32_t
hash_string(const char *text)
{
	size_t length = strlen(text);
	uint32_t hash = (uint32_t)length;
	uint32_t tail = 0;

	for (; length >= 4; text += 4, length -= 4) {
		uint32_t word;

		memcpy(&word, text, sizeof word);
		hash = (hash * 0x5bd1e995) ^ mix(word);
	}
	if (length) {
		memcpy(&tail, text, length);
		hash = (hash ^ tail) * 0x5bd1e995;
	}
	hash = (hash ^ hash >> 13) * 0x5bd1e995;
	return hash ^ hash >> 15;
}

static void
append_property(GByteArray *message, const char *key, const char *value)
{
	g_byte_array_append(message, (const guint8 *)key, strlen(key));
	g_byte_array_append(message, (const guint8 *)value, strlen(value) + 1);
}

static GByteArray *
build_message(const struct uevent *event)
{
	static unsigned sequence;
	GByteArray *message = g_byte_array_new();
	struct monitor_header header = {.prefix = "libudev",
					.magic = htonl(MONITOR_MAGIC),
					.header_size = sizeof header,
					.properties_offset = sizeof header,
					.subsystem_hash = htonl(hash_string("usb")),
					.device_type_hash = htonl(hash_string(event->device_type))};
	g_auto(GStrv) lines = g_strsplit(event->properties, "\n", -1);
	g_autofree char *number = g_strdup_printf("%u", ++sequence);

	g_byte_array_append(message, (const guint8 *)&header, sizeof header);
	append_property(message, "ACTION=", event->action);
	append_property(message, "DEVPATH=", event->device_path);
	append_property(message, "SUBSYSTEM=", "usb");
	append_property(message, "SEQNUM=", number);
	for (char **line = lines; *line; line++) {
		if (g_str_has_prefix(*line, "DEVNAME="))
			append_property(message, "DEVNAME=/dev/", *line + strlen("DEVNAME="));
		else if (**line)
			append_property(message, *line, "");
	}
	((struct monitor_header *)message->data)->properties_length = message->len - sizeof header;
	return message;
}

static void
send_to(int fd, const char *path, const GByteArray *message)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	g_strlcpy(address.sun_path, path, sizeof address.sun_path);
	if (sendto(fd, message->data, message->len, MSG_NOSIGNAL, (struct sockaddr *)&address,
		   sizeof address) < 0) {
		if (errno == ECONNREFUSED)
			unlink(path);
		else
			g_message("event lost for %s: %s", path, g_strerror(errno));
	}
}

void
uevent_send(const char *root, const struct uevent *event)
{
	g_autoptr(GByteArray) message = build_message(event);
	g_autoptr(GDir) folder = g_dir_open(root, 0, NULL);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const char *name;

	while (folder && fd >= 0 && (name = g_dir_read_name(folder))) {
		g_autofree char *path = g_build_filename(root, name, NULL);

		if (g_str_has_prefix(name, "event"))
			send_to(fd, path, message);
	}
	if (fd >= 0)
		close(fd);
}
