/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* memory: see memory.h. */
#include "device/memory.h"

struct Memory {
	char *path;
	GKeyFile *file;
	gboolean changed;
};

Memory *
memory_load(const char *path)
{
	Memory *memory = g_new0(Memory, 1);

	memory->path = g_strdup(path);
	memory->file = g_key_file_new();
	if (path != NULL)
		g_key_file_load_from_file(memory->file, path, G_KEY_FILE_NONE, NULL);
	return memory;
}

void
memory_store(Memory *memory)
{
	g_autoptr(GError) error = NULL;

	if (memory->path == NULL || !memory->changed)
		return;
	if (!g_key_file_save_to_file(memory->file, memory->path, &error))
		g_message("what was learned of the device is lost: %s", error->message);
	memory->changed = FALSE;
}

void
memory_free(Memory *memory)
{
	if (memory == NULL)
		return;
	g_key_file_unref(memory->file);
	g_free(memory->path);
	g_free(memory);
}

int64_t
memory_get(const Memory *memory, const char *group, const char *key, int64_t fallback)
{
	g_autoptr(GError) error = NULL;
	int64_t value = g_key_file_get_int64(memory->file, group, key, &error);

	return error == NULL ? value : fallback;
}

void
memory_set(Memory *memory, const char *group, const char *key, int64_t value)
{
	if (memory_get(memory, group, key, ~value) == value)
		return;
	g_key_file_set_int64(memory->file, group, key, value);
	memory->changed = TRUE;
}

void
memory_forget(Memory *memory, const char *group)
{
	memory->changed |= g_key_file_remove_group(memory->file, group, NULL);
}
