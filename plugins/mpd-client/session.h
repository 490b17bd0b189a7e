/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * session: this host's talk with Portamento. libportamento never blocks; a
 * command line must wait, and does so here: by poll(), with a deadline, and
 * until somebody presses Ctrl-C.
 */
#pragma once

#include <portamento.h>

#include "text.h"

#define SESSION_HOST_ID "mpd"

/* True: it has taken the event over. */
typedef bool (*SessionObserver)(PortaEvent *event, void *user_data);

typedef struct {
	PortaClient *client;
	uint64_t n_requests;
	SessionObserver observe; /* sees every event, before anything else does */
	void *user_data; /* no-ref */

	uint64_t awaited; /* a request; 0 none */
	bool is_answered;
	int32_t answer; /* PORTA_OK or PORTA_ERROR_* */
	char *answer_text;
} Session;

/* takes_statistics: the observer stores what was played on devices; else it waits for who does. */
bool session_open(Session *session, SessionObserver observe, void *user_data, bool takes_statistics,
		  char **error);
void session_close(Session *session);

uint64_t session_next_request(Session *session);
/* Gives all events that are there to the observer. False: there were none. */
bool session_dispatch(Session *session);
/* Waits for events, dispatches them. False: the time is over, or a signal asks to end. */
bool session_wait(Session *session, int64_t deadline_ms);
/* Waits for the answer to a request, whose own result was accepted. */
bool session_finish(Session *session, uint64_t request, int32_t accepted, int timeout_ms,
		    char **error);

/* CLOCK_MONOTONIC */
int64_t session_now_ms(void);

/* What people call it. Never NULL. */
const char *session_device_name(PortaDevice *device);
