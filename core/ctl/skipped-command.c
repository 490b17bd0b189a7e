/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * skipped-command: what is not sent to a device: "skipped" lists it, "include-skipped" sends
 * again what its owner deleted there; "skip" and "unskip", what a person says of one song.
 */
#include <stdio.h>
#include <string.h>

#include "ctl/bus.h"
#include "ctl/commands.h"
#include "ctl/json.h"
#include "ctl/table.h"
#include "ctl/text.h"

static void
print_json(GVariantIter *deleted, GVariantIter *skips)
{
	Json *json = json_new(TRUE);
	const char *item, *source;
	gint64 since;

	json_begin_array(json, NULL);
	while (g_variant_iter_next(deleted, "(&s&sx)", &item, &source, &since)) {
		json_begin_object(json, NULL);
		json_string(json, "by", "deletion");
		json_string(json, "item", item);
		json_string(json, "source", source);
		json_number(json, "gone_unix", since);
		json_end_object(json);
	}
	while (g_variant_iter_next(skips, "(&sx)", &source, &since)) {
		json_begin_object(json, NULL);
		json_string(json, "by", "person");
		json_string(json, "source", source);
		json_number(json, "since_unix", since);
		json_end_object(json);
	}
	json_end_array(json);
	json_finish(json);
}

static void
print_deleted(Ctl *ctl, GVariantIter *deleted)
{
	static const Column columns[] = {{"DELETED", FALSE, FIXED},
					 {"ON THE DEVICE", FALSE, SHRINKS_LEFT},
					 {"SONG", FALSE, SHRINKS_LEFT}};
	Table *table = table_new(ctl, columns, G_N_ELEMENTS(columns));
	const char *item, *source;
	gint64 seen;

	while (g_variant_iter_next(deleted, "(&s&sx)", &item, &source, &seen)) {
		table_take(table, text_time(seen));
		table_add(table, item);
		table_add(table, source);
	}
	table_finish(table);
	puts("\nThese were deleted on the device, and are not sent again. portamentoctl "
	     "include-skipped sends them again.");
}

static void
print_skips(Ctl *ctl, GVariantIter *skips)
{
	static const Column columns[] = {{"SKIPPED", FALSE, FIXED}, {"SONG", FALSE, SHRINKS_LEFT}};
	Table *table = table_new(ctl, columns, G_N_ELEMENTS(columns));
	const char *source;
	gint64 since;

	while (g_variant_iter_next(skips, "(&sx)", &source, &since)) {
		table_take(table, text_time(since));
		table_add(table, source);
	}
	table_finish(table);
	puts("\nThese are left alone on the device, as you asked. portamentoctl unskip takes it "
	     "back.");
}

static void
print_all(Ctl *ctl, GVariantIter *deleted, GVariantIter *skips)
{
	gsize n_deleted = g_variant_iter_n_children(deleted);
	gsize n_skips = g_variant_iter_n_children(skips);

	if (n_deleted > 0)
		print_deleted(ctl, deleted);
	if (n_deleted > 0 && n_skips > 0)
		puts("");
	if (n_skips > 0)
		print_skips(ctl, skips);
	if (n_deleted == 0 && n_skips == 0)
		puts("Nothing is skipped.");
}

int
command_skipped(Ctl *ctl, char **words)
{
	int status = EXIT_OK;
	PortaDevice *device = ctl_choose_device(ctl, words, TRUE, &status);
	g_autoptr(GVariant) skips = NULL;

	if (device == NULL)
		return status;
	g_autoptr(GVariant)
		deleted = bus_call_device(ctl, device, "ListSkipped", NULL, "(a(ssx))", &status);
	if (deleted != NULL)
		skips = bus_call_device(ctl, device, "ListSkips", NULL, "(a(sx))", &status);
	porta_device_free(device);
	if (skips == NULL)
		return status;
	g_autoptr(GVariantIter) of_deleted = NULL, of_skips = NULL;
	g_variant_get(deleted, "(a(ssx))", &of_deleted);
	g_variant_get(skips, "(a(sx))", &of_skips);
	if (ctl->json)
		print_json(of_deleted, of_skips);
	else
		print_all(ctl, of_deleted, of_skips);
	return EXIT_OK;
}

int
command_include_skipped(Ctl *ctl, char **words)
{
	int status = EXIT_OK;
	PortaDevice *device = ctl_choose_device(ctl, words, TRUE, &status);
	uint64_t request = ctl_next_request(ctl);

	if (device == NULL)
		return status;
	const char *id = porta_device_get_string(device, PORTA_KEY_DEVICE_ID);
	status = ctl_finish(ctl, porta_client_include_skipped(ctl->client, id, request), request,
			    NULL, NULL);
	porta_device_free(device);
	if (status == EXIT_OK)
		ctl_say(ctl, "They are sent again with the next sync.");
	return status;
}

/* A file's path from / on, as people are told it; a URI as it is. */
static char *
read_source(const char *word)
{
	g_autofree char *scheme = g_uri_parse_scheme(word);
	g_autofree char *path = scheme == NULL ? g_canonicalize_filename(word, NULL) : NULL;

	return g_utf8_make_valid(path != NULL ? path : word, -1);
}

static int
set_skips(Ctl *ctl, char **words, int32_t skip)
{
	int status = EXIT_OK;
	PortaDevice *device = ctl_choose_device(ctl, NULL, TRUE, &status);

	if (device == NULL)
		return status;
	const char *id = porta_device_get_string(device, PORTA_KEY_DEVICE_ID);
	for (guint i = 0; words[i] != NULL && status == EXIT_OK; i++) {
		g_autofree char *source = read_source(words[i]);
		uint64_t request = ctl_next_request(ctl);
		status = ctl_finish(ctl,
				    porta_client_set_skip(ctl->client, id, source, skip, request),
				    request, NULL, NULL);
	}
	porta_device_free(device);
	return status;
}

int
command_skip(Ctl *ctl, char **words)
{
	int status = set_skips(ctl, words, 1);

	if (status == EXIT_OK)
		ctl_say(ctl, "Left alone on the device from now on. portamentoctl unskip takes it "
			     "back.");
	return status;
}

int
command_unskip(Ctl *ctl, char **words)
{
	int status = set_skips(ctl, words, 0);

	if (status == EXIT_OK)
		ctl_say(ctl, "Tried again with the next sync.");
	return status;
}
