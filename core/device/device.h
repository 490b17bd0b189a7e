/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * device: one portable device, spoken to by a lane. A lane is one way of
 * speaking (libmtp, or MTP itself); the engine knows only this file.
 *
 * All calls block, are made from one thread, and return within a deadline that
 * `device_watch` reports on: the engine's main thread ends the process when
 * a call outlives it. GCancellable is looked at between transactions and
 * between transfer units of a file. What is sent is read by whatever thread a lane
 * likes (DeviceSource); progress is told on the caller's.
 *
 * Errors common to all: NO_DEVICE (gone; nothing more will work), DEVICE_HUNG
 * (there, but does not answer; nothing more will work either), CANCELLED,
 * DEVICE_IO (this call failed; the next may work), DEVICE_INSANE, NOT_SUPPORTED.
 */
#pragma once

#include <gio/gio.h>

#include "base/values.h"

/* Where a device is now, as discovery found it; no transfer is needed to know this. */
typedef struct {
	char *id; /* "vvvv-pppp-serial", lower case hex, [A-Za-z0-9._-] only */
	char *serial; /* may be "" */
	char *name; /* product string, else libmtp's name */
	uint32_t bus, address;
	uint16_t vendor, product;
} DeviceAddress;

void device_address_free(DeviceAddress *address);
DeviceAddress *device_address_copy(const DeviceAddress *address);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DeviceAddress, device_address_free)

/* A handle is valid until the device is closed. */
typedef uint32_t DeviceHandle;
#define DEVICE_ROOT ((DeviceHandle)0xffffffff)

typedef struct {
	uint32_t id;
	char *label; /* stable from session to session: volume label, description, else the id */
	char *description;
	uint64_t capacity_bytes;
	uint64_t free_bytes;
	gboolean writable;
	gboolean removable;
} DeviceStorage;

typedef struct {
	char *maker, *model, *serial, *firmware;
	char *friendly_name; /* "" if it has none or can not store one */
	char *sync_partner; /* MTP 0xD401 as read, "" if none */
	gboolean can_rename; /* file names are settable */
	gboolean can_move;
	gboolean can_retag; /* title, artist, album, genre and track are settable */
	gboolean can_rate; /* ratings of songs are settable, and can be read */
	gboolean can_playlists; /* abstract playlists with working references */
	gboolean can_albums; /* abstract albums likewise; whether they have pictures: load_covers */
	gboolean can_read_partial;
	gboolean can_set_partner;
	gboolean can_set_friendly_name;
	gboolean has_statistics; /* use counts and ratings can be read */
	gboolean wants_unique_names; /* no two files may have one name, wherever they are */
	uint64_t max_file_bytes;
} DeviceInfo;

typedef struct {
	DeviceHandle handle;
	char *name; /* UTF-8 as the device tells it; "" never */
	uint64_t size_bytes;
	int64_t modified_unix; /* 0 unknown */
	gboolean is_folder;
	gboolean is_playlist; /* abstract playlist */
	gboolean
		is_album; /* abstract album; its name ends with DEVICE_ALBUM_SUFFIX, however it is told */
} DeviceEntry;

#define DEVICE_ALBUM_SUFFIX ".alb"

void device_entry_clear(DeviceEntry *entry);

/* What pictures an album may have; 0 is no limit that the device tells of. */
typedef struct {
	gboolean jpeg, png; /* neither: none */
	uint32_t max_bytes, max_width, max_height;
} DeviceCovers;

typedef struct {
	const uint8_t *bytes;
	gsize n_bytes;
	gboolean is_png; /* else JPEG */
	uint32_t width, height;
} DevicePicture;

/* How many bytes are delivered next, 0 at the end, -1 with error set: the send fails. */
typedef gssize (*DeviceReadFunc)(void *data, void *buffer, gsize n, GError **error);

/*
 * What is sent, read once and in order. One thread at a time reads it, not always the caller's, and it reads ahead of
 * what is on the wire. When a read does not return, the call does without it: the thread that hangs in
 * it then has a reference of its own. So read touches its data alone, and who needs them keeps a reference.
 */
typedef struct {
	char *name; /* of the file, for what is said of it */
	DeviceReadFunc read;
	void *data;
	GDestroyNotify free; /* of data, on the thread that is the last; or NULL */
	int n_refs; /* atomic */
} DeviceSource;

DeviceSource *device_source_new(const char *name, DeviceReadFunc read, void *data,
				GDestroyNotify free);
DeviceSource *device_source_new_bytes(const char *name, GBytes *bytes);
DeviceSource *device_source_ref(DeviceSource *source);
void device_source_unref(DeviceSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DeviceSource, device_source_unref)
/* How long a read may take: its disk may be slow, or asleep. */
guint device_source_timeout_ms(void);
/* SOURCE_UNREADABLE: it took longer. */
void device_source_set_hung(const char *name, GError **error);
/* How often that was said in this process. */
guint device_source_count_hung(void);

