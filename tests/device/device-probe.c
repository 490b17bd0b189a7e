/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * device-probe: the device interface on a pipe, for tests; see commands.h. It keeps no
 * state but the open device.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "commands.h"
#include "device/device.h"
#include "device/discovery.h"
#include "device/gvfs.h"
#include "device/holder.h"
#include "device/libmtp-lane.h"

typedef struct {
	Discovery *discovery;
	DeviceAddress *address; /* the device last found */
	Device *device;
	Line *line; /* the command at work */
} Probe;

typedef struct {
	int fd;
	uint64_t done_bytes;
	uint64_t cancel_at, fail_at; /* UINT64_MAX: never */
	GCancellable *cancellable;
} File;

typedef gboolean (*Command)(Probe *probe, GError **error);

static void
on_device(const DeviceAddress *address, gboolean connected, void *data)
{
	Probe *probe = data;

	fprintf(answers, "event\t%s\t%s\t%04x:%04x\t%s\t%s\t%u\t%u\n",
		connected ? "arrived" : "left", address->id, address->vendor, address->product,
		address->serial, address->name, address->bus, address->address);
	if (!connected)
		return;
	g_clear_pointer(&probe->address, device_address_free);
	probe->address = device_address_copy(address);
}

static gboolean
do_discover(Probe *probe, GError **error)
{
	if (probe->discovery == NULL)
		probe->discovery = discovery_new(on_device, probe, error);
	return probe->discovery != NULL;
}

static gboolean
on_late(void *data)
{
	*(gboolean *)data = TRUE;
	return G_SOURCE_REMOVE;
}

/* wait MS: lets discovery speak. */
static gboolean
do_wait(Probe *probe, GError **error)
{
	gboolean late = FALSE;

	g_timeout_add((guint)number(probe->line, 1), on_late, &late);
	while (!late)
		g_main_context_iteration(NULL, TRUE);
	return TRUE;
}

/* open [BUS ADDRESS VENDOR PRODUCT] */
static gboolean
do_open(Probe *probe, GError **error)
{
	if (probe->line->n_words > 4) {
		DeviceAddress given = {.id = (char *)"given",
				       .serial = (char *)"",
				       .name = (char *)"the player",
				       .bus = (uint32_t)number(probe->line, 1),
				       .address = (uint32_t)number(probe->line, 2),
				       .vendor = (uint16_t)number(probe->line, 3),
				       .product = (uint16_t)number(probe->line, 4)};
		g_clear_pointer(&probe->address, device_address_free);
		probe->address = device_address_copy(&given);
	}
	if (probe->address == NULL) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_NO_DEVICE, "no device was found");
		return FALSE;
	}
	if (probe->device == NULL) {
		probe->device = device_new(probe->address, g_getenv("PORTAMENTO_PROBE_MEMORY"));
		device_want_lane(probe->device, g_getenv("PORTAMENTO_PROBE_LANE"));
	}
	return device_open(probe->device, NULL, error);
}

static gboolean
do_close(Probe *probe, GError **error)
{
	g_clear_pointer(&probe->device, device_free);
	return TRUE;
}

static gboolean
do_info(Probe *probe, GError **error)
{
	DeviceInfo info = {0};

	if (!device_load_info(probe->device, &info, error))
		return FALSE;
	fprintf(answers, "item\t%s\t%s\t%s\t%s\tname=%s\tpartner=%s\n", info.maker, info.model,
		info.serial, info.firmware, info.friendly_name, info.sync_partner);
	fprintf(answers,
		"item\trename=%d\tmove=%d\tretag=%d\tplaylists=%d\tpartial=%d\tset_partner=%d\t"
		"set_name=%d\tstatistics=%d\trate=%d\tmax=%" G_GUINT64_FORMAT "\n",
		info.can_rename, info.can_move, info.can_retag, info.can_playlists,
		info.can_read_partial, info.can_set_partner, info.can_set_friendly_name,
		info.has_statistics, info.can_rate, info.max_file_bytes);
	device_info_clear(&info);
	return TRUE;
}

static gboolean
do_storages(Probe *probe, GError **error)
{
	g_autoptr(GArray) storages = device_storages_new();

	if (!device_load_storages(probe->device, storages, error))
		return FALSE;
	for (guint i = 0; i < storages->len; i++) {
		const DeviceStorage *at = &g_array_index(storages, DeviceStorage, i);

		fprintf(answers,
			"item\t%u\t%s\t%s\t%" G_GUINT64_FORMAT "\t%" G_GUINT64_FORMAT "\t%d\t%d\n",
			at->id, at->label, at->description, at->capacity_bytes, at->free_bytes,
			at->writable, at->removable);
	}
	return TRUE;
}

