/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libmtp-tags: what a player keeps about a song beside its bytes: tags, which
 * are set one by one so that nothing else is touched, and statistics.
 */
#include <string.h>

#include "base/error.h"
#include "device/libmtp-lane.h"

typedef struct {
	LIBMTP_property_t property;
	const char *name;
	gsize offset; /* of the string in Track */
} Tag;

static const Tag tags_told[] = {
	{LIBMTP_PROPERTY_Name, "title", G_STRUCT_OFFSET(Track, title)},
	{LIBMTP_PROPERTY_Artist, "artist", G_STRUCT_OFFSET(Track, artist)},
	{LIBMTP_PROPERTY_AlbumName, "album", G_STRUCT_OFFSET(Track, album)},
	{LIBMTP_PROPERTY_Genre, "genre", G_STRUCT_OFFSET(Track, genre)},
};

static const char *
get_tag(const Track *track, const Tag *tag)
{
	return G_STRUCT_MEMBER(const char *, track, tag->offset);
}

static gboolean
set_tags(LIBMTP_mtpdevice_t *mtp, DeviceHandle handle, const Track *track, const char **failed)
{
	for (gsize i = 0; i < G_N_ELEMENTS(tags_told); i++) {
		*failed = tags_told[i].name;
		if (LIBMTP_Set_Object_String(mtp, handle, tags_told[i].property,
					     get_tag(track, &tags_told[i])) != 0)
			return FALSE;
	}
	*failed = "track number";
	return LIBMTP_Set_Object_u16(mtp, handle, LIBMTP_PROPERTY_Track,
				     (uint16_t)MIN(track->track_number, G_MAXUINT16)) == 0;
}

gboolean
libmtp_retag(Device *device, DeviceHandle handle, const Track *tags, GError **error)
{
	const char *failed = NULL;

	if (!libmtp_call_begin(device, NULL, error))
		return FALSE;
	LIBMTP_mtpdevice_t *mtp = libmtp_session(device)->mtp;
	if (!set_tags(mtp, handle, tags, &failed))
		return libmtp_call_fail(device, error, "setting the %s of “%s”", failed,
					tags->title);
	/* Many players have no such property. */
	if (*tags->album_artist != '\0')
		LIBMTP_Set_Object_String(mtp, handle, LIBMTP_PROPERTY_AlbumArtist,
					 tags->album_artist);
	libmtp_call_end(device);
	return TRUE;
}

gboolean
libmtp_set_rating(Device *device, DeviceHandle handle, const char *name, int32_t rating,
		  GError **error)
{
	if (!libmtp_call_begin(device, NULL, error))
		return FALSE;
	LibmtpSession *session = libmtp_session(device);
	if (session->is_android || !libmtp_takes_ratings(session, libmtp_filetype(session, name))) {
		libmtp_call_end(device);
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_NOT_SUPPORTED,
			    "%s keeps no rating of such a song", device->address->name);
		return FALSE;
	}
	if (LIBMTP_Set_Object_u16(session->mtp, handle, LIBMTP_PROPERTY_Rating, (uint16_t)rating) !=
	    0)
		return libmtp_call_fail(device, error, "rating “%s”", name);
	libmtp_call_end(device);
	return TRUE;
}

gboolean
libmtp_load_statistics(Device *device, DeviceHandle handle, DeviceStatistics *out, GError **error)
{
	DeviceStatistics found = {.use_count = -1, .rating = -1, .last_played_unix = -1};

	if (!libmtp_call_begin(device, NULL, error))
		return FALSE;
	LibmtpSession *session = libmtp_session(device);
	uint32_t use_count = LIBMTP_Get_u32_From_Object(session->mtp, handle,
							LIBMTP_PROPERTY_UseCount, G_MAXUINT32);
	if (session->tap->n_failed > 0 || session->tap->usb_error != 0)
		return libmtp_call_fail(device, error, "reading how often a song was played");
	if (use_count <= G_MAXINT32)
		found.use_count = (int32_t)use_count;
	uint16_t rating = LIBMTP_Get_u16_From_Object(session->mtp, handle, LIBMTP_PROPERTY_Rating,
						     G_MAXUINT16);
	if (session->tap->usb_error != 0)
		return libmtp_call_fail(device, error, "reading the rating of a song");
	if (rating <= 100)
		found.rating = rating;
	libmtp_call_end(device);
	*out = found;
	return TRUE;
}
