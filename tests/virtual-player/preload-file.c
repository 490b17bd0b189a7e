/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One open usbfs file inside a client: two sockets to the player, and the usbfs ioctls turned into
 * messages. The urb channel is read only by REAPURB, so whoever polls it is woken for completions
 * and nothing else; calls wait for their answer on a channel of their own. Submitting does not
 * wait. Any thread may use a file; each direction of each channel has its own lock. A file lives as
 * long as its descriptor: as with a real one, closing it while another thread uses it is the
 * client's bug.
 */
#include "preload-file.h"

#include <errno.h>
#include <linux/usbdevice_fs.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "usb-wire.h"

#define MAX_FILES 4096
#define SETUP_LENGTH 8

struct usb_file {
	int urb_fd; /* the descriptor that the client holds */
	int call_fd;
	pthread_mutex_t submit_lock;
	pthread_mutex_t reap_lock;
	pthread_mutex_t call_lock;
};

static _Atomic(struct usb_file *) files[MAX_FILES];
static atomic_uint opened;

static int
fail(int error)
{
	errno = error;
	return -1;
}

static int
send_message(int fd, const struct wire_header *header, const void *payload)
{
	struct iovec parts[2] = {{(void *)header, sizeof *header},
				 {(void *)payload, header->payload_length}};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = header->payload_length ? 2 : 1};

	while (message.msg_iovlen) {
		ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return fail(ENODEV);
		while (message.msg_iovlen && (size_t)sent >= message.msg_iov->iov_len) {
			sent -= message.msg_iov->iov_len;
			message.msg_iov++;
			message.msg_iovlen--;
		}
		if (message.msg_iovlen) {
			message.msg_iov->iov_base = (char *)message.msg_iov->iov_base + sent;
			message.msg_iov->iov_len -= sent;
		}
	}
	return 0;
}

/* With MSG_DONTWAIT only the first byte may be missing: a started message is always finished. */
static int
receive(int fd, void *data, size_t length, int flags)
{
	char *to = data;

	while (length) {
		ssize_t got = recv(fd, to, length, flags);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && errno == EAGAIN)
			return -1;
		if (got <= 0)
			return fail(ENODEV);
		to += got;
		length -= got;
		flags = 0;
	}
	return 0;
}

static int
connect_channel(const struct sockaddr_un *address, uint64_t id, enum wire_channel channel)
{
	struct wire_header hello = {.kind = WIRE_HELLO, .token = id, .code = channel};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (connect(fd, (const struct sockaddr *)address, sizeof *address) == 0 &&
	    send_message(fd, &hello, NULL) == 0)
		return fd;
	close(fd);
	return fail(ENOENT);
}

int
usb_file_open(const char *root, const char *node)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	uint64_t id = (uint64_t)getpid() << 32 | atomic_fetch_add(&opened, 1);
	struct usb_file *file;
	int length = snprintf(address.sun_path, sizeof address.sun_path, "%s/%s/%s", root,
			      WIRE_SOCKET_FOLDER, node);

	if (length < 0 || (size_t)length >= sizeof address.sun_path)
		return fail(ENAMETOOLONG);
	file = calloc(1, sizeof *file);
	if (!file)
		return fail(ENOMEM);
	pthread_mutex_init(&file->submit_lock, NULL);
	pthread_mutex_init(&file->reap_lock, NULL);
	pthread_mutex_init(&file->call_lock, NULL);
	file->urb_fd = connect_channel(&address, id, WIRE_CHANNEL_URB);
	file->call_fd = file->urb_fd < 0 ? -1 : connect_channel(&address, id, WIRE_CHANNEL_CALL);
	if (file->call_fd < 0 || file->urb_fd >= MAX_FILES) {
		int error = file->call_fd < 0 ? errno : EMFILE;

		if (file->urb_fd >= 0)
			close(file->urb_fd);
		if (file->call_fd >= 0)
			close(file->call_fd);
		free(file);
		return fail(error);
	}
	atomic_store(&files[file->urb_fd], file);
	return file->urb_fd;
}

struct usb_file *
usb_file_get(int fd)
{
	return fd >= 0 && fd < MAX_FILES ? atomic_load(&files[fd]) : NULL;
}

void
usb_file_forget(int fd)
{
	struct usb_file *file = NULL;

	if (fd >= 0 && fd < MAX_FILES)
		file = atomic_exchange(&files[fd], NULL);
	if (!file)
		return;
	close(file->call_fd);
	free(file);
}

