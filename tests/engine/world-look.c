/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * world-look: what is on the fake device and in the journal; see world.h.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "engine/journal.h"
#include "world.h"

static void
collect(const char *root, const char *below, GPtrArray *lines)
{
	g_autofree char *folder = g_build_filename(root, below, NULL);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

	for (const char *name; (name = g_dir_read_name(dir)) != NULL;)
		g_ptr_array_add(names, g_strdup(name));
	for (guint i = 0; i < names->len; i++) {
		g_autofree char *path =
			below[0] == '\0'
				? g_strdup(g_ptr_array_index(names, i))
				: g_strconcat(below, "/", g_ptr_array_index(names, i), NULL);
		g_autofree char *real = g_build_filename(root, path, NULL);
		g_autofree char *bytes = NULL;
		gsize n;
		if (g_file_test(real, G_FILE_TEST_IS_DIR)) {
			collect(root, path, lines);
			continue;
		}
		g_assert_true(g_file_get_contents(real, &bytes, &n, NULL));
		g_autofree char *digest =
			g_compute_checksum_for_data(G_CHECKSUM_SHA256, (guchar *)bytes, n);
		g_ptr_array_add(lines,
				g_strdup_printf("%s %" G_GSIZE_FORMAT " %.8s", path, n, digest));
	}
}

static int
by_text(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char *
world_tree(World *world)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

	collect(world->device, "", lines);
	g_ptr_array_sort(lines, by_text);
	g_ptr_array_add(lines, NULL);
	return g_strjoinv("\n", (char **)lines->pdata);
}

char *
world_digest(const char *folder)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

	collect(folder, "", lines);
	g_ptr_array_sort(lines, by_text);
	g_ptr_array_add(lines, NULL);
	g_autofree char *text = g_strjoinv("\n", (char **)lines->pdata);
	return g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
}

void
world_assert_journal_agrees(World *world)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Journal) journal = journal_open(world->state, "fake", &error);
	g_assert_no_error(error);
	g_autoptr(GPtrArray) rows = journal_load(journal, &error);
	g_assert_no_error(error);

	for (guint i = 0; i < rows->len; i++) {
		JournalRow *row = g_ptr_array_index(rows, i);
		g_autofree char *real = g_build_filename(world->device, row->path, NULL);
		GStatBuf st;
		if (row->state == JOURNAL_SKIPPED)
			continue;
		g_test_message("row %d %d %s", row->kind, row->state, row->path);
		g_assert_cmpint(row->state, ==, JOURNAL_DONE);
		g_assert_cmpint(g_stat(real, &st), ==, 0);
		if (row->kind == JOURNAL_SONG)
			g_assert_cmpuint(st.st_size, ==, row->size_bytes);
	}
}
