/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-probe: transactions on a pipe, for tests; see commands.h.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "commands.h"
#include "device/discovery.h"
#include "device/ptp-container.h"
#include "device/ptp-session.h"

#define MAX_IN (UINT64_C(1) << 31)

typedef struct {
	DeviceAddress *address;
	Device *device;
	PtpSession *session;
	Line *line; /* the command at work */
} Probe;

/* What a data phase to the device is made of. A session reads it on a thread of its own. */
typedef struct {
	int fd; /* -1: zeros */
	uint64_t given_bytes; /* atomic */
	uint64_t told_bytes;
	uint64_t cancel_at, fail_at, end_at; /* UINT64_MAX: never */
	gsize most; /* bytes at a time */
	GCancellable *cancellable;
} Source;

typedef gboolean (*Command)(Probe *probe, GError **error);

/* NAME=NUMBER among the words, or UINT64_MAX. */
static uint64_t
option(const Probe *probe, const char *name)
{
	for (guint i = 1; i < probe->line->n_words; i++) {
		const char *value = strchr(probe->line->words[i], '=');

		if (value != NULL && strlen(name) == (gsize)(value - probe->line->words[i]) &&
		    g_str_has_prefix(probe->line->words[i], name))
			return strtoull(value + 1, NULL, 0);
	}
	return UINT64_MAX;
}

static void
on_device(const DeviceAddress *address, gboolean connected, void *data)
{
	Probe *probe = data;

	if (!connected)
		return;
	g_clear_pointer(&probe->address, device_address_free);
	probe->address = device_address_copy(address);
}

static gboolean
find_device(Probe *probe, GError **error)
{
	g_clear_pointer(&probe->device, device_free);
	g_clear_pointer(&probe->address, device_address_free);
	g_autoptr(Discovery) discovery = discovery_new(on_device, probe, error);
	if (discovery == NULL)
		return FALSE;
	if (probe->address == NULL) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_NO_DEVICE, "no device was found");
		return FALSE;
	}
	probe->device = device_new(probe->address, NULL);
	return TRUE;
}

static gboolean
do_open(Probe *probe, GError **error)
{
	g_clear_pointer(&probe->session, ptp_session_close);
	if (!find_device(probe, error))
		return FALSE;
	probe->session = ptp_session_open(probe->device, probe->line->cancellable, error);
	return probe->session != NULL;
}

static gboolean
do_close(Probe *probe, GError **error)
{
	g_clear_pointer(&probe->session, ptp_session_close);
	return TRUE;
}

static void
put_string(GByteArray *data, const char *text)
{
	g_autofree gunichar2 *units = NULL;
	glong n = 0;
	uint8_t unit[2];

	units = g_utf8_to_utf16(text, -1, NULL, &n, NULL);
	uint8_t count = n > 0 ? (uint8_t)(n + 1) : 0;
	g_byte_array_append(data, &count, 1);
	for (glong i = 0; i < count; i++) {
		ptp_write_u16(unit, units[i]);
		g_byte_array_append(data, unit, 2);
	}
}

static gssize
read_source(void *data, void *buffer, gsize n, GError **error)
{
	Source *source = data;

	if (source->given_bytes >= source->cancel_at)
		g_cancellable_cancel(source->cancellable);
	if (source->given_bytes >= source->fail_at) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_SOURCE_UNREADABLE, "a bad disk");
		return -1;
	}
	n = MIN(n, source->most);
	n = (gsize)MIN(n, source->end_at - source->given_bytes);
	gssize got = source->fd >= 0 ? read(source->fd, buffer, n) : (gssize)n;
	if (source->fd < 0)
		memset(buffer, 0, n);
	__atomic_add_fetch(&source->given_bytes, (uint64_t)MAX(got, 0), __ATOMIC_RELEASE);
	return got;
}

static void
free_source(void *data)
{
	Source *source = data;

	if (source->fd >= 0)
		close(source->fd);
	g_object_unref(source->cancellable);
	g_free(source);
}

