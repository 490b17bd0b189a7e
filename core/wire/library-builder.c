/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * library-builder: writes a library in the bytes that travel (GVariant's
 * serialisation, little endian) as tracks come in. Nothing else is kept of a
 * track, so that a host with 100,000 of them pays for their text once, and once
 * more for the memfd. A test compares the bytes with those of GVariantBuilder.
 */
#include "wire/library.h"

#include <string.h>

#include "base/error.h"
#include "wire/memfd.h"
#include "wire/serial.h"

#define VERSION 1
#define FIRST_SLOTS 1024

/* Where a track's bytes lie in tracks. */
typedef struct {
	uint32_t start;
	uint32_t size;
	gboolean listed;
} Place;

/* An open hash table: URI to index, without a copy of the URI. */
typedef struct {
	uint32_t hash;
	uint32_t index_plus_one; /* 0: empty */
} Slot;

struct LibraryBuilder {
	char *host_id;
	char *display_name;
	GByteArray *tracks;
	GArray *places; /* of Place, by index */
	gsize n_listed;
	gboolean moved; /* tracks do not lie in the order of places */
	Slot *slots;
	gsize n_slots; /* a power of two */
	GByteArray *playlists;
	GArray *playlist_ends; /* of uint32_t */
	gboolean overflow; /* too large: nothing more is kept, sealing fails */
};

LibraryBuilder *
library_builder_new(const char *host_id, const char *display_name)
{
	LibraryBuilder *builder = g_new0(LibraryBuilder, 1);

	library_builder_set_host(builder, host_id, display_name);
	builder->tracks = g_byte_array_new();
	builder->places = g_array_new(FALSE, FALSE, sizeof(Place));
	builder->n_slots = FIRST_SLOTS;
	builder->slots = g_new0(Slot, builder->n_slots);
	builder->playlists = g_byte_array_new();
	builder->playlist_ends = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	return builder;
}

void
library_builder_free(LibraryBuilder *builder)
{
	if (builder == NULL)
		return;
	g_free(builder->host_id);
	g_free(builder->display_name);
	g_byte_array_unref(builder->tracks);
	g_array_unref(builder->places);
	g_free(builder->slots);
	g_byte_array_unref(builder->playlists);
	g_array_unref(builder->playlist_ends);
	g_free(builder);
}

void
library_builder_set_host(LibraryBuilder *builder, const char *host_id, const char *display_name)
{
	g_free(builder->host_id);
	g_free(builder->display_name);
	builder->host_id = g_strdup(host_id);
	builder->display_name = g_strdup(display_name);
}

gsize
library_builder_count_tracks(LibraryBuilder *builder)
{
	return builder->places->len;
}

gsize
library_builder_count_listed(LibraryBuilder *builder)
{
	return builder->n_listed;
}

/* {"listed": <false>}, an entry that is padded on its left to 8. */
static void
put_not_listed(GByteArray *bytes)
{
	/* key, its NUL, padding to 8; the variant: value, NUL, type; the frame: end of the key.
	 * Then the array's frame: end of its one entry. */
	static const uint8_t entry[] = {'l', 'i', 's', 't', 'e', 'd', 0, 0, 0, 0, 'b', 7, 12};

	bytes_pad(bytes, 8);
	g_byte_array_append(bytes, entry, sizeof entry);
}

static Place
append_track(LibraryBuilder *builder, const Track *track, gboolean listed)
{
	GByteArray *bytes = builder->tracks;
	const char *strings[] = {track->uri,   track->title,        track->artist,
				 track->album, track->album_artist, track->genre};
	gsize ends[G_N_ELEMENTS(strings)];

	builder->n_listed += listed;
	bytes_pad(bytes, 8);
	uint32_t start = bytes->len;
	for (gsize i = 0; i < G_N_ELEMENTS(strings); i++) {
		bytes_put_string(bytes, strings[i]);
		ends[i] = bytes->len - start;
	}
	bytes_put_uint32(bytes, track->year);
	bytes_put_uint32(bytes, track->track_number);
	bytes_put_uint32(bytes, track->disc_number);
	bytes_put_uint32(bytes, track->duration_ms);
	bytes_put_uint32(bytes, track->rating);
	bytes_put_uint32(bytes, track->play_count);
	bytes_put_uint64(bytes, track->size_bytes);
	bytes_put_uint64(bytes, track->modified_unix);
	bytes_put_uint64(bytes, track->last_played_unix);
	bytes_put_uint64(bytes, track->added_unix);
	if (!listed)
		put_not_listed(bytes);
	bytes_put_frames(bytes, bytes->len - start, ends, G_N_ELEMENTS(ends));
	return (Place){start, bytes->len - start, listed};
}

