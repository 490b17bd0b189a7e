/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ctl: see ctl.h.
 */
#include "ctl/ctl.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "ctl/text.h"

#define HELPER_TIMEOUT_MS 30000

void
ctl_say(Ctl *ctl, const char *line)
{
	if (!ctl->json)
		puts(line);
}

void
ctl_complain(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *message = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_autofree char *safe = text_escape_lines(message);
	fflush(stdout);
	fprintf(stderr, "portamentoctl: %s\n", safe);
}

const char *
device_title(PortaDevice *device)
{
	static const int32_t keys[] = {PORTA_KEY_FRIENDLY_NAME, PORTA_KEY_DEVICE_NAME,
				       PORTA_KEY_DEVICE_ID};

	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		const char *name = porta_device_get_string(device, keys[i]);
		if (name != NULL && name[0] != '\0')
			return name;
	}
	return "?";
}

uint64_t
ctl_next_request(Ctl *ctl)
{
	return ++ctl->last_request;
}

/* Ctrl-C is read where we wait, so that it can end a sync in order. */
static int
watch_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static gboolean
take_events(Ctl *ctl, EventFunc func, void *data)
{
	PortaEvent *event;
	gboolean done = FALSE;

	while (!done && (event = porta_client_next_event(ctl->client)) != NULL) {
		done = func(ctl, event, data);
		porta_event_free(event);
	}
	return done;
}

static int
milliseconds_until(gint64 deadline_us)
{
	return (int)MAX((deadline_us - g_get_monotonic_time() + 999) / 1000, 0);
}

WaitEnd
ctl_wait(Ctl *ctl, int timeout_ms, EventFunc func, void *data)
{
	gint64 deadline_us = g_get_monotonic_time() + timeout_ms * G_GINT64_CONSTANT(1000);
	struct signalfd_siginfo info;

	for (;;) {
		if (take_events(ctl, func, data))
			return WAIT_DONE;
		int left_ms = timeout_ms < 0 ? -1 : milliseconds_until(deadline_us);
		if (left_ms == 0)
			return WAIT_TIMEOUT;
		struct pollfd fds[] = {{porta_client_get_fd(ctl->client), POLLIN, 0},
				       {ctl->signal_fd, POLLIN, 0}};
		poll(fds, G_N_ELEMENTS(fds), left_ms);
		if (read(ctl->signal_fd, &info, sizeof info) > 0) {
			ctl->interrupted = TRUE;
			return WAIT_INTERRUPTED;
		}
	}
}

/* Whether the helper is there; its absence is told. */
static gboolean
on_helper_event(Ctl *ctl, PortaEvent *event, void *data)
{
	int *status = data;

	if (porta_event_get_type(event) == PORTA_EVENT_HELPER_READY)
		*status = EXIT_OK;
	else if (porta_event_get_type(event) == PORTA_EVENT_HELPER_LOST)
		ctl_complain("%s", porta_event_get_text(event));
	else
		return FALSE;
	return TRUE;
}

static gboolean
on_any_event(Ctl *ctl, PortaEvent *event, void *data)
{
	return FALSE;
}

int
ctl_connect(Ctl *ctl)
{
	int status = EXIT_NO_HELPER;

	ctl->signal_fd = watch_signals();
	int32_t code = porta_client_new(&ctl->client, "portamentoctl", "portamentoctl");
	if (code != PORTA_OK) {
		ctl_complain(
			code == PORTA_ERROR_NO_HELPER
				? "there is no session bus: run this within a desktop session, or "
				  "set DBUS_SESSION_BUS_ADDRESS"
				: "libportamento: %s",
			porta_error_name(code));
		return EXIT_NO_HELPER;
	}
	WaitEnd end = ctl_wait(ctl, HELPER_TIMEOUT_MS, on_helper_event, &status);
	if (end == WAIT_INTERRUPTED)
		return EXIT_INTERRUPTED;
	if (end == WAIT_TIMEOUT)
		ctl_complain("portamentod did not start within %d seconds",
			     HELPER_TIMEOUT_MS / 1000);
	if (status == EXIT_OK)
		ctl_wait(ctl, 0, on_any_event, NULL);
	return status;
}

void
ctl_clear(Ctl *ctl)
{
	ctl->client = porta_client_free(ctl->client);
	g_clear_object(&ctl->bus);
}

typedef struct {
	uint64_t request;
	EventFunc take;
	void *data;
	int status;
} Answer;

static gboolean
on_answer(Ctl *ctl, PortaEvent *event, void *data)
{
	Answer *answer = data;
	int32_t code = porta_event_get_error(event);
	const char *text = porta_event_get_text(event);

	if (porta_event_get_request(event) != answer->request)
		return FALSE;
	answer->status = exit_status_of(code);
	if (code != PORTA_OK)
		ctl_complain("%s", text[0] != '\0' ? text : porta_error_name(code));
	else if (answer->take != NULL)
		answer->take(ctl, event, answer->data);
	return TRUE;
}

int
ctl_finish(Ctl *ctl, int32_t code, uint64_t request, EventFunc take, void *data)
{
	Answer answer = {request, take, data, EXIT_FAILED};

	if (code != PORTA_OK) {
		ctl_complain("%s", porta_error_name(code));
		return exit_status_of(code);
	}
	if (ctl_wait(ctl, -1, on_answer, &answer) == WAIT_INTERRUPTED)
		return EXIT_INTERRUPTED;
	return answer.status;
}
