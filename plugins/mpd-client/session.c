/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * session: this host's talk with Portamento.
 */
#include "session.h"

#include <poll.h>
#include <time.h>

#include "stop.h"

int64_t
session_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

const char *
session_device_name(PortaDevice *device)
{
	static const int32_t keys[] = {PORTA_KEY_FRIENDLY_NAME, PORTA_KEY_DEVICE_NAME,
				       PORTA_KEY_DEVICE_ID};

	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		const char *name = porta_device_get_string(device, keys[i]);
		if (name != NULL && name[0] != '\0')
			return name;
	}
	return "the device";
}

bool
session_open(Session *session, SessionObserver observe, void *user_data, bool takes_statistics,
	     char **error)
{
	*session = (Session){.observe = observe, .user_data = user_data};
	int32_t result = porta_client_new(&session->client, SESSION_HOST_ID, "MPD");
	if (result == PORTA_OK)
		result = porta_client_set_statistics(session->client, takes_statistics);
	if (result == PORTA_OK)
		return true;
	session->answer = result;
	*error =
		text_format("Portamento can not be reached: %s%s", porta_error_name(result),
			    result == PORTA_ERROR_NO_HELPER
				    ? ". Is it installed, and has this session a D-Bus session bus?"
				    : ".");
	return false;
}

void
session_close(Session *session)
{
	session->client = porta_client_free(session->client);
	text_clear(&session->answer_text);
}

uint64_t
session_next_request(Session *session)
{
	return ++session->n_requests;
}

static bool
is_answer(Session *session, PortaEvent *event)
{
	int32_t type = porta_event_get_type(event);

	return session->awaited != 0 && porta_event_get_request(event) == session->awaited &&
	       (type == PORTA_EVENT_REPLY || type == PORTA_EVENT_PLAN ||
		type == PORTA_EVENT_ESTIMATE);
}

bool
session_dispatch(Session *session)
{
	PortaEvent *event;
	bool is_any = false;

	while ((event = porta_client_next_event(session->client)) != NULL) {
		is_any = true;
		if (session->observe(event, session->user_data))
			continue;
		if (is_answer(session, event)) {
			session->is_answered = true;
			session->answer = porta_event_get_error(event);
			text_set(&session->answer_text, porta_event_get_text(event));
		}
		porta_event_free(event);
	}
	return is_any;
}

bool
session_wait(Session *session, int64_t deadline_ms)
{
	struct pollfd fds[] = {
		{.fd = porta_client_get_fd(session->client), .events = POLLIN},
		{.fd = stop_get_fd(), .events = POLLIN},
	};
	int64_t left_ms = deadline_ms - session_now_ms();

	/* what the caller waits for may be among those that are there already */
	if (session_dispatch(session))
		return !stop_is_asked();
	if (left_ms <= 0 || stop_is_asked())
		return false;
	poll(fds, COUNT_OF(fds), left_ms < 3600000 ? (int)left_ms : 3600000);
	session_dispatch(session);
	return !stop_is_asked();
}

bool
session_finish(Session *session, uint64_t request, int32_t accepted, int timeout_ms, char **error)
{
	int64_t deadline_ms = session_now_ms() + timeout_ms;
	bool is_waiting = accepted == PORTA_OK;

	session->awaited = request;
	session->is_answered = false;
	session->answer = accepted;
	text_set(&session->answer_text, "");
	while (is_waiting && !session->is_answered)
		is_waiting = session_wait(session, deadline_ms);
	session->awaited = 0;
	if (session->is_answered && session->answer == PORTA_OK)
		return true;
	const char *why = session->answer_text[0] != '\0' ? session->answer_text
			  : session->answer != PORTA_OK   ? porta_error_name(session->answer)
			  : stop_is_asked()               ? "interrupted"
							  : "no answer in time";
	*error = text_copy(why);
	return false;
}
