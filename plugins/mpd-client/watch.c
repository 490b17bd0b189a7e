/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * watch: the daemon: one poll() beside MPD's connection, libportamento's events,
 * signals and mounts. Nothing happens while nothing changes.
 *
 * Law 2: what looks like an accident (MPD away, no disk) is said once, and what
 * was published stays.
 */
#include "watch.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "notify.h"
#include "publish.h"
#include "statistics.h"
#include "stop.h"
#include "summary.h"
#include "watch-devices.h"

#define NEVER INT64_MAX
#define DEBOUNCE_MS 2000 /* after the last change */
#define DEBOUNCE_LIMIT_MS 30000 /* after the first */
#define RECONNECT_FIRST_MS 1000
#define RECONNECT_LAST_MS 15000
#define RETRY_MS 60000

#define EVENTS (MPD_IDLE_DATABASE | MPD_IDLE_UPDATE | MPD_IDLE_STORED_PLAYLIST | MPD_IDLE_STICKER)

typedef struct {
	const Options *options;
	Config *config;
	Session session;
	Server *server; /* NULL while MPD is away */
	Statistics statistics;
	WatchDevices devices;
	Location location; /* of the collection published last */
	int mounts_fd; /* tells when something is mounted or unmounted */

	int64_t connect_at_ms, publish_at_ms; /* or NEVER */
	int64_t changed_since_ms; /* the first change not yet published */
	int reconnect_ms;
	bool is_kept; /* what MPD has must not be published now */
	uint64_t publish_request;
	size_t n_songs, n_playlists; /* of that request */
	char *complaint; /* what was said last: not said twice */
} Watch;

static void
complain(Watch *watch, const char *text)
{
	if (watch->complaint != NULL && strcmp(watch->complaint, text) == 0) {
		log_verbose("%s", text);
		return;
	}
	log_warning("%s", text);
	notify_systemd("STATUS=%s", text);
	text_set(&watch->complaint, text);
}

static void
lose_server(Watch *watch, const char *why)
{
	complain(watch, why);
	server_clear(&watch->server);
	watch->publish_at_ms = NEVER;
	watch->connect_at_ms = session_now_ms() + watch->reconnect_ms;
	watch->reconnect_ms *= 2;
	if (watch->reconnect_ms > RECONNECT_LAST_MS)
		watch->reconnect_ms = RECONNECT_LAST_MS;
}

static void
connect_server(Watch *watch)
{
	char *error AUTO_TEXT = NULL;

	watch->server = server_connect(watch->config, &error);
	if (watch->server == NULL) {
		lose_server(watch, error);
		return;
	}
	log_info("Connected to MPD at %s.", watch->server->name);
	watch->connect_at_ms = NEVER;
	watch->publish_at_ms = session_now_ms();
}

static void
note_change(Watch *watch)
{
	int64_t now_ms = session_now_ms();

	if (watch->publish_at_ms == NEVER)
		watch->changed_since_ms = now_ms;
	int64_t latest_ms = watch->changed_since_ms + DEBOUNCE_LIMIT_MS;
	watch->publish_at_ms = now_ms + DEBOUNCE_MS < latest_ms ? now_ms + DEBOUNCE_MS : latest_ms;
}

static void
warn_of_unknown_playlists(const Config *config, const Collection *collection)
{
	TextList names AUTO(text_list_clear) = {0};

	for (size_t i = 0; i < collection->n_playlists; i++)
		text_list_add(&names, collection->playlists[i].name);
	for (size_t i = 0; i < config->n_devices; i++) {
		const Wanted *wanted = &config->devices[i];
		for (size_t rule = 0; rule < wanted->n_rules; rule++) {
			const char *playlist = wanted->rules[rule].playlist;
			if (playlist != NULL && !text_list_contains(&names, playlist))
				log_warning("%s: MPD has no playlist “%s”, wanted on [device %s].",
					    config->path, playlist, wanted->device);
		}
	}
}

static void
publish(Watch *watch, Collection *collection)
{
	char *error AUTO_TEXT = NULL;

	warn_of_unknown_playlists(watch->config, collection);
	location_clear(&watch->location);
	location_init(&watch->location, collection->location.music_directory);
	PortaLibrary *library = publish_build(collection, &error);
	if (library == NULL) {
		complain(watch, error);
		return;
	}
	watch->n_songs = collection->n_songs;
	watch->n_playlists = collection->n_playlists;
	watch->publish_request = session_next_request(&watch->session);
	int32_t result =
		porta_client_publish(watch->session.client, library, watch->publish_request);
	if (result != PORTA_OK) {
		complain(watch, porta_error_name(result));
		watch->publish_at_ms = session_now_ms() + RETRY_MS;
	}
}

