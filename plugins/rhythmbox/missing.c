/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "missing.h"

#include <string.h>
#include <sys/stat.h>

typedef enum { FOLDER_ABSENT = 1, FOLDER_EMPTY, FOLDER_IN_USE } Folder;

struct Missing {
	GPtrArray *roots; /* char *: paths, without a slash at the end */
	GHashTable *folders; /* path -> Folder */
};

Missing *
missing_new(const char *const *folders)
{
	Missing *missing = g_new0(Missing, 1);

	missing->roots = g_ptr_array_new_with_free_func(g_free);
	missing->folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; folders != NULL && folders[i] != NULL; i++) {
		g_autofree char *path = g_filename_from_uri(folders[i], NULL, NULL);
		if (path != NULL)
			g_ptr_array_add(missing->roots, g_canonicalize_filename(path, "/"));
	}
	return missing;
}

void
missing_free(Missing *missing)
{
	if (missing == NULL)
		return;
	g_ptr_array_unref(missing->roots);
	g_hash_table_unref(missing->folders);
	g_free(missing);
}

static Folder
look(const char *path)
{
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	struct stat status;

	if (folder != NULL)
		return g_dir_read_name(folder) != NULL ? FOLDER_IN_USE : FOLDER_EMPTY;
	/* what is there and can not be read, such as a link to a disk that is away, proves nothing */
	return lstat(path, &status) == 0 ? FOLDER_EMPTY : FOLDER_ABSENT;
}

static Folder
look_once(Missing *missing, const char *path)
{
	gpointer seen = g_hash_table_lookup(missing->folders, path);

	if (seen == NULL) {
		seen = GINT_TO_POINTER(look(path));
		g_hash_table_insert(missing->folders, g_strdup(path), seen);
	}
	return (Folder)GPOINTER_TO_INT(seen);
}

/* The innermost music folder that holds this path; NULL none does. */
static const char *
find_root(Missing *missing, const char *path)
{
	const char *found = NULL;

	for (guint i = 0; i < missing->roots->len; i++) {
		const char *root = g_ptr_array_index(missing->roots, i);
		size_t length = strlen(root);
		if (g_str_has_prefix(path, root) && path[length] == '/' &&
		    (found == NULL || length > strlen(found)))
			found = root;
	}
	return found;
}

gboolean
missing_is_deleted(Missing *missing, const char *uri)
{
	g_autofree char *name = g_filename_from_uri(uri, NULL, NULL);
	struct stat status;

	if (name == NULL)
		return FALSE;
	g_autofree char *path = g_canonicalize_filename(name, "/");
	const char *root = find_root(missing, path);
	if (root == NULL || lstat(path, &status) == 0)
		return FALSE;
	/* upwards, to the deepest folder that is still there */
	for (char *slash = strrchr(path, '/'); slash >= path + strlen(root);
	     slash = strrchr(path, '/')) {
		*slash = '\0';
		Folder folder = look_once(missing, path);
		if (folder != FOLDER_ABSENT)
			return folder == FOLDER_IN_USE;
	}
	return FALSE;
}
