/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bench-cable: what the emulated cable itself carries. It sends files as bench-wire does, and does
 * nothing else: one thread, straight on usbfs, from bytes that lie there with their header before
 * them. Nothing is read, copied or shared, so no sender can be quicker; where it stays below the
 * model, the emulation does. One line of "seconds CPU-seconds" for each round.
 *
 *     bench-cable SIZE FILES ROUNDS
 */
#include <dirent.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/usbdevice_fs.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define DEVICES "/sys/bus/usb/devices"
#define PATH_BYTES 512
#define HEADER_BYTES 12
#define TRANSFER_BYTES (512 * 1024)
#define ANSWER_BYTES (16 * 1024)
#define IN_FLIGHT 4
#define MAX_PARAMETERS 5

#define COMMAND 1
#define DATA 2
#define OPEN_SESSION 0x1002
#define DELETE_OBJECT 0x100b
#define SEND_OBJECT_INFO 0x100c
#define SEND_OBJECT 0x100d
#define RESPONSE_OK 0x2001
#define ROOT 0xffffffff
#define FORMAT_MP3 0x3009

typedef struct {
	unsigned char interface, in, out;
	unsigned packet_bytes;
	int fd;
	uint32_t transaction;
	unsigned n_in, n_out; /* transfers in flight */
} Cable;

/* With room for the header before the payload. */
typedef struct {
	unsigned char *bytes;
	size_t n; /* header and payload */
} Container;

