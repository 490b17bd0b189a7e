/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A stream of wire messages on one socket of the main loop: see channel.c. */
#pragma once

#include <glib.h>

#include "usb-wire.h"

struct channel;

typedef void (*channel_message_cb)(gpointer data, const struct wire_header *header,
				   const guint8 *payload);
/* The peer is gone. The callback may free the channel. */
typedef void (*channel_closed_cb)(gpointer data);

struct channel *channel_new(int fd, channel_message_cb message, channel_closed_cb closed,
			    gpointer data);
void channel_free(struct channel *channel);

void channel_set_handlers(struct channel *channel, channel_message_cb message,
			  channel_closed_cb closed, gpointer data);

/* Never blocks: what the socket does not take now is kept and sent later. */
void channel_send(struct channel *channel, const struct wire_header *header, const guint8 *payload);

/* Handles what has arrived by now. */
void channel_drain(struct channel *channel);

/* Ends the stream after what is still unsent. */
void channel_hang_up(struct channel *channel);
