/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One open usbfs file of a client: see preload-file.c. */
#pragma once

struct usb_file;

/* `node` is what follows /dev/bus/usb/. Returns a file descriptor, or -1 and errno. */
int usb_file_open(const char *root, const char *node);

/* NULL when the descriptor is not an emulated usbfs file. */
struct usb_file *usb_file_get(int fd);

void usb_file_forget(int fd);
int usb_file_ioctl(struct usb_file *file, unsigned long request, void *argument);

/* True when the cable is out and no completion is left to reap. */
int usb_file_is_drained(struct usb_file *file);
