/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fake-portamento: a libportamento without a helper, for tests of a host alone.
 * What the host publishes and asks for is written, a JSON object a line, to the
 * file FAKE_PORTAMENTO_RECORD; events are read from the FIFO FAKE_PORTAMENTO_EVENTS:
 *
 *     ready | lost
 *     device ID NAME CONNECTED STATUS STATE        (a snapshot; no event)
 *     event TYPE ID                                (about that device)
 *     statistics URI PLAYS RATING LAST_PLAYED
 *     reply REQUEST ERROR [ID]
 *
 * Every request is answered with PORTA_OK, unless FAKE_PORTAMENTO_REFUSE is set.
 * One client, one thread, a few devices: enough for what it is.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake-portamento.h"

static void
answer(PortaClient *client, uint64_t request)
{
	char line[64];
	int error = getenv("FAKE_PORTAMENTO_REFUSE") != NULL ? PORTA_ERROR_LIMIT_EXCEEDED
							     : PORTA_OK;
	int length =
		snprintf(line, sizeof line, "reply %llu %d\n", (unsigned long long)request, error);

	fflush(client->record);
	if (write(client->fd, line, (size_t)length) != length)
		abort();
}

static int32_t
record(PortaClient *client, const char *what, const char *device, uint64_t request)
{
	fprintf(client->record, "{\"%s\": \"%s\"}\n", what, device);
	answer(client, request);
	return PORTA_OK;
}

uint32_t
porta_api_version(void)
{
	return PORTA_API_VERSION;
}

const char *
porta_error_name(int32_t error)
{
	return error == PORTA_OK ? "no error" : "an error of the fake";
}

int32_t
porta_client_new(PortaClient **out, const char *host_id, const char *display_name)
{
	PortaClient *client = calloc(1, sizeof *client);

	client->record = fopen(getenv("FAKE_PORTAMENTO_RECORD"), "ae");
	/* for both, so that reading does not end while nobody else writes */
	client->fd = open(getenv("FAKE_PORTAMENTO_EVENTS"), O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (client->record == NULL || client->fd < 0)
		abort();
	fprintf(client->record, "{\"host\": \"%s\", \"name\": \"%s\"}\n", host_id, display_name);
	fflush(client->record);
	*out = client;
	return PORTA_OK;
}

PortaClient *
porta_client_free(PortaClient *client)
{
	if (client == NULL)
		return NULL;
	close(client->fd);
	fclose(client->record);
	free(client);
	return NULL;
}

int32_t
porta_client_set_statistics(PortaClient *client, int32_t wanted)
{
	client->leaves_statistics = !wanted;
	return PORTA_OK;
}

int
porta_client_get_fd(PortaClient *client)
{
	return client->fd;
}

static PortaDevice *
find(PortaClient *client, const char *id)
{
	for (uint32_t i = 0; i < client->n_devices; i++) {
		if (strcmp(client->devices[i].id, id) == 0)
			return &client->devices[i];
	}
	return NULL;
}

static void
update_device(PortaClient *client, const char *line)
{
	PortaDevice new = {0};

	if (sscanf(line, "device %63s %63s %d %d %d", new.id, new.name, &new.connected, &new.status,
		   &new.state) != 5)
		abort();
	PortaDevice *old = find(client, new.id);
	if (old == NULL && client->n_devices == MAX_DEVICES)
		abort();
	*(old != NULL ? old : &client->devices[client->n_devices++]) = new;
}

static PortaEvent *
parse(PortaClient *client, const char *line)
{
	PortaEvent *event = calloc(1, sizeof *event);
	char id[64] = "";

	if (strcmp(line, "ready") == 0)
		event->type = PORTA_EVENT_HELPER_READY;
	else if (strcmp(line, "lost") == 0)
		event->type = PORTA_EVENT_HELPER_LOST;
	else if (sscanf(line, "reply %lu %d %63s", &event->request, &event->error, id) >= 2)
		event->type = PORTA_EVENT_REPLY;
	else if (sscanf(line, "statistics %2047s %ld %ld %ld", event->uri, &event->plays,
			&event->rating, &event->last_played) == 4)
		event->type = PORTA_EVENT_STATISTICS;
	else if (sscanf(line, "event %d %63s", &event->type, id) == 2)
		event->device = *find(client, id);
	else
		abort();
	snprintf(event->device_id, sizeof event->device_id, "%s", id);
	return event;
}

PortaEvent *
porta_client_next_event(PortaClient *client)
{
	size_t length = 0;

	while (read(client->fd, client->line + length, 1) == 1) {
		if (client->line[length] != '\n') {
			length++;
			continue;
		}
		client->line[length] = '\0';
		length = 0;
		if (client->leaves_statistics && strncmp(client->line, "statistics ", 11) == 0)
			continue;
		if (strncmp(client->line, "device ", 7) != 0)
			return parse(client, client->line);
		update_device(client, client->line);
	}
	return NULL;
}

int32_t
porta_client_publish(PortaClient *client, PortaLibrary *library, uint64_t request)
{
	fprintf(client->record, "{\"publish\": {\"tracks\": [%s], \"playlists\": [%s]}}\n",
		fake_text(&library->tracks), fake_text(&library->playlists));
	answer(client, request);
	porta_library_free(library);
	return PORTA_OK;
}

int32_t
porta_client_set_rules(PortaClient *client, const char *device_id, PortaRules *rules,
		       uint64_t request)
{
	fprintf(client->record, "{\"rules\": [%s], \"device\": \"%s\"}\n", fake_text(&rules->json),
		device_id);
	answer(client, request);
	porta_rules_free(rules);
	return PORTA_OK;
}

int32_t
porta_client_create_partnership(PortaClient *client, const char *device_id, int32_t replace,
				uint64_t request)
{
	return record(client, replace ? "replace" : "create", device_id, request);
}

int32_t
porta_client_set_setting_number(PortaClient *client, const char *device_id, const char *name,
				int64_t value, uint64_t request)
{
	fprintf(client->record, "{\"setting\": \"%s\", \"value\": %ld, \"device\": \"%s\"}\n", name,
		value, device_id);
	answer(client, request);
	return PORTA_OK;
}

int32_t
porta_client_start(PortaClient *client, const char *device_id, uint64_t request)
{
	return record(client, "start", device_id, request);
}

int32_t
porta_client_stop(PortaClient *client, const char *device_id, uint64_t request)
{
	return record(client, "stop", device_id, request);
}

int32_t
porta_client_preview(PortaClient *client, const char *device_id, uint64_t request)
{
	return record(client, "preview", device_id, request);
}

int32_t
porta_client_estimate(PortaClient *client, const char *device_id, PortaRules *rules,
		      uint64_t request)
{
	porta_rules_free(rules);
	return record(client, "estimate", device_id, request);
}

uint32_t
porta_client_count_devices(PortaClient *client)
{
	return client->n_devices;
}

static PortaDevice *
copy(const PortaDevice *device)
{
	PortaDevice *copied = malloc(sizeof *copied);

	*copied = *device;
	return copied;
}

PortaDevice *
porta_client_get_device(PortaClient *client, uint32_t index)
{
	return index < client->n_devices ? copy(&client->devices[index]) : NULL;
}

PortaDevice *
porta_client_find_device(PortaClient *client, const char *device_id)
{
	PortaDevice *device = find(client, device_id);

	return device != NULL ? copy(device) : NULL;
}
