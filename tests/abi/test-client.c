/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-client: what a host sees through the public calls, against a FAKE helper.
 */
#include <poll.h>
#include <string.h>

#include "fake-bus.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static void
test_snapshot(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 2");
	PortaClient *client = new_ready_client(bus, "mpd");

	porta_event_free(wait_event(client, PORTA_EVENT_DEVICE_CONNECTED));
	g_assert_cmpuint(porta_client_count_devices(client), ==, 2);
	PortaDevice *device = porta_client_find_device(client, FAKE_ID);
	g_assert_cmpstr(porta_device_get_string(device, PORTA_KEY_DEVICE_ID), ==, FAKE_ID);
	g_assert_cmpstr(porta_device_get_string(device, PORTA_KEY_FRIENDLY_NAME), ==, "Pocket");
	g_assert_null(porta_device_get_string(device, PORTA_KEY_OWNER));
	g_assert_null(porta_device_get_string(device, PORTA_KEY_CAPACITY_BYTES));
	g_assert_cmpint(porta_device_get_number(device, PORTA_KEY_CONNECTED), ==, 1);
	g_assert_cmpint(porta_device_get_number(device, PORTA_KEY_CAPACITY_BYTES), ==, 48000000000);
	g_assert_cmpint(porta_device_get_number(device, PORTA_KEY_TIME_LEFT), ==, -1);
	g_assert_cmpint(porta_device_get_number(device, PORTA_KEY_LAST_SYNC_COPIED), ==, 12);
	g_assert_cmpint(porta_device_get_number(device, PORTA_KEY_TITLE), ==, -1);
	g_assert_cmpint(porta_device_get_setting_number(device, "PercentSpaceReserved"), ==, 5);
	g_assert_cmpint(porta_device_get_setting_number(device, "SyncOnConnect"), ==, 1);
	g_assert_cmpint(porta_device_get_setting_number(device, "Layout"), ==, -1);
	g_assert_cmpstr(porta_device_get_setting_string(device, "PlaylistFormat"), ==, "auto");
	g_assert_null(porta_device_get_setting_string(device, "SyncOnConnect"));
	porta_device_free(device);
	porta_client_free(client);
}

static void
test_passage(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1");
	PortaClient *client = new_ready_client(bus, "mpd");

	g_variant_unref(fake_call(bus, "Unplug", g_variant_new("(s)", FAKE_ID)));
	PortaEvent *event = wait_event(client, PORTA_EVENT_DEVICE_DISCONNECTED);
	g_assert_cmpstr(porta_event_get_string(event, PORTA_KEY_DEVICE_ID), ==, FAKE_ID);
	g_assert_cmpint(porta_device_get_number(porta_event_get_device(event), PORTA_KEY_CONNECTED),
			==, 0);
	porta_event_free(event);
	g_assert_cmpuint(porta_client_count_devices(client), ==, 1);

	g_variant_unref(fake_call(bus, "Plug", g_variant_new("(s)", "another")));
	porta_event_free(wait_event(client, PORTA_EVENT_DEVICE_CONNECTED));
	g_assert_cmpuint(porta_client_count_devices(client), ==, 2);

	g_variant_unref(fake_call(bus, "Forget", g_variant_new("(s)", "another")));
	/* the host's view changes when it fetches the event, not before */
	g_assert_cmpuint(porta_client_count_devices(client), ==, 2);
	porta_event_free(wait_event(client, PORTA_EVENT_DEVICE_DISCONNECTED));
	g_assert_cmpuint(porta_client_count_devices(client), ==, 1);
	porta_client_free(client);
}