/* Bytes of this file so far. */
typedef void (*DeviceProgressFunc)(void *data, uint64_t done_bytes);

typedef struct {
	uint32_t storage;
	DeviceHandle parent;
	const char *name;
	uint64_t size_bytes;
	int64_t modified_unix;
	const Track *tags; /* NULL for what is not a song */
	gboolean *is_rated; /* or NULL; out: the rating of tags is on the device with them */
	const DevicePicture *cover; /* for lanes: of an album that is announced; or NULL */
	DeviceSource *source; /* no-ref */
	DeviceProgressFunc progress; /* or NULL */
	void *data; /* of progress */
} DeviceSend;

/* An abstract object: songs in an order. */
typedef struct {
	gboolean is_album; /* else a playlist */
	uint32_t storage;
	DeviceHandle parent;
	DeviceHandle handle; /* 0: it is made, else it gets these songs */
	const char *name; /* of the object; a suffix is added */
	const char *title, *artist; /* of an album, "" unknown */
	const DevicePicture
		*cover; /* of an album that is made: set_cover with it follows; or NULL */
	const DeviceHandle *tracks;
	gsize n_tracks;
} DeviceList;

typedef struct {
	int32_t use_count; /* -1 unknown */
	int32_t rating; /* 0-100, -1 unknown */
	int64_t last_played_unix; /* -1 unknown */
} DeviceStatistics;

/* Deadlines: the lane marks the begin of each wait, every unit of progress and its end; the
 * watcher reads from another thread. 0 = nothing pending. */
typedef struct {
	gint64 deadline_us; /* g_get_monotonic_time() at which the call is lost; atomic access only */
} DeviceWatch;

#define DEVICE_MAX_WHOLE_BYTES (256u << 20)

typedef struct Device Device;
typedef struct DeviceLane DeviceLane;

/* mount (aya{sv}): what gvfs mounts the device by. TRUE: somebody who outlives us will ask for it
 * again once the device is free. May be called more than once, and for a mount that stays after all. */
typedef gboolean (*DeviceMountFunc)(void *data, GVariant *mount, GError **error);

/* The port is reset next: the device may leave the bus for a moment and come back as another. */
typedef void (*DeviceResetFunc)(void *data);

/* Every slot blocks. A slot that a lane lacks is NULL: the device_*() wrapper answers NOT_SUPPORTED. */
struct DeviceLane {
	const char *name;
	/* Takes the interface. DEVICE_BUSY if somebody holds it; DEVICE_LOCKED is not an error of
	 * open: a locked phone opens and has no storages. */
	gboolean (*open)(Device *device, GCancellable *cancellable, GError **error);
	/* Gives the interface back; bounded, whatever state the device is in. */
	void (*close)(Device *device);
	/* Whether one may go on with it as it is, after a while in which nothing was asked. Then nothing is
	 * asked again that can not have changed, until the device tells of a change. */
	gboolean (*stay)(Device *device);
	gboolean (*load_info)(Device *device, DeviceInfo *info, GError **error);
	/* Appends DeviceStorage; none while locked. Free space is read anew. */
	gboolean (*load_storages)(Device *device, GArray *storages, GError **error);
	/* Appends DeviceEntry for each child; FALSE unless the listing is complete. A folder that is
	 * not there is DEVICE_IO. Entries with the same handle twice, or a handle that is
	 * its own parent, are DEVICE_INSANE. */
	gboolean (*list)(Device *device, uint32_t storage, DeviceHandle folder, GArray *entries,
			 GCancellable *cancellable, GError **error);
	gboolean (*make_folder)(Device *device, uint32_t storage, DeviceHandle parent,
				const char *name, DeviceHandle *out, GError **error);
	/* On failure the lane has tried to remove the partial object. NO_SPACE, FILE_TOO_LARGE,
	 * and the source's own error are told apart. */
	gboolean (*send)(Device *device, const DeviceSend *send, DeviceHandle *out,
			 GCancellable *cancellable, GError **error);
	/* Reads up to n bytes from offset; *got may be short only at the end. Of a device that gives no
	 * parts of objects the whole is read, of at most DEVICE_MAX_WHOLE_BYTES. */
	gboolean (*read)(Device *device, DeviceHandle handle, uint64_t offset, void *buffer,
			 gsize n, gsize *got, GError **error);
	/* Of a folder: must be empty. */
	gboolean (*remove)(Device *device, DeviceHandle handle, GError **error);
	gboolean (*rename)(Device *device, DeviceHandle handle, const char *name, GError **error);
	gboolean (*move)(Device *device, DeviceHandle handle, uint32_t storage, DeviceHandle parent,
			 GError **error);
	gboolean (*retag)(Device *device, DeviceHandle handle, const Track *tags, GError **error);
	/* 0-100; 0 takes it away. name: the object's, which tells its format. NOT_SUPPORTED where songs of
	 * that format have no rating that could be set. */
	gboolean (*set_rating)(Device *device, DeviceHandle handle, const char *name,
			       int32_t rating, GError **error);
	gboolean (*load_statistics)(Device *device, DeviceHandle handle, DeviceStatistics *out,
				    GError **error);
	/* On failure the lane has tried to remove what it made. */
	gboolean (*write_list)(Device *device, const DeviceList *list, DeviceHandle *out,
			       GError **error);
	/* Asks at most once in a session. */
	gboolean (*load_covers)(Device *device, DeviceCovers *out, GError **error);
	/* Gives an album its picture. is_alike: its kind and measures are those that the album was
	 * last told, by this or when it was made. */
	gboolean (*set_cover)(Device *device, DeviceHandle album, const DevicePicture *picture,
			      gboolean is_alike, GError **error);
	gboolean (*set_friendly_name)(Device *device, const char *name, GError **error);
	gboolean (*set_sync_partner)(Device *device, const char *partner, GError **error);
};

