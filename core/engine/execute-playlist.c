/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * execute-playlist: playlists come last, when it is known which songs are there. A playlist
 * object is updated in place unless its name changes; an .m3u8 file is replaced.
 */
#include "engine/execute.h"

#include <string.h>

#include "base/error.h"
#include "engine/beginning.h"
#include "engine/learned.h"
#include "engine/playlist.h"

static WantedPlaylist *
playlist_of(Execution *execution, const Step *step)
{
	return g_ptr_array_index(execution->wishlist->playlists, step->playlist);
}

static JournalRow *
row_for(Execution *execution, const Step *step)
{
	const WantedPlaylist *playlist = playlist_of(execution, step);
	JournalRow *row = step->journal;

	if (row == NULL) {
		row = g_new0(JournalRow, 1);
		journal_row_clear_statistics(row);
		g_ptr_array_add(execution->new_rows, row);
	}
	g_free(row->storage);
	g_free(row->path);
	g_free(row->source);
	row->kind = JOURNAL_PLAYLIST;
	row->storage = g_strdup(execute_storage(execution, step->storage)->label);
	row->path = g_strdup(step->path);
	row->source = g_strconcat(playlist->host_id, "\n", playlist->id, NULL);
	return row;
}

static gboolean
store_done(Execution *execution, const Step *step, JournalRow *row, GError **error)
{
	g_free(row->tags);
	row->tags = plan_playlist_digest(execution->wishlist, playlist_of(execution, step));
	row->state = JOURNAL_DONE;
	row->synced_unix = g_get_real_time() / G_USEC_PER_SEC;
	execution->report.playlists++;
	return journal_store(execution->journal, row, error);
}

static gboolean
drop_old(Execution *execution, const Step *step, GError **error)
{
	step->journal->state = JOURNAL_PENDING;
	return journal_store(execution->journal, step->journal, error) &&
	       execute_drop(execution, step->object, error);
}

static gboolean
write_file(Execution *execution, const Step *step, GError **error)
{
	g_autofree char *content =
		playlist_to_m3u8(execution->wishlist, playlist_of(execution, step));
	gsize size = strlen(content);

	if (step->object != NULL && !drop_old(execution, step, error))
		return FALSE;
	JournalRow *row = row_for(execution, step);
	row->state = JOURNAL_PENDING;
	row->size_bytes = size;
	g_free(row->beginning);
	row->beginning = beginning_of(content, size);
	row->synced_unix = 0;
	if (!journal_store(execution->journal, row, error))
		return FALSE;
	g_autoptr(GBytes) bytes = g_bytes_new_take(g_steal_pointer(&content), size);
	g_autoptr(DeviceSource) source = device_source_new_bytes(step->path, bytes);
	Outgoing outgoing = {
		.storage = step->storage,
		.path = step->path,
		.size_bytes = size,
		.modified_unix = g_get_real_time() / G_USEC_PER_SEC,
		.source = source,
	};
	if (execute_send(execution, &outgoing, error) == NULL)
		return FALSE;
	return store_done(execution, step, row, error);
}

static GArray *
collect_handles(Execution *execution, const Step *step)
{
	const WantedPlaylist *playlist = playlist_of(execution, step);
	GArray *handles = g_array_new(FALSE, FALSE, sizeof(DeviceHandle));

	for (guint i = 0; i < playlist->on_device->len; i++) {
		guint index = g_array_index(playlist->on_device, uint32_t, i);
		const Want *want = &g_array_index(execution->wishlist->wants, Want, index);
		InventoryObject *object =
			inventory_find(execution->inventory, want->storage, want->path);
		if (object != NULL)
			g_array_append_val(handles, object->handle);
	}
	return handles;
}

/* What a device calls an object is decided when it is made; a new name needs a new object. */
static gboolean
is_renamed(const Step *step)
{
	return step->object != NULL && strcmp(step->object->path, step->path) != 0;
}

static gboolean
write_references(Execution *execution, const Step *step, DeviceHandle parent, GError **error)
{
	g_autoptr(GArray) handles = collect_handles(execution, step);
	g_autofree char *name = g_path_get_basename(step->path);
	DeviceHandle handle = step->object != NULL && !is_renamed(step) ? step->object->handle : 0;
	const DeviceList list = {
		.storage = execute_storage(execution, step->storage)->id,
		.parent = parent,
		.handle = handle,
		.name = name,
		.tracks = (const DeviceHandle *)(void *)handles->data,
		.n_tracks = handles->len,
	};

	return device_write_list(execution->device, &list, &handle, error);
}

/* Keeps those of its songs that a test does not leave out; returns how many it does. */
static guint
leave_out(Execution *execution, WantedPlaylist *playlist,
	  gboolean (*test)(Execution *execution, const WantedPlaylist *playlist, guint want))
{
	g_autoptr(GArray) planned = playlist->on_device;

	playlist->on_device = g_array_sized_new(FALSE, FALSE, sizeof(uint32_t), planned->len);
	for (guint i = 0; i < planned->len; i++) {
		guint index = g_array_index(planned, uint32_t, i);
		if (!test(execution, playlist, index))
			g_array_append_val(playlist->on_device, index);
	}
	return planned->len - playlist->on_device->len;
}

static gboolean
is_far(Execution *execution, const WantedPlaylist *playlist, guint want)
{
	return g_array_index(execution->wishlist->wants, Want, want).storage != playlist->storage;
}

/* A device may refuse to name songs on another storage: then it is written without them. */
static gboolean
write_nearer(Execution *execution, const Step *step, DeviceHandle parent, GError *refusal,
	     GError **error)
{
	WantedPlaylist *playlist = playlist_of(execution, step);
	guint n_far = execute_is_fatal(refusal) ? 0 : leave_out(execution, playlist, is_far);

	if (n_far == 0) {
		g_propagate_error(error, refusal);
		return FALSE;
	}
	g_error_free(refusal);
	if (!write_references(execution, step, parent, error))
		return FALSE;
	execute_learn(execution, LEARNED_NO_REACH);
	execute_fail(execution, step->path, NULL,
		     g_error_new(PORTA_ERROR, PORTA_ERROR_NOT_SUPPORTED,
				 "the device lets no playlist name songs on another storage: it is "
				 "written without %u of its songs",
				 n_far));
	return TRUE;
}

static gboolean
write_object(Execution *execution, const Step *step, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(step->path);
	GError *refusal = NULL;
	DeviceHandle parent;

	if (!execute_ensure_folder(execution, step->storage, folder, &parent, error))
		return FALSE;
	if (is_renamed(step) && !drop_old(execution, step, error))
		return FALSE;
	JournalRow *row = row_for(execution, step);
	row->state = JOURNAL_PENDING;
	row->synced_unix = 0;
	row->size_bytes = step->object != NULL && !is_renamed(step) ? step->object->size_bytes : 0;
	if (!journal_store(execution->journal, row, error))
		return FALSE;
	if (!write_references(execution, step, parent, &refusal) &&
	    !write_nearer(execution, step, parent, refusal, error))
		return FALSE;
	return store_done(execution, step, row, error);
}

/* The plan put in what was to come; what did not come stays out, until it has. */
static gboolean
did_not_come(Execution *execution, const WantedPlaylist *playlist, guint want)
{
	return !execution->present[want];
}

gboolean
execute_playlist(Execution *execution, const Step *step, GError **error)
{
	leave_out(execution, playlist_of(execution, step), did_not_come);
	return playlist_of(execution, step)->is_object ? write_object(execution, step, error)
						       : write_file(execution, step, error);
}