static Source *
source_new(const Probe *probe)
{
	const char *path = word(probe->line, 1);
	Source *source = g_new(Source, 1);

	*source = (Source){.fd = g_str_equal(path, "-") ? -1 : open(path, O_RDONLY | O_CLOEXEC),
			   .cancel_at = option(probe, "cancel"),
			   .fail_at = option(probe, "fail"),
			   .end_at = option(probe, "end"),
			   .most = (gsize)option(probe, "most"),
			   .cancellable = g_object_ref(probe->line->cancellable)};
	return source;
}

static void
on_progress(void *data, uint64_t done_bytes)
{
	Source *source = data;

	uint64_t given_bytes = __atomic_load_n(&source->given_bytes, __ATOMIC_ACQUIRE);

	if (done_bytes < source->told_bytes || done_bytes > given_bytes)
		g_error("progress of %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT, done_bytes,
			given_bytes);
	source->told_bytes = done_bytes;
}

static void
tell_answer(const PtpTransaction *transaction)
{
	fprintf(answers, "item\tresponse\t0x%04x", transaction->response);
	for (guint i = 0; i < transaction->n_results; i++)
		fprintf(answers, "\t%u", transaction->results[i]);
	fprintf(answers, "\n");
}

static gboolean
tell_data(const GByteArray *in, const char *path, GError **error)
{
	g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, in->data, in->len);

	fprintf(answers, "item\tdata\t%u\t%s\n", in->len, sum);
	return *path == '\0' || g_file_set_contents(path, (const char *)in->data, in->len, error);
}

static void
take_parameters(Probe *probe, PtpTransaction *transaction, guint first)
{
	for (guint i = first; i < probe->line->n_words && transaction->n_parameters < 5; i++) {
		if (strchr(probe->line->words[i], '=') == NULL)
			transaction->parameters[transaction->n_parameters++] =
				(uint32_t)number(probe->line, i);
	}
}

static gboolean
run(Probe *probe, PtpTransaction *transaction, GError **error)
{
	uint64_t timeout_ms = option(probe, "timeout");

	if (probe->session == NULL) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_NO_DEVICE, "not open");
		return FALSE;
	}
	transaction->timeout_ms = timeout_ms == UINT64_MAX ? 0 : (guint)timeout_ms;
	return ptp_session_run(probe->session, transaction, probe->line->cancellable, error);
}

/* run OPERATION [PARAMETER]... [timeout=MS]: no data, or what comes is passed over */
static gboolean
do_run(Probe *probe, GError **error)
{
	PtpTransaction transaction = {.operation = (uint16_t)number(probe->line, 1)};

	take_parameters(probe, &transaction, 2);
	if (!run(probe, &transaction, error))
		return FALSE;
	tell_answer(&transaction);
	return TRUE;
}

/* get FILE|- OPERATION [PARAMETER]... [max=BYTES] */
static gboolean
do_get(Probe *probe, GError **error)
{
	g_autoptr(GByteArray) in = g_byte_array_new();
	uint64_t max = option(probe, "max");
	PtpTransaction transaction = {.operation = (uint16_t)number(probe->line, 2),
				      .in = in,
				      .max_in = (gsize)MIN(max, MAX_IN)};
	const char *path = word(probe->line, 1);

	take_parameters(probe, &transaction, 3);
	if (!run(probe, &transaction, error))
		return FALSE;
	tell_answer(&transaction);
	return tell_data(in, g_str_equal(path, "-") ? "" : path, error);
}

/* put OPERATION [PARAMETER]... bytes=N: so many bytes from memory */
static gboolean
do_put(Probe *probe, GError **error)
{
	uint64_t n = option(probe, "bytes");
	g_autofree char *bytes = g_malloc0(n + 1);
	g_autoptr(GBytes) out = g_bytes_new(bytes, n);
	PtpTransaction transaction = {.operation = (uint16_t)number(probe->line, 1), .out = out};

	take_parameters(probe, &transaction, 2);
	if (!run(probe, &transaction, error))
		return FALSE;
	tell_answer(&transaction);
	return TRUE;
}

