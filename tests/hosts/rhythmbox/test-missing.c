/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "missing.h"

/* Each scene has files and empty folders in a place of its own, named below it; a path that
 * ends with a slash is a folder, "a -> b" a link to nowhere. */
typedef struct {
	const char *name;
	const char *there[4];
	const char *root; /* Rhythmbox' music folder */
	const char *lost; /* the song */
	gboolean is_deleted;
} Scene;

static const Scene scenes[] = {
	{"a-song-of-an-album", {"m/a/other.mp3"}, "m", "m/a/lost.mp3", TRUE},
	{"a-whole-album", {"m/b/other.mp3"}, "m", "m/a/lost.mp3", TRUE},
	{"the-only-song-of-a-folder", {"m/a/", "m/b.mp3"}, "m", "m/a/lost.mp3", FALSE},
	{"an-unmounted-disk-leaves-an-empty-folder", {"m/"}, "m", "m/a/lost.mp3", FALSE},
	{"an-unmounted-disk-leaves-nothing", {"other/"}, "m", "m/a/lost.mp3", FALSE},
	{"an-unmounted-disk-within-the-music",
	 {"m/disk/", "m/b.mp3"},
	 "m",
	 "m/disk/a/lost.mp3",
	 FALSE},
	{"a-link-to-a-disk-that-is-away",
	 {"m/disk -> away", "m/b.mp3"},
	 "m",
	 "m/disk/lost.mp3",
	 FALSE},
	{"outside-of-all-music-folders", {"x/other.mp3", "m/"}, "m", "x/lost.mp3", FALSE},
	{"beside-a-folder-of-a-similar-name",
	 {"music/other.mp3", "m/"},
	 "m",
	 "music/lost.mp3",
	 FALSE},
	{"there-after-all", {"m/lost.mp3"}, "m", "m/lost.mp3", FALSE},
	{"in-the-music-folder-itself", {"m/other.mp3"}, "m", "m/lost.mp3", TRUE},
};

static void
make(const char *top, const char *what)
{
	const char *arrow = strstr(what, " -> ");
	g_autofree char *name = arrow != NULL ? g_strndup(what, (gsize)(arrow - what))
					      : g_strdup(what);
	g_autofree char *path = g_build_filename(top, name, NULL);
	g_autofree char *folder = g_path_get_dirname(path);

	g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
	if (arrow != NULL)
		g_assert_cmpint(symlink(arrow + 4, path), ==, 0);
	else if (g_str_has_suffix(what, "/"))
		g_assert_cmpint(g_mkdir_with_parents(path, 0700), ==, 0);
	else
		g_assert_true(g_file_set_contents(path, "song", -1, NULL));
}

static void
remove_all(const char *path)
{
	g_autoptr(GDir) folder =
		g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);
	const char *name;

	while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
		g_autofree char *child = g_build_filename(path, name, NULL);
		remove_all(child);
	}
	g_assert_cmpint(g_remove(path), ==, 0);
}

static void
test_scene(gconstpointer data)
{
	const Scene *scene = data;
	g_autofree char *top = g_dir_make_tmp("portamento-XXXXXX", NULL);
	g_autofree char *root = g_build_filename(top, scene->root, NULL);
	g_autofree char *lost = g_build_filename(top, scene->lost, NULL);
	g_autofree char *root_uri = g_filename_to_uri(root, NULL, NULL);
	g_autofree char *lost_uri = g_filename_to_uri(lost, NULL, NULL);
	const char *roots[] = {"smb://server/music", root_uri, NULL};

	for (guint i = 0; i < G_N_ELEMENTS(scene->there) && scene->there[i] != NULL; i++)
		make(top, scene->there[i]);
	g_autoptr(Missing) missing = missing_new(roots);
	g_assert_cmpint(missing_is_deleted(missing, lost_uri), ==, scene->is_deleted);
	/* what is remembered says the same */
	g_assert_cmpint(missing_is_deleted(missing, lost_uri), ==, scene->is_deleted);
	g_assert_false(missing_is_deleted(missing, "http://example.org/stream"));
	remove_all(top);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(scenes); i++) {
		g_autofree char *path = g_strconcat("/missing/", scenes[i].name, NULL);
		g_test_add_data_func(path, &scenes[i], test_scene);
	}
	return g_test_run();
}
