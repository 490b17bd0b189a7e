/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * statistics: what was played and rated on devices, on its way into stickers.
 */
#include "statistics.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "log.h"
#include "stop.h"

bool
statistics_open(Statistics *statistics, char **error)
{
	const char *directory = getenv("XDG_RUNTIME_DIR");
	char *path AUTO_TEXT = NULL;

	*statistics = (Statistics){.lock_fd = -1};
	if (directory != NULL && directory[0] == '/')
		path = text_format("%s/portamento-mpd.lock", directory);
	else
		path = text_format("/tmp/portamento-mpd-%ld.lock", (long)getuid());
	statistics->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (statistics->lock_fd >= 0 && flock(statistics->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return true;
	*error = errno == EWOULDBLOCK
			 ? text_copy("Another portamento-mpd is running for this user: ratings and "
				     "play counts from devices are left to it.")
			 : text_format("The lock %s can not be taken: %s. Ratings and play counts "
				       "from devices are not noted in MPD.",
				       path, strerror(errno));
	if (statistics->lock_fd >= 0)
		close(statistics->lock_fd);
	statistics->lock_fd = -1;
	return false;
}

bool
statistics_is_ours(const Statistics *statistics)
{
	return statistics->lock_fd >= 0;
}

/* Freed is taken: see porta_client_set_statistics(). */
static void
forget_first(Statistics *statistics, size_t count)
{
	if (count == 0)
		return;
	for (size_t i = 0; i < count; i++)
		porta_event_free(statistics->events[i]);
	statistics->count -= count;
	memmove(statistics->events, statistics->events + count,
		statistics->count * sizeof(PortaEvent *));
}

void
statistics_close(Statistics *statistics)
{
	forget_first(statistics, statistics->count);
	free(statistics->events);
	if (statistics->lock_fd >= 0)
		close(statistics->lock_fd);
	*statistics = (Statistics){.lock_fd = -1};
}

void
statistics_take_event(Statistics *statistics, PortaEvent *event)
{
	statistics->events = memory_grow(statistics->events, statistics->count, &statistics->room,
					 sizeof(PortaEvent *));
	statistics->events[statistics->count++] = event;
}

/* False with an error: it was not written. A song that MPD has no name for is none of its business. */
static bool
write_event(Server *server, PortaEvent *event, const Location *location, char **error)
{
	const char *uri = porta_event_get_string(event, PORTA_KEY_URI);
	char *mpd_uri AUTO_TEXT = uri != NULL ? location_find_mpd_uri(location, uri) : NULL;
	const Statistic statistic = {
		.mpd_uri = mpd_uri,
		.rating = (int)porta_event_get_number(event, PORTA_KEY_RATING),
		.played_times = porta_event_get_number(event, PORTA_KEY_PLAY_COUNT),
		.last_played_unix = porta_event_get_number(event, PORTA_KEY_LAST_PLAYED_UNIX),
	};

	return mpd_uri == NULL || stickers_write(server, &statistic, error);
}

/* Whole, even when we are told to end: of what was half written the rest would be written
 * again, and counted twice. MPD's timeout ends it, or a second signal. */
static bool
write_whole(Server *server, PortaEvent *event, const Location *location, char **error)
{
	stop_watch_connection(-1);
	bool is_written = write_event(server, event, location, error);
	if (!server_is_lost(server))
		stop_watch_connection(mpd_connection_get_fd(server->connection));
	return is_written;
}

bool
statistics_write(Statistics *statistics, Server *server, const Location *location)
{
	char *refusal AUTO_TEXT = NULL;
	size_t done = 0, refused = 0;

	if (location->music_directory == NULL)
		return true;
	for (; done < statistics->count && !stop_is_asked(); done++) {
		char *error AUTO_TEXT = NULL;
		if (write_whole(server, statistics->events[done], location, &error))
			continue;
		if (server_is_lost(server))
			break;
		/* a song that MPD no longer has, or no right to write: asking again is no use */
		text_set(&refusal, error);
		refused++;
	}
	char *refused_songs AUTO_TEXT = text_count(refused, "song");
	char *noted_songs AUTO_TEXT = text_count(done - refused, "song");
	if (refused > 0)
		log_warning("What was played of %s was not noted in MPD; the last: %s.",
			    refused_songs, refusal);
	if (done > refused)
		log_info("Noted in MPD what was played of %s.", noted_songs);
	if (done > 0)
		forget_first(statistics, done);
	return !server_is_lost(server);
}
