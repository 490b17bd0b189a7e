/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * library-store: see library-store.h. A publication replaces its file by rename, so
 * engines that hold the old one keep reading what they began with (law 3).
 */
#include "helper/library-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "helper/library-file.h"
#include "helper/rule-check.h"
#include "helper/state-file.h"
#include "wire/memfd.h"

#define SUFFIX ".library"
#define MOST_WAITING 64

typedef struct Publication Publication;

struct LibraryStore {
	char *dir;
	GHashTable *records; /* host id -> LibraryRecord, owned */
	GQueue waiting; /* of GTask, owned: publications, oldest first */
	Publication *running; /* in a thread; NULL: none */
};

/* A publication on its way; the thread has it to itself between start and finish. */
struct Publication {
	LibraryStore *store;
	char *host_id;
	char *path;
	int fd;
	LibraryRecord *record; /* result */
	gboolean changed; /* result */
	gboolean withdrawn; /* meanwhile: it is to leave nothing. The main context's */
};

static void
record_free(LibraryRecord *record)
{
	g_free(record->host_id);
	g_free(record->display_name);
	g_free(record);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LibraryRecord, record_free)

static void
publication_free(Publication *publication)
{
	g_free(publication->host_id);
	g_free(publication->path);
	close(publication->fd);
	g_clear_pointer(&publication->record, record_free);
	g_free(publication);
}

static char *
library_path(LibraryStore *store, const char *host_id)
{
	g_autofree char *name = g_strconcat(host_id, SUFFIX, NULL);

	return g_build_filename(store->dir, name, NULL);
}

static LibraryRecord *
record_new(Library *library, const char *host_id, gint64 published_unix, GError **error)
{
	if (strcmp(library_get_host_id(library), host_id) != 0) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_INVALID_ARGUMENT,
			    "the library is that of host “%.80s”, not of “%s”",
			    library_get_host_id(library), host_id);
		return NULL;
	}
	LibraryRecord *record = g_new0(LibraryRecord, 1);
	record->host_id = g_strdup(host_id);
	record->display_name = g_strdup(library_get_display_name(library));
	record->n_tracks = library_count_tracks(library);
	record->n_playlists = library_count_playlists(library);
	record->size_bytes = library_get_size_bytes(library);
	record->published_unix = published_unix;
	return record;
}

static LibraryRecord *
record_load(const char *path, const char *host_id, GError **error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_FAILED, "%s", g_strerror(errno));
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	g_autoptr(Library) library = library_new_trusted(fd, error);
	close(fd);
	return library != NULL ? record_new(library, host_id, st.st_mtime, error) : NULL;
}

static void
load_one(LibraryStore *store, const char *name)
{
	g_autofree char *path = g_build_filename(store->dir, name, NULL);
	g_autoptr(GError) error = NULL;

	if (g_str_has_suffix(name, LIBRARY_FILE_NEW)) {
		g_unlink(path); /* begun by a helper that died */
		return;
	}
	if (!g_str_has_suffix(name, SUFFIX))
		return;
	g_autofree char *host_id = g_strndup(name, strlen(name) - strlen(SUFFIX));
	LibraryRecord *record = record_load(path, host_id, &error);
	if (record != NULL)
		g_hash_table_replace(store->records, record->host_id, record);
	else
		state_file_set_aside(path, error->message);
}

LibraryStore *
library_store_new(const char *dir, GError **error)
{
	if (!state_dir_ensure(dir, error))
		return NULL;
	LibraryStore *store = g_new0(LibraryStore, 1);
	store->dir = g_strdup(dir);
	store->records =
		g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)record_free);
	g_queue_init(&store->waiting);
	g_autoptr(GDir) files = g_dir_open(dir, 0, NULL);
	const char *name;
	while (files != NULL && (name = g_dir_read_name(files)) != NULL)
		load_one(store, name);
	return store;
}

/* A thread that is still at it, on a disk that does not answer, needs nothing of ours. */
void
library_store_free(LibraryStore *store)
{
	g_hash_table_unref(store->records);
	g_free(store->dir);
	g_free(store);
}

static int
compare_records(gconstpointer a, gconstpointer b)
{
	const LibraryRecord *const *first = a, *const *second = b;

	return strcmp((*first)->host_id, (*second)->host_id);
}

GPtrArray *
library_store_list(LibraryStore *store)
{
	GPtrArray *records = g_ptr_array_new();
	GHashTableIter iter;
	gpointer record;

	g_hash_table_iter_init(&iter, store->records);
	while (g_hash_table_iter_next(&iter, NULL, &record))
		g_ptr_array_add(records, record);
	g_ptr_array_sort(records, compare_records);
	return records;
}

LibraryRecord *
library_store_find(LibraryStore *store, const char *host_id)
{
	return g_hash_table_lookup(store->records, host_id);
}

gboolean
library_store_is_busy(LibraryStore *store)
{
	return store->running != NULL;
}

static gboolean
publication_run(Publication *publication, GError **error)
{
	g_autoptr(Library) library = library_new_from_fd(publication->fd, error);

	if (library == NULL)
		return FALSE;
	gint64 now_unix = g_get_real_time() / G_USEC_PER_SEC;
	g_autoptr(LibraryRecord)
		record = record_new(library, publication->host_id, now_unix, error);
	if (record == NULL)
		return FALSE;
	publication->changed = !library_file_equals(publication->path, publication->fd);
	if (publication->changed && !library_file_copy(publication->path, publication->fd, error))
		return FALSE;
	/* as the next helper will find it */
	struct stat st;
	if (stat(publication->path, &st) == 0)
		record->published_unix = st.st_mtime;
	publication->record = g_steal_pointer(&record);
	return TRUE;
}

