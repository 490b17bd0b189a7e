/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the client side (preload.c, inside every client) and the player side (usb-port.c) say to
 * each other. One open usbfs file is two stream sockets to the same listener: the "urb" channel
 * carries SUBMIT and DISCARD one way and COMPLETION the other and is what a client polls; the
 * "call" channel carries every other ioctl as one CALL and one RETURN. Both ends run on one machine
 * with one compiler's layout, so the header travels as the struct that it is.
 */
#pragma once

#include <stdint.h>

#define WIRE_SOCKET_FOLDER "usb"
#define WIRE_MAX_PAYLOAD (64u << 20)

enum wire_kind {
	WIRE_HELLO = 1, /* first message of a channel: token = file id, code = wire_channel */
	WIRE_SUBMIT, /* token = the client's URB address; payload = data of an OUT transfer */
	WIRE_DISCARD, /* token = the client's URB address */
	WIRE_COMPLETION, /* token = the client's URB address; payload = data of an IN transfer */
	WIRE_CALL, /* code = ioctl request; payload = its argument, flattened */
	WIRE_RETURN, /* status = ioctl result or -errno; payload = what came back */
};

enum wire_channel { WIRE_CHANNEL_URB = 1, WIRE_CHANNEL_CALL };

struct wire_header {
	uint32_t kind;
	uint32_t payload_length; /* bytes that follow */
	uint64_t token;
	uint32_t code;
	uint32_t endpoint;
	uint32_t urb_type;
	uint32_t buffer_length; /* SUBMIT: size of the client's buffer */
	int32_t status;
	uint32_t actual_length; /* COMPLETION: bytes moved */
};
