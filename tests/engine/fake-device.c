/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fake-device: see fake-device.h. Handles are numbers of paths met in this session.
 */
/* style: file-lines, one lane reads better whole */
#include "fake-device.h"

#include <dirent.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include "base/error.h"

typedef struct {
	char *root;
	const FakeOptions *options;
	FakeCounts *counts;
	gboolean is_gone;
	GPtrArray *paths; /* handle - 1 -> path below root, "" when removed */
	GHashTable *handles; /* path -> handle */
} Fake;

static Fake *
fake_of(Device *device)
{
	return device->priv;
}

static gboolean
gone(Fake *fake, GError **error)
{
	fake->is_gone = TRUE;
	g_set_error_literal(error, PORTA_ERROR, PORTA_ERROR_NO_DEVICE, "the fake cable is out");
	return FALSE;
}

static void
stop_growing(const char *path)
{
	struct rlimit limit;
	GStatBuf st;

	g_assert_cmpint(g_stat(path, &st), ==, 0);
	g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &limit), ==, 0);
	limit.rlim_cur = st.st_size;
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &limit), ==, 0);
}

/* FALSE with error if the fault strikes now. */
static gboolean
strike(Fake *fake, FaultMoment moment, GError **error)
{
	const FakeOptions *options = fake->options;

	if (fake->is_gone)
		return gone(fake, error);
	if (options->fault == FAULT_NONE || fake->counts->calls != options->fault_call ||
	    moment != options->moment)
		return TRUE;
	if (options->fault == FAULT_EXIT)
		_exit(FAKE_EXIT_STATUS);
	if (options->fault == FAULT_UNPLUG)
		return gone(fake, error);
	if (options->fault == FAULT_SOURCES_AWAY) {
		g_autofree char *away = g_strconcat(options->sources, ".away", NULL);
		g_assert_cmpint(g_rename(options->sources, away), ==, 0);
		return TRUE;
	}
	if (options->fault == FAULT_DISK_FULL) {
		stop_growing(options->journal);
		return TRUE;
	}
	g_set_error_literal(error, PORTA_ERROR, PORTA_ERROR_DEVICE_IO, "the fake device refused");
	return FALSE;
}

static gboolean
begin(Fake *fake, int *counter, GError **error)
{
	fake->counts->calls++;
	(*counter)++;
	if (fake->options->fault != FAULT_NONE && counter != &fake->counts->lists &&
	    counter != &fake->counts->reads && fake->counts->calls > fake->options->fault_call)
		fake->counts->late_changes++;
	return strike(fake, FAULT_BEFORE, error);
}

static gboolean
end(Fake *fake, GError **error)
{
	return strike(fake, FAULT_AFTER, error);
}

static const char *
path_of(Fake *fake, DeviceHandle handle)
{
	if (handle == DEVICE_ROOT)
		return "";
	g_assert_cmpuint(handle, >, 0);
	g_assert_cmpuint(handle, <=, fake->paths->len);
	return g_ptr_array_index(fake->paths, handle - 1);
}

static DeviceHandle
handle_of(Fake *fake, const char *path)
{
	gpointer known = g_hash_table_lookup(fake->handles, path);

	if (known != NULL)
		return GPOINTER_TO_UINT(known);
	g_ptr_array_add(fake->paths, g_strdup(path));
	g_hash_table_insert(fake->handles, g_strdup(path), GUINT_TO_POINTER(fake->paths->len));
	return fake->paths->len;
}

static char *
child_path(const char *parent, const char *name)
{
	return parent[0] == '\0' ? g_strdup(name) : g_strconcat(parent, "/", name, NULL);
}

static char *
real_path(Fake *fake, const char *path)
{
	return g_build_filename(fake->root, path, NULL);
}

static uint64_t
used_bytes(const char *folder)
{
	uint64_t sum = 0;
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);

	for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		GStatBuf st;
		g_assert_cmpint(g_stat(path, &st), ==, 0);
		sum += S_ISDIR(st.st_mode) ? used_bytes(path) : (uint64_t)st.st_size;
	}
	return sum;
}

/* slots */

static gboolean
fake_open(Device *device, GCancellable *cancellable, GError **error)
{
	int ignored = 0;

	return begin(fake_of(device), &ignored, error);
}

static gboolean
fake_stay(Device *device)
{
	return TRUE;
}

static void
fake_close(Device *device)
{
	Fake *fake = g_steal_pointer(&device->priv);

	if (fake == NULL)
		return;
	g_ptr_array_unref(fake->paths);
	g_hash_table_unref(fake->handles);
	g_free(fake->root);
	g_free(fake);
}