static PortaLibrary *
build_library(unsigned n_tracks)
{
	PortaLibrary *library;
	const char *uris[] = {"file:///music/3.mp3", "file:///elsewhere/x.mp3",
			      "file:///music/1.mp3"};

	g_assert_cmpint(porta_library_new(&library), ==, PORTA_OK);
	for (unsigned i = 0; i < n_tracks; i++) {
		PortaTrack *track;
		g_autofree char *uri = g_strdup_printf("file:///music/%u.mp3", i);
		g_assert_cmpint(porta_track_new(&track, uri), ==, PORTA_OK);
		g_assert_cmpint(porta_track_set_string(track, PORTA_KEY_TITLE, "Título"), ==,
				PORTA_OK);
		g_assert_cmpint(porta_track_set_number(track, PORTA_KEY_RATING, 80), ==, PORTA_OK);
		g_assert_cmpint(porta_library_take_track(library, track), ==, PORTA_OK);
	}
	g_assert_cmpint(porta_library_add_playlist(library, "run", "Running", PORTA_PLAYLIST_STATIC,
						   uris, N(uris)),
			==, PORTA_OK);
	g_assert_cmpuint(porta_library_count_tracks(library), ==, n_tracks);
	return library;
}

static void
test_requests(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1");
	PortaClient *client = new_ready_client(bus, "mpd");
	PortaRules *rules;
	uint64_t number = 1000;

	g_assert_cmpint(porta_client_publish(client, build_library(1000), ++number), ==, PORTA_OK);
	expect_ok(client, number);
	porta_rules_new(&rules);
	porta_rules_add(rules, PORTA_RULE_PLAYLIST, "run", 1, 0);
	porta_rules_add(rules, PORTA_RULE_FILL, NULL, 9, PORTA_FILL_TOP_RATED);
	g_assert_cmpint(porta_client_set_rules(client, FAKE_ID, rules, ++number), ==, PORTA_OK);
	expect_ok(client, number);
	porta_client_set_setting_number(client, FAKE_ID, "PercentSpaceReserved", 20, ++number);
	expect_ok(client, number);
	porta_client_set_setting_number(client, FAKE_ID, "SyncOnConnect", 0, ++number);
	expect_ok(client, number);
	porta_client_set_setting_number(client, FAKE_ID, "VerifyReadback", 1, ++number);
	expect_ok(client, number);
	porta_client_set_setting_string(client, FAKE_ID, "Layout", "{title}", ++number);
	expect_ok(client, number);
	porta_client_set_setting_number(client, FAKE_ID, "PercentSpaceReserved", 96, ++number);
	expect_error(client, number, PORTA_ERROR_INVALID_ARGUMENT, "0 to 95");
	porta_client_set_setting_number(client, FAKE_ID, "Nonsense", 1, ++number);
	expect_error(client, number, PORTA_ERROR_INVALID_ARGUMENT, "Nonsense");
	porta_client_include_skipped(client, FAKE_ID, ++number);
	expect_ok(client, number);
	porta_client_cancel_estimate(client, FAKE_ID, ++number);
	expect_ok(client, number);
	porta_client_confirm_removals(client, FAKE_ID, "no such token", ++number);
	expect_error(client, number, PORTA_ERROR_NOT_FOUND, "token");
	porta_client_start(client, "no such device", ++number);
	expect_error(client, number, PORTA_ERROR_NOT_FOUND, "no device");

	PortaDevice *device = porta_client_find_device(client, FAKE_ID);
	g_assert_cmpint(porta_device_get_setting_number(device, "PercentSpaceReserved"), ==, 20);
	g_assert_cmpint(porta_device_get_setting_number(device, "SyncOnConnect"), ==, 0);
	g_assert_cmpstr(porta_device_get_setting_string(device, "Layout"), ==, "{title}");
	g_assert_cmpint(porta_device_get_number(device, PORTA_KEY_SKIPPED_FILES), ==, 0);
	porta_device_free(device);
	porta_client_free(client);
}