static void
publish_in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	GError *error = NULL;

	if (publication_run(data, &error))
		g_task_return_boolean(task, TRUE);
	else
		g_task_return_error(task, error);
}

static void start_next(LibraryStore *store);

static void
return_withdrawn(GTask *task)
{
	g_task_return_new_error(task, PORTA_ERROR, PORTA_ERROR_CANCELLED,
				"the library was withdrawn while it was published");
}

static void
keep_record(Publication *publication)
{
	LibraryStore *store = publication->store;

	if (library_store_find(store, publication->host_id) == NULL)
		publication->changed = TRUE;
	if (!publication->changed)
		return;
	LibraryRecord *record = g_steal_pointer(&publication->record);
	g_hash_table_replace(store->records, record->host_id, record);
}

/* The caller's callback comes after this: it sees the record. */
static void
on_published(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GTask) outer = data;
	Publication *publication = g_task_get_task_data(outer);
	LibraryStore *store = publication->store;
	GError *error = NULL;

	store->running = NULL;
	if (!g_task_propagate_boolean(G_TASK(result), &error)) {
		g_task_return_error(outer, error);
	} else if (publication->withdrawn) {
		g_unlink(publication->path);
		return_withdrawn(outer);
	} else {
		keep_record(publication);
		g_task_return_boolean(outer, TRUE);
	}
	start_next(store);
}

static void
start_next(LibraryStore *store)
{
	GTask *outer = store->running != NULL ? NULL : g_queue_pop_head(&store->waiting);

	if (outer == NULL)
		return;
	Publication *publication = g_task_get_task_data(outer);
	store->running = publication;
	g_autoptr(GTask) inner = g_task_new(NULL, NULL, on_published, outer);
	g_task_set_task_data(inner, publication, NULL);
	if (publication->withdrawn)
		return_withdrawn(inner);
	else if (library_store_find(store, publication->host_id) == NULL &&
		 g_hash_table_size(store->records) >= LIBRARIES_MOST)
		g_task_return_new_error(inner, PORTA_ERROR, PORTA_ERROR_LIMIT_EXCEEDED,
					"%d hosts have published: withdraw one first",
					LIBRARIES_MOST);
	else
		g_task_run_in_thread(inner, publish_in_thread);
}

void
library_store_publish(LibraryStore *store, const char *host_id, int fd,
		      GAsyncReadyCallback callback, gpointer data)
{
	g_autoptr(GTask) task = g_task_new(NULL, NULL, callback, data);
	Publication *publication = g_new0(Publication, 1);
	GError *error = NULL;

	*publication = (Publication){.store = store,
				     .host_id = g_strdup(host_id),
				     .path = library_path(store, host_id),
				     .fd = fd};
	g_task_set_task_data(task, publication, (GDestroyNotify)publication_free);
	if (!memfd_check_sealed(fd, &error)) {
		g_task_return_error(task, error);
		return;
	}
	if (g_queue_get_length(&store->waiting) >= MOST_WAITING) {
		g_task_return_new_error(task, PORTA_ERROR, PORTA_ERROR_LIMIT_EXCEEDED,
					"%d publications wait already: try again later",
					MOST_WAITING);
		return;
	}
	g_queue_push_tail(&store->waiting, g_steal_pointer(&task));
	start_next(store);
}

gboolean
library_store_publish_finish(GAsyncResult *result, gboolean *changed, GError **error)
{
	Publication *publication = g_task_get_task_data(G_TASK(result));

	if (!g_task_propagate_boolean(G_TASK(result), error))
		return FALSE;
	*changed = publication->changed;
	return TRUE;
}

static gboolean
withdraw_publication(Publication *publication, const char *host_id)
{
	if (publication == NULL || strcmp(publication->host_id, host_id) != 0)
		return FALSE;
	publication->withdrawn = TRUE;
	return TRUE;
}

/* Those on their way to the store. */
static gboolean
withdraw_publications(LibraryStore *store, const char *host_id)
{
	gboolean any = withdraw_publication(store->running, host_id);

	for (GList *at = store->waiting.head; at != NULL; at = at->next)
		any |= withdraw_publication(g_task_get_task_data(at->data), host_id);
	return any;
}

gboolean
library_store_withdraw(LibraryStore *store, const char *host_id, GError **error)
{
	g_autofree char *path = library_path(store, host_id);
	gboolean was_coming = withdraw_publications(store, host_id);

	if (!was_coming && library_store_find(store, host_id) == NULL) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_NOT_FOUND,
			    "“%s” has published no library", host_id);
		return FALSE;
	}
	if (g_unlink(path) < 0 && errno != ENOENT) {
		g_set_error(error, PORTA_ERROR, PORTA_ERROR_FAILED, "removing %s: %s", path,
			    g_strerror(errno));
		return FALSE;
	}
	g_hash_table_remove(store->records, host_id);
	return TRUE;
}

int
library_store_open(LibraryStore *store, const char *host_id, GError **error)
{
	g_autofree char *path = library_path(store, host_id);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		g_set_error(error, PORTA_ERROR,
			    errno == ENOENT ? PORTA_ERROR_NOT_FOUND : PORTA_ERROR_FAILED,
			    "opening %s: %s", path, g_strerror(errno));
	return fd;
}
