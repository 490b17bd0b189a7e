/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * values: life and identity of the shared nouns.
 */
#include "base/values.h"

#include <gio/gio.h>
#include <string.h>

void
rule_clear(Rule *rule)
{
	g_clear_pointer(&rule->host_id, g_free);
	g_clear_pointer(&rule->playlist_id, g_free);
}

GArray *
rules_new(void)
{
	GArray *rules = g_array_new(FALSE, TRUE, sizeof(Rule));

	g_array_set_clear_func(rules, (GDestroyNotify)rule_clear);
	return rules;
}

char *
source_path_from_uri(const char *uri)
{
	/* a query names a part of a file, a song of a cue sheet, which is no file */
	if (g_ascii_strncasecmp(uri, "file:", 5) != 0 || strchr(uri, '?') != NULL)
		return NULL;
	g_autofree char *host = NULL;
	g_autofree char *path = g_filename_from_uri(uri, &host, NULL);
	if (path == NULL || path[0] != '/' ||
	    (host != NULL && g_ascii_strcasecmp(host, "localhost") != 0))
		return NULL;
	/* the common case needs no rewriting: no empty, "." or ".." component */
	if (strstr(path, "//") == NULL && strstr(path, "/.") == NULL)
		return g_steal_pointer(&path);
	return g_canonicalize_filename(path, "/");
}