static void
expect_rules(PortaEvent *event, unsigned count)
{
	PortaRules *rules = porta_event_steal_rules(event);

	g_assert_cmpstr(porta_event_get_string(event, PORTA_KEY_DEVICE_ID), ==, FAKE_ID);
	g_assert_null(porta_event_steal_rules(event));
	g_assert_cmpuint(porta_rules_count(rules), ==, count);
	g_assert_cmpint(porta_rules_get_kind(rules, count), ==, PORTA_ERROR_INVALID_ARGUMENT);
	g_assert_null(porta_rules_get_playlist(rules, count));
	if (count == 2) {
		g_assert_cmpint(porta_rules_get_kind(rules, 0), ==, PORTA_RULE_PLAYLIST);
		g_assert_cmpstr(porta_rules_get_playlist(rules, 0), ==, "run");
		g_assert_cmpint(porta_rules_get_priority(rules, 0), ==, 1);
		g_assert_cmpint(porta_rules_get_option(rules, 0), ==, 0);
		g_assert_cmpint(porta_rules_get_kind(rules, 1), ==, PORTA_RULE_FILL);
		g_assert_null(porta_rules_get_playlist(rules, 1));
		g_assert_cmpint(porta_rules_get_priority(rules, 1), ==, 9);
		g_assert_cmpint(porta_rules_get_option(rules, 1), ==, PORTA_FILL_TOP_RATED);
	}
	porta_rules_free(rules);
	porta_event_free(event);
}

/* A host is told its own rules, when it asks and when anybody sets them; no other host's. */
static void
test_rules(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1");
	PortaClient *client = new_ready_client(bus, "mpd");
	PortaClient *other = new_ready_client(bus, "other");
	PortaClient *twin = new_ready_client(bus, "mpd");
	PortaRules *rules;

	porta_rules_new(&rules);
	porta_rules_add(rules, PORTA_RULE_LIBRARY, NULL, 1, 0);
	porta_client_set_rules(other, FAKE_ID, rules, 1);
	expect_ok(other, 1);
	porta_client_list_rules(client, FAKE_ID, 1);
	expect_rules(wait_answer(client, 1), 0);
	porta_rules_new(&rules);
	porta_rules_add(rules, PORTA_RULE_PLAYLIST, "run", 1, 0);
	porta_rules_add(rules, PORTA_RULE_FILL, NULL, 9, PORTA_FILL_TOP_RATED);
	porta_client_set_rules(twin, FAKE_ID, rules, 2);
	PortaEvent *event = wait_event(client, PORTA_EVENT_RULES);
	g_assert_cmpuint(porta_event_get_request(event), ==, 0);
	expect_rules(event, 2);
	porta_client_list_rules(client, FAKE_ID, 3);
	expect_rules(wait_answer(client, 3), 2);
	porta_client_list_rules(client, "no such device", 4);
	expect_error(client, 4, PORTA_ERROR_NOT_FOUND, "no device");
	porta_client_free(twin);
	porta_client_free(other);
	porta_client_free(client);
}

static void
test_failures(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1");
	PortaClient *client = new_ready_client(bus, "mpd");

	porta_client_list_failures(client, FAKE_ID, 5);
	PortaEvent *event = wait_answer(client, 5);
	g_assert_cmpint(porta_event_get_type(event), ==, PORTA_EVENT_SYNC_ERROR);
	g_assert_cmpstr(porta_event_get_string(event, PORTA_KEY_ITEM), ==,
			"Music/Can/Tago Mago/02 Mushroom.mp3");
	g_assert_cmpstr(porta_event_get_string(event, PORTA_KEY_SOURCE), ==,
			"/home/ann/Music/mushroom.mp3");
	g_assert_cmpint(porta_event_get_error(event), ==, PORTA_ERROR_SOURCE_MISSING);
	porta_event_free(event);
	event = wait_answer(client, 5);
	g_assert_cmpint(porta_event_get_type(event), ==, PORTA_EVENT_REPLY);
	g_assert_cmpint(porta_event_get_error(event), ==, PORTA_OK);
	porta_event_free(event);
	porta_client_free(client);
}

static void
expect_skip(PortaEvent *event, const char *source, int64_t since)
{
	g_assert_cmpint(porta_event_get_type(event), ==, PORTA_EVENT_SKIP);
	g_assert_cmpstr(porta_event_get_string(event, PORTA_KEY_DEVICE_ID), ==, FAKE_ID);
	g_assert_cmpstr(porta_event_get_string(event, PORTA_KEY_SOURCE), ==, source);
	g_assert_cmpint(porta_event_get_number(event, PORTA_KEY_SINCE_UNIX), ==, since);
	porta_event_free(event);
}

