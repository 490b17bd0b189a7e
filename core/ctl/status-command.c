/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * status-command: "devices", a table of what is known; and "status", everything
 * about one device, or about all of them and the libraries that hosts published.
 */
#include <stdio.h>

#include "ctl/bus.h"
#include "ctl/commands.h"
#include "ctl/device-words.h"
#include "ctl/table.h"
#include "ctl/text.h"

#define BAR_COLUMNS 24
#define LABEL_COLUMNS 14

static void
print_devices_json(Ctl *ctl)
{
	Json *json = json_new(TRUE);

	json_begin_array(json, NULL);
	for (uint32_t i = 0; i < porta_client_count_devices(ctl->client); i++) {
		PortaDevice *device = porta_client_get_device(ctl->client, i);
		words_put_json(json, NULL, device);
		porta_device_free(device);
	}
	json_end_array(json);
	json_finish(json);
}

static void
add_device_row(Table *table, PortaDevice *device)
{
	table_add(table, device_title(device));
	table_add(table, porta_device_get_string(device, PORTA_KEY_DEVICE_NAME));
	table_add_styled(table, words_state_style(device), words_state(device));
	table_take(table,
		   text_count(MAX(porta_device_get_number(device, PORTA_KEY_SYNC_ITEM_COUNT), 0)));
	table_take(table, text_size(porta_device_get_number(device, PORTA_KEY_OURS_BYTES)));
	table_take(table, text_size(porta_device_get_number(device, PORTA_KEY_FREE_BYTES)));
	table_take(table, text_size(porta_device_get_number(device, PORTA_KEY_CAPACITY_BYTES)));
	table_take(table, text_time(porta_device_get_number(device, PORTA_KEY_LAST_SYNC_TIME)));
	table_add(table, porta_device_get_string(device, PORTA_KEY_DEVICE_ID));
}

int
command_devices(Ctl *ctl, char **words)
{
	static const Column columns[] = {
		{"NAME", FALSE, SHRINKS},  {"MODEL", FALSE, SHRINKS},   {"STATE", FALSE, FIXED},
		{"SONGS", TRUE, FIXED},    {"SYNCED", TRUE, FIXED},     {"FREE", TRUE, FIXED},
		{"CAPACITY", TRUE, FIXED}, {"LAST SYNC", FALSE, FIXED}, {"ID", FALSE, SHRINKS},
	};

	if (ctl->json) {
		print_devices_json(ctl);
		return EXIT_OK;
	}
	if (porta_client_count_devices(ctl->client) == 0) {
		puts("No device is known. Plug one in, unlock it, and allow file transfer.");
		return EXIT_OK;
	}
	Table *table = table_new(ctl, columns, G_N_ELEMENTS(columns));
	for (uint32_t i = 0; i < porta_client_count_devices(ctl->client); i++) {
		PortaDevice *device = porta_client_get_device(ctl->client, i);
		add_device_row(table, device);
		porta_device_free(device);
	}
	table_finish(table);
	return EXIT_OK;
}

static void
print_line(Ctl *ctl, const char *label, const char *text)
{
	g_autofree char *safe = text_escape(text);

	printf("  %s%-*s%s%s\n", style(ctl, DIM), LABEL_COLUMNS, label, style(ctl, PLAIN), safe);
}

/* Ours, others', free: by their share of the whole. */
static void
print_bar(Ctl *ctl, int64_t capacity, int64_t free_bytes, int64_t ours)
{
	int n_ours = (int)((double)ours / (double)capacity * BAR_COLUMNS + 0.5);
	int n_free = (int)((double)free_bytes / (double)capacity * BAR_COLUMNS + 0.5);

	n_ours = CLAMP(n_ours, ours > 0, BAR_COLUMNS);
	n_free = CLAMP(n_free, 0, BAR_COLUMNS - n_ours);
	printf("  %*s%s", LABEL_COLUMNS, "", style(ctl, GREEN));
	for (int i = 0; i < n_ours; i++)
		fputs("█", stdout);
	fputs(style(ctl, PLAIN), stdout);
	for (int i = n_ours; i < BAR_COLUMNS - n_free; i++)
		fputs("▒", stdout);
	for (int i = 0; i < n_free; i++)
		fputs("░", stdout);
	putchar('\n');
}

