/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lists-command: "failures" of the last sync; "confirm" of removals that wait.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ctl/bus.h"
#include "ctl/commands.h"
#include "ctl/json.h"
#include "ctl/table.h"
#include "ctl/text.h"

static gboolean yes;

const GOptionEntry confirm_options[] = {
	{"yes", 'y', 0, G_OPTION_ARG_NONE, &yes, "Do not ask", NULL},
	{NULL},
};

static void
print_failures_json(GVariantIter *failures)
{
	Json *json = json_new(TRUE);
	const char *item, *source, *text;
	int32_t code;

	json_begin_array(json, NULL);
	while (g_variant_iter_next(failures, "(&s&si&s)", &item, &source, &code, &text)) {
		json_begin_object(json, NULL);
		json_string(json, "item", item);
		json_string(json, "source", source);
		json_number(json, "code", code);
		json_string(json, "code_name", porta_error_name(code));
		json_string(json, "text", text);
		json_end_object(json);
	}
	json_end_array(json);
	json_finish(json);
}

static void
print_failures(Ctl *ctl, GVariantIter *failures)
{
	static const Column columns[] = {{"SONG", FALSE, SHRINKS_LEFT}, {"WHY", FALSE, SHRINKS}};
	const char *item, *source, *text;
	int32_t code;

	if (g_variant_iter_n_children(failures) == 0) {
		puts("Nothing failed in the last sync.");
		return;
	}
	Table *table = table_new(ctl, columns, G_N_ELEMENTS(columns));
	while (g_variant_iter_next(failures, "(&s&si&s)", &item, &source, &code, &text)) {
		table_add(table, source[0] != '\0' ? source : item);
		table_add(table, text[0] != '\0' ? text : porta_error_name(code));
	}
	table_finish(table);
}

int
command_failures(Ctl *ctl, char **words)
{
	int status = EXIT_OK;
	PortaDevice *device = ctl_choose_device(ctl, words, TRUE, &status);

	if (device == NULL)
		return status;
	g_autoptr(GVariant)
		reply = bus_call_device(ctl, device, "ListFailures", NULL, "(a(ssis))", &status);
	porta_device_free(device);
	if (reply == NULL)
		return status;
	g_autoptr(GVariantIter) failures = NULL;
	g_variant_get(reply, "(a(ssis))", &failures);
	if (ctl->json)
		print_failures_json(failures);
	else
		print_failures(ctl, failures);
	return EXIT_OK;
}

/* A person at a terminal is asked; a script has said it by the command. */
static gboolean
is_agreed(PortaDevice *device, int64_t held)
{
	char line[16] = "";
	g_autofree char *songs = text_songs(held);
	g_autofree char *name = text_escape(device_title(device));

	if (yes || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return TRUE;
	printf("%s will be removed from %s (portamentoctl preview --action remove lists them). Go "
	       "ahead? [y/N] ",
	       songs, name);
	fflush(stdout);
	return fgets(line, sizeof line, stdin) != NULL && (line[0] == 'y' || line[0] == 'Y');
}

int
command_confirm(Ctl *ctl, char **words)
{
	int status = EXIT_OK;
	PortaDevice *device = ctl_choose_device(ctl, words, TRUE, &status);
	uint64_t request = ctl_next_request(ctl);

	if (device == NULL)
		return status;
	int64_t held = porta_device_get_number(device, PORTA_KEY_HELD_REMOVALS);
	const char *token = porta_device_get_string(device, PORTA_KEY_HELD_TOKEN);
	const char *id = porta_device_get_string(device, PORTA_KEY_DEVICE_ID);
	if (held <= 0 || token == NULL || token[0] == '\0') {
		ctl_say(ctl, "No removals wait for a confirmation.");
	} else if (!is_agreed(device, held)) {
		ctl_say(ctl, "Nothing is removed.");
		status = EXIT_HELD;
	} else {
		status = ctl_finish(ctl,
				    porta_client_confirm_removals(ctl->client, id, token, request),
				    request, NULL, NULL);
		if (status == EXIT_OK)
			ctl_say(ctl, "Confirmed: they are removed with the sync that begins now.");
	}
	porta_device_free(device);
	return status;
}