static void
test_skips(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1");
	PortaClient *client = new_ready_client(bus, "mpd");

	porta_client_list_skips(client, FAKE_ID, 1);
	expect_ok(client, 1);
	porta_client_set_skip(client, FAKE_ID, "/m/a.mp3", 1, 2);
	expect_ok(client, 2);
	porta_client_set_skip(client, FAKE_ID, "http://radio.example/", 1, 3);
	expect_ok(client, 3);
	PortaDevice *device = porta_client_find_device(client, FAKE_ID);
	g_assert_cmpint(porta_device_get_number(device, PORTA_KEY_SKIP_COUNT), ==, 2);
	porta_device_free(device);
	porta_client_list_skips(client, FAKE_ID, 4);
	expect_skip(wait_answer(client, 4), "/m/a.mp3", 1700000000);
	expect_skip(wait_answer(client, 4), "http://radio.example/", 1700000001);
	expect_ok(client, 4);
	porta_client_set_skip(client, FAKE_ID, "/m/a.mp3", 0, 5);
	expect_ok(client, 5);
	porta_client_set_skip(client, FAKE_ID, "/m/a.mp3", 0, 6);
	expect_error(client, 6, PORTA_ERROR_NOT_FOUND, "/m/a.mp3");
	porta_client_list_skips(client, "no such device", 7);
	expect_error(client, 7, PORTA_ERROR_NOT_FOUND, "no device");
	porta_client_free(client);
}

static void
test_partnership(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1");
	PortaClient *client = new_ready_client(bus, "mpd");
	PortaClient *other = new_ready_client(bus, "other");

	g_variant_unref(
		fake_call(bus, "Set",
			  g_variant_new("(ssv)", FAKE_ID, "Status",
					g_variant_new_int32(PORTA_STATUS_PARTNERSHIP_ANOTHER))));
	porta_client_create_partnership(client, FAKE_ID, 0, 1);
	expect_error(client, 1, PORTA_ERROR_PARTNERSHIP_ANOTHER, "replace");
	porta_client_create_partnership(client, FAKE_ID, 1, 2);
	expect_ok(client, 2);
	/* everybody hears of it */
	PortaEvent *event = wait_event(other, PORTA_EVENT_PARTNERSHIP_COMPLETE);
	g_assert_cmpuint(porta_event_get_request(event), ==, 0);
	g_assert_cmpint(porta_event_get_error(event), ==, PORTA_OK);
	porta_event_free(event);
	porta_client_delete_partnership(other, FAKE_ID, 3);
	expect_ok(other, 3);
	porta_client_free(other);
	porta_client_free(client);
}

static void
test_sync(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1 --tick 1");
	PortaClient *client = new_ready_client(bus, "mpd");

	porta_client_start(client, FAKE_ID, 1);
	expect_ok(client, 1);
	PortaEvent *event;
	int32_t state;
	do {
		event = wait_event(client, PORTA_EVENT_SYNC_STATE_CHANGED);
		PortaDevice *device = porta_event_get_device(event);
		state = (int32_t)porta_device_get_number(device, PORTA_KEY_SYNC_STATE);
		porta_event_free(event);
	} while (state != PORTA_SYNC_STOPPED);
	PortaDevice *device = porta_client_find_device(client, FAKE_ID);
	g_assert_cmpint(porta_device_get_number(device, PORTA_KEY_LAST_SYNC_COPIED), ==, 24);
	porta_device_free(device);
	porta_client_stop(client, FAKE_ID, 2);
	expect_ok(client, 2);
	porta_client_free(client);
}

