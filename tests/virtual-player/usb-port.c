/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The player's side of the emulated usbfs: one port that a cable may be in. Transfers wait in one
 * queue per endpoint until the backend takes or fills them, in order, as a host controller would do
 * it.
 *
 * The link model: the cable carries one transfer at a time, each for its length divided by the
 * bandwidth, and rests for the latency of each transaction. A transfer begins when the one
 * before it has ended, or when it arrived, whichever is later; so a host that keeps transfers
 * queued gets the whole bandwidth, one that thinks in between pays for it, and a player that
 * wakes up late does not slow the cable down.
 *
 * Law: every submitted transfer is completed exactly once while its file is open; a file that
 * closes takes its transfers and its claim with it.
 */
#include "usb-port.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <linux/usbdevice_fs.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

#include "usb-port-private.h"

struct urb {
	struct usb_file *file; /* no-ref; a file drops its transfers before it goes */
	struct wire_header header;
	guint8 *data; /* OUT: what the client sent; a parked IN: what it will get */
	gint64 arrived_ns;
	int status; /* of a parked one */
	gsize length;
};

static void
urb_free(struct urb *urb)
{
	g_free(urb->data);
	g_free(urb);
}

static void
complete(struct urb *urb, int status, const guint8 *data, gsize length)
{
	usb_file_complete(urb->file, &urb->header, status, data, length);
	urb_free(urb);
}

static gint64
now_ns(void)
{
	return g_get_monotonic_time() * 1000;
}

static void
arm_timer(struct usb_port *port, gint64 at_ns)
{
	struct itimerspec when = {.it_value = {at_ns / 1000000000, at_ns % 1000000000}};

	timerfd_settime(port->timer_fd, TFD_TIMER_ABSTIME, &when, NULL);
}

static gboolean
on_timer(int fd, GIOCondition condition, gpointer data)
{
	guint64 expirations;

	(void)condition;
	if (read(fd, &expirations, sizeof expirations) > 0)
		usb_port_pump(data);
	return G_SOURCE_CONTINUE;
}

/* FALSE: the timer will tell. */
static gboolean
is_time(struct usb_port *port, gint64 at_ns)
{
	if (now_ns() >= at_ns)
		return TRUE;
	arm_timer(port, at_ns);
	return FALSE;
}

static gboolean
may_move(const struct usb_port *port)
{
	return !port->is_held && port->is_plugged;
}

/* When the cable has carried a transfer. */
static gint64
end_of_transfer(const struct usb_port *port, gint64 arrived_ns, gsize length)
{
	gint64 begin_ns = MAX(port->free_at_ns, arrived_ns);

	return port->bandwidth ? begin_ns + (gint64)(length * 1e9 / port->bandwidth) : begin_ns;
}

void
usb_port_delay(struct usb_port *port, guint64 microseconds)
{
	port->free_at_ns += microseconds * 1000;
}

/* FALSE when nothing more can move. */
static gboolean
move_out(struct usb_port *port)
{
	struct urb *urb = g_queue_peek_head(&port->queues[QUEUE_OUT]);
	struct backend *backend = port->backend;
	gint64 before_ns = port->free_at_ns;
	int result;

	if (!urb || !may_move(port))
		return FALSE;
	if (!is_time(port, end_of_transfer(port, urb->arrived_ns, urb->header.buffer_length)))
		return FALSE;
	port->free_at_ns = end_of_transfer(port, urb->arrived_ns, urb->header.buffer_length);
	result = backend->class->out(backend, urb->data, urb->header.buffer_length);
	if (result == -EAGAIN) {
		port->free_at_ns = before_ns;
		return FALSE;
	}
	if (result == -ESHUTDOWN) {
		port->unplug(port->cable_data);
		return FALSE;
	}
	g_queue_pop_head(&port->queues[QUEUE_OUT]);
	complete(urb, result, NULL, result ? 0 : urb->header.buffer_length);
	return TRUE;
}

static void
ensure_scratch(struct usb_port *port, gsize size)
{
	if (size <= port->scratch_size)
		return;
	port->scratch = g_realloc(port->scratch, size);
	port->scratch_size = size;
}

/* The device has said it, but the cable still carries it. */
static void
park(struct usb_port *port, struct urb *urb, int status, gsize length)
{
	urb->data = g_memdup2(port->scratch, length);
	urb->status = status;
	urb->length = length;
	port->parked = urb;
}