static gboolean
fake_load_info(Device *device, DeviceInfo *info, GError **error)
{
	const FakeOptions *options = fake_of(device)->options;

	*info = (DeviceInfo){
		.maker = g_strdup("Fake"),
		.model = g_strdup("Folder"),
		.serial = g_strdup("F1"),
		.firmware = g_strdup("1"),
		.friendly_name = g_strdup(""),
		.sync_partner =
			g_strdup(options->sync_partner != NULL ? options->sync_partner : ""),
		.can_rename = options->can_rename,
		.can_move = options->can_move,
		.can_retag = options->can_retag,
		.can_read_partial = options->can_read,
		.can_albums = options->can_albums,
		.can_set_friendly_name = options->refuses_name,
		.max_file_bytes = UINT32_MAX,
	};
	return TRUE;
}

static gboolean
fake_load_storages(Device *device, GArray *storages, GError **error)
{
	Fake *fake = fake_of(device);
	uint64_t used = used_bytes(fake->root);
	DeviceStorage storage = {
		.id = 1,
		.label = g_strdup("Internal"),
		.description = g_strdup("Internal"),
		.capacity_bytes = fake->options->capacity_bytes,
		.free_bytes = fake->options->capacity_bytes - used + fake->options->free_lie_bytes,
		.writable = TRUE,
	};

	g_array_append_val(storages, storage);
	return TRUE;
}

static void
append_entry(Fake *fake, const char *folder, const char *name, GArray *entries)
{
	g_autofree char *path = child_path(folder, name);
	g_autofree char *real = real_path(fake, path);
	GStatBuf st;

	g_assert_cmpint(g_stat(real, &st), ==, 0);
	DeviceEntry entry = {
		.handle = handle_of(fake, path),
		.name = g_strdup(name),
		.size_bytes = S_ISDIR(st.st_mode) ? 0 : st.st_size,
		.is_folder = S_ISDIR(st.st_mode),
		.is_album = g_str_has_suffix(name, DEVICE_ALBUM_SUFFIX),
	};
	g_array_append_val(entries, entry);
}

static gboolean
fake_list(Device *device, uint32_t storage, DeviceHandle folder, GArray *entries,
	  GCancellable *cancellable, GError **error)
{
	Fake *fake = fake_of(device);
	const char *path = path_of(fake, folder);
	g_autofree char *real = real_path(fake, path);

	if (!begin(fake, &fake->counts->lists, error))
		return FALSE;
	g_autoptr(GDir) dir = g_dir_open(real, 0, NULL);
	if (dir == NULL || g_strcmp0(path, fake->options->unlistable) == 0) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_DEVICE_IO, "can not list “%s”", path);
		return FALSE;
	}
	for (const char *name; (name = g_dir_read_name(dir)) != NULL;)
		append_entry(fake, path, name, entries);
	return end(fake, error);
}

static gboolean
fake_make_folder(Device *device, uint32_t storage, DeviceHandle parent, const char *name,
		 DeviceHandle *out, GError **error)
{
	Fake *fake = fake_of(device);
	g_autofree char *path = child_path(path_of(fake, parent), name);
	g_autofree char *real = real_path(fake, path);

	if (!begin(fake, &fake->counts->folders, error))
		return FALSE;
	g_assert_cmpint(g_mkdir(real, 0700), ==, 0);
	*out = handle_of(fake, path);
	return end(fake, error);
}

static gboolean
refuse_full(Fake *fake, uint64_t size_bytes, GError **error)
{
	if (used_bytes(fake->root) + size_bytes <= fake->options->capacity_bytes)
		return FALSE;
	g_set_error_literal(error, PORTA_ERROR, PORTA_ERROR_NO_SPACE, "the fake device is full");
	return TRUE;
}

/* Writes what it reads; the middle is after half of the size. */
static gboolean
receive(Fake *fake, int fd, const DeviceSend *send, GError **error)
{
	char buffer[1000];
	uint64_t done = 0, limit = fake->options->stores_half ? send->size_bytes / 2 : UINT64_MAX;
	gboolean is_struck = FALSE;
	gssize n;

	while ((n = send->source->read(send->source->data, buffer, sizeof buffer, error)) > 0) {
		if (done == 0 && fake->options->stores_wrong)
			buffer[0] ^= 0x10;
		if (done < limit)
			g_assert_cmpint(write(fd, buffer, MIN((uint64_t)n, limit - done)), >, 0);
		done += n;
		if (!is_struck && done >= send->size_bytes / 2) {
			is_struck = TRUE;
			if (!strike(fake, FAULT_MIDDLE, error))
				return FALSE;
		}
		if (send->progress != NULL)
			send->progress(send->data, done);
	}
	if (n < 0)
		return FALSE;
	if (fake->options->stores_more)
		g_assert_cmpint(write(fd, "more", 4), ==, 4);
	g_assert_cmpuint(done, ==, send->size_bytes);
	return TRUE;
}

