/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * commands: what the command line does once and then ends.
 */
#include "commands.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "dump.h"
#include "log.h"
#include "progress.h"
#include "publish.h"
#include "stop.h"
#include "summary.h"

#define UPDATE_TIMEOUT_MS (10 * 60 * 1000)
#define PUBLISH_TIMEOUT_MS (2 * 60 * 1000)
#define HELPER_TIMEOUT_MS 5000

static bool
wait_for_update(Server *server, int64_t deadline_ms, char **error)
{
	struct pollfd fds[] = {
		{.fd = mpd_connection_get_fd(server->connection), .events = POLLIN},
		{.fd = stop_get_fd(), .events = POLLIN},
	};
	enum mpd_idle events = 0;
	int64_t left_ms = deadline_ms - session_now_ms();

	if (left_ms <= 0 || stop_is_asked()) {
		*error = text_copy("MPD's update of its database did not end in time.");
		return false;
	}
	if (!server_enter_idle(server, MPD_IDLE_DATABASE | MPD_IDLE_UPDATE, error))
		return false;
	int ready = poll(fds, COUNT_OF(fds), (int)left_ms);
	if (ready > 0 && fds[0].revents != 0)
		return server_read_idle(server, &events, error);
	return server_leave_idle(server, &events, error);
}

bool
command_collect(Collection *collection, Server *server, const Options *options,
		const Config *config)
{
	int64_t deadline_ms = session_now_ms() + UPDATE_TIMEOUT_MS;
	char *error AUTO_TEXT = NULL;
	CollectResult result;

	while ((result = collection_load(collection, server, config, options->page_songs,
					 &error)) == COLLECT_UPDATING) {
		log_verbose("%s Waiting for it to end.", error);
		text_clear(&error);
		if (!wait_for_update(server, deadline_ms, &error))
			break;
	}
	if (result != COLLECT_OK)
		log_error("%s", error);
	return result == COLLECT_OK;
}

Server *
command_load(Collection *collection, const Options *options, const Config *config)
{
	char *error AUTO_TEXT = NULL;
	Server *server = server_connect(config, &error);

	if (server == NULL) {
		log_error("%s", error);
		return NULL;
	}
	if (!command_collect(collection, server, options, config))
		server_clear(&server);
	return server;
}

bool
command_publish_collection(Session *session, Collection *collection)
{
	char *error AUTO_TEXT = NULL;
	PortaLibrary *library = publish_build(collection, &error);

	if (library == NULL) {
		log_error("%s", error);
		return false;
	}
	uint64_t request = session_next_request(session);
	int32_t accepted = porta_client_publish(session->client, library, request);
	if (!session_finish(session, request, accepted, PUBLISH_TIMEOUT_MS, &error)) {
		log_error("Portamento did not take the library: %s.", error);
		return false;
	}
	char *count AUTO_TEXT = collection_count(collection->n_songs, collection->n_playlists);
	log_verbose("Published %s.", count);
	return true;
}

static bool
ignore_event(PortaEvent *event, void *user_data)
{
	return false;
}

int
command_publish(const Options *options, const Config *config)
{
	Collection collection AUTO(collection_clear) = {0};
	Server *server AUTO(server_clear) = command_load(&collection, options, config);
	Session session AUTO(session_close) = {0};
	char *error AUTO_TEXT = NULL;

	if (server == NULL)
		return EXIT_FAILED;
	if (!session_open(&session, ignore_event, NULL, false, &error)) {
		log_error("%s", error);
		return exit_status_of(session.answer);
	}
	if (!command_publish_collection(&session, &collection))
		return exit_status_of(session.answer);
	char *count AUTO_TEXT = collection_count(collection.n_songs, collection.n_playlists);
	if (!options->quiet)
		log_answer("Published %s.", count);
	return EXIT_OK;
}

int
command_dump(const Options *options, const Config *config)
{
	Collection collection AUTO(collection_clear) = {0};
	Server *server AUTO(server_clear) = command_load(&collection, options, config);

	if (server == NULL)
		return EXIT_FAILED;
	dump_write(&collection, stdout);
	if (fflush(stdout) == 0 && !ferror(stdout))
		return EXIT_OK;
	log_error("The dump can not be written to standard output.");
	return EXIT_FAILED;
}