/* list STORAGE FOLDER [cancel MS] */
static gboolean
do_list(Probe *probe, GError **error)
{
	g_autoptr(GArray) entries = device_entries_new();

	if (g_str_equal(word(probe->line, 3), "cancel"))
		cancel_after(probe->line, (guint)number(probe->line, 4));
	gboolean ok = device_list(probe->device, (uint32_t)number(probe->line, 1),
				  (uint32_t)number(probe->line, 2), entries,
				  probe->line->cancellable, error);
	for (guint i = 0; i < entries->len; i++) {
		const DeviceEntry *at = &g_array_index(entries, DeviceEntry, i);

		fprintf(answers, "item\t%u\t%s\t%" G_GUINT64_FORMAT "\t%" G_GINT64_FORMAT "\t%s\n",
			at->handle, at->name, at->size_bytes, at->modified_unix,
			at->is_folder     ? "folder"
			: at->is_playlist ? "playlist"
					  : "file");
	}
	return ok;
}

static gboolean
do_mkdir(Probe *probe, GError **error)
{
	DeviceHandle handle = 0;

	if (!device_make_folder(probe->device, (uint32_t)number(probe->line, 1),
				(uint32_t)number(probe->line, 2), word(probe->line, 3), &handle,
				error))
		return FALSE;
	fprintf(answers, "item\t%u\n", handle);
	return TRUE;
}

static gssize
read_file(void *data, void *buffer, gsize n, GError **error)
{
	File *file = data;

	if (file->done_bytes >= file->fail_at) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_SOURCE_UNREADABLE, "made to fail");
		return -1;
	}
	if (file->done_bytes >= file->cancel_at)
		g_cancellable_cancel(file->cancellable);
	gssize got = read(file->fd, buffer, n);
	file->done_bytes += got > 0 ? (uint64_t)got : 0;
	return got;
}

static void
close_file(void *data)
{
	File *file = data;

	close(file->fd);
	g_object_unref(file->cancellable);
	g_free(file);
}

static DeviceSource *
open_file(const Probe *probe, const char *path, uint64_t *size_bytes)
{
	const char *option = word(probe->line, 5);
	uint64_t at = number(probe->line, 6);
	File *file = g_new(File, 1);

	*file = (File){.fd = open(path, O_RDONLY | O_CLOEXEC),
		       .cancel_at = g_str_equal(option, "cancel") ? at : UINT64_MAX,
		       .fail_at = g_str_equal(option, "fail") ? at : UINT64_MAX,
		       .cancellable = g_object_ref(probe->line->cancellable)};
	*size_bytes = (uint64_t)lseek(file->fd, 0, SEEK_END);
	lseek(file->fd, 0, SEEK_SET);
	return device_source_new(path, read_file, file, close_file);
}

/* send STORAGE PARENT NAME FILE [cancel BYTES | fail BYTES | cancel-ms MS | size BYTES | rating NUMBER]
 * The answer's second number: whether the rating came along. */
static gboolean
do_send(Probe *probe, GError **error)
{
	uint64_t size_bytes;
	g_autoptr(DeviceSource) source = open_file(probe, word(probe->line, 4), &size_bytes);
	DeviceSend send = {.storage = (uint32_t)number(probe->line, 1),
			   .parent = (uint32_t)number(probe->line, 2),
			   .name = word(probe->line, 3),
			   .size_bytes = size_bytes,
			   .source = source};
	Track rated = {.title = send.name,
		       .artist = "Ann",
		       .album = "Blue",
		       .album_artist = "",
		       .genre = "",
		       .rating = (int32_t)number(probe->line, 6)};
	gboolean is_rated = FALSE;
	DeviceHandle handle = 0;

	send.is_rated = &is_rated;
	if (g_str_equal(word(probe->line, 5), "size"))
		send.size_bytes = number(probe->line, 6);
	else if (g_str_equal(word(probe->line, 5), "rating"))
		send.tags = &rated;
	else if (g_str_equal(word(probe->line, 5), "cancel-ms"))
		cancel_after(probe->line, (guint)number(probe->line, 6));
	gboolean ok = device_send(probe->device, &send, &handle, probe->line->cancellable, error);
	if (ok)
		fprintf(answers, "item\t%u\t%d\n", handle, is_rated);
	return ok;
}

/* read HANDLE OFFSET N FILE */
static gboolean
do_read(Probe *probe, GError **error)
{
	gsize n = number(probe->line, 3), got = 0;
	g_autofree char *buffer = g_malloc(n + 1);

	if (!device_read(probe->device, (uint32_t)number(probe->line, 1), number(probe->line, 2),
			 buffer, n, &got, error))
		return FALSE;
	fprintf(answers, "item\t%zu\n", got);
	return g_file_set_contents(word(probe->line, 4), buffer, (gssize)got, error);
}

static gboolean
do_remove(Probe *probe, GError **error)
{
	return device_remove(probe->device, (uint32_t)number(probe->line, 1), error);
}

static gboolean
do_rename(Probe *probe, GError **error)
{
	return device_rename(probe->device, (uint32_t)number(probe->line, 1), word(probe->line, 2),
			     error);
}

/* move HANDLE STORAGE PARENT */
static gboolean
do_move(Probe *probe, GError **error)
{
	return device_move(probe->device, (uint32_t)number(probe->line, 1),
			   (uint32_t)number(probe->line, 2), (uint32_t)number(probe->line, 3),
			   error);
}

