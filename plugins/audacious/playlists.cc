/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * playlists: see playlists.h.
 */
#include "playlists.h"

#include <algorithm>
#include <map>
#include <sstream>

#include <glib.h>
#include <libaudcore/runtime.h>

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

/* How often each number was given back, "1003:1 1007:2", in Audacious' settings, which are saved
 * together with the playlists. */
static const char section[] = "portamento", key[] = "numbers_given_back";

static std::map<int, int>
load_given_back()
{
	std::map<int, int> found;
	std::istringstream words((const char *)aud_get_str(section, key));
	int number, times;
	char colon;

	while (words >> number >> colon >> times)
		found[number] = times;
	return found;
}

std::string
playlist_id(Playlist playlist)
{
	if (!playlist.exists())
		return std::string();
	const int number = PlaylistEx(playlist).stamp();
	const auto given_back = load_given_back();
	const auto found = given_back.find(number);
	std::string id = std::to_string(number);
	return found == given_back.end() ? id : id + "." + std::to_string(found->second);
}

std::vector<std::string>
playlist_ids()
{
	std::vector<std::string> ids;

	for (int i = 0; i < Playlist::n_playlists(); i++)
		ids.push_back(playlist_id(Playlist::by_index(i)));
	return ids;
}

void
playlist_retire(const std::string &id)
{
	auto given_back = load_given_back();
	std::ostringstream text;

	given_back[std::stoi(id)]++;
	for (const auto &entry : given_back)
		text << entry.first << ":" << entry.second << " ";
	aud_set_str(section, key, text.str().c_str());
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
