/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * manager: see manager.h. All that comes in is distrusted until library-store has
 * validated it.
 */
#include "helper/manager.h"

#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "helper/rule-check.h"

#define MOST_NAME_CHARACTERS 256

typedef struct {
	Helper *helper;
	char *host_id;
	GDBusMethodInvocation *invocation;
} Request;

static gboolean
refuse(GDBusMethodInvocation *invocation, const GError *error)
{
	g_dbus_method_invocation_return_gerror(invocation, error);
	return TRUE;
}

/* A descriptor of our own, or -1. */
static int
take_fd(GUnixFDList *fds, GVariant *handle, GError **error)
{
	int index = g_variant_get_handle(handle);

	if (fds != NULL && index >= 0 && index < g_unix_fd_list_get_length(fds))
		return g_unix_fd_list_get(fds, index, error);
	g_set_error_literal(error, PORTA_ERROR, PORTA_ERROR_INVALID_ARGUMENT,
			    "no file descriptor came with the call");
	return -1;
}

static gboolean
check_name(const char *name, GError **error)
{
	if (g_utf8_strlen(name, -1) <= MOST_NAME_CHARACTERS)
		return TRUE;
	g_set_error(error, PORTA_ERROR, PORTA_ERROR_INVALID_ARGUMENT,
		    "the display name is longer than %d characters", MOST_NAME_CHARACTERS);
	return FALSE;
}

static void
on_published(GObject *source, GAsyncResult *result, gpointer data)
{
	Request *request = data;
	gboolean changed = FALSE;
	g_autoptr(GError) error = NULL;

	if (!library_store_publish_finish(result, &changed, &error)) {
		g_message("%s: its library is refused: %s", request->host_id, error->message);
		g_dbus_method_invocation_return_gerror(request->invocation, error);
	} else {
		g_dbus_method_invocation_return_value(request->invocation,
						      g_variant_new("(b)", changed));
		if (changed)
			helper_library_changed(request->helper, request->host_id);
	}
	helper_activity(request->helper);
	g_free(request->host_id);
	g_free(request);
}

static gboolean
on_publish(SyncManager *object, GDBusMethodInvocation *invocation, GUnixFDList *fds,
	   const char *host_id, const char *display_name, GVariant *handle, gpointer data)
{
	Helper *helper = data;
	g_autoptr(GError) error = NULL;

	if (!host_id_check(host_id, &error) || !check_name(display_name, &error))
		return refuse(invocation, error);
	int fd = take_fd(fds, handle, &error);
	if (fd < 0)
		return refuse(invocation, error);
	Request *request = g_new0(Request, 1);
	*request = (Request){helper, g_strdup(host_id), invocation};
	library_store_publish(helper->libraries, host_id, fd, on_published, request);
	return TRUE;
}

static gboolean
on_withdraw(SyncManager *object, GDBusMethodInvocation *invocation, const char *host_id,
	    gpointer data)
{
	Helper *helper = data;
	g_autoptr(GError) error = NULL;

	if (!host_id_check(host_id, &error))
		return refuse(invocation, error);
	/* rules first: without its library but with its rules a host would look damaged */
	gboolean had_rules = helper_has_rules_of(helper, host_id);
	if (!helper_forget_host(helper, host_id, &error))
		return refuse(invocation, error);
	if (!library_store_withdraw(helper->libraries, host_id, &error) &&
	    !(had_rules && g_error_matches(error, PORTA_ERROR, PORTA_ERROR_NOT_FOUND)))
		return refuse(invocation, error);
	g_clear_error(&error);
	if (!statistics_desk_forget_host(helper->statistics, host_id, &error))
		return refuse(invocation, error);
	sync_manager_complete_withdraw_library(object, invocation);
	return TRUE;
}

static gboolean
on_list_libraries(SyncManager *object, GDBusMethodInvocation *invocation, gpointer data)
{
	Helper *helper = data;
	g_autoptr(GPtrArray) records = library_store_list(helper->libraries);
	GVariantBuilder list;

	g_variant_builder_init(&list, G_VARIANT_TYPE("a(ssuutx)"));
	for (guint i = 0; i < records->len; i++) {
		LibraryRecord *record = records->pdata[i];
		g_variant_builder_add(&list, "(ssuutx)", record->host_id, record->display_name,
				      record->n_tracks, record->n_playlists, record->size_bytes,
				      record->published_unix);
	}
	sync_manager_complete_list_libraries(object, invocation, g_variant_builder_end(&list));
	return TRUE;
}

static GVariant *
list_playlists(Library *library)
{
	GVariantBuilder list;
	gsize n = library_count_playlists(library);

	g_variant_builder_init(&list, G_VARIANT_TYPE("a(ssuu)"));
	for (gsize i = 0; i < n; i++) {
		LibraryPlaylist playlist;
		library_get_playlist(library, i, &playlist);
		g_variant_builder_add(&list, "(ssuu)", playlist.id, playlist.name, playlist.kind,
				      (guint)playlist.n_tracks);
	}
	return g_variant_builder_end(&list);
}

static gboolean
on_list_playlists(SyncManager *object, GDBusMethodInvocation *invocation, const char *host_id,
		  gpointer data)
{
	Helper *helper = data;
	g_autoptr(GError) error = NULL;

	if (!host_id_check(host_id, &error))
		return refuse(invocation, error);
	if (library_store_find(helper->libraries, host_id) == NULL) {
		g_dbus_method_invocation_return_error(invocation, PORTA_ERROR,
						      PORTA_ERROR_NOT_FOUND,
						      "“%s” has published no library", host_id);
		return TRUE;
	}
	int fd = library_store_open(helper->libraries, host_id, &error);
	if (fd < 0)
		return refuse(invocation, error);
	g_autoptr(Library) library = library_new_trusted(fd, &error);
	close(fd);
	if (library == NULL)
		return refuse(invocation, error);
	sync_manager_complete_list_playlists(object, invocation, list_playlists(library));
	return TRUE;
}

static gboolean
on_take_statistics(SyncManager *object, GDBusMethodInvocation *invocation, const char *host_id,
		   guint64 done, gpointer data)
{
	Helper *helper = data;
	const char *client = g_dbus_method_invocation_get_sender(invocation);
	g_autoptr(GError) error = NULL;

	if (!host_id_check(host_id, &error))
		return refuse(invocation, error);
	g_autoptr(GVariant)
		batch = statistics_desk_take(helper->statistics, host_id, client, done, &error);
	if (batch == NULL)
		return refuse(invocation, error);
	g_dbus_method_invocation_return_value(invocation, batch);
	return TRUE;
}

SyncManager *
manager_new(Helper *helper)
{
	SyncManager *object = sync_manager_skeleton_new();

	sync_manager_set_version(object, PORTAMENTO_VERSION);
	g_signal_connect(object, "handle-publish-library", G_CALLBACK(on_publish), helper);
	g_signal_connect(object, "handle-withdraw-library", G_CALLBACK(on_withdraw), helper);
	g_signal_connect(object, "handle-list-libraries", G_CALLBACK(on_list_libraries), helper);
	g_signal_connect(object, "handle-list-playlists", G_CALLBACK(on_list_playlists), helper);
	g_signal_connect(object, "handle-take-statistics", G_CALLBACK(on_take_statistics), helper);
	return object;
}