int
command_playlists(const Options *options, const Config *config)
{
	Collection collection AUTO(collection_clear) = {0};
	char *error AUTO_TEXT = NULL;
	Server *server AUTO(server_clear) = server_connect(config, &error);

	if (server == NULL || !collection_load_playlists(&collection, server, &error)) {
		log_error("%s", error);
		return EXIT_FAILED;
	}
	for (size_t i = 0; i < collection.n_playlists; i++)
		log_answer("%6zu  %s", collection.playlists[i].uris.count,
			   collection.playlists[i].name);
	if (collection.n_playlists == 0 && !options->quiet)
		log_answer("MPD has no stored playlists. Its clients make them: mpc save NAME");
	return EXIT_OK;
}

static bool
print_server(const Options *options, const Config *config)
{
	char *error AUTO_TEXT = NULL;
	Server *server AUTO(server_clear) = server_connect(config, &error);
	Collection collection AUTO(collection_clear) = {0};
	ServerState state;

	log_answer("Config: %s%s", config->path,
		   config->exists ? "" : " (not there: all is as it is by itself)");
	if (server == NULL || !server_load_state(server, &state, &error)) {
		log_answer("MPD:    %s", error);
		return false;
	}
	log_answer("MPD:    %s, %u songs%s", server->name, state.songs,
		   state.is_updating ? ", updating its database" : "");
	bool is_found = collection_find_music(&collection, server, config, &error) == COLLECT_OK;
	log_answer("Music:  %s", is_found ? collection.location.music_directory : error);
	return is_found;
}

static void
print_device(PortaDevice *device)
{
	char *summary AUTO_TEXT = summary_format(device);
	const char *detail = porta_device_get_string(device, PORTA_KEY_DETAIL_TEXT);
	bool is_connected = porta_device_get_number(device, PORTA_KEY_CONNECTED) == 1;

	log_answer("Device: %s (%s), %s, %s", session_device_name(device),
		   porta_device_get_string(device, PORTA_KEY_DEVICE_ID),
		   is_connected ? "connected" : "not connected",
		   summary_status_name(porta_device_get_number(device, PORTA_KEY_STATUS)));
	log_answer("        %s", summary);
	if (is_connected && detail != NULL && detail[0] != '\0')
		log_answer("        %s", detail);
	if (porta_device_get_number(device, PORTA_KEY_HELD_REMOVALS) > 0)
		log_answer("        %lld removals wait for you: portamentoctl confirm",
			   (long long)porta_device_get_number(device, PORTA_KEY_HELD_REMOVALS));
}

static bool
note_ready(PortaEvent *event, void *user_data)
{
	bool *is_ready = user_data;

	if (porta_event_get_type(event) == PORTA_EVENT_HELPER_READY)
		*is_ready = true;
	return false;
}

static bool
print_devices(void)
{
	Session session AUTO(session_close) = {0};
	char *error AUTO_TEXT = NULL;
	bool is_ready = false;
	int64_t deadline_ms = session_now_ms() + HELPER_TIMEOUT_MS;

	if (!session_open(&session, note_ready, &is_ready, false, &error)) {
		log_answer("Helper: %s", error);
		return false;
	}
	while (!is_ready && session_wait(&session, deadline_ms))
		;
	if (!is_ready) {
		log_answer("Helper: portamentod can not be started: is Portamento installed?");
		return false;
	}
	uint32_t n_devices = porta_client_count_devices(session.client);
	for (uint32_t i = 0; i < n_devices; i++) {
		PortaDevice *device = porta_client_get_device(session.client, i);
		if (device != NULL)
			print_device(device);
		porta_device_free(device);
	}
	if (n_devices == 0)
		log_answer("Device: none yet: plug one in, unlock it and choose file transfer");
	return true;
}

int
command_status(const Options *options, const Config *config)
{
	bool is_served = print_server(options, config);

	return print_devices() && is_served ? EXIT_OK : EXIT_FAILED;
}