static void
must(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "bench-cable: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void
put16(unsigned char *at, uint16_t value)
{
	value = htole16(value);
	memcpy(at, &value, sizeof(value));
}

static void
put32(unsigned char *at, uint32_t value)
{
	value = htole32(value);
	memcpy(at, &value, sizeof(value));
}

static uint32_t
get32(const unsigned char *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return le32toh(value);
}

static ssize_t
read_attribute(const char *device, const char *attribute, unsigned char *bytes, size_t n)
{
	char path[PATH_BYTES];

	snprintf(path, sizeof(path), DEVICES "/%s/%s", device, attribute);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	ssize_t got = read(fd, bytes, n - 1);
	close(fd);
	bytes[got > 0 ? got : 0] = '\0';
	return got;
}

/* The first interface with a bulk endpoint each way. */
static int
find_endpoints(const char *device, Cable *cable)
{
	unsigned char bytes[4096];
	ssize_t n = read_attribute(device, "descriptors", bytes, sizeof(bytes));
	unsigned char interface = 0;

	for (ssize_t i = 0; i + 1 < n && bytes[i] >= 2; i += bytes[i]) {
		const unsigned char *it = &bytes[i];

		if (it[1] == 4)
			interface = it[2];
		if (it[1] != 5 || (it[3] & 3) != 2)
			continue;
		cable->interface = interface;
		cable->packet_bytes = (unsigned)(it[4] | it[5] << 8);
		*(it[2] & 0x80 ? &cable->in : &cable->out) = it[2];
	}
	return cable->in != 0 && cable->out != 0;
}

static int
open_node(const char *device)
{
	unsigned char bus[16], number[16];
	char node[PATH_BYTES];

	must(read_attribute(device, "busnum", bus, sizeof(bus)) > 0, device);
	must(read_attribute(device, "devnum", number, sizeof(number)) > 0, device);
	snprintf(node, sizeof(node), "/dev/bus/usb/%03d/%03d", atoi((char *)bus),
		 atoi((char *)number));
	int fd = open(node, O_RDWR | O_CLOEXEC);
	must(fd >= 0, node);
	return fd;
}

static void
open_cable(Cable *cable)
{
	DIR *devices = opendir(DEVICES);
	const struct dirent *entry;

	must(devices != NULL, DEVICES);
	do {
		errno = ENODEV;
		entry = readdir(devices);
		must(entry != NULL, DEVICES);
	} while (!find_endpoints(entry->d_name, cable));
	cable->fd = open_node(entry->d_name);
	closedir(devices);
	unsigned interface = cable->interface;
	must(ioctl(cable->fd, USBDEVFS_CLAIMINTERFACE, &interface) == 0, "claim");
}

static void
submit(Cable *cable, struct usbdevfs_urb *urb, unsigned char endpoint, unsigned char *bytes,
       size_t n)
{
	*urb = (struct usbdevfs_urb){.type = USBDEVFS_URB_TYPE_BULK,
				     .endpoint = endpoint,
				     .buffer = bytes,
				     .buffer_length = (int)n};
	must(ioctl(cable->fd, USBDEVFS_SUBMITURB, urb) == 0, "submit");
	*(endpoint == cable->in ? &cable->n_in : &cable->n_out) += 1;
}

static void
reap(Cable *cable)
{
	struct usbdevfs_urb *urb = NULL;

	must(ioctl(cable->fd, USBDEVFS_REAPURB, &urb) == 0, "reap");
	errno = -urb->status;
	must(urb->status == 0, "transfer");
	*(urb->endpoint == cable->in ? &cable->n_in : &cable->n_out) -= 1;
}

/* Keeps transfers in flight, and waits for all of them. */
static void
carry(Cable *cable, const Container *data)
{
	struct usbdevfs_urb urbs[IN_FLIGHT]; /* they end in the order that they began in */
	unsigned n_submitted = 0;
	size_t at = 0;
	int has_more = data != NULL;

	while (has_more || cable->n_out + cable->n_in > 0) {
		if (!has_more || cable->n_out == IN_FLIGHT) {
			reap(cable);
			continue;
		}
		size_t n = data->n - at < TRANSFER_BYTES ? data->n - at : TRANSFER_BYTES;

		submit(cable, &urbs[n_submitted++ % IN_FLIGHT], cable->out, data->bytes + at, n);
		at += n;
		has_more = at < data->n || (n > 0 && n % cable->packet_bytes == 0);
	}
}

/* One transaction. Returns the last of the response's parameters. */
static uint32_t
transact(Cable *cable, uint16_t operation, const uint32_t *parameters, unsigned n_parameters,
	 const Container *data)
{
	unsigned char command[HEADER_BYTES + 4 * MAX_PARAMETERS], answer[ANSWER_BYTES];
	struct usbdevfs_urb command_urb, response_urb;
	size_t n = HEADER_BYTES + 4 * n_parameters;

	submit(cable, &response_urb, cable->in, answer, sizeof(answer));
	put32(command, (uint32_t)n);
	put16(command + 4, COMMAND);
	put16(command + 6, operation);
	put32(command + 8, cable->transaction);
	for (unsigned i = 0; i < n_parameters; i++)
		put32(command + HEADER_BYTES + 4 * i, parameters[i]);
	submit(cable, &command_urb, cable->out, command, n);
	if (data != NULL) {
		put32(data->bytes, (uint32_t)data->n);
		put16(data->bytes + 4, DATA);
		put16(data->bytes + 6, operation);
		put32(data->bytes + 8, cable->transaction);
	}
	cable->transaction++;
	carry(cable, data);
	errno = EPROTO;
	must(response_urb.actual_length >= HEADER_BYTES &&
		     (answer[6] | answer[7] << 8) == RESPONSE_OK,
	     "response");
	return get32(answer + response_urb.actual_length - 4);
}

/* An ObjectInfo; see ISO 15740. */
static size_t
write_info(unsigned char *bytes, uint32_t size_bytes, const char *name)
{
	size_t n_units = strlen(name) + 1;

	memset(bytes, 0, 53);
	put16(bytes + 4, FORMAT_MP3);
	put32(bytes + 8, size_bytes);
	bytes[52] = (unsigned char)n_units;
	for (size_t i = 0; i < n_units; i++)
		put16(bytes + 53 + 2 * i, (unsigned char)name[i]);
	memset(bytes + 53 + 2 * n_units, 0, 3); /* no dates, no keywords */
	return 53 + 2 * n_units + 3;
}

static uint32_t
send_file(Cable *cable, const Container *file, const char *name)
{
	const uint32_t place[] = {0, ROOT}; /* the device chooses the storage */
	unsigned char bytes[256];
	size_t n = write_info(bytes + HEADER_BYTES, (uint32_t)(file->n - HEADER_BYTES), name);
	Container info = {bytes, HEADER_BYTES + n};

	uint32_t handle = transact(cable, SEND_OBJECT_INFO, place, 2, &info);
	transact(cable, SEND_OBJECT, NULL, 0, file);
	return handle;
}

static double
seconds_of(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Sent and measured, then removed, which is not. */
static void
run_round(Cable *cable, const Container *file, unsigned n_files, unsigned round)
{
	uint32_t *handles = calloc(n_files, sizeof(*handles));

	must(handles != NULL, "memory");
	double cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
	double begin = seconds_of(CLOCK_MONOTONIC);
	for (unsigned i = 0; i < n_files; i++) {
		char name[32];

		snprintf(name, sizeof(name), "%u-%u.mp3", round, i);
		handles[i] = send_file(cable, file, name);
	}
	printf("%.6f %.6f\n", seconds_of(CLOCK_MONOTONIC) - begin,
	       seconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu);
	fflush(stdout);
	for (unsigned i = 0; i < n_files; i++)
		transact(cable, DELETE_OBJECT, &handles[i], 1, NULL);
	free(handles);
}

int
main(int argc, char **argv)
{
	const uint32_t session = 1;
	Cable cable = {0};

	if (argc != 4)
		return 2;
	Container file = {.n = HEADER_BYTES + strtoul(argv[1], NULL, 10)};
	file.bytes = malloc(file.n);
	must(file.bytes != NULL, "memory");
	memset(file.bytes, 0, file.n);
	open_cable(&cable);
	transact(&cable, OPEN_SESSION, &session, 1, NULL);
	for (unsigned round = 0; round < strtoul(argv[3], NULL, 10); round++)
		run_round(&cable, &file, (unsigned)strtoul(argv[2], NULL, 10), round);
	close(cable.fd);
	free(file.bytes);
	return 0;
}