struct Device {
	const DeviceLane *lane; /* NULL until it is chosen */
	char *lane_name; /* of the one that is wanted; any other word, or NULL: the one that suits */
	DeviceAddress *address;
	DeviceWatch watch;
	void *priv; /* the lane's */
	char *memory_path; /* or NULL */
	char *objects_path; /* where a lane may keep what objects there are, or NULL */
	struct Memory *memory; /* NULL until it is opened */
	gboolean was_insane; /* it answered what can not be */
	gboolean was_reset; /* its port, since it was opened: it may have left */
	DeviceMountFunc keep_mount; /* or NULL */
	void *keeper; /* its data; no-ref */
	DeviceResetFunc expect_reset; /* or NULL */
	void *expecter; /* its data; no-ref */
};

/* Not opened yet; opening it chooses the lane that suits it. What lanes learn of the device is kept in
 * a file in memory_dir, NULL: not at all. */
Device *device_new(const DeviceAddress *address, const char *memory_dir);
/* "ptp" or "libmtp": opens with this one or fails; "auto": chooses. Before it is opened. */
void device_want_lane(Device *device, const char *name);
void device_free(Device *device); /* closes if open */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Device, device_free)

/* What the desktop has mounted is unmounted by open, once keep has taken it over. Without this, who
 * has it mounted keeps it, and open says DEVICE_BUSY. */
void device_keep_mounts(Device *device, DeviceMountFunc keep, void *data);

/* Who is told before the port is reset, which is when the device is closed, if at all. */
void device_tell_resets(Device *device, DeviceResetFunc expect, void *data);

gboolean device_open(Device *device, GCancellable *cancellable, GError **error);
void device_close(Device *device);
/* Leaves it open for who comes next; any thread may, but one at a time. FALSE: it is to be closed. */
gboolean device_stay(Device *device);
gboolean device_load_info(Device *device, DeviceInfo *info, GError **error);
void device_info_clear(DeviceInfo *info);
GArray *device_storages_new(void); /* of DeviceStorage, clears its members */
GArray *device_entries_new(void); /* of DeviceEntry, clears its members */
gboolean device_load_storages(Device *device, GArray *storages, GError **error);
gboolean device_list(Device *device, uint32_t storage, DeviceHandle folder, GArray *entries,
		     GCancellable *cancellable, GError **error);
gboolean device_make_folder(Device *device, uint32_t storage, DeviceHandle parent, const char *name,
			    DeviceHandle *out, GError **error);
gboolean device_send(Device *device, const DeviceSend *send, DeviceHandle *out,
		     GCancellable *cancellable, GError **error);
gboolean device_read(Device *device, DeviceHandle handle, uint64_t offset, void *buffer, gsize n,
		     gsize *got, GError **error);
gboolean device_remove(Device *device, DeviceHandle handle, GError **error);
gboolean device_rename(Device *device, DeviceHandle handle, const char *name, GError **error);
gboolean device_move(Device *device, DeviceHandle handle, uint32_t storage, DeviceHandle parent,
		     GError **error);
gboolean device_retag(Device *device, DeviceHandle handle, const Track *tags, GError **error);
gboolean device_set_rating(Device *device, DeviceHandle handle, const char *name, int32_t rating,
			   GError **error);
gboolean device_load_statistics(Device *device, DeviceHandle handle, DeviceStatistics *out,
				GError **error);
gboolean device_write_list(Device *device, const DeviceList *list, DeviceHandle *out,
			   GError **error);
gboolean device_load_covers(Device *device, DeviceCovers *out, GError **error);
gboolean device_set_cover(Device *device, DeviceHandle album, const DevicePicture *picture,
			  gboolean is_alike, GError **error);
gboolean device_set_friendly_name(Device *device, const char *name, GError **error);
gboolean device_set_sync_partner(Device *device, const char *partner, GError **error);

/* For lanes: a wait of at most ms begins, or made progress; ms 0: it ended. */
void device_watch_set(Device *device, uint32_t ms);
/* For lanes: the port is reset next. */
void device_reset_follows(Device *device);
/* For the watcher: whether a call has outlived its deadline. */
gboolean device_watch_expired(Device *device);