static void
print_space(Ctl *ctl, PortaDevice *device)
{
	int64_t capacity = porta_device_get_number(device, PORTA_KEY_CAPACITY_BYTES);
	int64_t free_bytes = porta_device_get_number(device, PORTA_KEY_FREE_BYTES);
	int64_t ours = porta_device_get_number(device, PORTA_KEY_OURS_BYTES);
	g_autofree char *capacity_text = text_size(capacity);
	g_autofree char *free_text = text_size(free_bytes);
	g_autofree char *ours_text = text_size(ours);
	g_autofree char *reserve =
		text_size(porta_device_get_number(device, PORTA_KEY_RESERVED_BYTES));

	if (capacity <= 0)
		return;
	g_autofree char *line = g_strdup_printf("%s synced, %s free of %s; %s are kept free",
						ours_text, free_text, capacity_text, reserve);
	print_line(ctl, "Space", line);
	print_bar(ctl, capacity, free_bytes, ours);
}

static void
print_songs(Ctl *ctl, PortaDevice *device)
{
	int64_t deleted = porta_device_get_number(device, PORTA_KEY_SKIPPED_FILES);
	int64_t skips = porta_device_get_number(device, PORTA_KEY_SKIP_COUNT);
	g_autofree char *songs =
		text_songs(MAX(porta_device_get_number(device, PORTA_KEY_SYNC_ITEM_COUNT), 0));
	g_autofree char *deleted_count = text_count(deleted);
	g_autofree char *skips_count = text_count(skips);
	g_autoptr(GString) line = g_string_new(songs);

	if (deleted > 0)
		g_string_append_printf(line, "; %s deleted on the device are skipped",
				       deleted_count);
	if (skips > 0)
		g_string_append_printf(line, "; %s skipped as you asked", skips_count);
	print_line(ctl, "Music", line->str);
}

static void
print_last_sync(Ctl *ctl, PortaDevice *device)
{
	int64_t time = porta_device_get_number(device, PORTA_KEY_LAST_SYNC_TIME);
	g_autofree char *when = text_time(time);
	g_autofree char *what = time > 0 ? words_last_sync(device) : NULL;
	g_autofree char *line = time > 0 ? g_strdup_printf("%s: %s", when, what) : g_strdup(when);

	print_line(ctl, "Last sync", line);
}

static void
print_state(Ctl *ctl, PortaDevice *device)
{
	const char *text = porta_device_get_string(device, PORTA_KEY_DETAIL_TEXT);
	g_autofree char *safe = text_escape(text == NULL ? "" : text);
	int64_t percent = porta_device_get_number(device, PORTA_KEY_PROGRESS);
	gboolean syncing = porta_device_get_number(device, PORTA_KEY_SYNC_STATE) ==
			   PORTA_SYNC_SYNCHRONIZING;

	printf("  %s%-*s%s%s%s%s", style(ctl, DIM), LABEL_COLUMNS, "State", style(ctl, PLAIN),
	       style(ctl, words_state_style(device)), words_state(device), style(ctl, PLAIN));
	if (syncing && percent >= 0)
		printf(", %d %%", (int)percent);
	if (safe[0] != '\0')
		printf(": %s", safe);
	putchar('\n');
}

static void
print_device(Ctl *ctl, PortaDevice *device)
{
	int64_t status = porta_device_get_number(device, PORTA_KEY_STATUS);
	int64_t held = porta_device_get_number(device, PORTA_KEY_HELD_REMOVALS);
	const char *owner = porta_device_get_string(device, PORTA_KEY_OWNER);
	g_autofree char *title = text_escape(device_title(device));
	g_autofree char *model =
		g_strdup_printf("%s, %s", porta_device_get_string(device, PORTA_KEY_DEVICE_NAME),
				porta_device_get_string(device, PORTA_KEY_DEVICE_ID));

	printf("%s%s%s\n", style(ctl, BOLD), title, style(ctl, PLAIN));
	print_line(ctl, "Device", model);
	if (status == PORTA_STATUS_PARTNERSHIP_ANOTHER && owner != NULL) {
		g_autofree char *line = g_strdup_printf("with %s", owner);
		print_line(ctl, "Partnership", line);
	} else {
		print_line(ctl, "Partnership", words_status(status));
	}
	print_state(ctl, device);
	print_space(ctl, device);
	print_songs(ctl, device);
	print_last_sync(ctl, device);
	if (held > 0) {
		g_autofree char *songs = text_songs(held);
		g_autofree char *line = g_strdup_printf(
			"%s would be removed; portamentoctl confirm, if that is right", songs);
		print_line(ctl, "Waits for you", line);
	}
}

