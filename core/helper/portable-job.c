/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * portable-job: what an engine is told of a device and of what is wanted on it; see
 * core/wire/org.portamento.Engine1.xml.
 */
#include "helper/portable.h"

#include <string.h>
#include <unistd.h>

#include "helper/rule-check.h"
#include "helper/settings.h"

Job *
portable_new_job(Portable *portable, JobKind kind, JobFunc done, GDBusMethodInvocation *invocation)
{
	Job *job = job_new(kind, done, invocation);

	memcpy(job->asked, portable->asked, sizeof job->asked);
	return job;
}

gboolean
portable_has_answered(Portable *portable, Job *job, StoreItem item)
{
	return job->asked[item] == portable->asked[item];
}

static void
add_rules(GVariantBuilder *all, const char *host_id, GVariant *rules)
{
	GVariantIter iter;
	int32_t kind, priority;
	const char *playlist_id;
	GVariant *options;

	g_variant_iter_init(&iter, rules);
	while (g_variant_iter_next(&iter, "(i&si@a{sv})", &kind, &playlist_id, &priority,
				   &options)) {
		g_variant_builder_add(all, "(sisi@a{sv})", host_id, kind, playlist_id, priority,
				      options);
		g_variant_unref(options);
	}
}

GVariant *
portable_list_rules(Portable *portable, const char *host_id, GVariant *rules)
{
	g_auto(GStrv) hosts = device_store_list_hosts(portable->store);
	GVariantBuilder all;

	g_variant_builder_init(&all, G_VARIANT_TYPE("a(sisia{sv})"));
	for (guint i = 0; hosts[i] != NULL; i++) {
		if (host_id != NULL && strcmp(hosts[i], host_id) == 0)
			continue;
		g_autoptr(GVariant) stored = device_store_get_rules(portable->store, hosts[i]);
		if (stored != NULL)
			add_rules(&all, hosts[i], stored);
	}
	if (host_id != NULL)
		add_rules(&all, host_id, rules);
	return g_variant_builder_end(&all);
}

gboolean
portable_has_rules_of(Portable *portable, const char *host_id)
{
	g_autoptr(GVariant) rules = device_store_get_rules(portable->store, host_id);

	return rules != NULL && g_variant_n_children(rules) > 0;
}

/* A host whose library is not there is left out: the engine then removes nothing (law 2). */
static GVariant *
list_libraries(Portable *portable, Job *job, GUnixFDList *fds)
{
	LibraryStore *libraries = portable->helper->libraries;
	g_autoptr(GPtrArray) records = library_store_list(libraries);
	GVariantBuilder list;

	g_variant_builder_init(&list, G_VARIANT_TYPE("a(sh)"));
	for (guint i = 0; i < records->len; i++) {
		LibraryRecord *record = records->pdata[i];
		g_autoptr(GError) error = NULL;
		if (!portable_has_rules_of(portable, record->host_id) &&
		    g_strcmp0(record->host_id, job->host_id) != 0)
			continue;
		int fd = library_store_open(libraries, record->host_id, &error);
		if (fd < 0) {
			g_warning("%s: without its library: %s", record->host_id, error->message);
			continue;
		}
		int handle = g_unix_fd_list_append(fds, fd, NULL);
		close(fd);
		if (handle >= 0)
			g_variant_builder_add(&list, "(sh)", record->host_id, handle);
	}
	return g_variant_builder_end(&list);
}

static void
add_device(Portable *portable, GVariantDict *dict)
{
	Helper *helper = portable->helper;

	g_variant_dict_insert(dict, "Device", "s", portable->id);
	g_variant_dict_insert(dict, "Bus", "u", portable->bus);
	g_variant_dict_insert(dict, "Address", "u", portable->address);
	g_variant_dict_insert(dict, "Vendor", "u", (guint32)portable->vendor);
	g_variant_dict_insert(dict, "Product", "u", (guint32)portable->product);
	g_variant_dict_insert(dict, "Serial", "s", portable->usb_serial);
	g_variant_dict_insert(dict, "StateDir", "s", helper->journal_dir);
	g_variant_dict_insert(dict, "Owner", "s", helper->owner->id);
	g_variant_dict_insert(dict, "OwnerName", "s", helper->owner->name);
}

static void
add_wishes(Portable *portable, Job *job, GVariantDict *dict, GUnixFDList *fds)
{
	g_autoptr(GVariant) chosen = device_store_get(portable->store, STORE_SETTINGS);
	g_autoptr(GVariant) skips = device_store_get(portable->store, STORE_SKIPS);

	if (skips != NULL)
		g_variant_dict_insert_value(dict, "Skips", skips);
	g_variant_dict_insert_value(dict, "Settings", settings_complete(chosen));
	g_variant_dict_insert_value(dict, "Rules",
				    portable_list_rules(portable, job->host_id, job->rules));
	g_variant_dict_insert_value(dict, "Libraries", list_libraries(portable, job, fds));
}

/* What was asked for while the device was away. */
static void
add_todo(Portable *portable, Job *job, GVariantDict *dict)
{
	g_autofree char *name = device_store_get_text(portable->store, STORE_TODO_NAME);
	g_autofree char *token = device_store_get_text(portable->store, STORE_TODO_CONFIRM);

	if (job->kind == JOB_IDENTIFY && name[0] != '\0')
		g_variant_dict_insert(dict, "SetFriendlyName", "s", name);
	if (job->kind == JOB_SYNC && token[0] != '\0')
		g_variant_dict_insert(dict, "ConfirmToken", "s", token);
	if (job->kind != JOB_IDENTIFY && device_store_get_flag(portable->store, STORE_TODO_FORGET))
		g_variant_dict_insert(dict, "Forget", "b", TRUE);
	if (job->kind == JOB_IDENTIFY && strcmp(job->partnership, "keep") == 0 &&
	    device_store_get_flag(portable->store, STORE_TODO_LEAVE))
		job->partnership = "delete";
	g_variant_dict_insert(dict, "Partnership", "s", job->partnership);
}

GVariant *
portable_describe_job(Portable *portable, Job *job, GUnixFDList *fds)
{
	GVariantDict dict;

	g_variant_dict_init(&dict, NULL);
	g_variant_dict_insert(&dict, "Kind", "s", job_kind_name(job->kind));
	add_device(portable, &dict);
	add_wishes(portable, job, &dict, fds);
	add_todo(portable, job, &dict);
	job->is_followed = !job->offline && portable_is_followed(portable, job);
	if (job->is_followed)
		g_variant_dict_insert(&dict, "Followed", "b", TRUE);
	if (job->offline) {
		g_autoptr(GVariant) storages = device_store_get(portable->store, STORE_STORAGES);
		g_variant_dict_insert(&dict, "Offline", "b", TRUE);
		if (storages != NULL)
			g_variant_dict_insert_value(&dict, "Storages", storages);
	}
	return g_variant_dict_end(&dict);
}
