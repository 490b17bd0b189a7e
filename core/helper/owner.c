/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * owner: see owner.h. Without its file every device would look like another's, so a
 * failure to read it for other reasons than absence or damage is an error.
 */
#include "helper/owner.h"

#include "helper/state-file.h"

static char *
make_id(const char *path, GError **error)
{
	g_autofree char *id = g_uuid_string_random();
	g_autofree char *line = g_strconcat(id, "\n", NULL);

	if (!state_file_save(path, line, strlen(line), error))
		return NULL;
	return g_steal_pointer(&id);
}

static char *
load_id(const char *path, GError **error)
{
	g_autofree char *id = NULL;
	g_autoptr(GError) cause = NULL;

	if (!g_file_get_contents(path, &id, NULL, &cause)) {
		if (g_error_matches(cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
			return make_id(path, error);
		g_propagate_error(error, g_steal_pointer(&cause));
		return NULL;
	}
	g_strstrip(id);
	if (g_uuid_string_is_valid(id))
		return g_steal_pointer(&id);
	state_file_set_aside(path, "no UUID in it");
	return make_id(path, error);
}

Owner *
owner_load(const char *dir, GError **error)
{
	g_autofree char *path = g_build_filename(dir, "owner", NULL);
	g_autofree char *id = load_id(path, error);

	if (id == NULL)
		return NULL;
	Owner *owner = g_new0(Owner, 1);
	owner->id = g_steal_pointer(&id);
	g_autofree char *name = g_strdup_printf("%s@%s", g_get_user_name(), g_get_host_name());
	owner->name = g_utf8_make_valid(name, -1);
	return owner;
}

void
owner_free(Owner *owner)
{
	g_free(owner->id);
	g_free(owner->name);
	g_free(owner);
}