/* The URI is a track's first member. */
static const char *
get_uri(LibraryBuilder *builder, uint32_t index)
{
	Place *place = &g_array_index(builder->places, Place, index);

	return (const char *)builder->tracks->data + place->start;
}

static uint32_t
hash_uri(const char *uri)
{
	uint32_t hash = 2166136261u;

	for (; *uri != '\0'; uri++)
		hash = (hash ^ (uint8_t)*uri) * 16777619u;
	return hash ^ hash >> 15;
}

/* The URI's slot, or the empty one where it belongs. */
static Slot *
find_slot(LibraryBuilder *builder, const char *uri, uint32_t hash)
{
	gsize at = hash & (builder->n_slots - 1);

	for (;;) {
		Slot *slot = &builder->slots[at];
		if (slot->index_plus_one == 0)
			return slot;
		if (slot->hash == hash &&
		    strcmp(get_uri(builder, slot->index_plus_one - 1), uri) == 0)
			return slot;
		at = (at + 1) & (builder->n_slots - 1);
	}
}

static void
grow_slots(LibraryBuilder *builder)
{
	Slot *old = builder->slots;
	gsize n_old = builder->n_slots;

	builder->n_slots *= 2;
	builder->slots = g_new0(Slot, builder->n_slots);
	for (gsize i = 0; i < n_old; i++) {
		if (old[i].index_plus_one == 0)
			continue;
		gsize at = old[i].hash & (builder->n_slots - 1);
		while (builder->slots[at].index_plus_one != 0)
			at = (at + 1) & (builder->n_slots - 1);
		builder->slots[at] = old[i];
	}
	g_free(old);
}

gboolean
library_builder_is_full(LibraryBuilder *builder)
{
	if (builder->tracks->len > LIBRARY_MAX_BYTES ||
	    builder->playlists->len > LIBRARY_MAX_BYTES ||
	    builder->places->len > LIBRARY_MAX_TRACKS ||
	    builder->playlist_ends->len > LIBRARY_MAX_PLAYLISTS)
		builder->overflow = TRUE;
	return builder->overflow;
}

static uint32_t
add(LibraryBuilder *builder, const Track *track, gboolean listed)
{
	if (library_builder_is_full(builder))
		return 0;
	uint32_t hash = hash_uri(track->uri);
	Slot *slot = find_slot(builder, track->uri, hash);
	if (slot->index_plus_one == 0) {
		Place place = append_track(builder, track, listed);
		g_array_append_val(builder->places, place);
		uint32_t index = builder->places->len - 1;
		*slot = (Slot){hash, index + 1};
		if (builder->places->len > builder->n_slots / 4 * 3)
			grow_slots(builder);
		return index;
	}
	uint32_t index = slot->index_plus_one - 1;
	if (listed && !g_array_index(builder->places, Place, index).listed) {
		Place place = append_track(builder, track, TRUE);
		g_array_index(builder->places, Place, index) = place;
		builder->moved = TRUE;
	}
	return index;
}

uint32_t
library_builder_add_track(LibraryBuilder *builder, const Track *track)
{
	return add(builder, track, TRUE);
}

uint32_t
library_builder_ensure_uri(LibraryBuilder *builder, const char *uri)
{
	Track track = {.uri = uri, .rating = -1, .play_count = -1};

	return add(builder, &track, FALSE);
}

void
library_builder_add_playlist(LibraryBuilder *builder, const char *id, const char *name,
			     uint32_t kind, const uint32_t *tracks, gsize n_tracks)
{
	GByteArray *bytes = builder->playlists;
	gsize ends[3];

	if (library_builder_is_full(builder))
		return;
	if (n_tracks > LIBRARY_MAX_BYTES / sizeof(uint32_t)) {
		builder->overflow = TRUE;
		return;
	}
	bytes_pad(bytes, 8);
	uint32_t start = bytes->len;
	bytes_put_string(bytes, id);
	ends[0] = bytes->len - start;
	bytes_put_string(bytes, name);
	ends[1] = bytes->len - start;
	bytes_put_uint32(bytes, kind);
	for (gsize i = 0; i < n_tracks; i++)
		bytes_put_uint32(bytes, tracks[i]);
	ends[2] = bytes->len - start;
	/* the empty a{sv} that follows is aligned too */
	bytes_pad(bytes, 8);
	bytes_put_frames(bytes, bytes->len - start, ends, G_N_ELEMENTS(ends));
	g_array_append_val(builder->playlist_ends, bytes->len);
}