static void
unpark(struct usb_port *port)
{
	struct urb *urb = g_steal_pointer(&port->parked);

	complete(urb, urb->status, urb->data, urb->length);
}

static gboolean
move_in(struct usb_port *port)
{
	struct urb *urb = g_queue_peek_head(&port->queues[QUEUE_IN]);
	struct backend *backend = port->backend;
	gssize result;

	if (!may_move(port) || !is_time(port, port->free_at_ns))
		return FALSE;
	if (port->parked) {
		unpark(port);
		return TRUE;
	}
	if (!urb)
		return FALSE;
	ensure_scratch(port, urb->header.buffer_length);
	result = backend->class->in(backend, port->scratch, urb->header.buffer_length);
	if (result == -EAGAIN)
		return FALSE;
	if (result == -ESHUTDOWN) {
		port->unplug(port->cable_data);
		return FALSE;
	}
	g_queue_pop_head(&port->queues[QUEUE_IN]);
	port->free_at_ns = end_of_transfer(port, urb->arrived_ns, MAX(result, 0));
	if (port->free_at_ns > now_ns())
		park(port, urb, MIN(result, 0), MAX(result, 0));
	else
		complete(urb, MIN(result, 0), port->scratch, MAX(result, 0));
	return TRUE;
}

static gboolean
move_interrupt(struct usb_port *port)
{
	struct urb *urb = g_queue_peek_head(&port->queues[QUEUE_INTERRUPT]);
	struct backend *backend = port->backend;
	gssize result;

	if (!urb || !port->is_plugged)
		return FALSE;
	ensure_scratch(port, urb->header.buffer_length);
	result = backend->class->interrupt(backend, port->scratch, urb->header.buffer_length);
	if (result < 0)
		return FALSE;
	g_queue_pop_head(&port->queues[QUEUE_INTERRUPT]);
	complete(urb, 0, port->scratch, result);
	return TRUE;
}

void
usb_port_pump(struct usb_port *port)
{
	gboolean moved = TRUE;

	if (port->is_pumping)
		return;
	port->is_pumping = TRUE;
	while (moved) {
		moved = move_out(port);
		moved = move_in(port) || moved;
	}
	while (move_interrupt(port))
		;
	port->is_pumping = FALSE;
}

/* The hot path: nobody waits and the data need not be kept. TRUE when done. */
static gboolean
submit_out_now(struct usb_port *port, struct usb_file *file, const struct wire_header *header,
	       const guint8 *payload)
{
	struct backend *backend = port->backend;
	int result;

	if (port->queues[QUEUE_OUT].length || port->is_pumping || !may_move(port) ||
	    port->bandwidth || !is_time(port, port->free_at_ns))
		return FALSE;
	port->free_at_ns = end_of_transfer(port, now_ns(), 0);
	result = backend->class->out(backend, payload, header->buffer_length);
	if (result == -EAGAIN)
		return FALSE;
	if (result == -ESHUTDOWN) {
		usb_file_complete(file, header, -ESHUTDOWN, NULL, 0);
		port->unplug(port->cable_data);
		return TRUE;
	}
	usb_file_complete(file, header, result, NULL, result ? 0 : header->buffer_length);
	usb_port_pump(port);
	return TRUE;
}

static void
enqueue(struct usb_port *port, struct usb_file *file, const struct wire_header *header,
	const guint8 *payload)
{
	struct urb *urb = g_new0(struct urb, 1);
	enum queue queue = QUEUE_OUT;

	urb->file = file;
	urb->header = *header;
	urb->arrived_ns = now_ns();
	if (header->endpoint & 0x80)
		queue = header->urb_type == USBDEVFS_URB_TYPE_INTERRUPT || header->endpoint == 0x83
				? QUEUE_INTERRUPT
				: QUEUE_IN;
	else
		urb->data = g_memdup2(payload, header->payload_length);
	g_queue_push_tail(&port->queues[queue], urb);
	usb_port_pump(port);
}

static void
on_submitted(struct usb_port *port, struct usb_file *file, const struct wire_header *header,
	     const guint8 *payload)
{
	gboolean is_out = !(header->endpoint & 0x80);

	if (!port->is_plugged)
		usb_file_complete(file, header, -ESHUTDOWN, NULL, 0);
	else if (header->urb_type == USBDEVFS_URB_TYPE_CONTROL)
		usb_port_submit_control(port, file, header, payload);
	else if (!is_out || !submit_out_now(port, file, header, payload))
		enqueue(port, file, header, payload);
}