static void
test_preview(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1");
	PortaClient *client = new_ready_client(bus, "mpd");

	porta_client_preview(client, FAKE_ID, 5);
	PortaEvent *event = wait_answer(client, 5);
	g_assert_cmpint(porta_event_get_type(event), ==, PORTA_EVENT_PLAN);
	g_assert_cmpint(porta_event_get_error(event), ==, PORTA_OK);
	PortaPlan *plan = porta_event_steal_plan(event);
	g_assert_null(porta_event_steal_plan(event));
	porta_event_free(event);
	g_assert_cmpuint(porta_plan_count_steps(plan), ==, 10);
	g_assert_cmpuint(porta_plan_count_action(plan, PORTA_ACTION_COPY), ==, 2);
	g_assert_cmpint(porta_plan_sum_bytes(plan, PORTA_ACTION_COPY), ==, 31200456 + 29873211);
	g_assert_cmpuint(porta_plan_count_action(plan, 999), ==, 0);
	g_assert_cmpint(porta_plan_get_action(plan, 1), ==, PORTA_ACTION_RENAME);
	g_assert_cmpstr(porta_plan_get_string(plan, 1, PORTA_KEY_OLD_ITEM), ==,
			"Music/Nina Simone/Pastel Blues/10 Sinerman.flac");
	g_assert_null(porta_plan_get_string(plan, 2, PORTA_KEY_OLD_ITEM));
	g_assert_cmpint(porta_plan_get_number(plan, 2, PORTA_KEY_SIZE_BYTES), ==, 31200456);
	g_assert_cmpint(porta_plan_get_number(plan, 2, PORTA_KEY_REASON_CODE), ==, 11);
	g_assert_cmpstr(porta_plan_get_string(plan, 2, PORTA_KEY_STORAGE), ==, "00010001");
	g_assert_null(porta_plan_get_string(plan, 10, PORTA_KEY_TITLE));
	g_assert_cmpint(porta_plan_get_action(plan, 10), ==, PORTA_ERROR_INVALID_ARGUMENT);
	porta_plan_free(plan);
	porta_client_free(client);
}

static void
test_preview_of_rules(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1");
	PortaClient *client = new_ready_client(bus, "mpd");
	PortaRules *rules = NULL;

	porta_rules_new(&rules);
	porta_rules_add(rules, PORTA_RULE_PLAYLIST, "Running", 1, 0);
	porta_client_preview_rules(client, FAKE_ID, rules, 5);
	PortaEvent *event = wait_answer(client, 5);
	g_assert_cmpint(porta_event_get_type(event), ==, PORTA_EVENT_PLAN);
	g_assert_cmpint(porta_event_get_error(event), ==, PORTA_OK);
	porta_event_free(event);
	porta_client_free(client);
}

static void
test_spoilt_preview(void)
{
	static const struct {
		const char *how;
		int32_t code;
		const char *text;
	} rows[] = {
		{"garbage", PORTA_ERROR_FAILED, "no plan"},
		{"unsealed", PORTA_ERROR_INVALID_ARGUMENT, "sealed"},
		{"missing", PORTA_ERROR_FAILED, "no plan with it"},
		{"version", PORTA_ERROR_NOT_SUPPORTED, "version 2"},
	};
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1");
	PortaClient *client = new_ready_client(bus, "mpd");

	for (unsigned i = 0; i < N(rows); i++) {
		g_variant_unref(fake_call(bus, "SpoilPlan", g_variant_new("(s)", rows[i].how)));
		porta_client_preview(client, FAKE_ID, i + 1);
		expect_error(client, i + 1, rows[i].code, rows[i].text);
	}
	porta_client_free(client);
}

static void
test_estimate(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1");
	PortaClient *client = new_ready_client(bus, "mpd");

	porta_client_estimate(client, FAKE_ID, NULL, 7);
	PortaEvent *event = wait_answer(client, 7);
	g_assert_cmpint(porta_event_get_type(event), ==, PORTA_EVENT_ESTIMATE);
	g_assert_cmpint(porta_event_get_number(event, PORTA_KEY_ADDED_BYTES), ==, 5000000000);
	g_assert_cmpint(porta_event_get_number(event, PORTA_KEY_WANTED_ITEMS), ==, 1320);
	g_assert_cmpint(porta_event_get_number(event, PORTA_KEY_FREE_BYTES), ==, INT64_MAX);
	g_assert_cmpint(porta_event_get_number(event, PORTA_KEY_RATING), ==, -1);
	porta_event_free(event);
	porta_client_free(client);
}