int
usb_file_is_drained(struct usb_file *file)
{
	char byte;

	return recv(file->urb_fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0;
}

static int
urb_is_in(const struct usbdevfs_urb *urb)
{
	const unsigned char *setup = urb->buffer;

	return urb->type == USBDEVFS_URB_TYPE_CONTROL ? setup[0] & 0x80 : urb->endpoint & 0x80;
}

static int
submit(struct usb_file *file, struct usbdevfs_urb *urb)
{
	struct wire_header header = {.kind = WIRE_SUBMIT,
				     .token = (uintptr_t)urb,
				     .endpoint = urb->endpoint,
				     .urb_type = urb->type,
				     .buffer_length = urb->buffer_length};
	int result;

	if (urb->buffer_length < 0 || urb->buffer_length > (int)WIRE_MAX_PAYLOAD)
		return fail(EINVAL);
	if (urb->type == USBDEVFS_URB_TYPE_CONTROL && urb->buffer_length < SETUP_LENGTH)
		return fail(EINVAL);
	if (!urb_is_in(urb))
		header.payload_length = urb->buffer_length;
	else if (urb->type == USBDEVFS_URB_TYPE_CONTROL)
		header.payload_length = SETUP_LENGTH;
	pthread_mutex_lock(&file->submit_lock);
	result = send_message(file->urb_fd, &header, urb->buffer);
	pthread_mutex_unlock(&file->submit_lock);
	return result;
}

/* The player ignores a discard that comes too late; the completion then tells the truth. */
static int
discard(struct usb_file *file, const struct usbdevfs_urb *urb)
{
	struct wire_header header = {.kind = WIRE_DISCARD, .token = (uintptr_t)urb};
	int result;

	pthread_mutex_lock(&file->submit_lock);
	result = send_message(file->urb_fd, &header, NULL);
	pthread_mutex_unlock(&file->submit_lock);
	return result;
}

static int
reap_locked(struct usb_file *file, void **reaped, int flags)
{
	struct wire_header header;
	struct usbdevfs_urb *urb;
	char *data;

	if (receive(file->urb_fd, &header, sizeof header, flags) < 0)
		return -1;
	urb = (struct usbdevfs_urb *)(uintptr_t)header.token;
	data = urb->buffer;
	if (urb->type == USBDEVFS_URB_TYPE_CONTROL)
		data += SETUP_LENGTH;
	if (receive(file->urb_fd, data, header.payload_length, 0) < 0)
		return -1;
	urb->status = header.status;
	urb->actual_length = header.actual_length;
	*reaped = urb;
	return 0;
}

static int
reap(struct usb_file *file, void **reaped, int flags)
{
	int result;

	pthread_mutex_lock(&file->reap_lock);
	result = reap_locked(file, reaped, flags);
	pthread_mutex_unlock(&file->reap_lock);
	return result;
}

static int
call(struct usb_file *file, unsigned long request, const struct iovec *argument,
     const struct iovec *answer)
{
	struct wire_header header = {
		.kind = WIRE_CALL, .code = (uint32_t)request, .payload_length = argument->iov_len};
	int result;

	pthread_mutex_lock(&file->call_lock);
	result = send_message(file->call_fd, &header, argument->iov_base);
	if (result == 0)
		result = receive(file->call_fd, &header, sizeof header, 0);
	if (result == 0 && header.payload_length > answer->iov_len)
		result = fail(EIO);
	if (result == 0)
		result = receive(file->call_fd, answer->iov_base, header.payload_length, 0);
	pthread_mutex_unlock(&file->call_lock);
	if (result < 0)
		return -1;
	return header.status < 0 ? fail(-header.status) : header.status;
}

/* Setup packet and data in one piece, as on the wire. */
static int
control(struct usb_file *file, struct usbdevfs_ctrltransfer *transfer)
{
	size_t length = SETUP_LENGTH + (size_t)transfer->wLength;
	int is_in = transfer->bRequestType & 0x80;
	unsigned char *message = malloc(length);
	struct iovec argument = {message, is_in ? SETUP_LENGTH : length};
	struct iovec answer = {transfer->data, is_in ? transfer->wLength : 0};
	int result;

	if (!message)
		return fail(ENOMEM);
	memcpy(message, transfer, SETUP_LENGTH);
	if (!is_in && transfer->wLength)
		memcpy(message + SETUP_LENGTH, transfer->data, transfer->wLength);
	result = call(file, USBDEVFS_CONTROL, &argument, &answer);
	free(message);
	return result;
}

int
usb_file_ioctl(struct usb_file *file, unsigned long request, void *argument)
{
	struct iovec none = {NULL, 0};
	struct iovec in = {argument, _IOC_SIZE(request)};

	switch (request) {
	case USBDEVFS_SUBMITURB: return submit(file, argument);
	case USBDEVFS_DISCARDURB: return discard(file, argument);
	case USBDEVFS_REAPURB: return reap(file, argument, 0);
	case USBDEVFS_REAPURBNDELAY: return reap(file, argument, MSG_DONTWAIT);
	case USBDEVFS_CONTROL: return control(file, argument);
	case USBDEVFS_GET_CAPABILITIES:
		return call(file, request, &none, &(struct iovec){argument, sizeof(uint32_t)});
	case USBDEVFS_CLAIMINTERFACE:
	case USBDEVFS_RELEASEINTERFACE:
	case USBDEVFS_DISCONNECT_CLAIM:
	case USBDEVFS_SETCONFIGURATION:
	case USBDEVFS_SETINTERFACE:
	case USBDEVFS_CLEAR_HALT:
	case USBDEVFS_RESETEP:
	case USBDEVFS_GETDRIVER:
	case USBDEVFS_IOCTL: return call(file, request, &in, &none);
	case USBDEVFS_RESET:
	case USBDEVFS_GET_SPEED: return call(file, request, &none, &none);
	default: return fail(ENOTTY);
	}
}
