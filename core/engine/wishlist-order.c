/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wishlist-order: a key for each track, and a stable sort by it. What a host does not know of a
 * track (a rating, a date) ranks it last. A shuffle is a hash of seed and file: a song that
 * joins the library moves no other, so a device is not filled anew for it (law 9).
 */
#include "engine/wishlist-order.h"

#include <string.h>

#define MONTH_SECONDS (30 * 24 * 3600)
#define FIVE_STARS 90
#define FOUR_STARS 70

enum { TIER_FIVE_STARS, TIER_ADDED, TIER_FOUR_STARS, TIER_PLAYED, TIER_MOST_PLAYED };

typedef struct {
	uint64_t key; /* smaller is first */
	uint32_t index;
} Keyed;

static gint
compare_keyed(gconstpointer a, gconstpointer b)
{
	const Keyed *keyed_a = a, *keyed_b = b;

	if (keyed_a->key != keyed_b->key)
		return keyed_a->key < keyed_b->key ? -1 : 1;
	return keyed_a->index < keyed_b->index ? -1 : keyed_a->index > keyed_b->index;
}

/* Large values first; what is not above 0 last. */
static uint64_t
descending(int64_t value)
{
	return G_MAXUINT64 - (uint64_t)MAX(value, 0);
}

static int64_t
added_unix(const Track *track)
{
	return track->added_unix > 0 ? track->added_unix : track->modified_unix;
}

static gboolean
is_in_tier(const Track *track, guint tier, int64_t since_unix)
{
	switch (tier) {
	case TIER_FIVE_STARS: return track->rating >= FIVE_STARS;
	case TIER_ADDED: return added_unix(track) >= since_unix;
	case TIER_FOUR_STARS: return track->rating >= FOUR_STARS;
	case TIER_PLAYED: return track->last_played_unix >= since_unix;
	default: return track->play_count > 0;
	}
}

static GArray *
sorted_indexes(GArray *keyed)
{
	GArray *indexes = g_array_sized_new(FALSE, FALSE, sizeof(uint32_t), keyed->len);

	g_array_sort(keyed, compare_keyed);
	for (guint i = 0; i < keyed->len; i++)
		g_array_append_val(indexes, g_array_index(keyed, Keyed, i).index);
	g_array_unref(keyed);
	return indexes;
}

GArray *
order_tier(const LibrarySource *source, guint tier, int64_t now_unix)
{
	GArray *keyed = g_array_new(FALSE, FALSE, sizeof(Keyed));
	/* a clock before 1970 + a month makes nothing "last month" */
	int64_t since_unix = MAX(now_unix - MONTH_SECONDS, 1);

	for (gsize i = 0; i < source->n_tracks; i++) {
		const Track *track = &source->tracks[i];
		if (!source->listed[i] || !is_in_tier(track, tier, since_unix))
			continue;
		Keyed one = {tier == TIER_MOST_PLAYED ? descending(track->play_count) : 0, i};
		g_array_append_val(keyed, one);
	}
	return sorted_indexes(keyed);
}

/* FNV-1a, then mixed: neighbours in the alphabet must not stay neighbours. */
static uint64_t
hash_shuffled(const char *text, uint32_t seed)
{
	uint64_t hash = 0xcbf29ce484222325ull ^ seed;

	for (; *text != '\0'; text++)
		hash = (hash ^ (guchar)*text) * 0x100000001b3ull;
	hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdull;
	hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53ull;
	return hash ^ (hash >> 33);
}

static uint64_t
last_synced(const Track *track, GHashTable *times)
{
	if (times == NULL)
		return 0;
	g_autofree char *path = source_path_from_uri(track->uri);
	const int64_t *time = path != NULL ? g_hash_table_lookup(times, path) : NULL;
	return time != NULL ? (uint64_t)MAX(*time, 0) : 0;
}

static uint64_t
fill_key(const Track *track, int32_t fill, const WishlistContext *context)
{
	switch (fill) {
	case PORTA_FILL_TOP_RATED: return descending((int64_t)track->rating + 1);
	case PORTA_FILL_RECENT: return descending(added_unix(track));
	case PORTA_FILL_LEAST_RECENTLY_SYNCED: return last_synced(track, context->last_synced);
	default: return hash_shuffled(track->uri, context->shuffle_seed);
	}
}

GArray *
order_fill(const LibrarySource *source, int32_t fill, const WishlistContext *context)
{
	GArray *keyed = g_array_sized_new(FALSE, FALSE, sizeof(Keyed), source->n_listed);

	for (gsize i = 0; i < source->n_tracks; i++) {
		if (!source->listed[i])
			continue;
		Keyed one = {fill_key(&source->tracks[i], fill, context), i};
		g_array_append_val(keyed, one);
	}
	return sorted_indexes(keyed);
}

const char *
order_fill_name(int32_t fill)
{
	switch (fill) {
	case PORTA_FILL_TOP_RATED: return "filled up, top rated first";
	case PORTA_FILL_RECENT: return "filled up, last added first";
	case PORTA_FILL_LEAST_RECENTLY_SYNCED: return "filled up, longest away first";
	default: return "filled up, shuffled";
	}
}
