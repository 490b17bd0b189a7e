/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * settings-command: "settings", "settings NAME", "settings NAME VALUE"; and
 * "partner create" and "partner delete".
 */
#include <stdio.h>
#include <string.h>

#include "ctl/commands.h"
#include "ctl/json.h"
#include "ctl/table.h"
#include "ctl/text.h"

static gboolean replace;

const GOptionEntry partner_options[] = {
	{"replace", 0, 0, G_OPTION_ARG_NONE, &replace,
	 "Take the device over from who is its partner now", NULL},
	{NULL},
};

typedef enum {
	PERCENT,
	TRUTH,
	TEXT,
} Kind;

static const struct {
	const char *name;
	Kind kind;
	const char *meaning;
} settings[] = {
	{"PercentSpaceReserved", PERCENT, "percent of the whole storage that stay free, 0 to 95"},
	{"SyncOnConnect", TRUTH, "yes or no: sync by itself when it is plugged in"},
	{"FriendlyName", TEXT,
	 "what its owner calls it; written onto the device where it can store it"},
	{"Layout", TEXT, "where songs go on the device"},
	{"Storage", TEXT, "id of the storage to use; empty: the largest"},
	{"PlaylistFormat", TEXT, "auto, objects, m3u8 or none"},
	{"Lane", TEXT, "how the device is spoken to: auto, ptp or libmtp"},
	{"VerifyReadback", TRUTH, "yes or no: read back parts of what was copied, and compare"},
	{"Covers", TRUTH, "yes or no: albums with covers, on players that show them so"},
};

static char *
get_value(PortaDevice *device, gsize row)
{
	int64_t number = porta_device_get_setting_number(device, settings[row].name);
	const char *text = porta_device_get_setting_string(device, settings[row].name);

	if (settings[row].kind == TRUTH)
		return g_strdup(number < 0 ? "" : number ? "yes" : "no");
	if (settings[row].kind == PERCENT)
		return number < 0 ? g_strdup("") : g_strdup_printf("%" G_GINT64_FORMAT, number);
	return g_strdup(text == NULL ? "" : text);
}

static void
put_value(Json *json, PortaDevice *device, gsize row)
{
	const char *name = settings[row].name;
	int64_t number = porta_device_get_setting_number(device, name);

	if (settings[row].kind == TEXT)
		json_string(json, name, porta_device_get_setting_string(device, name));
	else if (settings[row].kind == TRUTH && number >= 0)
		json_boolean(json, name, number == 1);
	else
		json_known_number(json, name, number);
}

static void
print_settings(Ctl *ctl, PortaDevice *device)
{
	static const Column columns[] = {
		{"SETTING", FALSE, FIXED}, {"VALUE", FALSE, SHRINKS}, {"MEANING", FALSE, SHRINKS}};
	Json *json = NULL;
	Table *table = NULL;

	if (ctl->json) {
		json = json_new(TRUE);
		json_begin_object(json, NULL);
	} else {
		table = table_new(ctl, columns, G_N_ELEMENTS(columns));
	}
	for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
		if (json != NULL) {
			put_value(json, device, i);
			continue;
		}
		table_add(table, settings[i].name);
		table_take(table, get_value(device, i));
		table_add(table, settings[i].meaning);
	}
	if (json != NULL) {
		json_end_object(json);
		json_finish(json);
	} else {
		table_finish(table);
	}
}

static gboolean
find_setting(const char *name, gsize *row)
{
	for (*row = 0; *row < G_N_ELEMENTS(settings); (*row)++) {
		if (g_ascii_strcasecmp(settings[*row].name, name) == 0)
			return TRUE;
	}
	ctl_complain("there is no setting “%s”; portamentoctl settings lists them", name);
	return FALSE;
}

static gboolean
read_truth(const char *value, int64_t *number)
{
	static const char *const truths[] = {"no", "yes", "false", "true", "off", "on", "0", "1"};

	for (gsize i = 0; i < G_N_ELEMENTS(truths); i++) {
		if (g_ascii_strcasecmp(truths[i], value) == 0) {
			*number = i % 2;
			return TRUE;
		}
	}
	return FALSE;
}

static int
set_setting(Ctl *ctl, PortaDevice *device, gsize row, const char *value)
{
	uint64_t request = ctl_next_request(ctl);
	const char *id = porta_device_get_string(device, PORTA_KEY_DEVICE_ID);
	const char *name = settings[row].name;
	gint64 number = 0;
	int32_t code;

	if (settings[row].kind == TEXT) {
		code = porta_client_set_setting_string(ctl->client, id, name, value, request);
	} else {
		gboolean is_read =
			settings[row].kind == TRUTH
				? read_truth(value, &number)
				: g_ascii_string_to_signed(value, 10, 0, 95, &number, NULL);
		if (!is_read) {
			ctl_complain("%s: %s", name, settings[row].meaning);
			return EXIT_USAGE;
		}
		code = porta_client_set_setting_number(ctl->client, id, name, number, request);
	}
	return ctl_finish(ctl, code, request, NULL, NULL);
}

static void
print_value(Ctl *ctl, PortaDevice *device, gsize row)
{
	g_autofree char *value = get_value(device, row);
	g_autofree char *safe = text_escape(value);

	if (!ctl->json) {
		puts(safe);
		return;
	}
	Json *json = json_new(TRUE);
	json_begin_object(json, NULL);
	put_value(json, device, row);
	json_end_object(json);
	json_finish(json);
}

int
command_settings(Ctl *ctl, char **words)
{
	int status = EXIT_OK;
	gsize row = 0;

	if (words[0] != NULL && !find_setting(words[0], &row))
		return EXIT_NO_DEVICE;
	PortaDevice *device = ctl_choose_device(ctl, NULL, TRUE, &status);
	if (device == NULL)
		return status;
	if (words[0] == NULL)
		print_settings(ctl, device);
	else if (words[1] == NULL)
		print_value(ctl, device, row);
	else
		status = set_setting(ctl, device, row, words[1]);
	porta_device_free(device);
	return status;
}

int
command_partner(Ctl *ctl, char **words)
{
	int status = EXIT_OK;
	gboolean create = strcmp(words[0], "create") == 0;

	if (!create && strcmp(words[0], "delete") != 0) {
		ctl_complain("partner create, or partner delete");
		return EXIT_USAGE;
	}
	PortaDevice *device = ctl_choose_device(ctl, words + 1, !create, &status);
	if (device == NULL)
		return status;
	uint64_t request = ctl_next_request(ctl);
	const char *id = porta_device_get_string(device, PORTA_KEY_DEVICE_ID);
	int32_t code = create ? porta_client_create_partnership(ctl->client, id, replace, request)
			      : porta_client_delete_partnership(ctl->client, id, request);
	g_autofree char *name = text_escape(device_title(device));
	status = ctl_finish(ctl, code, request, NULL, NULL);
	if (status == EXIT_OK && !ctl->json)
		printf(create ? "%s is now a partner of this computer.\n"
			      : "%s is no partner of this computer any more. What is on it "
				"stays.\n",
		       name);
	porta_device_free(device);
	return status;
}
