/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * playlists: what Audacious has, read in slices so short that nobody sees them.
 *
 * Only file names and handles on tuples are taken, on the main thread, which Audacious' API is
 * made for; a tuple is shared and does not change any more, so any thread may look into it.
 */
#pragma once

#include <stdint.h>

#include <string>
#include <vector>

#include <libaudcore/playlist.h>

struct PlaylistEntry {
	String uri;
	Tuple tuple; /* Initial where Audacious has not read the file */
};

struct PlaylistContent {
	PlaylistContent(std::string id, String title) : id(std::move(id)), title(title)
	{
	}
	PlaylistContent(PlaylistContent &&) = default; /* tuples can not be copied */

	std::string id; /* survives renaming, reordering and a restart */
	String title;
	std::vector<PlaylistEntry> entries;
};

/* In the order of the tabs. */
using PlaylistsContent = std::vector<PlaylistContent>;

/* Made of Audacious' own number of a playlist, which also names its file; "" when it is gone. */
std::string playlist_id(Playlist playlist);
/* All of them, in the order of the tabs. */
std::vector<std::string> playlist_ids();
/* This one was deleted. Audacious gives its number away again after a restart: what a person
 * wanted of the old playlist must not fall upon the new one, so that gets another id. */
void playlist_retire(const std::string &id);
/* No playlist when there is none of this id. */
Playlist playlist_find(const std::string &id);

class PlaylistsReader
{
      public:
	void restart();
	/* Reads on for about budget_us; true once all is read. */
	bool read_slice(int64_t budget_us);
	PlaylistsContent take();

	int64_t
	longest_slice_us() const
	{
		return longest_us;
	}

      private:
	bool read_some();

	PlaylistsContent content;
	int list = 0; /* the one being read */
	int64_t longest_us = 0;
};
