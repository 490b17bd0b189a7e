/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * play-song: what the owner of a player does on the road, by libmtp: plays a
 * song, rates it.
 *
 *     play-song FILENAME USE-COUNT RATING
 */
#include <libmtp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t
find_song(LIBMTP_mtpdevice_t *device, const char *name)
{
	uint32_t found = 0;

	for (LIBMTP_file_t *file = LIBMTP_Get_Filelisting_With_Callback(device, NULL, NULL);
	     file != NULL;) {
		LIBMTP_file_t *next = file->next;
		if (strcmp(file->filename, name) == 0)
			found = file->item_id;
		LIBMTP_destroy_file_t(file);
		file = next;
	}
	return found;
}

int
main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	LIBMTP_Init();
	LIBMTP_mtpdevice_t *device = LIBMTP_Get_First_Device();
	if (device == NULL)
		return 3;
	uint32_t song = find_song(device, argv[1]);
	uint32_t use_count = (uint32_t)atoi(argv[2]);
	uint16_t rating = (uint16_t)atoi(argv[3]);
	int failed = song == 0 ||
		     LIBMTP_Set_Object_u32(device, song, LIBMTP_PROPERTY_UseCount, use_count) !=
			     0 ||
		     LIBMTP_Set_Object_u16(device, song, LIBMTP_PROPERTY_Rating, rating) != 0;
	LIBMTP_Dump_Errorstack(device);
	LIBMTP_Release_Device(device);
	return failed;
}
