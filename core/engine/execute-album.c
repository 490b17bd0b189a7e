/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * execute-album: albums come last, as playlists do: their songs are there then. An album is made, given its songs
 * and then its cover; one that is there gets of these what changed. What a device refuses costs
 * no song anything: if it refuses the first cover it is not asked for another in this session, and if it does so
 * again, not for a while.
 */
#include "engine/execute.h"

#include <string.h>

#include "base/error.h"
#include "engine/budget.h"
#include "engine/learned.h"

typedef struct {
	Execution *execution;
	const Step *step;
	WantedAlbum *album;
	GBytes *bytes; /* of the cover that is sent; NULL: none is */
	DevicePicture picture;
	gboolean has_asked; /* the device */
} Writing;

static gboolean
is_full(const GError *failure)
{
	return error_code(failure) == PORTA_ERROR_NO_SPACE;
}

static char *
describe_picture(const DevicePicture *picture)
{
	return g_strdup_printf("%s %ux%u", picture->is_png ? "png" : "jpeg", picture->width,
			       picture->height);
}

static gboolean
load_picture(Writing *writing, GError **error)
{
	Picture told;

	if (writing->album->cover == NULL)
		return TRUE;
	writing->bytes = cover_load(writing->album->cover, &told, error);
	if (writing->bytes == NULL)
		return FALSE;
	gsize n = 0;
	const uint8_t *bytes = g_bytes_get_data(writing->bytes, &n);
	writing->picture = (DevicePicture){bytes, n, told.is_png, told.width, told.height};
	return TRUE;
}

/* An object, and its picture. */
static uint64_t
needed_bytes(const Writing *writing)
{
	uint64_t cluster = writing->execution->inventory->cluster_bytes;

	return writing->bytes == NULL
		       ? 0
		       : budget_round_up(writing->picture.n_bytes, cluster) + cluster;
}

/* Law 4: the plan counted on room from steps that may have failed. */
static gboolean
has_room(const Writing *writing, GError **error)
{
	const DeviceStorage *storage = execute_storage(writing->execution, writing->step->storage);
	uint64_t reserve = storage->capacity_bytes / 100 * writing->execution->reserve_percent;

	if (writing->bytes == NULL || storage->free_bytes >= reserve + needed_bytes(writing))
		return TRUE;
	g_set_error_literal(error, PORTA_ERROR, PORTA_ERROR_NOT_SUPPORTED,
			    "the room that its cover needs did not become free; it comes with a "
			    "later sync");
	return FALSE;
}

static void
take_room(const Writing *writing)
{
	DeviceStorage *storage = execute_storage(writing->execution, writing->step->storage);

	storage->free_bytes -= MIN(storage->free_bytes, needed_bytes(writing));
}

/* its row */

static gboolean
store_pending(Writing *writing, JournalRow **out, GError **error)
{
	Execution *execution = writing->execution;
	JournalRow *row = writing->step->journal;

	if (row == NULL) {
		row = g_new0(JournalRow, 1);
		journal_row_clear_statistics(row);
		row->kind = JOURNAL_ALBUM;
		row->path = g_strdup(writing->step->path);
		row->source = g_strdup("");
		row->fingerprint = g_strdup("");
		row->storage = g_strdup(execute_storage(execution, writing->step->storage)->label);
		g_ptr_array_add(execution->new_rows, row);
	}
	row->state = JOURNAL_PENDING;
	row->synced_unix = 0;
	*out = row;
	return journal_store(execution->journal, row, error);
}

static gboolean
store_done(Writing *writing, JournalRow *row, GError **error)
{
	const Cover *cover = writing->album->cover;

	g_free(row->tags);
	row->tags = plan_album_digest(writing->execution->wishlist, writing->album);
	if (cover != NULL) {
		g_free(row->source);
		g_free(row->uri);
		g_free(row->fingerprint);
		row->source = g_strdup(cover->path);
		row->source_size = row->size_bytes = cover->size_bytes;
		row->source_modified_ns = cover->modified_ns;
		row->uri = wanted_album_names(writing->album);
		row->fingerprint = describe_picture(&writing->picture);
	}
	row->state = JOURNAL_DONE;
	row->synced_unix = g_get_real_time() / G_USEC_PER_SEC;
	return journal_store(writing->execution->journal, row, error);
}

/* on the device */

static GArray *
collect_handles(Writing *writing)
{
	GArray *handles = g_array_new(FALSE, FALSE, sizeof(DeviceHandle));

	for (guint i = 0; i < writing->album->wants->len; i++) {
		uint32_t index = g_array_index(writing->album->wants, uint32_t, i);
		const Want *want = &g_array_index(writing->execution->wishlist->wants, Want, index);
		const InventoryObject *object =
			inventory_find(writing->execution->inventory, want->storage, want->path);
		if (object != NULL)
			g_array_append_val(handles, object->handle);
	}
	return handles;
}

static gboolean
write_songs(Writing *writing, DeviceHandle *handle, GError **error)
{
	Execution *execution = writing->execution;
	const Step *step = writing->step;
	g_autofree char *folder = g_path_get_dirname(step->path);
	g_autofree char *file_name = g_path_get_basename(step->path);
	g_autofree char *name =
		g_strndup(file_name, strlen(file_name) - strlen(DEVICE_ALBUM_SUFFIX));
	g_autoptr(GArray) handles = collect_handles(writing);
	DeviceList list = {
		.is_album = TRUE,
		.storage = execute_storage(execution, step->storage)->id,
		.handle = *handle,
		.name = name,
		.title = writing->album->title,
		.artist = writing->album->artist,
		.cover = writing->bytes != NULL ? &writing->picture : NULL,
		.tracks = (const DeviceHandle *)(void *)handles->data,
		.n_tracks = handles->len,
	};

	return execute_ensure_folder(execution, step->storage, folder, &list.parent, error) &&
	       device_write_list(execution->device, &list, handle, error);
}

