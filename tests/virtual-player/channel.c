/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A stream of wire messages on one socket of the main loop. Reading gathers into one buffer that
 * holds at least one whole message; a message is handed out in place. Sending never blocks. A
 * handler may do anything but free its own channel; the closed handler may do that too.
 */
#include "channel.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define INITIAL_BUFFER (64 * 1024)

struct channel {
	int fd;
	guint read_source;
	guint write_source;
	channel_message_cb message;
	channel_closed_cb closed;
	gpointer data;
	guint8 *buffer;
	gsize capacity;
	gsize start; /* first byte not handled */
	gsize end; /* first byte not read */
	GByteArray *unsent;
	gboolean is_hung_up;
	gboolean is_draining;
};

static gboolean on_readable(int fd, GIOCondition condition, gpointer data);

struct channel *
channel_new(int fd, channel_message_cb message, channel_closed_cb closed, gpointer data)
{
	struct channel *channel = g_new0(struct channel, 1);

	channel->fd = fd;
	channel->capacity = INITIAL_BUFFER;
	channel->buffer = g_malloc(channel->capacity);
	channel->unsent = g_byte_array_new();
	channel_set_handlers(channel, message, closed, data);
	channel->read_source = g_unix_fd_add(fd, G_IO_IN | G_IO_HUP, on_readable, channel);
	return channel;
}

void
channel_free(struct channel *channel)
{
	g_clear_handle_id(&channel->read_source, g_source_remove);
	g_clear_handle_id(&channel->write_source, g_source_remove);
	close(channel->fd);
	g_byte_array_unref(channel->unsent);
	g_free(channel->buffer);
	g_free(channel);
}

void
channel_set_handlers(struct channel *channel, channel_message_cb message, channel_closed_cb closed,
		     gpointer data)
{
	channel->message = message;
	channel->closed = closed;
	channel->data = data;
}

/* Length of the message at the start, as far as it is known: at least a header. */
static gsize
next_length(const struct channel *channel)
{
	struct wire_header header; /* what follows a payload of odd length is not aligned */

	if (channel->end - channel->start < sizeof header)
		return sizeof header;
	memcpy(&header, channel->buffer + channel->start, sizeof header);
	return sizeof header + header.payload_length;
}

static void
make_room(struct channel *channel)
{
	gsize needed = next_length(channel);

	if (channel->start > 0) {
		memmove(channel->buffer, channel->buffer + channel->start,
			channel->end - channel->start);
		channel->end -= channel->start;
		channel->start = 0;
	}
	if (needed > channel->capacity) {
		channel->capacity = needed;
		channel->buffer = g_realloc(channel->buffer, needed);
	}
}

static gboolean
handle_messages(struct channel *channel)
{
	while (channel->end - channel->start >= next_length(channel)) {
		struct wire_header header;
		gsize length = next_length(channel);

		memcpy(&header, channel->buffer + channel->start, sizeof header);
		if (header.payload_length > WIRE_MAX_PAYLOAD)
			return FALSE;
		if (channel->end - channel->start < length)
			return TRUE;
		channel->start += length;
		if (!channel->is_hung_up) /* what a client sent into a cut cable is lost */
			channel->message(channel->data, &header,
					 channel->buffer + channel->start - header.payload_length);
	}
	return TRUE;
}

/* FALSE when the peer is gone. */
static gboolean
read_messages(struct channel *channel)
{
	for (;;) {
		gsize room;
		gssize got;

		make_room(channel);
		room = channel->capacity - channel->end;
		got = recv(channel->fd, channel->buffer + channel->end, room, MSG_DONTWAIT);
		if (got < 0)
			return errno == EAGAIN || errno == EINTR;
		if (got == 0)
			return FALSE;
		channel->end += got;
		if (!handle_messages(channel))
			return FALSE;
		if ((gsize)got < room)
			return TRUE;
	}
}

void
channel_drain(struct channel *channel)
{
	if (channel->is_draining)
		return;
	channel->is_draining = TRUE;
	read_messages(channel);
	channel->is_draining = FALSE;
}

static gboolean
on_readable(int fd, GIOCondition condition, gpointer data)
{
	struct channel *channel = data;
	gboolean is_open;

	(void)fd;
	(void)condition;
	channel->is_draining = TRUE;
	is_open = read_messages(channel);
	channel->is_draining = FALSE;
	if (is_open)
		return G_SOURCE_CONTINUE;
	channel->read_source = 0;
	channel->closed(channel->data);
	return G_SOURCE_REMOVE;
}

static gboolean
on_writable(int fd, GIOCondition condition, gpointer data)
{
	struct channel *channel = data;
	gssize sent =
		send(fd, channel->unsent->data, channel->unsent->len, MSG_DONTWAIT | MSG_NOSIGNAL);

	(void)condition;
	if (sent > 0)
		g_byte_array_remove_range(channel->unsent, 0, sent);
	if (channel->unsent->len > 0 && (sent >= 0 || errno == EAGAIN))
		return G_SOURCE_CONTINUE;
	channel->write_source = 0;
	g_byte_array_set_size(channel->unsent, 0);
	if (channel->is_hung_up)
		shutdown(channel->fd, SHUT_RDWR);
	return G_SOURCE_REMOVE;
}

static void
keep_unsent(struct channel *channel, const struct iovec parts[2], gsize sent)
{
	for (int i = 0; i < 2; i++) {
		gsize skip = MIN(sent, parts[i].iov_len);

		g_byte_array_append(channel->unsent, (const guint8 *)parts[i].iov_base + skip,
				    parts[i].iov_len - skip);
		sent -= skip;
	}
	if (!channel->write_source)
		channel->write_source = g_unix_fd_add(channel->fd, G_IO_OUT, on_writable, channel);
}

void
channel_send(struct channel *channel, const struct wire_header *header, const guint8 *payload)
{
	struct iovec parts[2] = {{(void *)header, sizeof *header},
				 {(void *)payload, header->payload_length}};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = header->payload_length ? 2 : 1};
	gssize sent = 0;

	if (channel->is_hung_up)
		return;
	if (channel->unsent->len == 0)
		sent = sendmsg(channel->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (sent < 0 && errno != EAGAIN)
		return; /* the reading side will see the end */
	sent = MAX(sent, 0);
	if ((gsize)sent < sizeof *header + header->payload_length)
		keep_unsent(channel, parts, sent);
}

void
channel_hang_up(struct channel *channel)
{
	channel->is_hung_up = TRUE;
	if (channel->unsent->len == 0)
		shutdown(channel->fd, SHUT_RDWR);
}