static void
test_items(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1");
	PortaClient *client = new_ready_client(bus, "mpd");

	g_variant_unref(fake_call(bus, "SyncErrors", g_variant_new("(su)", FAKE_ID, 1)));
	PortaEvent *event = wait_event(client, PORTA_EVENT_SYNC_ERROR);
	g_assert_cmpstr(porta_event_get_string(event, PORTA_KEY_ITEM), ==, "Music/1.mp3");
	g_assert_cmpstr(porta_event_get_string(event, PORTA_KEY_SOURCE), ==, "/home/ann/1.mp3");
	g_assert_cmpint(porta_event_get_error(event), ==, PORTA_ERROR_SOURCE_MISSING);
	porta_event_free(event);
	porta_client_free(client);
}

/* What a helper gone mad, or a later one, may say. */
static void
test_strange_signals(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1");
	PortaClient *client = new_ready_client(bus, "mpd");
	const char *path = "/org/portamento/Sync1/devices/0fce_2dfa4e_2dFAKE00";
	const char *device = "org.portamento.Sync1.Device";
	const struct {
		const char *interface;
		const char *member;
		const char *arguments;
	} rows[] = {
		{device, "SyncError", "('too few',)"},
		{"org.portamento.Sync1.Manager", "StatisticsWaiting", "(5,)"},
		{device, "SomethingNew", "(1, 2, 3)"},
		{device, "RulesChanged", "('mpd', [(1, '', 1)])"},
		{"org.freedesktop.DBus.Properties", "PropertiesChanged", "('x', 5)"},
		{"org.freedesktop.DBus.Properties", "PropertiesChanged",
		 "('org.portamento.Sync1.Device', {'Connected': <'yes'>, 'Progress': <5>, 'Id': "
		 "<@as []>}, @as [])"},
		{"org.freedesktop.DBus.ObjectManager", "InterfacesAdded",
		 "(objectpath '/x', {'org.portamento.Sync1.Device': {'Connected': <true>}})"},
		{"org.freedesktop.DBus.ObjectManager", "InterfacesRemoved",
		 "(objectpath '/x', ['y'])"},
	};

	for (unsigned i = 0; i < N(rows); i++) {
		GVariant *arguments = g_variant_new_parsed(rows[i].arguments);
		g_variant_unref(fake_call(bus, "RawSignal",
					  g_variant_new("(sssv)", path, rows[i].interface,
							rows[i].member, arguments)));
	}
	/* values that were not sent along are read again */
	g_variant_unref(fake_call(
		bus, "RawSignal",
		g_variant_new("(sssv)", path, "org.freedesktop.DBus.Properties",
			      "PropertiesChanged",
			      g_variant_new_parsed(
				      "('org.portamento.Sync1.Device', @a{sv} {}, ['Status'])"))));
	g_variant_unref(fake_call(bus, "SyncErrors", g_variant_new("(su)", FAKE_ID, 1)));
	PortaEvent *event = wait_event(client, PORTA_EVENT_SYNC_ERROR);
	g_assert_cmpstr(porta_event_get_string(event, PORTA_KEY_ITEM), ==, "Music/1.mp3");
	porta_event_free(event);
	g_assert_cmpuint(porta_client_count_devices(client), ==, 1);
	porta_client_free(client);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/client/shows-devices", test_snapshot);
	g_test_add_func("/client/tells-of-coming-and-going", test_passage);
	g_test_add_func("/client/answers-each-request", test_requests);
	g_test_add_func("/client/tells-a-host-its-rules", test_rules);
	g_test_add_func("/client/lists-failures", test_failures);
	g_test_add_func("/client/skips-songs", test_skips);
	g_test_add_func("/client/tells-everybody-of-a-partnership", test_partnership);
	g_test_add_func("/client/follows-a-sync", test_sync);
	g_test_add_func("/client/previews", test_preview);
	g_test_add_func("/client/previews-other-rules", test_preview_of_rules);
	g_test_add_func("/client/refuses-a-spoilt-preview", test_spoilt_preview);
	g_test_add_func("/client/estimates", test_estimate);
	g_test_add_func("/client/tells-of-single-items", test_items);
	g_test_add_func("/client/survives-strange-signals", test_strange_signals);
	return g_test_run();
}
