/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bench-wire: how fast a lane sends files that are in memory, and what it costs. One line of
 * "seconds CPU-seconds" for each round; PORTAMENTO_LANE says which lane.
 *
 *     bench-wire SIZE FILES ROUNDS [RATE EVERY MS]
 *
 * With RATE the files are on a disk of so many bytes a second, which stops for MS after EVERY bytes.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "device/device.h"
#include "device/discovery.h"

typedef struct {
	int fd;
	off_t at;
	gint64 began_us;
	off_t stalled_at;
} Source;

static struct {
	double bytes_per_s; /* 0: as fast as memory */
	gsize stall_every; /* bytes */
	guint stall_ms;
} disk;

static void
must(gboolean ok, const GError *error)
{
	if (ok)
		return;
	fprintf(stderr, "bench-wire: %s\n", error ? error->message : "failed");
	exit(1);
}

static void
on_device(const DeviceAddress *address, gboolean connected, void *data)
{
	DeviceAddress **found = data;

	if (connected && *found == NULL)
		*found = device_address_copy(address);
}

/* A disk that gives so many bytes a second, and now and then nothing at all. */
static void
wait_for_disk(Source *source)
{
	if (disk.bytes_per_s == 0)
		return;
	if (source->began_us == 0)
		source->began_us = g_get_monotonic_time();
	if ((gsize)(source->at - source->stalled_at) >= disk.stall_every) {
		g_usleep(disk.stall_ms * 1000);
		source->began_us += disk.stall_ms * INT64_C(1000);
		source->stalled_at = source->at;
	}
	gint64 due_us = source->began_us + (gint64)((double)source->at / disk.bytes_per_s * 1e6);
	gint64 now_us = g_get_monotonic_time();
	if (now_us < due_us)
		g_usleep((gulong)(due_us - now_us));
	else
		source->began_us += now_us - due_us; /* what nobody asked for is not made up for */
}

static gssize
read_source(void *data, void *buffer, gsize n, GError **error)
{
	Source *source = data;

	wait_for_disk(source);
	gssize got = pread(source->fd, buffer, n, source->at);

	source->at += MAX(got, 0);
	return got;
}

static Source *
source_new(int fd)
{
	Source *source = g_new0(Source, 1);

	source->fd = fd;
	return source;
}

static double
cpu_seconds(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

/* Sent and measured, then removed, which is not. */
static void
run_round(Device *device, uint32_t storage, int fd, uint64_t size_bytes, unsigned n_files,
	  unsigned round)
{
	g_autofree DeviceHandle *handles = g_new0(DeviceHandle, n_files);
	g_autoptr(GError) error = NULL;
	double cpu = cpu_seconds();
	gint64 begin_us = g_get_monotonic_time();

	for (unsigned i = 0; i < n_files; i++) {
		g_autofree char *name = g_strdup_printf("%u-%u.mp3", round, i);
		g_autoptr(DeviceSource)
			source = device_source_new(name, read_source, source_new(fd), g_free);
		DeviceSend send = {.storage = storage,
				   .parent = DEVICE_ROOT,
				   .name = name,
				   .size_bytes = size_bytes,
				   .source = source};

		must(device_send(device, &send, &handles[i], NULL, &error), error);
	}
	double seconds = (double)(g_get_monotonic_time() - begin_us) * 1e-6;
	printf("%.6f %.6f\n", seconds, cpu_seconds() - cpu);
	fflush(stdout);
	for (unsigned i = 0; i < n_files; i++)
		must(device_remove(device, handles[i], &error), error);
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	DeviceAddress *address = NULL;

	if (argc != 4 && argc != 7)
		return 2;
	if (argc == 7) {
		disk.bytes_per_s = g_ascii_strtod(argv[4], NULL);
		disk.stall_every = strtoull(argv[5], NULL, 10);
		disk.stall_ms = (guint)strtoul(argv[6], NULL, 10);
	}
	uint64_t size_bytes = strtoull(argv[1], NULL, 10);
	int fd = memfd_create("song", MFD_CLOEXEC);
	must(fd >= 0 && posix_fallocate(fd, 0, (off_t)size_bytes) == 0, NULL);
	Discovery *discovery = discovery_new(on_device, &address, &error);
	must(discovery != NULL, error);
	must(address != NULL, NULL);
	g_autoptr(Device) device = device_new(address, NULL);
	g_autoptr(GArray) storages = device_storages_new();
	must(device_open(device, NULL, &error), error);
	must(device_load_storages(device, storages, &error), error);
	for (unsigned round = 0; round < strtoul(argv[3], NULL, 10); round++)
		run_round(device, g_array_index(storages, DeviceStorage, 0).id, fd, size_bytes,
			  (unsigned)strtoul(argv[2], NULL, 10), round);
	device_close(device);
	discovery_free(discovery);
	device_address_free(address);
	close(fd);
	return 0;
}