static gboolean
fake_send(Device *device, const DeviceSend *send, DeviceHandle *out, GCancellable *cancellable,
	  GError **error)
{
	Fake *fake = fake_of(device);
	g_autofree char *path = child_path(path_of(fake, send->parent), send->name);
	g_autofree char *real = real_path(fake, path);

	if (!begin(fake, &fake->counts->sends, error) || refuse_full(fake, send->size_bytes, error))
		return FALSE;
	/* law 1: whatever stands there, it is never written over */
	int fd = open(real, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	g_assert_cmpint(fd, >=, 0);
	gboolean ok = receive(fake, fd, send, error);
	close(fd);
	if (ok)
		utime(real, &(struct utimbuf){send->modified_unix, send->modified_unix});
	gboolean stays = fake->is_gone && fake->options->partial_stays;
	if (!ok && !stays)
		g_assert_cmpint(unlink(real), ==, 0);
	if (!ok)
		return FALSE;
	*out = handle_of(fake, path);
	return end(fake, error);
}

static gboolean
fake_read(Device *device, DeviceHandle handle, uint64_t offset, void *buffer, gsize n, gsize *got,
	  GError **error)
{
	Fake *fake = fake_of(device);
	g_autofree char *real = real_path(fake, path_of(fake, handle));

	if (!begin(fake, &fake->counts->reads, error))
		return FALSE;
	if (!fake->options->can_read) {
		g_set_error_literal(error, PORTA_ERROR, PORTA_ERROR_NOT_SUPPORTED, "no reading");
		return FALSE;
	}
	if (fake->options->refuses_reads) {
		g_set_error_literal(error, PORTA_ERROR, PORTA_ERROR_DEVICE_IO, "not now");
		return FALSE;
	}
	int fd = open(real, O_RDONLY | O_CLOEXEC);
	g_assert_cmpint(fd, >=, 0);
	gssize k = pread(fd, buffer, n, offset);
	close(fd);
	g_assert_cmpint(k, >=, 0);
	*got = k;
	return end(fake, error);
}

static gboolean
fake_remove(Device *device, DeviceHandle handle, GError **error)
{
	Fake *fake = fake_of(device);
	const char *path = path_of(fake, handle);
	g_autofree char *real = real_path(fake, path);

	if (!begin(fake, &fake->counts->removes, error))
		return FALSE;
	if (fake->options->refuses_removals) {
		g_set_error_literal(error, PORTA_ERROR, PORTA_ERROR_DEVICE_IO, "write-protected");
		return FALSE;
	}
	g_assert_cmpint(remove(real), ==, 0);
	g_hash_table_remove(fake->handles, path);
	return end(fake, error);
}

static gboolean
change_path(Fake *fake, DeviceHandle handle, char *to, GError **error)
{
	g_autofree char *from = g_strdup(path_of(fake, handle));
	g_autofree char *real_from = real_path(fake, from);
	g_autofree char *real_to = real_path(fake, to);

	g_assert_false(g_file_test(real_to, G_FILE_TEST_EXISTS)); /* law 1 */
	g_assert_cmpint(g_rename(real_from, real_to), ==, 0);
	g_hash_table_remove(fake->handles, from);
	g_free(g_ptr_array_index(fake->paths, handle - 1));
	g_ptr_array_index(fake->paths, handle - 1) = to;
	g_hash_table_insert(fake->handles, g_strdup(to), GUINT_TO_POINTER(handle));
	return end(fake, error);
}

static gboolean
fake_rename(Device *device, DeviceHandle handle, const char *name, GError **error)
{
	Fake *fake = fake_of(device);
	g_autofree char *parent = g_path_get_dirname(path_of(fake, handle));

	if (!begin(fake, &fake->counts->renames, error))
		return FALSE;
	return change_path(fake, handle, child_path(strcmp(parent, ".") == 0 ? "" : parent, name),
			   error);
}

static gboolean
fake_move(Device *device, DeviceHandle handle, uint32_t storage, DeviceHandle parent,
	  GError **error)
{
	Fake *fake = fake_of(device);
	g_autofree char *name = g_path_get_basename(path_of(fake, handle));

	if (!begin(fake, &fake->counts->renames, error))
		return FALSE;
	return change_path(fake, handle, child_path(path_of(fake, parent), name), error);
}

static gboolean
fake_retag(Device *device, DeviceHandle handle, const Track *tags, GError **error)
{
	Fake *fake = fake_of(device);

	return begin(fake, &fake->counts->retags, error) && end(fake, error);
}

/* Both lines of an album's file; what is NULL stays. */
static void
write_album(const char *real, const char *songs, const char *cover)
{
	g_autofree char *before = NULL;

	if (!g_file_get_contents(real, &before, NULL, NULL))
		before = g_strdup("\n\n");
	g_auto(GStrv) lines = g_strsplit(before, "\n", 3);
	g_autofree char *after = g_strdup_printf("%s\n%s\n", songs != NULL ? songs : lines[0],
						 cover != NULL ? cover : lines[1]);
	g_assert_true(g_file_set_contents(real, after, -1, NULL));
}

static char *
name_songs(Fake *fake, const DeviceList *list)
{
	GString *songs = g_string_new(NULL);

	for (gsize i = 0; i < list->n_tracks; i++)
		g_string_append_printf(songs, "%s,", path_of(fake, list->tracks[i]));
	return g_string_free(songs, FALSE);
}

/* The middle is when it is made, and has no songs yet. */
static gboolean
fake_write_list(Device *device, const DeviceList *list, DeviceHandle *out, GError **error)
{
	Fake *fake = fake_of(device);
	g_autofree char *name = g_strconcat(list->name, DEVICE_ALBUM_SUFFIX, NULL);
	g_autofree char *path = list->handle != 0 ? g_strdup(path_of(fake, list->handle))
						  : child_path(path_of(fake, list->parent), name);
	g_autofree char *real = real_path(fake, path);
	g_autofree char *songs = name_songs(fake, list);

	g_assert_true(list->is_album);
	if (!begin(fake, &fake->counts->albums, error))
		return FALSE;
	g_assert_cmpint(g_file_test(real, G_FILE_TEST_EXISTS), ==, list->handle != 0);
	write_album(real, "", NULL);
	if (!strike(fake, FAULT_MIDDLE, error))
		return FALSE;
	write_album(real, songs, NULL);
	*out = handle_of(fake, path);
	return end(fake, error);
}

static gboolean
fake_load_covers(Device *device, DeviceCovers *out, GError **error)
{
	*out = (DeviceCovers){.jpeg = TRUE};
	return TRUE;
}

static gboolean
fake_set_cover(Device *device, DeviceHandle album, const DevicePicture *picture, gboolean is_alike,
	       GError **error)
{
	Fake *fake = fake_of(device);
	g_autofree char *real = real_path(fake, path_of(fake, album));
	g_autofree char *sum =
		g_compute_checksum_for_data(G_CHECKSUM_SHA256, picture->bytes, picture->n_bytes);

	if (!begin(fake, &fake->counts->covers, error))
		return FALSE;
	write_album(real, NULL, sum);
	return end(fake, error);
}

static gboolean
fake_set_friendly_name(Device *device, const char *name, GError **error)
{
	g_set_error_literal(error, PORTA_ERROR, PORTA_ERROR_DEVICE_IO, "the fake device refused");
	return FALSE;
}

static const DeviceLane fake_lane = {
	.name = "fake folder",
	.open = fake_open,
	.close = fake_close,
	.stay = fake_stay,
	.load_info = fake_load_info,
	.load_storages = fake_load_storages,
	.list = fake_list,
	.make_folder = fake_make_folder,
	.send = fake_send,
	.read = fake_read,
	.remove = fake_remove,
	.rename = fake_rename,
	.move = fake_move,
	.retag = fake_retag,
	.write_list = fake_write_list,
	.load_covers = fake_load_covers,
	.set_cover = fake_set_cover,
	.set_friendly_name = fake_set_friendly_name,
};

Device *
fake_device_new(const char *root, const FakeOptions *options, FakeCounts *counts)
{
	DeviceAddress address = {
		.id = (char *)"fake", .serial = (char *)"F1", .name = (char *)"Fake"};
	Device *device = g_new0(Device, 1);
	Fake *fake = g_new0(Fake, 1);

	*fake = (Fake){
		.root = g_strdup(root),
		.options = options,
		.counts = counts,
		.paths = g_ptr_array_new_with_free_func(g_free),
		.handles = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	};
	device->lane = &fake_lane;
	device->address = device_address_copy(&address);
	device->priv = fake;
	return device;
}