/* Puts tracks in the order of their indexes: some were replaced after they were written. */
static void
order_tracks(LibraryBuilder *builder)
{
	GByteArray *ordered = g_byte_array_sized_new(builder->tracks->len);

	for (guint i = 0; i < builder->places->len; i++) {
		Place *place = &g_array_index(builder->places, Place, i);
		bytes_pad(ordered, 8);
		g_byte_array_append(ordered, builder->tracks->data + place->start, place->size);
		place->start = ordered->len - place->size;
	}
	g_byte_array_unref(builder->tracks);
	builder->tracks = ordered;
	builder->moved = FALSE;
}

/* An array's frames: where its elements end, in order. */
static GByteArray *
build_track_frames(LibraryBuilder *builder)
{
	GByteArray *frames = g_byte_array_new();
	gsize n = builder->places->len;
	unsigned width = bytes_frame_width(builder->tracks->len, n);

	for (gsize i = 0; i < n; i++) {
		Place *place = &g_array_index(builder->places, Place, i);
		bytes_put_frame(frames, place->start + place->size, width);
	}
	return frames;
}

static GByteArray *
build_playlist_frames(LibraryBuilder *builder)
{
	GByteArray *frames = g_byte_array_new();
	gsize n = builder->playlist_ends->len;
	unsigned width = bytes_frame_width(builder->playlists->len, n);

	for (gsize i = 0; i < n; i++)
		bytes_put_frame(frames, g_array_index(builder->playlist_ends, uint32_t, i), width);
	return frames;
}

static int
refuse_size(GError **error)
{
	g_set_error(error, PORTA_ERROR, PORTA_ERROR_LIMIT_EXCEEDED,
		    "the library is too large: at most %u MiB, %u tracks and %u playlists",
		    LIBRARY_MAX_BYTES >> 20, LIBRARY_MAX_TRACKS, LIBRARY_MAX_PLAYLISTS);
	return -1;
}

static int
seal_parts(GByteArray **parts, gsize n_parts, GError **error)
{
	g_autofree struct iovec *chunks = g_new(struct iovec, n_parts);
	gsize size = 0;

	for (gsize i = 0; i < n_parts; i++) {
		chunks[i] = (struct iovec){parts[i]->data, parts[i]->len};
		size += parts[i]->len;
	}
	if (size > LIBRARY_MAX_BYTES)
		return refuse_size(error);
	return memfd_new_from_chunks("portamento-library", chunks, n_parts, error);
}

int
library_builder_seal(LibraryBuilder *builder, GError **error)
{
	if (library_builder_is_full(builder))
		return refuse_size(error);
	if (builder->moved)
		order_tracks(builder);
	g_autoptr(GByteArray) head = g_byte_array_new();
	g_autoptr(GByteArray) track_frames = build_track_frames(builder);
	g_autoptr(GByteArray) gap = g_byte_array_new();
	g_autoptr(GByteArray) playlist_frames = build_playlist_frames(builder);
	g_autoptr(GByteArray) tail = g_byte_array_new();
	gsize ends[4];

	bytes_put_uint32(head, VERSION);
	bytes_put_string(head, builder->host_id);
	ends[0] = head->len;
	bytes_put_string(head, builder->display_name);
	ends[1] = head->len;
	bytes_pad(head, 8);
	ends[2] = head->len + builder->tracks->len + track_frames->len;
	bytes_put_padding(gap, ends[2], 8);
	ends[3] = ends[2] + gap->len + builder->playlists->len + playlist_frames->len;
	bytes_put_padding(tail, ends[3], 8);
	bytes_put_frames(tail, ends[3] + tail->len, ends, G_N_ELEMENTS(ends));
	GByteArray *parts[] = {head, builder->tracks,    track_frames,
			       gap,  builder->playlists, playlist_frames,
			       tail};
	return seal_parts(parts, G_N_ELEMENTS(parts), error);
}
