/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * partner: see partner.h. Property 0xD401: MTP 1.1, appendix C.2.1. Other programs put
 * free text there; a partnership of theirs is not taken without being asked to.
 */
#include "engine/partner.h"

#include <string.h>

#include "base/error.h"

#define PREFIX "Portamento "
#define MAX_FILE_BYTES 4096
#define BEGINNING "Portamento keeps music on this device" /* of the file */

void
partner_clear(Partner *partner)
{
	g_clear_pointer(&partner->owner, g_free);
	g_clear_pointer(&partner->name, g_free);
}

static gboolean
is_nobody(const char *text)
{
	return text == NULL || text[strspn(text, "{}-0 ")] == '\0' ||
	       g_ascii_strcasecmp(text, "(null)") == 0;
}

gboolean
partner_parse(const char *property, Partner *out)
{
	if (is_nobody(property)) {
		*out = (Partner){g_strdup(""), g_strdup("")};
		return FALSE;
	}
	if (!g_str_has_prefix(property, PREFIX)) {
		*out = (Partner){g_strdup("other"), g_strdup(property)};
		return TRUE;
	}
	const char *id = property + strlen(PREFIX);
	const char *space = strchr(id, ' ');
	gsize length = space != NULL ? (gsize)(space - id) : strlen(id);
	*out = (Partner){g_strndup(id, length), g_strdup(space != NULL ? space + 1 : "")};
	return out->owner[0] != '\0';
}

gboolean
partner_check(const DeviceInfo *info, const char *owner, GError **error)
{
	Partner partner = {0};
	gboolean is_theirs = partner_parse(info->sync_partner, &partner) && owner != NULL &&
			     strcmp(partner.owner, "other") != 0 &&
			     strcmp(partner.owner, owner) != 0;

	if (is_theirs)
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_PARTNERSHIP_ANOTHER,
			    "this device is now kept in step by %s", partner.name);
	partner_clear(&partner);
	return !is_theirs;
}

static gboolean
ends_all(const GError *error)
{
	int32_t code = error_code(error);

	return code == PORTA_ERROR_NO_DEVICE || code == PORTA_ERROR_CANCELLED ||
	       code == PORTA_ERROR_DEVICE_HUNG || code == PORTA_ERROR_JOURNAL;
}

/* The child of this name, or FALSE. *failed is set for what ends all. */
static gboolean
find_child(Device *device, uint32_t storage, DeviceHandle folder, const char *name,
	   DeviceEntry *out, GCancellable *cancellable, GError **failed)
{
	g_autoptr(GArray) entries = device_entries_new();
	g_autoptr(GError) error = NULL;

	if (!device_list(device, storage, folder, entries, cancellable, &error)) {
		if (ends_all(error))
			g_propagate_error(failed, g_steal_pointer(&error));
		return FALSE;
	}
	for (guint i = 0; i < entries->len; i++) {
		DeviceEntry *entry = &g_array_index(entries, DeviceEntry, i);
		if (g_ascii_strcasecmp(entry->name, name) == 0) {
			*out = *entry;
			out->name = NULL;
			return TRUE;
		}
	}
	return FALSE;
}

static char *
line_value(const char *text, const char *key)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (gsize i = 0; lines[i] != NULL; i++) {
		if (g_str_has_prefix(lines[i], key))
			return g_strstrip(g_strdup(lines[i] + strlen(key)));
	}
	return g_strdup("");
}

static gboolean
read_file(Device *device, DeviceEntry *file, Partner *out)
{
	char text[MAX_FILE_BYTES + 1];
	gsize n = 0;

	if (file->size_bytes > MAX_FILE_BYTES ||
	    !device_read(device, file->handle, 0, text, file->size_bytes, &n, NULL))
		return FALSE;
	text[n] = '\0';
	if (!g_utf8_validate(text, -1, NULL))
		return FALSE;
	*out = (Partner){line_value(text, "owner="), line_value(text, "name=")};
	if (out->owner[0] != '\0')
		return TRUE;
	partner_clear(out);
	return FALSE;
}

static gboolean
find_file(Device *device, uint32_t storage, DeviceHandle *folder, DeviceEntry *file,
	  GCancellable *cancellable, GError **failed)
{
	DeviceEntry entry;

	*folder = 0;
	if (!find_child(device, storage, DEVICE_ROOT, PARTNER_FOLDER, &entry, cancellable,
			failed) ||
	    !entry.is_folder)
		return FALSE;
	*folder = entry.handle;
	return find_child(device, storage, entry.handle, PARTNER_FILE, file, cancellable, failed);
}

