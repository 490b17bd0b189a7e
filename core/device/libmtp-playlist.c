/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libmtp-playlist: abstract playlists, which are an object without bytes and
 * an ordered list of references to songs.
 */
#include <string.h>

#include "base/error.h"
#include "device/libmtp-lane.h"

/* libmtp puts the name and a suffix into 256 bytes and trusts them to fit. */
#define MAX_NAME_BYTES 240

gboolean
libmtp_write_playlist(Device *device, uint32_t storage, DeviceHandle parent, DeviceHandle handle,
		      const char *name, const DeviceHandle *tracks, gsize n_tracks,
		      DeviceHandle *out, GError **error)
{
	if (strlen(name) > MAX_NAME_BYTES || n_tracks > G_MAXUINT32 / sizeof(uint32_t)) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_INVALID_ARGUMENT,
			    "%s: the playlist “%s” has too long a name or too many songs",
			    device->address->name, name);
		return FALSE;
	}
	if (!libmtp_call_begin(device, NULL, error))
		return FALSE;
	LIBMTP_mtpdevice_t *mtp = libmtp_session(device)->mtp;
	libmtp_session(device)->tap->guards_descriptions = TRUE;
	libmtp_index_drop(libmtp_session(device));
	LIBMTP_playlist_t *playlist = LIBMTP_new_playlist_t();
	playlist->playlist_id = handle;
	playlist->parent_id = parent;
	playlist->storage_id = storage;
	playlist->name = strdup(name);
	playlist->no_tracks = (uint32_t)n_tracks;
	playlist->tracks = calloc(MAX(n_tracks, 1), sizeof(uint32_t));
	if (n_tracks > 0)
		memcpy(playlist->tracks, tracks, n_tracks * sizeof(uint32_t));
	int result = handle ? LIBMTP_Update_Playlist(mtp, playlist)
			    : LIBMTP_Create_New_Playlist(mtp, playlist);
	uint32_t written = playlist->playlist_id;
	LIBMTP_destroy_playlist_t(playlist);
	if (result != 0)
		return libmtp_call_fail(device, error, "writing the playlist “%s”", name);
	libmtp_call_end(device);
	*out = written;
	return TRUE;
}
