/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libmtp-playlist: abstract playlists and albums, which are an object without bytes and
 * an ordered list of references to songs.
 */
#include <string.h>

#include "base/error.h"
#include "device/libmtp-lane.h"

/* libmtp puts the name and a suffix into 256 bytes and trusts them to fit. */
#define MAX_NAME_BYTES 240

static uint32_t *
copy_tracks(const DeviceList *list)
{
	uint32_t *tracks = calloc(MAX(list->n_tracks, 1), sizeof(uint32_t));

	if (list->n_tracks > 0)
		memcpy(tracks, list->tracks, list->n_tracks * sizeof(uint32_t));
	return tracks;
}

static int
write_playlist(LIBMTP_mtpdevice_t *mtp, const DeviceList *list, uint32_t *written)
{
	LIBMTP_playlist_t *playlist = LIBMTP_new_playlist_t();

	playlist->playlist_id = list->handle;
	playlist->parent_id = list->parent;
	playlist->storage_id = list->storage;
	playlist->name = strdup(list->name);
	playlist->no_tracks = (uint32_t)list->n_tracks;
	playlist->tracks = copy_tracks(list);
	int result = list->handle ? LIBMTP_Update_Playlist(mtp, playlist)
				  : LIBMTP_Create_New_Playlist(mtp, playlist);
	*written = playlist->playlist_id;
	LIBMTP_destroy_playlist_t(playlist);
	return result;
}

/* libmtp makes the title and the name of the object of one name; a title may have what a file's name may
 * not. */
static int
write_album(LIBMTP_mtpdevice_t *mtp, const DeviceList *list, uint32_t *written)
{
	LIBMTP_album_t *album = LIBMTP_new_album_t();

	album->album_id = list->handle;
	album->parent_id = list->parent;
	album->storage_id = list->storage;
	album->name = strdup(list->handle ? list->title : list->name);
	album->artist = list->artist[0] != '\0' ? strdup(list->artist) : NULL;
	album->no_tracks = (uint32_t)list->n_tracks;
	album->tracks = copy_tracks(list);
	int result = list->handle ? LIBMTP_Update_Album(mtp, album)
				  : LIBMTP_Create_New_Album(mtp, album);
	*written = album->album_id;
	LIBMTP_destroy_album_t(album);
	if (result == 0 && list->handle == 0 && strcmp(list->title, list->name) != 0)
		LIBMTP_Set_Object_String(mtp, *written, LIBMTP_PROPERTY_Name, list->title);
	return result;
}

/* A list that could not get its songs is of no use. Its handle is one that the device gave out for it. */
static void
take_back(Device *device, uint32_t handle)
{
	LibmtpSession *session = libmtp_session(device);

	if (handle == 0 || session->tap->gone || session->tap->lost ||
	    g_hash_table_contains(session->seen, GUINT_TO_POINTER(handle)))
		return;
	usb_tap_begin_hurried(session->tap);
	LIBMTP_Delete_Object(session->mtp, handle);
	usb_tap_end(session->tap);
}

gboolean
libmtp_write_list(Device *device, const DeviceList *list, DeviceHandle *out, GError **error)
{
	const char *kind = list->is_album ? "album" : "playlist";
	uint32_t written = 0;

	if (strlen(list->name) > MAX_NAME_BYTES ||
	    list->n_tracks > G_MAXUINT32 / sizeof(uint32_t)) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_INVALID_ARGUMENT,
			    "%s: the %s “%s” has too long a name or too many songs",
			    device->address->name, kind, list->name);
		return FALSE;
	}
	if (!libmtp_call_begin(device, NULL, error))
		return FALSE;
	LIBMTP_mtpdevice_t *mtp = libmtp_session(device)->mtp;
	libmtp_session(device)->tap->guards_descriptions = TRUE;
	libmtp_index_drop(libmtp_session(device));
	int result = list->is_album ? write_album(mtp, list, &written)
				    : write_playlist(mtp, list, &written);
	if (result != 0) {
		libmtp_call_fail(device, error, "writing the %s “%s”", kind, list->name);
		if (list->handle == 0)
			take_back(device, written);
		return FALSE;
	}
	libmtp_call_end(device);
	*out = written;
	return TRUE;
}
