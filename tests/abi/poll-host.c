/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * poll-host: a host that knows nothing but libportamento and poll(). It loads
 * the library, takes in every signal of a noisy helper, and unloads it again,
 * eight times; at the end it must be no larger than after the second.
 *
 *     poll-host LIBRARY DEVICE EVENTS
 *
 * Whoever starts it makes the helper send EVENTS item errors once it has read a
 * line "ready", and reads "N events" after each round.
 */
#include <dlfcn.h>
#include <malloc.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "portamento.h"

#define ROUNDS 8
#define DEADLINE_MS 60000
#ifdef __SANITIZE_ADDRESS__
#define MOST_GROWTH_KB 1000000L /* what is freed is kept, to be watched */
#else
#define MOST_GROWTH_KB 1024L
#endif
#define LOAD(name) __typeof__(name) *call_##name = (__typeof__(name) *)dlsym(library, #name)

static long
resident_kb(void)
{
	char line[256];
	long kb = -1;
	FILE *status = fopen("/proc/self/status", "r");

	/* how many events waited at once, and left holes, differs from round to round */
	malloc_trim(0);
	while (status != NULL && fgets(line, sizeof line, status) != NULL) {
		if (sscanf(line, "RssAnon: %ld kB", &kb) == 1)
			break;
	}
	if (status != NULL)
		fclose(status);
	return kb;
}

/* Returns how many item errors came, or -1. */
static long
run_round(const char *path, const char *device_id, long expected)
{
	void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);

	if (library == NULL) {
		fprintf(stderr, "%s\n", dlerror());
		return -1;
	}
	LOAD(porta_client_new);
	LOAD(porta_client_free);
	LOAD(porta_client_get_fd);
	LOAD(porta_client_next_event);
	LOAD(porta_event_free);
	LOAD(porta_event_get_type);
	LOAD(porta_event_get_string);
	PortaClient *client = NULL;
	long count = 0;
	if (call_porta_client_new(&client, "poll-host", "A host without GLib") != PORTA_OK)
		return -1;
	while (count < expected) {
		struct pollfd wait = {call_porta_client_get_fd(client), POLLIN, 0};
		if (poll(&wait, 1, DEADLINE_MS) <= 0) {
			fprintf(stderr, "%ld of %ld events, then nothing\n", count, expected);
			return -1;
		}
		for (PortaEvent *event; (event = call_porta_client_next_event(client)) != NULL;) {
			int type = call_porta_event_get_type(event);
			const char *id = call_porta_event_get_string(event, PORTA_KEY_DEVICE_ID);
			if (type == PORTA_EVENT_DEVICE_CONNECTED && strcmp(id, device_id) == 0) {
				puts("ready");
				fflush(stdout);
			}
			count += type == PORTA_EVENT_SYNC_ERROR;
			call_porta_event_free(event);
		}
	}
	call_porta_client_free(client);
	dlclose(library);
	return count;
}

int
main(int argc, char **argv)
{
	long first_kb = 0;

	if (argc != 4)
		return 2;
	for (int round = 0; round < ROUNDS; round++) {
		long count = run_round(argv[1], argv[2], atol(argv[3]));
		if (count != atol(argv[3]))
			return 1;
		printf("%ld events, %ld kB\n", count, resident_kb());
		fflush(stdout);
		if (round == 1)
			first_kb = resident_kb();
	}
	/* a leak of but 64 bytes an event would be 3,750 kB in six rounds of 10,000 */
	if (resident_kb() > first_kb + MOST_GROWTH_KB) {
		fprintf(stderr, "grown from %ld to %ld kB\n", first_kb, resident_kb());
		return 1;
	}
	return 0;
}
