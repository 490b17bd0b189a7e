/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * statistics: what was played and rated on devices, on its way into stickers.
 */
#include "statistics.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "log.h"

/* More than anybody plays while MPD is away: a guard, not a limit. */
#define MAX_WAITING 200000

bool
statistics_open(Statistics *statistics)
{
	const char *directory = getenv("XDG_RUNTIME_DIR");
	char *path AUTO_TEXT = NULL;

	*statistics = (Statistics){.lock_fd = -1};
	if (directory != NULL && directory[0] == '/')
		path = text_format("%s/portamento-mpd.lock", directory);
	else
		path = text_format("/tmp/portamento-mpd-%ld.lock", (long)getuid());
	statistics->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (statistics->lock_fd >= 0 && flock(statistics->lock_fd, LOCK_EX | LOCK_NB) != 0) {
		close(statistics->lock_fd);
		statistics->lock_fd = -1;
	}
	return statistics->lock_fd >= 0;
}

static void
forget_first(Statistics *statistics, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(statistics->items[i].mpd_uri);
	statistics->count -= count;
	memmove(statistics->items, statistics->items + count,
		statistics->count * sizeof(Statistic));
}

void
statistics_close(Statistics *statistics)
{
	char *lost AUTO_TEXT = text_count(statistics->count, "song");
	if (statistics->count > 0)
		log_warning("What was played of %s could not be told to MPD.", lost);
	if (statistics->count > 0)
		forget_first(statistics, statistics->count);
	free(statistics->items);
	if (statistics->lock_fd >= 0)
		close(statistics->lock_fd);
	*statistics = (Statistics){.lock_fd = -1};
}

void
statistics_add_event(Statistics *statistics, PortaEvent *event, const Location *location)
{
	const char *uri = porta_event_get_string(event, PORTA_KEY_URI);

	if (statistics->lock_fd < 0 || uri == NULL || location->music_directory == NULL)
		return;
	char *mpd_uri = location_find_mpd_uri(location, uri);
	if (mpd_uri == NULL || statistics->count >= MAX_WAITING) {
		free(mpd_uri);
		return;
	}
	statistics->items = memory_grow(statistics->items, statistics->count, &statistics->room,
					sizeof(Statistic));
	statistics->items[statistics->count++] = (Statistic){
		.mpd_uri = mpd_uri,
		.rating = (int)porta_event_get_number(event, PORTA_KEY_RATING),
		.played_times = porta_event_get_number(event, PORTA_KEY_PLAY_COUNT),
		.last_played_unix = porta_event_get_number(event, PORTA_KEY_LAST_PLAYED_UNIX),
	};
}

bool
statistics_write(Statistics *statistics, Server *server)
{
	char *refusal AUTO_TEXT = NULL;
	size_t done = 0, refused = 0;

	for (; done < statistics->count; done++) {
		char *error AUTO_TEXT = NULL;
		if (stickers_write(server, &statistics->items[done], &error))
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
