/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * job: see job.h. The helper is trusted, but a mistake in it must show itself by
 * name and not as a strange sync.
 */
#include "engine/job.h"

#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/layout.h"
#include "engine/name.h"
#include "wire/library.h"

#define DEFAULT_PERCENT_RESERVED 5

static gboolean
invalid(GError **error, const char *key)
{
	g_set_error(error, PORTA_ERROR, PORTA_ERROR_INVALID_ARGUMENT, "job: %s is wrong or missing",
		    key);
	return FALSE;
}

static gboolean
parse_choice(GVariant *dict, const char *key, const char *const *choices, int *out, GError **error)
{
	const char *text = NULL;

	if (!g_variant_lookup(dict, key, "&s", &text))
		return *out >= 0 || invalid(error, key);
	for (int i = 0; choices[i] != NULL; i++) {
		if (strcmp(text, choices[i]) == 0) {
			*out = i;
			return TRUE;
		}
	}
	return invalid(error, key);
}

static gboolean
parse_kinds(Job *job, GVariant *dict, GError **error)
{
	static const char *const kinds[] = {"identify", "sync",    "preview",
					    "estimate", "skipped", "include-skipped",
					    "release",  NULL};
	static const char *const partnerships[] = {"keep", "create", "replace", "delete", NULL};
	int kind = -1, partnership = PARTNERSHIP_KEEP;

	if (!parse_choice(dict, "Kind", kinds, &kind, error) ||
	    !parse_choice(dict, "Partnership", partnerships, &partnership, error))
		return FALSE;
	job->kind = kind;
	job->partnership = partnership;
	return TRUE;
}

static gboolean
parse_address(Job *job, GVariant *dict, GError **error)
{
	guint32 vendor = 0, product = 0;
	DeviceAddress *address = job->address = g_new0(DeviceAddress, 1);

	if (!g_variant_lookup(dict, "Device", "s", &address->id))
		return invalid(error, "Device");
	g_variant_lookup(dict, "Serial", "s", &address->serial);
	g_variant_lookup(dict, "Bus", "u", &address->bus);
	g_variant_lookup(dict, "Address", "u", &address->address);
	g_variant_lookup(dict, "Vendor", "u", &vendor);
	g_variant_lookup(dict, "Product", "u", &product);
	if (address->serial == NULL)
		address->serial = g_strdup("");
	address->name = g_strdup("the device");
	address->vendor = vendor;
	address->product = product;
	return g_variant_lookup(dict, "StateDir", "s", &job->state_dir) ||
	       invalid(error, "StateDir");
}

static void
parse_settings(Job *job, GVariant *dict)
{
	g_autoptr(GVariant)
		settings = g_variant_lookup_value(dict, "Settings", G_VARIANT_TYPE_VARDICT);
	gboolean covers = TRUE;

	job->percent_reserved = DEFAULT_PERCENT_RESERVED;
	if (settings != NULL) {
		g_variant_lookup(settings, "PercentSpaceReserved", "u", &job->percent_reserved);
		g_variant_lookup(settings, "Layout", "s", &job->layout);
		g_variant_lookup(settings, "Storage", "s", &job->storage);
		g_variant_lookup(settings, "PlaylistFormat", "s", &job->playlist_format);
		g_variant_lookup(settings, "Lane", "s", &job->lane);
		g_variant_lookup(settings, "VerifyReadback", "b", &job->verify_readback);
		g_variant_lookup(settings, "Covers", "b", &covers);
	}
	job->no_covers = !covers;
	job->percent_reserved = MIN(job->percent_reserved, 95);
	if (job->layout == NULL || layout_check(job->layout) != NULL) {
		g_free(job->layout);
		job->layout = g_strdup(LAYOUT_DEFAULT);
	}
	if (job->storage == NULL)
		job->storage = g_strdup("");
	if (job->playlist_format == NULL)
		job->playlist_format = g_strdup("auto");
	if (job->lane == NULL)
		job->lane = g_strdup("auto");
}

