/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* said: see said.h. */
#include "device/said.h"

#include <string.h>

#define ACCESS_READ_WRITE 0x0000
#define STORAGE_REMOVABLE_ROM 0x0002
#define STORAGE_REMOVABLE_RAM 0x0004

char *
said_name(const char *said)
{
	char *name = g_utf8_make_valid(said ? said : "", -1);

	for (char *at = name; *at; at++) {
		if (*at == '/' || g_ascii_iscntrl(*at))
			*at = '?';
	}
	if (*name != '\0' && !g_str_equal(name, ".") && !g_str_equal(name, ".."))
		return name;
	g_free(name);
	return g_strdup("?");
}

void
said_cut_playlist_suffix(char *name)
{
	gsize length = strlen(name);

	if (length > 4 && (g_ascii_strcasecmp(name + length - 4, ".pla") == 0 ||
			   g_ascii_strcasecmp(name + length - 4, ".zpl") == 0))
		name[length - 4] = '\0';
}

static gboolean
has_label(const GArray *storages, guint from, const char *label)
{
	for (guint i = from; i < storages->len; i++) {
		if (g_str_equal(g_array_index(storages, DeviceStorage, i).label, label))
			return TRUE;
	}
	return FALSE;
}

static char *
make_label(const GArray *storages, guint from, const SaidStorage *storage)
{
	const char *said = storage->label;

	if (said == NULL || *said == '\0')
		said = storage->description;
	g_autofree char *first = said && *said ? g_utf8_make_valid(said, -1)
					       : g_strdup_printf("%08x", storage->id);
	char *label = g_strdup(first);
	for (int i = 2; has_label(storages, from, label); i++) {
		g_free(label);
		label = g_strdup_printf("%s (%d)", first, i);
	}
	return label;
}

void
said_add_storage(GArray *storages, guint from, const SaidStorage *said)
{
	uint64_t capacity_bytes = MIN(said->capacity_bytes, (uint64_t)INT64_MAX);
	DeviceStorage storage = {
		.id = said->id,
		.label = make_label(storages, from, said),
		.description = g_utf8_make_valid(said->description ? said->description : "", -1),
		.capacity_bytes = capacity_bytes,
		.free_bytes = MIN(said->free_bytes, capacity_bytes),
		.writable = said->access == ACCESS_READ_WRITE,
		.removable = said->type == STORAGE_REMOVABLE_ROM ||
			     said->type == STORAGE_REMOVABLE_RAM,
	};

	g_array_append_val(storages, storage);
}