gboolean
partner_load(Device *device, const DeviceInfo *info, GArray *storages, Partner *out,
	     GCancellable *cancellable, GError **error)
{
	/* what another program wrote and nobody can overwrite says nothing against a file of ours */
	if (partner_parse(info->sync_partner, out) &&
	    (info->can_set_partner || strcmp(out->owner, "other") != 0))
		return TRUE;
	for (guint i = 0; i < storages->len; i++) {
		const DeviceStorage *storage = &g_array_index(storages, DeviceStorage, i);
		g_autoptr(GError) failed = NULL;
		DeviceHandle folder;
		DeviceEntry file;
		Partner found;
		if (find_file(device, storage->id, &folder, &file, cancellable, &failed) &&
		    read_file(device, &file, &found)) {
			partner_clear(out);
			*out = found;
			return TRUE;
		}
		if (failed != NULL) {
			partner_clear(out);
			g_propagate_error(error, g_steal_pointer(&failed));
			return FALSE;
		}
	}
	return TRUE;
}

static gboolean
journal_place(Journal *journal, JournalKind kind, const char *storage, const char *path,
	      uint64_t size_bytes, GError **error)
{
	g_autoptr(GPtrArray) rows = journal_load(journal, error);

	if (rows == NULL)
		return FALSE;
	for (guint i = 0; i < rows->len; i++) {
		JournalRow *row = g_ptr_array_index(rows, i);
		if (row->kind == kind && strcmp(row->path, path) == 0 &&
		    strcmp(row->storage, storage) == 0) {
			row->size_bytes = size_bytes;
			return journal_store(journal, row, error);
		}
	}
	JournalRow row = {
		.kind = kind,
		.state = JOURNAL_DONE,
		.storage = (char *)storage,
		.path = (char *)path,
		.size_bytes = size_bytes,
	};
	journal_row_clear_statistics(&row);
	return journal_store(journal, &row, error);
}

static gboolean
is_journaled(Journal *journal)
{
	g_autoptr(GPtrArray) rows = journal_load(journal, NULL);

	for (guint i = 0; rows != NULL && i < rows->len; i++)
		if (((JournalRow *)g_ptr_array_index(rows, i))->kind == JOURNAL_MANIFEST)
			return TRUE;
	return FALSE;
}

/* Law 1: a Portamento's, this one's or another computer's, whole or cut short; not a stranger's of that name. */
static gboolean
is_partner_file(Device *device, const DeviceEntry *file, Journal *journal)
{
	char text[sizeof BEGINNING];
	gsize n = 0, wanted = MIN(file->size_bytes, sizeof BEGINNING - 1);

	if (file->is_folder || file->size_bytes > MAX_FILE_BYTES)
		return FALSE;
	if (wanted > 0 && !device_read(device, file->handle, 0, text, wanted, &n, NULL))
		return is_journaled(journal);
	return n == wanted && memcmp(text, BEGINNING, n) == 0;
}

static gboolean
write_file(Device *device, const DeviceStorage *storage, Journal *journal, const char *owner,
	   const char *name, GCancellable *cancellable, GError **error)
{
	g_autofree char *content = g_strdup_printf(
		BEGINNING
		" in step with the library of\n%s.\n"
		"This file says so to other computers. It may be deleted.\n\nowner=%s\nname=%s\n",
		name, owner, name);
	gsize size = strlen(content);
	g_autoptr(GBytes) bytes = g_bytes_new_take(g_steal_pointer(&content), size);
	g_autoptr(DeviceSource) source = device_source_new_bytes(PARTNER_FILE, bytes);
	DeviceHandle folder, handle;
	DeviceEntry old;
	g_autoptr(GError) failed = NULL;

	gboolean exists = find_file(device, storage->id, &folder, &old, cancellable, &failed);
	if (failed != NULL) {
		g_propagate_error(error, g_steal_pointer(&failed));
		return FALSE;
	}
	if (exists && !is_partner_file(device, &old, journal)) {
		g_message("“%s/%s” on the device is not Portamento's: left alone", PARTNER_FOLDER,
			  PARTNER_FILE);
		return TRUE;
	}
	if (exists && !device_remove(device, old.handle, error))
		return FALSE;
	if (folder == 0 &&
	    (!device_make_folder(device, storage->id, DEVICE_ROOT, PARTNER_FOLDER, &folder,
				 error) ||
	     !journal_place(journal, JOURNAL_FOLDER, storage->label, PARTNER_FOLDER, 0, error)))
		return FALSE;
	DeviceSend send = {.storage = storage->id,
			   .parent = folder,
			   .name = PARTNER_FILE,
			   .size_bytes = size,
			   .source = source};
	return device_send(device, &send, &handle, cancellable, error) &&
	       journal_place(journal, JOURNAL_MANIFEST, storage->label,
			     PARTNER_FOLDER "/" PARTNER_FILE, size, error);
}

