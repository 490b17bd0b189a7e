/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * playlists: see playlists.h.
 */
#include "playlists.h"

#include <algorithm>

#include <glib.h>

/* Audacious names it in <libaudcore/playlist.h> and exports this one function of it: what names
 * the playlist's file in the person's settings, and so the only name that lasts. */
class PlaylistEx : public Playlist
{
      public:
	explicit PlaylistEx(Playlist playlist) : Playlist(playlist)
	{
	}
	int stamp() const;
};

static const int entries_at_once = 64; /* between two looks at the clock */

std::string
playlist_id(Playlist playlist)
{
	return playlist.exists() ? std::to_string(PlaylistEx(playlist).stamp()) : std::string();
}

Playlist
playlist_find(const std::string &id)
{
	for (int i = 0; i < Playlist::n_playlists(); i++)
		if (playlist_id(Playlist::by_index(i)) == id)
			return Playlist::by_index(i);
	return Playlist();
}

void
PlaylistsReader::restart()
{
	content.clear();
	list = 0;
	longest_us = 0;
}

/* Up to entries_at_once of the present playlist; false when there is nothing more to read. */
bool
PlaylistsReader::read_some()
{
	if (list >= Playlist::n_playlists())
		return false;
	Playlist playlist = Playlist::by_index(list);
	const int n = playlist.n_entries();

	if (static_cast<int>(content.size()) == list) {
		content.emplace_back(playlist_id(playlist), playlist.get_title());
		content.back().entries.reserve(n);
	}
	auto &entries = content.back().entries;
	const int from = static_cast<int>(entries.size());
	const int to = std::min(n, from + entries_at_once);
	for (int i = from; i < to; i++)
		entries.push_back(
			{playlist.entry_filename(i), playlist.entry_tuple(i, Playlist::NoWait)});
	if (to == n)
		list++;
	return true;
}

bool
PlaylistsReader::read_slice(int64_t budget_us)
{
	const int64_t start_us = g_get_monotonic_time();
	bool more = true;

	while (more && g_get_monotonic_time() - start_us < budget_us)
		more = read_some();
	longest_us = std::max(longest_us, g_get_monotonic_time() - start_us);
	return !more;
}

PlaylistsContent
PlaylistsReader::take()
{
	list = 0;
	return std::move(content);
}
