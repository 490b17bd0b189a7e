/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ctl: what all commands of portamentoctl share: the client, how to print, and
 * how to wait. Devices, requests and events go through libportamento, as with
 * any host; what the C API leaves to programs like this one (lists of rules, of
 * skipped songs, of failures, of libraries) goes over D-Bus, in bus.h.
 */
#pragma once

#include <gio/gio.h>

#include "exit-status.h"

typedef struct {
	PortaClient *client;
	GDBusConnection *bus; /* NULL until bus.h needs it */
	gboolean json;
	gboolean terminal; /* stdout is one that can move its cursor */
	gboolean colour;
	const char *device; /* --device, or NULL */
	int signal_fd; /* readable after Ctrl-C */
	uint64_t last_request;
	gboolean interrupted;
} Ctl;

/* Sees each event; TRUE ends the wait. The event is freed after it. */
typedef gboolean (*EventFunc)(Ctl *ctl, PortaEvent *event, void *data);

/* How a wait ended. */
typedef enum {
	WAIT_DONE,
	WAIT_TIMEOUT,
	WAIT_INTERRUPTED,
} WaitEnd;

/* The helper's devices are known afterwards; else says why not and returns an exit status. */
int ctl_connect(Ctl *ctl);
void ctl_clear(Ctl *ctl);
/* timeout_ms -1: without end. */
WaitEnd ctl_wait(Ctl *ctl, int timeout_ms, EventFunc func, void *data);
/* A number for the next request. */
uint64_t ctl_next_request(Ctl *ctl);
/* Waits for the answer to a request whose call returned code. Returns an exit status; what went
 * wrong is told. take, if not NULL, sees the answer when all went well. */
int ctl_finish(Ctl *ctl, int32_t code, uint64_t request, EventFunc take, void *data);

/* The device that is meant; words may have its name as their only one. NULL: it has said why,
 * and *status is what to exit with. known_is_enough: it need not be connected. */
PortaDevice *ctl_choose_device(Ctl *ctl, char **words, gboolean known_is_enough, int *status);

/* A line to people only: programs have the exit status. */
void ctl_say(Ctl *ctl, const char *line);
/* "portamentoctl: ..." on stderr, without control characters. */
void ctl_complain(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* What a device is called: its friendly name, else what it is, else its id. */
const char *device_title(PortaDevice *device);