static void
print_libraries(Ctl *ctl, GVariant *reply)
{
	g_autoptr(GVariantIter) libraries = NULL;
	const char *id, *name;
	uint32_t tracks, playlists;
	guint64 bytes;
	gint64 published;

	g_variant_get(reply, "(a(ssuutx))", &libraries);
	printf("%sLibraries%s\n", style(ctl, BOLD), style(ctl, PLAIN));
	if (g_variant_iter_n_children(libraries) == 0)
		puts("  none: no player has published one yet");
	while (g_variant_iter_next(libraries, "(&s&suutx)", &id, &name, &tracks, &playlists, &bytes,
				   &published)) {
		g_autofree char *songs = text_songs(tracks);
		g_autofree char *lists = text_count(playlists);
		g_autofree char *when = text_time(published);
		g_autofree char *line =
			g_strdup_printf("%s: %s, %s %s, published %s", name, songs, lists,
					playlists == 1 ? "playlist" : "playlists", when);
		print_line(ctl, id, line);
	}
}

static void
put_libraries_json(Json *json, GVariant *reply)
{
	g_autoptr(GVariantIter) libraries = NULL;
	const char *id, *name;
	uint32_t tracks, playlists;
	guint64 bytes;
	gint64 published;

	g_variant_get(reply, "(a(ssuutx))", &libraries);
	json_begin_array(json, "libraries");
	while (g_variant_iter_next(libraries, "(&s&suutx)", &id, &name, &tracks, &playlists, &bytes,
				   &published)) {
		json_begin_object(json, NULL);
		json_string(json, "host_id", id);
		json_string(json, "display_name", name);
		json_number(json, "tracks", tracks);
		json_number(json, "playlists", playlists);
		json_number(json, "bytes", (int64_t)bytes);
		json_number(json, "published_unix", published);
		json_end_object(json);
	}
	json_end_array(json);
}

static void
print_status_json(Ctl *ctl, PortaDevice *only, GVariant *libraries)
{
	Json *json = json_new(TRUE);

	json_begin_object(json, NULL);
	json_begin_array(json, "devices");
	for (uint32_t i = 0; only == NULL && i < porta_client_count_devices(ctl->client); i++) {
		PortaDevice *device = porta_client_get_device(ctl->client, i);
		words_put_json(json, NULL, device);
		porta_device_free(device);
	}
	if (only != NULL)
		words_put_json(json, NULL, only);
	json_end_array(json);
	put_libraries_json(json, libraries);
	json_end_object(json);
	json_finish(json);
}

static void
print_status(Ctl *ctl, PortaDevice *only, GVariant *libraries)
{
	uint32_t n = porta_client_count_devices(ctl->client);

	if (n == 0)
		puts("No device is known. Plug one in, unlock it, and allow file transfer.\n");
	for (uint32_t i = 0; only == NULL && i < n; i++) {
		PortaDevice *device = porta_client_get_device(ctl->client, i);
		print_device(ctl, device);
		putchar('\n');
		porta_device_free(device);
	}
	if (only != NULL) {
		print_device(ctl, only);
		putchar('\n');
	}
	print_libraries(ctl, libraries);
}

int
command_status(Ctl *ctl, char **words)
{
	int status = EXIT_OK;
	PortaDevice *only = NULL;

	if (ctl->device != NULL || words[0] != NULL) {
		only = ctl_choose_device(ctl, words, TRUE, &status);
		if (only == NULL)
			return status;
	}
	g_autoptr(GVariant)
		libraries = bus_call_manager(ctl, "ListLibraries", NULL, "(a(ssuutx))", &status);
	if (libraries != NULL && ctl->json)
		print_status_json(ctl, only, libraries);
	else if (libraries != NULL)
		print_status(ctl, only, libraries);
	porta_device_free(only);
	return status;
}