static void
read_and_publish(Watch *watch)
{
	Collection collection AUTO(collection_clear) = {0};
	char *error AUTO_TEXT = NULL;

	watch->publish_at_ms = NEVER;
	CollectResult result = collection_load(&collection, watch->server, watch->config,
					       watch->options->page_songs, &error);
	watch->is_kept = result == COLLECT_KEPT;
	/* not when it connects: it may break off whenever it is read */
	if (!server_is_lost(watch->server))
		watch->reconnect_ms = RECONNECT_FIRST_MS;
	if (result == COLLECT_OK) {
		publish(watch, &collection);
	} else if (result == COLLECT_UPDATING) {
		/* its end is an idle event */
		log_verbose("%s", error);
	} else if (server_is_lost(watch->server)) {
		lose_server(watch, error);
	} else {
		complain(watch, error);
		watch->publish_at_ms = session_now_ms() + RETRY_MS;
	}
}

static void
on_published(Watch *watch, PortaEvent *event)
{
	int32_t code = porta_event_get_error(event);

	watch->publish_request = 0;
	if (code != PORTA_OK) {
		const char *text = porta_event_get_text(event);
		char *why AUTO_TEXT = text_format("Portamento did not take the library: %s.",
						  text[0] != '\0' ? text : porta_error_name(code));
		complain(watch, why);
		watch->publish_at_ms = session_now_ms() + RETRY_MS;
		return;
	}
	char *count AUTO_TEXT = collection_count(watch->n_songs, watch->n_playlists);
	log_info("Published %s.", count);
	notify_systemd("STATUS=%s published.", count);
	text_clear(&watch->complaint);
	watch_devices_apply(&watch->devices, watch->config, false);
}

/* Of a device. What the helper could not store now, or was away for, is asked of it again. */
static void
on_refused(Watch *watch, PortaEvent *event)
{
	const char *id = porta_event_get_string(event, PORTA_KEY_DEVICE_ID);
	int32_t code = porta_event_get_error(event);

	log_error("Portamento refused a request: %s", porta_event_get_text(event));
	if (id == NULL || (code != PORTA_ERROR_FAILED && code != PORTA_ERROR_NO_HELPER))
		return;
	watch_devices_apply_again(&watch->devices, id);
	if (watch->publish_at_ms == NEVER)
		watch->publish_at_ms = session_now_ms() + RETRY_MS;
}

static bool
observe(PortaEvent *event, void *user_data)
{
	Watch *watch = user_data;

	switch (porta_event_get_type(event)) {
	case PORTA_EVENT_REPLY:
		if (porta_event_get_request(event) == watch->publish_request)
			on_published(watch, event);
		else if (porta_event_get_error(event) != PORTA_OK)
			on_refused(watch, event);
		break;
	case PORTA_EVENT_HELPER_READY:
		/* it should have kept the library; if not, it gets it again */
		if (watch->publish_request == 0 && watch->n_songs > 0)
			note_change(watch);
		break;
	case PORTA_EVENT_HELPER_LOST: log_verbose("The helper of Portamento went away."); break;
	case PORTA_EVENT_STATISTICS: statistics_take_event(&watch->statistics, event); return true;
	default: watch_devices_observe(&watch->devices, watch->config, event); break;
	}
	return false;
}

static void
reload(Watch *watch)
{
	Config config;
	char *error AUTO_TEXT = NULL;

	if (!config_load(&config, watch->options->config_path, &error)) {
		log_error("The configuration stays as it was: %s", error);
		return;
	}
	if (watch->options->host != NULL)
		config_set_host(&config, watch->options->host);
	if (watch->options->port > 0)
		config.port = watch->options->port;
	config_clear(watch->config);
	*watch->config = config;
	log_info("Read %s again.", config.path);
	server_clear(&watch->server);
	watch->reconnect_ms = RECONNECT_FIRST_MS;
	watch->connect_at_ms = session_now_ms();
	watch_devices_apply(&watch->devices, watch->config, true);
}

static bool
is_publishing_due(const Watch *watch)
{
	return watch->publish_at_ms <= session_now_ms();
}