static void
parse_rules(Job *job, GVariant *dict)
{
	g_autoptr(GVariant)
		rules = g_variant_lookup_value(dict, "Rules", G_VARIANT_TYPE("a(sisia{sv})"));
	GVariantIter iter;
	Rule rule = {0};
	GVariant *options;

	job->rules = rules_new();
	if (rules == NULL)
		return;
	g_variant_iter_init(&iter, rules);
	while (g_variant_iter_next(&iter, "(sisi@a{sv})", &rule.host_id, &rule.kind,
				   &rule.playlist_id, &rule.priority, &options)) {
		rule.fill = 0;
		g_variant_lookup(options, "fill", "i", &rule.fill);
		g_variant_unref(options);
		g_array_append_val(job->rules, rule);
	}
}

static gboolean
take_library(Job *job, GUnixFDList *fds, gint32 index, GError **error)
{
	int fd = fds != NULL ? g_unix_fd_list_get(fds, index, error) : -1;

	if (fd < 0)
		return (error != NULL && *error != NULL) ? FALSE : invalid(error, "Libraries");
	Library *library = library_new_trusted(fd, error);
	close(fd);
	if (library == NULL)
		return FALSE;
	g_ptr_array_add(job->libraries, library);
	return TRUE;
}

static gboolean
parse_libraries(Job *job, GVariant *dict, GUnixFDList *fds, GError **error)
{
	g_autoptr(GVariant)
		list = g_variant_lookup_value(dict, "Libraries", G_VARIANT_TYPE("a(sh)"));
	GVariantIter iter;
	const char *host;
	gint32 index;

	job->libraries = g_ptr_array_new_with_free_func((GDestroyNotify)library_free);
	if (list == NULL)
		return TRUE;
	g_variant_iter_init(&iter, list);
	while (g_variant_iter_next(&iter, "(&sh)", &host, &index)) {
		if (!take_library(job, fds, index, error))
			return FALSE;
	}
	return TRUE;
}

Job *
job_parse(GVariant *dict, GUnixFDList *fds, GError **error)
{
	g_autoptr(Job) job = g_new0(Job, 1);

	if (!parse_kinds(job, dict, error) || !parse_address(job, dict, error) ||
	    !parse_libraries(job, dict, fds, error))
		return NULL;
	parse_settings(job, dict);
	parse_rules(job, dict);
	job->skips = g_variant_lookup_value(dict, "Skips", G_VARIANT_TYPE(SKIPS_TYPE));
	g_variant_lookup(dict, "Owner", "s", &job->owner);
	g_variant_lookup(dict, "OwnerName", "s", &job->owner_name);
	g_variant_lookup(dict, "SetFriendlyName", "s", &job->set_friendly_name);
	g_variant_lookup(dict, "ConfirmToken", "s", &job->confirm_token);
	g_variant_lookup(dict, "Offline", "b", &job->is_offline);
	g_variant_lookup(dict, "Forget", "b", &job->forget);
	g_variant_lookup(dict, "Followed", "b", &job->is_followed);
	job->storages = g_variant_lookup_value(dict, "Storages", G_VARIANT_TYPE("a(sstttt)"));
	return g_steal_pointer(&job);
}

Job *
job_new_release(const DeviceAddress *address)
{
	Job *job = g_new0(Job, 1);

	job->kind = JOB_RELEASE;
	job->address = device_address_copy(address);
	return job;
}

void
job_free(Job *job)
{
	if (job == NULL)
		return;
	g_clear_pointer(&job->address, device_address_free);
	g_clear_pointer(&job->libraries, g_ptr_array_unref);
	g_clear_pointer(&job->rules, g_array_unref);
	g_clear_pointer(&job->skips, g_variant_unref);
	g_clear_pointer(&job->storages, g_variant_unref);
	g_free(job->state_dir);
	g_free(job->owner);
	g_free(job->owner_name);
	g_free(job->set_friendly_name);
	g_free(job->confirm_token);
	g_free(job->layout);
	g_free(job->storage);
	g_free(job->playlist_format);
	g_free(job->lane);
	g_free(job);
}