static void
on_discarded(struct usb_port *port, struct usb_file *file, guint64 token)
{
	if (port->parked && port->parked->file == file && port->parked->header.token == token)
		unpark(port);
	for (int i = 0; i < N_QUEUES; i++) {
		for (GList *link = port->queues[i].head; link; link = link->next) {
			struct urb *urb = link->data;

			if (urb->file != file || urb->header.token != token)
				continue;
			g_queue_delete_link(&port->queues[i], link);
			complete(urb, -ENOENT, NULL, 0);
			return;
		}
	}
}

static void
on_closed(struct usb_port *port, struct usb_file *file)
{
	for (int i = 0; i < N_QUEUES; i++) {
		GList *link = port->queues[i].head;

		while (link) {
			GList *next = link->next;
			struct urb *urb = link->data;

			if (urb->file == file) {
				g_queue_delete_link(&port->queues[i], link);
				urb_free(urb);
			}
			link = next;
		}
	}
	if (port->parked && port->parked->file == file)
		urb_free(g_steal_pointer(&port->parked));
	if (port->claimant == file)
		port->claimant = NULL;
}

static const struct usb_file_events file_events = {on_submitted, on_discarded, usb_port_call,
						   on_closed};

static gboolean
on_connection(int fd, GIOCondition condition, gpointer data)
{
	struct usb_port *port = data;
	int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC);

	(void)condition;
	if (client >= 0)
		usb_file_accept(port, port->files, &file_events, client);
	return G_SOURCE_CONTINUE;
}

struct usb_port *
usb_port_new(struct backend *backend, usb_port_unplug_cb unplug, usb_port_reset_cb reset,
	     gpointer data)
{
	struct usb_port *port = g_new0(struct usb_port, 1);

	port->backend = backend;
	port->unplug = unplug;
	port->reset = reset;
	port->cable_data = data;
	port->files = g_ptr_array_new_with_free_func((GDestroyNotify)usb_file_free);
	port->listen_fd = -1;
	port->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	port->timer_source = g_unix_fd_add(port->timer_fd, G_IO_IN, on_timer, port);
	return port;
}

void
usb_port_free(struct usb_port *port)
{
	usb_port_unplug(port);
	g_source_remove(port->timer_source);
	close(port->timer_fd);
	g_ptr_array_unref(port->files);
	g_free(port->scratch);
	g_free(port);
}

gboolean
usb_port_plug(struct usb_port *port, const char *socket_path, GError **error)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	g_strlcpy(address.sun_path, socket_path, sizeof address.sun_path);
	port->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (bind(port->listen_fd, (struct sockaddr *)&address, sizeof address) < 0 ||
	    listen(port->listen_fd, SOMAXCONN) < 0) {
		g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno),
			    "cannot listen at %s: %s", socket_path, g_strerror(errno));
		close(port->listen_fd);
		return FALSE;
	}
	port->socket_path = g_strdup(socket_path);
	port->listen_source = g_unix_fd_add(port->listen_fd, G_IO_IN, on_connection, port);
	port->is_plugged = TRUE;
	port->backend->class->reset(port->backend);
	return TRUE;
}

void
usb_port_unplug(struct usb_port *port)
{
	if (!port->is_plugged)
		return;
	port->is_plugged = FALSE;
	port->claimant = NULL;
	port->free_at_ns = 0;
	unlink(port->socket_path);
	g_clear_pointer(&port->socket_path, g_free);
	g_clear_handle_id(&port->listen_source, g_source_remove);
	close(port->listen_fd);
	if (port->parked)
		complete(g_steal_pointer(&port->parked), -ESHUTDOWN, NULL, 0);
	for (int i = 0; i < N_QUEUES; i++) {
		struct urb *urb;

		while ((urb = g_queue_pop_head(&port->queues[i])))
			complete(urb, -ESHUTDOWN, NULL, 0);
	}
	for (guint i = 0; i < port->files->len; i++)
		usb_file_hang_up(port->files->pdata[i]);
	port->backend->class->cable_out(port->backend);
}

gboolean
usb_port_is_plugged(const struct usb_port *port)
{
	return port->is_plugged;
}

void
usb_port_set_bandwidth(struct usb_port *port, guint64 bytes_per_second)
{
	port->bandwidth = bytes_per_second;
}

void
usb_port_set_held(struct usb_port *port, gboolean is_held)
{
	port->is_held = is_held;
	if (!is_held)
		usb_port_pump(port);
}

gboolean
usb_port_is_held(const struct usb_port *port)
{
	return port->is_held;
}