/* retag HANDLE TITLE ARTIST ALBUM GENRE TRACK [ALBUM-ARTIST] */
static gboolean
do_retag(Probe *probe, GError **error)
{
	Track track = {.title = word(probe->line, 2),
		       .artist = word(probe->line, 3),
		       .album = word(probe->line, 4),
		       .genre = word(probe->line, 5),
		       .track_number = (uint32_t)number(probe->line, 6),
		       .album_artist = word(probe->line, 7)};

	return device_retag(probe->device, (uint32_t)number(probe->line, 1), &track, error);
}

/* rate HANDLE NAME RATING */
static gboolean
do_rate(Probe *probe, GError **error)
{
	return device_set_rating(probe->device, (uint32_t)number(probe->line, 1),
				 word(probe->line, 2), (int32_t)number(probe->line, 3), error);
}

static gboolean
do_statistics(Probe *probe, GError **error)
{
	DeviceStatistics statistics = {0};

	if (!device_load_statistics(probe->device, (uint32_t)number(probe->line, 1), &statistics,
				    error))
		return FALSE;
	fprintf(answers, "item\t%d\t%d\n", statistics.use_count, statistics.rating);
	return TRUE;
}

/* playlist STORAGE PARENT HANDLE NAME TRACK... */
static gboolean
do_playlist(Probe *probe, GError **error)
{
	g_autofree DeviceHandle *tracks = g_new0(DeviceHandle, probe->line->n_words);
	guint n = probe->line->n_words > 5 ? probe->line->n_words - 5 : 0;
	DeviceHandle handle = 0;

	for (guint i = 0; i < n; i++)
		tracks[i] = (DeviceHandle)number(probe->line, 5 + i);
	const DeviceList list = {
		.storage = (uint32_t)number(probe->line, 1),
		.parent = (uint32_t)number(probe->line, 2),
		.handle = (uint32_t)number(probe->line, 3),
		.name = word(probe->line, 4),
		.tracks = tracks,
		.n_tracks = n,
	};
	if (!device_write_list(probe->device, &list, &handle, error))
		return FALSE;
	fprintf(answers, "item\t%u\n", handle);
	return TRUE;
}

static gboolean
do_set_name(Probe *probe, GError **error)
{
	return device_set_friendly_name(probe->device, word(probe->line, 1), error);
}

static gboolean
do_set_partner(Probe *probe, GError **error)
{
	return device_set_sync_partner(probe->device, word(probe->line, 1), error);
}

static gboolean
keep_mount(void *data, GVariant *mount, GError **error)
{
	g_autofree char *text = g_variant_print(mount, FALSE);
	const gboolean *refuses = data;

	fprintf(answers, "item\t%s\n", text);
	if (*refuses)
		g_set_error_literal(error, PORTA_ERROR, PORTA_ERROR_LIMIT_EXCEEDED, "as told");
	return !*refuses;
}

/* take [refuse]: from gvfs; its item is what was mounted. */
static gboolean
do_take(Probe *probe, GError **error)
{
	gboolean refuses = g_str_equal(word(probe->line, 1), "refuse");

	return gvfs_take(probe->address, keep_mount, &refuses, NULL, error);
}

/* How many transactions the last call took. */
static gboolean
do_count(Probe *probe, GError **error)
{
	const LibmtpSession *session = NULL;

	if (probe->device != NULL && probe->device->lane == &libmtp_lane)
		session = libmtp_session(probe->device);
	fprintf(answers, "item\t%u\n", session ? session->tap->n_transactions : 0);
	return TRUE;
}

static const struct {
	const char *name;
	Command run;
	gboolean needs_device;
} commands[] = {
	{"discover", do_discover, FALSE},
	{"wait", do_wait, FALSE},
	{"open", do_open, FALSE},
	{"close", do_close, FALSE},
	{"count", do_count, FALSE},
	{"take", do_take, FALSE},
	{"info", do_info, TRUE},
	{"storages", do_storages, TRUE},
	{"list", do_list, TRUE},
	{"mkdir", do_mkdir, TRUE},
	{"send", do_send, TRUE},
	{"read", do_read, TRUE},
	{"remove", do_remove, TRUE},
	{"rename", do_rename, TRUE},
	{"move", do_move, TRUE},
	{"retag", do_retag, TRUE},
	{"rate", do_rate, TRUE},
	{"statistics", do_statistics, TRUE},
	{"playlist", do_playlist, TRUE},
	{"set-name", do_set_name, TRUE},
	{"set-partner", do_set_partner, TRUE},
};

static gboolean
obey(void *data, Line *line, GError **error)
{
	Probe *probe = data;

	probe->line = line;
	for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
		if (!g_str_equal(word(line, 0), commands[i].name))
			continue;
		if (commands[i].needs_device && probe->device == NULL)
			break;
		return commands[i].run(probe, error);
	}
	g_set_error(error, PORTA_ERROR, PORTA_ERROR_INVALID_ARGUMENT, "no such command now: %s",
		    word(line, 0));
	return FALSE;
}

int
main(void)
{
	Probe probe = {0};

	commands_serve(obey, &probe);
	do_close(&probe, NULL);
	discovery_free(probe.discovery);
	g_clear_pointer(&probe.address, device_address_free);
	return 0;
}