static gboolean
set_cover(Writing *writing, const JournalRow *row, DeviceHandle handle, gboolean is_new,
	  GError **error)
{
	g_autofree char *described = describe_picture(&writing->picture);

	return device_set_cover(writing->execution->device, handle, &writing->picture,
				is_new || strcmp(described, row->fingerprint) == 0, error);
}

/* Nothing is left of an album that did not get its cover. Of one that was not made whole, or can not be taken back
 * now, the row tells the next session. */
static void
take_back(Writing *writing, const JournalRow *row, DeviceHandle handle)
{
	Execution *execution = writing->execution;

	if (handle != 0 && device_remove(execution->device, handle, NULL))
		journal_remove(execution->journal, row->id, NULL);
}

static gboolean
make(Writing *writing, GError **error)
{
	g_autoptr(GError) failure = NULL;
	DeviceHandle handle = 0;
	JournalRow *row;

	if (inventory_find(writing->execution->inventory, writing->step->storage,
			   writing->step->path) != NULL) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_DEVICE_IO,
			    "something else has the place “%s” on the device", writing->step->path);
		return FALSE;
	}
	if (!store_pending(writing, &row, error))
		return FALSE;
	writing->has_asked = TRUE;
	if (write_songs(writing, &handle, &failure) &&
	    set_cover(writing, row, handle, TRUE, &failure))
		return store_done(writing, row, error);
	if (!execute_is_fatal(failure) || is_full(failure))
		take_back(writing, row, handle);
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

static gboolean
update(Writing *writing, GError **error)
{
	DeviceHandle handle = writing->step->object->handle;
	g_autofree char *digest = plan_album_digest(writing->execution->wishlist, writing->album);
	gboolean has_songs = strcmp(digest, writing->step->journal->tags) == 0;
	JournalRow *row;

	writing->has_asked = writing->bytes != NULL;
	return store_pending(writing, &row, error) &&
	       (has_songs || write_songs(writing, &handle, error)) &&
	       (writing->bytes == NULL || set_cover(writing, row, handle, FALSE, error)) &&
	       store_done(writing, row, error);
}

/* Its names belong to the object from when it is made. */
static gboolean
make_anew(Writing *writing, GError **error)
{
	writing->step->journal->state = JOURNAL_PENDING;
	return journal_store(writing->execution->journal, writing->step->journal, error) &&
	       execute_drop(writing->execution, writing->step->object, error) &&
	       make(writing, error);
}

static gboolean
is_renamed(const Writing *writing)
{
	g_autofree char *names = wanted_album_names(writing->album);

	return writing->bytes != NULL && strcmp(names, writing->step->journal->uri) != 0;
}

static gboolean
write_album(Writing *writing, GError **error)
{
	if (!load_picture(writing, error) || !has_room(writing, error))
		return FALSE;
	if (writing->step->object == NULL)
		return make(writing, error);
	return is_renamed(writing) ? make_anew(writing, error) : update(writing, error);
}

/* What the plan put in and did not come stays out, until it has. */
static void
leave_out_missing(Writing *writing)
{
	GArray *wants = writing->album->wants;

	for (guint i = wants->len; i-- > 0;)
		if (!writing->execution->present[g_array_index(wants, uint32_t, i)])
			g_array_remove_index(wants, i);
}

/* Whether it is the device that said no to a cover, and it has taken none. */
static gboolean
is_refusal(const Writing *writing, const GError *failure)
{
	return writing->has_asked && writing->execution->report.covers == 0 &&
	       !execute_is_fatal(failure);
}

/* One refusal may be a mood. */
static void
learn_refusal(Execution *execution)
{
	const char *firmware = execution->info->firmware;
	gboolean is_second = learned_get(execution->journal, LEARNED_COVERS_DOUBTED,
					 firmware != NULL ? firmware : "",
					 g_get_real_time() / G_USEC_PER_SEC);

	execution->refuses_covers = TRUE;
	execute_learn(execution, is_second ? LEARNED_NO_COVERS : LEARNED_COVERS_DOUBTED);
}

static void
learn_success(Execution *execution)
{
	if (execution->report.covers++ == 0)
		journal_remove_value(execution->journal, LEARNED_COVERS_DOUBTED, NULL);
}

gboolean
execute_album(Execution *execution, const Step *step, GError **error)
{
	g_autoptr(GError) failure = NULL;
	Writing writing = {
		.execution = execution,
		.step = step,
		.album = g_ptr_array_index(execution->plan->albums, step->album),
	};

	leave_out_missing(&writing);
	if (writing.album->wants->len == 0 ||
	    (writing.album->cover != NULL && execution->refuses_covers))
		return TRUE;
	gboolean ok = write_album(&writing, &failure);
	if (!ok && is_refusal(&writing, failure))
		learn_refusal(execution);
	if (ok) {
		take_room(&writing);
		learn_success(execution);
	}
	g_clear_pointer(&writing.bytes, g_bytes_unref);
	if (ok)
		return TRUE;
	/* all songs are there by now: the session goes on */
	if (is_full(failure))
		g_set_error_literal(error, PORTA_ERROR, PORTA_ERROR_DEVICE_IO, failure->message);
	else
		g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}
