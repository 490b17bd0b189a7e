/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What gadget.c and the library in the daemon (gadget-preload.c) say to each other. Each FunctionFS
 * endpoint is a socket that the daemon inherits at a fixed descriptor.
 *
 * ep0: packets, as FunctionFS reads and writes them. An IN endpoint: a length and so many bytes,
 * then the player's int32 answer (0 or -errno) when the host took them all. The OUT endpoint: one
 * byte asks for a transfer, a length and so many bytes answer it, or GADGET_SHUT_DOWN.
 */
#pragma once

#include <stdint.h>

#define GADGET_FIRST_FD 60
#define GADGET_ENDPOINTS 4
#define GADGET_FOLDER "/dev/ffs-mtp/ep"
#define GADGET_SHUT_DOWN UINT32_MAX
#define GADGET_MAX_PACKET 512

enum gadget_endpoint { GADGET_CONTROL, GADGET_IN, GADGET_OUT, GADGET_INTERRUPT };
