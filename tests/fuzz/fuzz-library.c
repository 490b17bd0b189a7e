/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fuzz-library: bytes of a stranger's library, for libFuzzer. What is accepted is
 * read whole; what is not is read all the same, as if it had been trusted:
 * neither may leave the mapping.
 *
 *     fuzz-library CORPUS-FOLDER        find new ways
 *     fuzz-library --seed CORPUS-FOLDER write libraries to begin with
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "wire/library.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static void
read_all(Library *library)
{
	gsize sum = strlen(library_get_host_id(library));

	for (gsize i = 0; i < library_count_tracks(library); i++) {
		Track track;
		library_get_track(library, i, &track);
		sum += strlen(track.uri) + strlen(track.title) + strlen(track.artist) +
		       strlen(track.album) + strlen(track.album_artist) + strlen(track.genre);
	}
	for (gsize i = 0; i < library_count_playlists(library); i++) {
		LibraryPlaylist playlist;
		library_get_playlist(library, i, &playlist);
		sum += strlen(playlist.id) + strlen(playlist.name);
		for (gsize k = 0; k < playlist.n_tracks; k++)
			sum += playlist.tracks[k];
	}
	/* so that nothing of it is optimized away */
	if (sum == 12345678901)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	g_autoptr(GError) error = NULL;
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size)
		abort();
	g_autoptr(Library) library = library_new_from_fd(fd, &error);
	if ((library == NULL) != (error != NULL))
		abort();
	if (library != NULL)
		read_all(library);
	g_autoptr(Library) trusted = library_new_trusted(fd, NULL);
	if (trusted != NULL)
		read_all(trusted);
	close(fd);
	return 0;
}

static void
write_seed(const char *folder, unsigned n_tracks, unsigned n_playlists)
{
	g_autoptr(LibraryBuilder) builder = library_builder_new("mpd", "MPD");
	g_autofree char *path = g_strdup_printf("%s/seed-%u-%u", folder, n_tracks, n_playlists);
	uint32_t list[] = {0, 0, 0};
	char bytes[65536];

	for (unsigned i = 0; i < n_tracks; i++) {
		g_autofree char *uri = g_strdup_printf("file:///%u", i);
		Track track = {.uri = uri, .title = "T", .rating = 80, .play_count = 1};
		library_builder_add_track(builder, &track);
	}
	library_builder_ensure_uri(builder, "file:///x");
	for (unsigned i = 0; i < n_playlists; i++) {
		g_autofree char *id = g_strdup_printf("%u", i);
		library_builder_add_playlist(builder, id, "P", PORTA_PLAYLIST_STATIC, list, 3);
	}
	int fd = library_builder_seal(builder, NULL);
	ssize_t size = pread(fd, bytes, sizeof bytes, 0);
	if (size < 0 || !g_file_set_contents(path, bytes, size, NULL))
		exit(1);
	close(fd);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	if (*argc != 3 || strcmp((*argv)[1], "--seed") != 0)
		return 0;
	write_seed((*argv)[2], 0, 0);
	write_seed((*argv)[2], 1, 1);
	write_seed((*argv)[2], 3, 2);
	write_seed((*argv)[2], 40, 3);
	exit(0);
}
