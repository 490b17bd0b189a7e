/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * MPD's names to URIs and back: every byte that a file's name can have.
 */
#include "location.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

static const struct {
	const char *mpd_uri, *uri;
} rows[] = {
	{"a/b.mp3", "file:///music/a/b.mp3"},
	{"What? <Yes> | \"No\": *.mp3",
	 "file:///music/What%3F%20%3CYes%3E%20%7C%20%22No%22:%20*.mp3"},
	{"50% #1 & co; a+b=c.mp3", "file:///music/50%25%20%231%20&%20co;%20a+b=c.mp3"},
	{"back\\slash.mp3", "file:///music/back%5Cslash.mp3"},
	{"Gr\xc3\xb6\xc3\x9f"
	 "e.mp3",
	 "file:///music/Gr%C3%B6%C3%9Fe.mp3"},
	{"latin1 \xf6.mp3", "file:///music/latin1%20%F6.mp3"},
	{"ctl \x01\x7f.mp3", "file:///music/ctl%20%01%7F.mp3"},
	{"/elsewhere/x y.mp3", "file:///elsewhere/x%20y.mp3"},
	{"http://radio.example/a%20b?c=d#e", "http://radio.example/a%20b?c=d#e"},
	{"http://radio.example/\xc3\xb6 x", "http://radio.example/%C3%B6%20x"},
	{"smb://nas/music/x.mp3", "smb://nas/music/x.mp3"},
	{"not:a//scheme.mp3", "file:///music/not:a//scheme.mp3"},
};

static void
check_rows(void)
{
	Location location;

	location_init(&location, "/music//");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char *uri AUTO_TEXT = location_get_uri(&location, rows[i].mpd_uri);
		CHECK_TEXT(uri, rows[i].uri);
		char *back AUTO_TEXT = location_find_mpd_uri(&location, uri);
		if (strncmp(uri, "file:///music/", 14) == 0)
			CHECK_TEXT(back, rows[i].mpd_uri);
		else
			CHECK(back == NULL);
	}
	location_clear(&location);
}

static void
check_other_names_for_the_same_file(void)
{
	Location location;

	location_init(&location, "/music");
	/* as another host may write it */
	char *lower AUTO_TEXT = location_find_mpd_uri(&location, "file:///music/%c3%b6%26.mp3");
	CHECK_TEXT(lower, "\xc3\xb6&.mp3");
	CHECK(location_find_mpd_uri(&location, "file:///musical/a.mp3") == NULL);
	char *broken AUTO_TEXT = location_find_mpd_uri(&location, "file:///music/50%.mp3");
	CHECK_TEXT(broken, "50%.mp3");
	location_clear(&location);
}

static void
check_root_directory(void)
{
	Location location;

	location_init(&location, "/");
	char *uri AUTO_TEXT = location_get_uri(&location, "srv/x.mp3");
	CHECK_TEXT(uri, "file:///srv/x.mp3");
	location_clear(&location);
}

/* A CUE sheet is a folder to MPD; a track in it is not a file to copy. */
static void
check_containers(void)
{
	char directory[] = "/tmp/portamento-test-XXXXXX";
	Location location;

	CHECK(mkdtemp(directory) != NULL);
	char *sheet AUTO_TEXT = text_format("%s/album.cue", directory);
	FILE *file = fopen(sheet, "w");
	CHECK(file != NULL);
	fclose(file);
	location_init(&location, directory);
	char *track AUTO_TEXT = location_get_uri(&location, "album.cue/track0001");
	char *should AUTO_TEXT = text_format("part-of-file://%s/album.cue/track0001", directory);
	CHECK_TEXT(track, should);
	char *plain AUTO_TEXT = location_get_uri(&location, "album.cue");
	char *plain_should AUTO_TEXT = text_format("file://%s/album.cue", directory);
	CHECK_TEXT(plain, plain_should);
	char *gone AUTO_TEXT = location_get_uri(&location, "gone/track0001");
	char *gone_should AUTO_TEXT = text_format("file://%s/gone/track0001", directory);
	CHECK_TEXT(gone, gone_should);
	location_clear(&location);
	unlink(sheet);
	rmdir(directory);
}

int
main(void)
{
	check_rows();
	check_other_names_for_the_same_file();
	check_root_directory();
	check_containers();
	return unit_failures != 0;
}
