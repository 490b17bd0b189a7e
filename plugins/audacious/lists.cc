/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lists: see lists.h.
 */
#include "lists.h"

#include <list>

#include "common/i18n.h"
#include "common/words.h"
#include "host.h"

/* Items point at texts, which a list does not move when it grows. */
struct Offer {
	std::list<std::string> texts;
	std::vector<ComboItem> items;

	void
	clear()
	{
		items.clear();
		texts.clear();
	}

	/* A name is shown as it is: Audacious looks all labels up among our texts, where a playlist
	 * called "Skip", or nothing at all, would be found. */
	void
	add_name(const char *name, const char *value)
	{
		const bool is_text = dgettext(PLUGINS_DOMAIN, name) != name;
		const std::string shown = is_text ? std::string(name) + "\u200b" : name;
		add(shown.c_str(), value);
	}

	void
	add(const char *label, const char *value)
	{
		texts.push_back(label);
		const char *kept_label = texts.back().c_str();
		texts.push_back(value);
		items.push_back(ComboItem(kept_label, texts.back().c_str()));
	}

	ArrayRef<ComboItem>
	get() const
	{
		return ArrayRef<ComboItem>(items.data(), static_cast<int>(items.size()));
	}
};

ArrayRef<ComboItem>
lists_devices()
{
	static Offer offer;

	offer.clear();
	for (AdapterDevice *device : host_get()->devices()) {
		g_autofree char *name = words_device_name(device->now);
		offer.add_name(name, device->id);
	}
	if (offer.items.empty())
		offer.add(_("none has been connected yet"), "");
	return offer.get();
}

ArrayRef<ComboItem>
lists_playlists(const Choices *choices)
{
	static Offer offer;
	const guint n_chosen = choices != nullptr ? choices->playlists->len : 0;

	offer.clear();
	offer.add(_("(none)"), "");
	for (int i = 0; i < Playlist::n_playlists(); i++) {
		Playlist playlist = Playlist::by_index(i);
		offer.add_name(playlist.get_title(), playlist_id(playlist).c_str());
	}
	for (guint i = 0; i < n_chosen; i++) {
		auto *id = static_cast<const char *>(g_ptr_array_index(choices->playlists, i));
		if (!playlist_find(id).exists())
			offer.add(_("(a playlist that was deleted)"), id);
	}
	return offer.get();
}

ArrayRef<ComboItem>
lists_fillings()
{
	static const ComboItem items[] = {
		ComboItem(_("nothing"), 0),
		ComboItem(_("songs taken at random"), PORTA_FILL_SHUFFLE),
		ComboItem(_("the newest songs"), PORTA_FILL_RECENT),
		ComboItem(_("songs that were not on it for longest"),
			  PORTA_FILL_LEAST_RECENTLY_SYNCED),
	};
	return ArrayRef<ComboItem>(items);
}

std::string
lists_describe(const Choices *choices)
{
	std::string text;

	for (const auto &offer : {lists_devices(), lists_playlists(choices)})
		for (const ComboItem &item : offer)
			text += std::string(item.label) + "\n" + item.str + "\n";
	return text;
}