static void
forget_place(Journal *journal, JournalKind kind, const char *storage, const char *path)
{
	g_autoptr(GPtrArray) rows = journal_load(journal, NULL);

	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		const JournalRow *row = g_ptr_array_index(rows, i);
		if (row->kind == kind && strcmp(row->path, path) == 0 &&
		    strcmp(row->storage, storage) == 0)
			journal_remove(journal, row->id, NULL);
	}
}

static gboolean
remove_file(Device *device, const DeviceStorage *storage, Journal *journal,
	    GCancellable *cancellable, GError **error)
{
	DeviceHandle folder;
	DeviceEntry file;
	g_autoptr(GArray) rest = device_entries_new();
	g_autoptr(GError) failed = NULL;

	if (!find_file(device, storage->id, &folder, &file, cancellable, &failed)) {
		if (failed == NULL)
			return TRUE;
		g_propagate_error(error, g_steal_pointer(&failed));
		return FALSE;
	}
	if (!is_partner_file(device, &file, journal))
		return TRUE;
	if (!device_remove(device, file.handle, error))
		return FALSE;
	forget_place(journal, JOURNAL_MANIFEST, storage->label, PARTNER_FOLDER "/" PARTNER_FILE);
	if (device_list(device, storage->id, folder, rest, cancellable, NULL) && rest->len == 0 &&
	    device_remove(device, folder, NULL))
		forget_place(journal, JOURNAL_FOLDER, storage->label, PARTNER_FOLDER);
	return TRUE;
}

/* On each storage, so that a card that is formatted, or put into another device, says so as well. One that
 * does not take it, as a full card, is not in the way of the others. */
static gboolean
store_files(Device *device, GArray *storages, Journal *journal, const char *owner, const char *name,
	    GCancellable *cancellable, GError **error)
{
	g_autoptr(GError) first = NULL;
	guint n_stored = 0;

	for (guint i = 0; i < storages->len; i++) {
		const DeviceStorage *storage = &g_array_index(storages, DeviceStorage, i);
		g_autoptr(GError) failure = NULL;
		if (!storage->writable)
			continue;
		if (owner[0] != '\0' ? write_file(device, storage, journal, owner, name,
						  cancellable, &failure)
				     : remove_file(device, storage, journal, cancellable, &failure))
			n_stored++;
		else if (first == NULL || ends_all(failure)) {
			g_clear_error(&first);
			first = g_steal_pointer(&failure);
		}
	}
	if (first != NULL && (n_stored == 0 || ends_all(first))) {
		g_propagate_error(error, g_steal_pointer(&first));
		return FALSE;
	}
	if (n_stored > 0)
		return TRUE;
	g_set_error_literal(error, PORTA_ERROR, PORTA_ERROR_NOT_SUPPORTED,
			    "nothing can be written to this device");
	return FALSE;
}

gboolean
partner_store(Device *device, const DeviceInfo *info, GArray *storages, Journal *journal,
	      const char *owner, const char *name, GCancellable *cancellable, GError **error)
{
	g_autofree char *property = owner[0] != '\0' ? g_strdup_printf(PREFIX "%s %s", owner, name)
						     : g_strdup("");
	g_autoptr(GError) refused = NULL;

	if (info->can_set_partner && !device_set_sync_partner(device, property, &refused) &&
	    ends_all(refused)) {
		g_propagate_error(error, g_steal_pointer(&refused));
		return FALSE;
	}
	return store_files(device, storages, journal, owner, name, cancellable, error);
}

gboolean
partner_store_name(Device *device, DeviceInfo *info, const char *name, GError **error)
{
	g_autoptr(GError) refused = NULL;

	if (name == NULL || !info->can_set_friendly_name)
		return TRUE;
	if (device_set_friendly_name(device, name, &refused)) {
		g_free(info->friendly_name);
		info->friendly_name = g_strdup(name);
		return TRUE;
	}
	if (ends_all(refused)) {
		g_propagate_error(error, g_steal_pointer(&refused));
		return FALSE;
	}
	g_message("the device does not keep the name “%s”: %s", name, refused->message);
	return TRUE;
}
