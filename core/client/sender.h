/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sender: a host's requests on their way to the helper. Each gets exactly one
 * answer: from the helper; or NO_HELPER, when it was away for half a minute.
 * A request whose helper died before it answered is made once more: all of
 * them say what is wanted, not what to change, so twice is the same as once.
 */
#pragma once

#include "client/client.h"
#include "client/mirror.h"

struct Request {
	uint64_t number;
	int32_t answer; /* PORTA_EVENT_REPLY, _PLAN, _ESTIMATE or _RULES */
	int32_t member; /* PORTA_EVENT_*: one for each of a list before the answer; 0: it is no list */
	char *device_id; /* NULL: it goes to the manager */
	const char *method;
	GVariant *parameters; /* NULL: none, or made when the library is sealed */
	PortaLibrary *library; /* NULL but to publish */
	int library_fd; /* -1 until sealed */
	guint64 turn; /* as the host asked: what it asked last must be done last */
	gint64 deadline_us;
	gboolean repeated;
};

Request *request_new(int32_t answer, const char *method, uint64_t number);
void request_free(Request *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Request, request_free)

typedef struct Sender Sender;

/* All of them outlive the sender. */
Sender *sender_new(PortaClient *client, Mirror *mirror, GCancellable *cancellable);
void sender_free(Sender *sender);
/* The helper is there, under this unique name; NULL, NULL: it is not. */
void sender_set_helper(Sender *sender, GDBusConnection *connection, const char *owner);
void sender_take_request(Sender *sender, Request *request);