/* So that MPD can be asked something. */
static void
leave_idle(Watch *watch)
{
	char *error AUTO_TEXT = NULL;
	enum mpd_idle events = 0;

	if (!server_leave_idle(watch->server, &events, &error))
		lose_server(watch, error);
	else if (events != 0)
		note_change(watch);
}

/* Everything that is due; at the end MPD is either idle or away. */
static void
work(Watch *watch)
{
	char *error AUTO_TEXT = NULL;

	if (watch->server == NULL && watch->connect_at_ms <= session_now_ms())
		connect_server(watch);
	bool must_write = watch->statistics.count > 0 && watch->location.music_directory != NULL;
	bool must_ask = is_publishing_due(watch) || must_write;
	if (watch->server != NULL && watch->server->is_idle && must_ask)
		leave_idle(watch);
	if (watch->server != NULL &&
	    !statistics_write(&watch->statistics, watch->server, &watch->location))
		lose_server(watch, "The connection to MPD broke.");
	if (watch->server != NULL && is_publishing_due(watch)) {
		read_and_publish(watch);
		/* a hundred thousand songs were in memory a moment ago */
		malloc_trim(0);
		if (watch->server != NULL &&
		    !statistics_write(&watch->statistics, watch->server, &watch->location))
			lose_server(watch, "The connection to MPD broke.");
	}
	bool must_idle = watch->server != NULL && !watch->server->is_idle;
	if (must_idle && !server_enter_idle(watch->server, EVENTS, &error))
		lose_server(watch, error);
}

static void
read_idle(Watch *watch)
{
	char *error AUTO_TEXT = NULL;
	enum mpd_idle events = 0;

	if (!server_read_idle(watch->server, &events, &error))
		lose_server(watch, error);
	else if (events != 0)
		note_change(watch);
}

static int
time_left_ms(const Watch *watch)
{
	int64_t next_ms = watch->server == NULL ? watch->connect_at_ms : watch->publish_at_ms;
	int64_t left_ms = next_ms - session_now_ms();

	if (next_ms == NEVER)
		return -1;
	return left_ms < 0 ? 0 : left_ms > RETRY_MS ? RETRY_MS : (int)left_ms;
}

static void
wait_for_something(Watch *watch)
{
	struct pollfd fds[] = {
		{.fd = stop_get_fd(), .events = POLLIN},
		{.fd = porta_client_get_fd(watch->session.client), .events = POLLIN},
		{.fd = watch->is_kept ? watch->mounts_fd : -1, .events = POLLPRI},
		{.fd = watch->server != NULL ? mpd_connection_get_fd(watch->server->connection)
					     : -1,
		 .events = POLLIN},
	};

	if (poll(fds, COUNT_OF(fds), time_left_ms(watch)) < 0 && errno != EINTR)
		abort();
	if (stop_is_asked())
		return;
	session_dispatch(&watch->session);
	if (fds[2].revents != 0 && watch->server != NULL)
		note_change(watch);
	if (fds[3].revents != 0 && watch->server != NULL)
		read_idle(watch);
	if (stop_take_reload())
		reload(watch);
}

static void
close_watch(Watch *watch)
{
	server_clear(&watch->server);
	session_close(&watch->session);
	statistics_close(&watch->statistics);
	watch_devices_clear(&watch->devices);
	location_clear(&watch->location);
	text_clear(&watch->complaint);
	if (watch->mounts_fd >= 0)
		close(watch->mounts_fd);
}

int
watch_run(const Options *options, Config *config)
{
	Watch watch = {
		.options = options,
		.config = config,
		.reconnect_ms = RECONNECT_FIRST_MS,
		.publish_at_ms = NEVER,
		.mounts_fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC),
	};
	char *error AUTO_TEXT = NULL;

	watch.devices.session = &watch.session;
	if (!statistics_open(&watch.statistics, &error)) {
		log_warning("%s", error);
		text_clear(&error);
	}
	if (!session_open(&watch.session, observe, &watch, statistics_is_ours(&watch.statistics),
			  &error)) {
		log_error("%s", error);
		close_watch(&watch);
		return exit_status_of(watch.session.answer);
	}
	notify_systemd("READY=1");
	while (!stop_is_asked()) {
		work(&watch);
		if (!stop_is_asked())
			wait_for_something(&watch);
	}
	notify_systemd("STOPPING=1");
	close_watch(&watch);
	return EXIT_OK;
}