/* announce STORAGE PARENT NAME SIZE: SendObjectInfo */
static gboolean
do_announce(Probe *probe, GError **error)
{
	uint8_t head[52] = {0};
	uint64_t size = number(probe->line, 4);
	g_autoptr(GByteArray) info = g_byte_array_new();

	ptp_write_u32(head, (uint32_t)number(probe->line, 1));
	ptp_write_u16(head + 4, 0x3009);
	ptp_write_u32(head + 8, (uint32_t)MIN(size, UINT32_MAX));
	g_byte_array_append(info, head, sizeof(head));
	put_string(info, word(probe->line, 3));
	for (int i = 0; i < 3; i++)
		put_string(info, "");
	g_autoptr(GBytes) out = g_bytes_new(info->data, info->len);
	PtpTransaction transaction = {.operation = 0x100c, .out = out};
	transaction.parameters[transaction.n_parameters++] = (uint32_t)number(probe->line, 1);
	transaction.parameters[transaction.n_parameters++] = (uint32_t)number(probe->line, 2);
	if (!run(probe, &transaction, error))
		return FALSE;
	tell_answer(&transaction);
	return TRUE;
}

/* send FILE|- SIZE [cancel=AT] [cancel-ms=MS] [fail=AT] [end=AT] [most=BYTES] [timeout=MS]: SendObject */
static gboolean
do_send(Probe *probe, GError **error)
{
	uint64_t cancel_ms = option(probe, "cancel-ms");
	Source *source = source_new(probe);
	g_autoptr(DeviceSource)
		file = device_source_new(word(probe->line, 1), read_source, source, free_source);
	PtpTransaction transaction = {.operation = 0x100d,
				      .source = file,
				      .progress = on_progress,
				      .data = source,
				      .out_bytes = number(probe->line, 2)};

	if (cancel_ms != UINT64_MAX)
		cancel_after(probe->line, (guint)cancel_ms);
	if (!run(probe, &transaction, error))
		return FALSE;
	tell_answer(&transaction);
	fprintf(answers, "item\tprogress\t%" G_GUINT64_FORMAT "\n", source->told_bytes);
	return TRUE;
}

/* cancelled MS OPERATION [PARAMETER]...: as run, cancelled by another thread after so long */
static gboolean
do_cancelled(Probe *probe, GError **error)
{
	PtpTransaction transaction = {.operation = (uint16_t)number(probe->line, 2)};

	take_parameters(probe, &transaction, 3);
	cancel_after(probe->line, (guint)number(probe->line, 1));
	return ptp_session_run(probe->session, &transaction, probe->line->cancellable, error);
}

/* events N: waits until so many came, then tells all */
static gboolean
do_events(Probe *probe, GError **error)
{
	gint64 until_us = g_get_monotonic_time() + 5 * G_USEC_PER_SEC;
	uint64_t n = 0;
	PtpEvent event;

	while (n < number(probe->line, 1) && g_get_monotonic_time() < until_us) {
		if (!ptp_session_next_event(probe->session, &event)) {
			g_thread_yield();
			continue;
		}
		fprintf(answers, "item\t0x%04x\t%u\n", event.code, event.parameters[0]);
		n++;
	}
	return TRUE;
}

static const struct {
	const char *name;
	Command command;
} commands[] = {
	{"open", do_open},     {"close", do_close},
	{"run", do_run},       {"get", do_get},
	{"put", do_put},       {"announce", do_announce},
	{"send", do_send},     {"cancelled", do_cancelled},
	{"events", do_events},
};

static gboolean
run_command(Probe *probe, GError **error)
{
	for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
		if (g_str_equal(commands[i].name, word(probe->line, 0)))
			return commands[i].command(probe, error);
	}
	g_set_error(error, PORTA_ERROR, PORTA_ERROR_INVALID_ARGUMENT, "no command “%s”",
		    word(probe->line, 0));
	return FALSE;
}

/* A call that is back, or was in time, has not outlived its deadline. */
static gboolean
obey(void *data, Line *line, GError **error)
{
	Probe *probe = data;

	probe->line = line;
	gboolean ok = run_command(probe, error);
	if (probe->device != NULL && device_watch_expired(probe->device))
		g_error("“%s” outlived the deadline that it set", word(line, 0));
	if (probe->device != NULL)
		device_watch_set(probe->device, 0);
	return ok;
}

int
main(void)
{
	Probe probe = {0};

	commands_serve(obey, &probe);
	ptp_session_close(probe.session);
	device_free(probe.device);
	device_address_free(probe.address);
	return 0;
}
