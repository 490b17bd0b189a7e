/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * device: hands each call to the lane, and keeps what is common to all lanes:
 * a slot that is missing is NOT_SUPPORTED, and no deadline outlives its call
 * (law 10).
 */
#include "device/device.h"

#include "base/error.h"
#include "device/gvfs.h"
#include "device/lane-choice.h"

/* One call into the lane. Whatever deadline it set, nothing is pending once it is back. */
#define CALL(device, slot, ...)                                                                    \
	({                                                                                         \
		gboolean call_ok = is_open(device, error) &&                                       \
				   ((device)->lane->slot                                           \
					    ? (device)->lane->slot(device, __VA_ARGS__)            \
					    : refuse(device, #slot, error));                       \
		end_call(device, call_ok ? NULL : error);                                          \
		call_ok;                                                                           \
	})

/* A lane is chosen when it is opened. */
static gboolean
is_open(const Device *device, GError **error)
{
	if (device->lane != NULL)
		return TRUE;
	g_set_error(error, PORTA_ERROR, PORTA_ERROR_NO_DEVICE, "%s is not open",
		    device->address->name);
	return FALSE;
}

static void
end_call(Device *device, GError **error)
{
	device_watch_set(device, 0);
	if (error != NULL && error_code(*error) == PORTA_ERROR_DEVICE_INSANE)
		device->was_insane = TRUE;
}

static gboolean
refuse(Device *device, const char *slot, GError **error)
{
	g_set_error(error, PORTA_ERROR, PORTA_ERROR_NOT_SUPPORTED, "%s: %s can not do “%s”",
		    device->address->name, device->lane->name, slot);
	return FALSE;
}

void
device_entry_clear(DeviceEntry *entry)
{
	g_clear_pointer(&entry->name, g_free);
}

static void
clear_storage(DeviceStorage *storage)
{
	g_clear_pointer(&storage->label, g_free);
	g_clear_pointer(&storage->description, g_free);
}

void
device_info_clear(DeviceInfo *info)
{
	g_clear_pointer(&info->maker, g_free);
	g_clear_pointer(&info->model, g_free);
	g_clear_pointer(&info->serial, g_free);
	g_clear_pointer(&info->firmware, g_free);
	g_clear_pointer(&info->friendly_name, g_free);
	g_clear_pointer(&info->sync_partner, g_free);
}

GArray *
device_storages_new(void)
{
	GArray *storages = g_array_new(FALSE, TRUE, sizeof(DeviceStorage));

	g_array_set_clear_func(storages, (GDestroyNotify)clear_storage);
	return storages;
}

GArray *
device_entries_new(void)
{
	GArray *entries = g_array_new(FALSE, TRUE, sizeof(DeviceEntry));

	g_array_set_clear_func(entries, (GDestroyNotify)device_entry_clear);
	return entries;
}

Device *
device_new(const DeviceAddress *address, const char *memory_dir)
{
	Device *device = g_new0(Device, 1);
	g_autofree char *name = g_strconcat(address->id, ".learned", NULL);
	g_autofree char *objects = g_strconcat(address->id, ".objects", NULL);

	if (memory_dir != NULL)
		device->memory_path = g_build_filename(memory_dir, name, NULL);
	if (memory_dir != NULL)
		device->objects_path = g_build_filename(memory_dir, objects, NULL);
	device->address = device_address_copy(address);
	return device;
}

void
device_want_lane(Device *device, const char *name)
{
	g_free(device->lane_name);
	device->lane_name = g_strdup(name);
}

void
device_keep_mounts(Device *device, DeviceMountFunc keep, void *data)
{
	device->keep_mount = keep;
	device->keeper = data;
}

void
device_tell_resets(Device *device, DeviceResetFunc expect, void *data)
{
	device->expect_reset = expect;
	device->expecter = data;
}

void
device_reset_follows(Device *device)
{
	device->was_reset = TRUE;
	if (device->expect_reset != NULL)
		device->expect_reset(device->expecter);
}

void
device_free(Device *device)
{
	if (device == NULL)
		return;
	device_close(device);
	device_address_free(device->address);
	memory_free(device->memory);
	g_free(device->memory_path);
	g_free(device->objects_path);
	g_free(device->lane_name);
	g_free(device);
}

void
device_watch_set(Device *device, uint32_t ms)
{
	gint64 deadline_us = ms ? g_get_monotonic_time() + ms * INT64_C(1000) : 0;

	__atomic_store_n(&device->watch.deadline_us, deadline_us, __ATOMIC_RELEASE);
}

gboolean
device_watch_expired(Device *device)
{
	gint64 deadline_us = __atomic_load_n(&device->watch.deadline_us, __ATOMIC_ACQUIRE);

	return deadline_us != 0 && g_get_monotonic_time() > deadline_us;
}

static gboolean
open_by_lane(Device *device, GCancellable *cancellable, GError **error)
{
	return CALL(device, open, cancellable, error);
}

/* The failure stays the one to tell: it is the lane's that suits the device best. */
static gboolean
open_otherwise(Device *device, const GError *failure, GCancellable *cancellable)
{
	const DeviceLane *first = device->lane;
	const DeviceLane *second = lane_after_refusal(device, failure);
	g_autoptr(GError) error = NULL;

	if (second == NULL)
		return FALSE;
	device->lane = second;
	device->was_insane = FALSE;
	if (open_by_lane(device, cancellable, &error)) {
		lane_note_refusal(device->memory);
		return TRUE;
	}
	device->lane = first;
	return FALSE;
}

gboolean
device_open(Device *device, GCancellable *cancellable, GError **error)
{
	g_autoptr(GError) failure = NULL;

	if (device->keep_mount != NULL &&
	    !gvfs_take(device->address, device->keep_mount, device->keeper, cancellable, error))
		return FALSE;
	device->was_reset = FALSE;
	if (device->memory == NULL)
		device->memory = memory_load(device->memory_path);
	if (device->lane == NULL)
		device->lane = lane_choose(device);
	if (open_by_lane(device, cancellable, &failure))
		return TRUE;
	if (!open_otherwise(device, failure, cancellable)) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	return TRUE;
}

void
device_close(Device *device)
{
	gboolean was_open = device->priv != NULL;

	if (device->lane != NULL)
		device->lane->close(device);
	device_watch_set(device, 0);
	if (was_open && device->memory != NULL) {
		lane_note_end(device->lane, device->memory, device->was_insane);
		memory_store(device->memory);
	}
}

gboolean
device_stay(Device *device)
{
	return device->priv != NULL && device->lane->stay != NULL && !device->was_insane &&
	       device->lane->stay(device);
}

gboolean
device_load_info(Device *device, DeviceInfo *info, GError **error)
{
	return CALL(device, load_info, info, error);
}

gboolean
device_load_storages(Device *device, GArray *storages, GError **error)
{
	return CALL(device, load_storages, storages, error);
}

gboolean
device_list(Device *device, uint32_t storage, DeviceHandle folder, GArray *entries,
	    GCancellable *cancellable, GError **error)
{
	return CALL(device, list, storage, folder, entries, cancellable, error);
}

gboolean
device_make_folder(Device *device, uint32_t storage, DeviceHandle parent, const char *name,
		   DeviceHandle *out, GError **error)
{
	return CALL(device, make_folder, storage, parent, name, out, error);
}

gboolean
device_send(Device *device, const DeviceSend *send, DeviceHandle *out, GCancellable *cancellable,
	    GError **error)
{
	return CALL(device, send, send, out, cancellable, error);
}

gboolean
device_read(Device *device, DeviceHandle handle, uint64_t offset, void *buffer, gsize n, gsize *got,
	    GError **error)
{
	return CALL(device, read, handle, offset, buffer, n, got, error);
}

gboolean
device_remove(Device *device, DeviceHandle handle, GError **error)
{
	return CALL(device, remove, handle, error);
}

gboolean
device_rename(Device *device, DeviceHandle handle, const char *name, GError **error)
{
	return CALL(device, rename, handle, name, error);
}

gboolean
device_move(Device *device, DeviceHandle handle, uint32_t storage, DeviceHandle parent,
	    GError **error)
{
	return CALL(device, move, handle, storage, parent, error);
}

gboolean
device_retag(Device *device, DeviceHandle handle, const Track *tags, GError **error)
{
	return CALL(device, retag, handle, tags, error);
}

gboolean
device_set_rating(Device *device, DeviceHandle handle, const char *name, int32_t rating,
		  GError **error)
{
	return CALL(device, set_rating, handle, name, rating, error);
}

gboolean
device_load_statistics(Device *device, DeviceHandle handle, DeviceStatistics *out, GError **error)
{
	return CALL(device, load_statistics, handle, out, error);
}

gboolean
device_write_list(Device *device, const DeviceList *list, DeviceHandle *out, GError **error)
{
	return CALL(device, write_list, list, out, error);
}

gboolean
device_load_covers(Device *device, DeviceCovers *out, GError **error)
{
	return CALL(device, load_covers, out, error);
}

gboolean
device_set_cover(Device *device, DeviceHandle album, const DevicePicture *picture,
		 gboolean is_alike, GError **error)
{
	return CALL(device, set_cover, album, picture, is_alike, error);
}

gboolean
device_set_friendly_name(Device *device, const char *name, GError **error)
{
	return CALL(device, set_friendly_name, name, error);
}

gboolean
device_set_sync_partner(Device *device, const char *partner, GError **error)
{
	return CALL(device, set_sync_partner, partner, error);
}
