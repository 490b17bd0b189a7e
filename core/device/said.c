/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* said: see said.h. */
#include "device/said.h"

#include <string.h>

#include "device/ptp-code.h"

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

/* Some tell the name without what it was given behind it. */
char *
said_end_album(char *name)
{
	gsize length = strlen(name), n = strlen(DEVICE_ALBUM_SUFFIX);
	gboolean has_suffix = length > n &&
			      g_ascii_strcasecmp(name + length - n, DEVICE_ALBUM_SUFFIX) == 0;

	if (has_suffix)
		name[length - n] = '\0';
	char *ended = g_strconcat(name, DEVICE_ALBUM_SUFFIX, NULL);
	g_free(name);
	return ended;
}

static gboolean
has_choice(const PtpPropForm *form, uint64_t wanted)
{
	for (guint i = 0; i < form->n_choices; i++)
		if (form->choices[i] == wanted)
			return TRUE;
	return FALSE;
}

static uint32_t
limit_of(const PtpPropForm *form)
{
	return form->max < G_MAXUINT32 ? (uint32_t)form->max : 0;
}

/* All that have covers take JPEG, and many say nothing of it. */
DeviceCovers
said_covers(const SaidSample *said)
{
	DeviceCovers covers = {0};

	if (!said->can_set_data)
		return covers;
	covers.jpeg = said->format.n_choices == 0 || has_choice(&said->format, PTP_FORMAT_JPEG);
	covers.png = has_choice(&said->format, PTP_FORMAT_PNG);
	covers.max_bytes = limit_of(&said->data);
	covers.max_height = limit_of(&said->height);
	covers.max_width = limit_of(&said->width);
	return covers;
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
