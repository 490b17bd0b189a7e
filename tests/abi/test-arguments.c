/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-arguments: a host that is wrong gets PORTA_ERROR_INVALID_ARGUMENT or
 * nothing, and never loses its life by it.
 */
#include <glib.h>
#include <string.h>

#include "portamento.h"

#define REFUSED(call) g_assert_cmpint((call), ==, PORTA_ERROR_INVALID_ARGUMENT)
#define TOO_LONG(call) g_assert_cmpint((call), ==, PORTA_ERROR_LIMIT_EXCEEDED)

static const char broken[] = "caf\xe9";

static PortaClient *
new_client(void)
{
	PortaClient *client = NULL;

	g_assert_cmpint(porta_client_new_for_bus(&client, "a.Host_1-2", "A host",
						 "unix:path=/nonexistent/socket"),
			==, PORTA_OK);
	return client;
}

static void
test_client_new(void)
{
	static const char *const ids[] = {"", ".hidden", "..", "a/b", "a b", "caf\xc3\xa9", "%"};
	const char *bus = "unix:path=/nonexistent/socket";
	PortaClient *client = NULL;
	g_autofree char *long_id = g_strnfill(65, 'x');

	REFUSED(porta_client_new(NULL, "mpd", "MPD"));
	REFUSED(porta_client_new_for_bus(NULL, "mpd", "MPD", bus));
	REFUSED(porta_client_new_for_bus(&client, NULL, "MPD", bus));
	REFUSED(porta_client_new_for_bus(&client, "mpd", NULL, bus));
	REFUSED(porta_client_new_for_bus(&client, "mpd", broken, bus));
	REFUSED(porta_client_new_for_bus(&client, "mpd", "MPD", NULL));
	REFUSED(porta_client_new_for_bus(&client, "mpd", "MPD", ""));
	REFUSED(porta_client_new_for_bus(&client, "mpd", "MPD", "nonsense"));
	for (gsize i = 0; i < G_N_ELEMENTS(ids); i++)
		REFUSED(porta_client_new_for_bus(&client, ids[i], "MPD", bus));
	REFUSED(porta_client_new_for_bus(&client, long_id, "MPD", bus));
	g_assert_null(client);
}

static void
test_no_session_bus(void)
{
	PortaClient *client = NULL;

	g_setenv("XDG_RUNTIME_DIR", "/nonexistent", TRUE);
	g_unsetenv("DBUS_SESSION_BUS_ADDRESS");
	g_assert_cmpint(porta_client_new(&client, "mpd", "MPD"), ==, PORTA_ERROR_NO_HELPER);
	g_assert_null(client);
}

static void
test_requests(void)
{
	PortaClient *client = new_client();
	PortaRules *rules;
	PortaLibrary *library;

	REFUSED(porta_client_start(NULL, "x", 1));
	REFUSED(porta_client_start(client, NULL, 1));
	REFUSED(porta_client_start(client, "", 1));
	REFUSED(porta_client_start(client, broken, 1));
	REFUSED(porta_client_stop(client, NULL, 1));
	REFUSED(porta_client_preview(client, NULL, 1));
	REFUSED(porta_client_preview_rules(client, "x", NULL, 1));
	REFUSED(porta_client_estimate(client, NULL, NULL, 1));
	REFUSED(porta_client_estimate(NULL, "x", NULL, 1));
	REFUSED(porta_client_cancel_estimate(client, NULL, 1));
	REFUSED(porta_client_include_skipped(client, NULL, 1));
	REFUSED(porta_client_confirm_removals(client, NULL, "x", 1));
	REFUSED(porta_client_confirm_removals(client, "x", NULL, 1));
	REFUSED(porta_client_create_partnership(client, NULL, 0, 1));
	REFUSED(porta_client_create_partnership(client, "x", 2, 1));
	REFUSED(porta_client_delete_partnership(client, NULL, 1));
	REFUSED(porta_client_set_setting_number(client, "x", NULL, 1, 1));
	REFUSED(porta_client_set_setting_number(client, NULL, "x", 1, 1));
	REFUSED(porta_client_set_setting_string(client, "x", "x", NULL, 1));
	REFUSED(porta_client_set_setting_string(client, "x", "x", broken, 1));
	REFUSED(porta_client_set_rules(client, "x", NULL, 1));
	REFUSED(porta_client_list_rules(NULL, "x", 1));
	REFUSED(porta_client_list_rules(client, "", 1));
	REFUSED(porta_client_set_skip(client, NULL, "/a", 1, 1));
	REFUSED(porta_client_set_skip(client, "x", NULL, 1, 1));
	REFUSED(porta_client_set_skip(client, "x", broken, 1, 1));
	REFUSED(porta_client_set_skip(client, "x", "/a", 2, 1));
	REFUSED(porta_client_set_skip(NULL, "x", "/a", 0, 1));
	REFUSED(porta_client_list_skips(client, NULL, 1));
	REFUSED(porta_client_list_skips(NULL, "x", 1));
	REFUSED(porta_client_list_failures(client, NULL, 1));
	REFUSED(porta_client_list_failures(client, broken, 1));
	/* what is taken over is freed all the same: valgrind and ASan look */
	porta_rules_new(&rules);
	REFUSED(porta_client_set_rules(client, NULL, rules, 1));
	porta_rules_new(&rules);
	REFUSED(porta_client_set_rules(NULL, "x", rules, 1));
	porta_library_new(&library);
	REFUSED(porta_client_publish(NULL, library, 1));
	REFUSED(porta_client_publish(client, NULL, 1));
	porta_library_new(&library);
	g_assert_cmpint(porta_client_publish(client, library, 1), ==, PORTA_OK);
	porta_client_free(client); /* with a request that waits */
}

static void
test_nothing(void)
{
	g_assert_null(porta_client_free(NULL));
	g_assert_null(porta_event_free(NULL));
	g_assert_null(porta_track_free(NULL));
	g_assert_null(porta_library_free(NULL));
	g_assert_null(porta_rules_free(NULL));
	g_assert_null(porta_device_free(NULL));
	g_assert_null(porta_plan_free(NULL));
	g_assert_null(porta_event_steal_rules(NULL));
	g_assert_cmpint(porta_client_get_fd(NULL), ==, -1);
	porta_client_set_wakeup(NULL, NULL, NULL);
	g_assert_null(porta_client_next_event(NULL));
	g_assert_cmpuint(porta_client_count_devices(NULL), ==, 0);
	g_assert_null(porta_client_get_device(NULL, 0));
	g_assert_null(porta_client_find_device(NULL, "x"));
	REFUSED(porta_event_get_type(NULL));
	REFUSED(porta_event_get_error(NULL));
	g_assert_cmpuint(porta_event_get_request(NULL), ==, 0);
	g_assert_cmpstr(porta_event_get_text(NULL), ==, "");
	g_assert_null(porta_event_get_string(NULL, 1));
	g_assert_cmpint(porta_event_get_number(NULL, 1), ==, -1);
	g_assert_null(porta_event_get_device(NULL));
	g_assert_null(porta_event_steal_plan(NULL));
	g_assert_null(porta_device_get_string(NULL, 1));
	g_assert_cmpint(porta_device_get_number(NULL, 1), ==, -1);
	g_assert_null(porta_device_get_setting_string(NULL, "x"));
	g_assert_cmpint(porta_device_get_setting_number(NULL, "x"), ==, -1);
	g_assert_cmpuint(porta_plan_count_steps(NULL), ==, 0);
	g_assert_cmpuint(porta_plan_count_action(NULL, 1), ==, 0);
	g_assert_cmpint(porta_plan_sum_bytes(NULL, 1), ==, 0);
	REFUSED(porta_plan_get_action(NULL, 0));
	g_assert_null(porta_plan_get_string(NULL, 0, 1));
	g_assert_cmpint(porta_plan_get_number(NULL, 0, 1), ==, -1);
	g_assert_cmpstr(porta_error_name(PORTA_ERROR_NO_SPACE), ==, "no space");
	g_assert_cmpstr(porta_error_name(PORTA_OK), ==, "ok");
	g_assert_cmpstr(porta_error_name(-9999), ==, "failed");
	g_assert_cmpstr(porta_error_name(9999), ==, "failed");
	g_assert_cmphex(porta_api_version(), ==, PORTA_API_VERSION);
}

static void
test_track(void)
{
	static const char *const uris[] = {"",           "no-scheme",    "/music/x.mp3", "file:",
					   "1file:///x", "file:///a\nb", "file:///a\x7f"};
	PortaTrack *track = NULL;
	g_autofree char *huge = g_strnfill(16385, 'x');
	g_autofree char *huge_uri = g_strconcat("file:///", huge, NULL);

	REFUSED(porta_track_new(NULL, "file:///x"));
	REFUSED(porta_track_new(&track, NULL));
	REFUSED(porta_track_new(&track, "file:///\xff"));
	TOO_LONG(porta_track_new(&track, huge_uri));
	for (gsize i = 0; i < G_N_ELEMENTS(uris); i++)
		REFUSED(porta_track_new(&track, uris[i]));
	g_assert_null(track);
	g_assert_cmpint(porta_track_new(&track, "file:///x"), ==, PORTA_OK);
	REFUSED(porta_track_set_string(NULL, PORTA_KEY_TITLE, "x"));
	REFUSED(porta_track_set_string(track, PORTA_KEY_TITLE, broken));
	REFUSED(porta_track_set_string(track, PORTA_KEY_URI, "file:///y"));
	REFUSED(porta_track_set_string(track, PORTA_KEY_RATING, "5"));
	REFUSED(porta_track_set_string(track, 12345, "x"));
	TOO_LONG(porta_track_set_string(track, PORTA_KEY_TITLE, huge));
	g_assert_cmpint(porta_track_set_string(track, PORTA_KEY_TITLE, NULL), ==, PORTA_OK);
	REFUSED(porta_track_set_number(NULL, PORTA_KEY_YEAR, 1));
	REFUSED(porta_track_set_number(track, PORTA_KEY_TITLE, 1));
	REFUSED(porta_track_set_number(track, PORTA_KEY_RATING, 101));
	REFUSED(porta_track_set_number(track, PORTA_KEY_RATING, -2));
	REFUSED(porta_track_set_number(track, PORTA_KEY_TRACK_NUMBER, -1));
	REFUSED(porta_track_set_number(track, PORTA_KEY_YEAR, INT64_C(1) << 32));
	REFUSED(porta_track_set_number(track, PORTA_KEY_SIZE_BYTES, -1));
	REFUSED(porta_track_set_number(track, PORTA_KEY_SIZE_BYTES, INT64_MAX));
	REFUSED(porta_track_set_number(track, PORTA_KEY_MODIFIED_UNIX, INT64_MIN));
	g_assert_cmpint(porta_track_set_number(track, PORTA_KEY_PLAY_COUNT, -1), ==, PORTA_OK);
	porta_track_free(track);
}

static void
test_library(void)
{
	PortaLibrary *library;
	PortaTrack *track;
	const char *good[] = {"file:///x"};
	const char *bad[] = {"file:///x", "y"};
	const char *hole[] = {"file:///x", NULL};

	REFUSED(porta_library_new(NULL));
	g_assert_cmpint(porta_library_new(&library), ==, PORTA_OK);
	REFUSED(porta_library_take_track(library, NULL));
	porta_track_new(&track, "file:///x");
	REFUSED(porta_library_take_track(NULL, track));
	REFUSED(porta_library_add_playlist(NULL, "a", "A", 1, good, 1));
	REFUSED(porta_library_add_playlist(library, NULL, "A", 1, good, 1));
	REFUSED(porta_library_add_playlist(library, "", "A", 1, good, 1));
	REFUSED(porta_library_add_playlist(library, "a", NULL, 1, good, 1));
	REFUSED(porta_library_add_playlist(library, "a", broken, 1, good, 1));
	REFUSED(porta_library_add_playlist(library, "a", "A", 0, good, 1));
	REFUSED(porta_library_add_playlist(library, "a", "A", 1, NULL, 1));
	REFUSED(porta_library_add_playlist(library, "a", "A", 1, bad, 2));
	REFUSED(porta_library_add_playlist(library, "a", "A", 1, hole, 2));
	g_assert_cmpint(porta_library_add_playlist(library, "a", "A", 1, NULL, 0), ==, PORTA_OK);
	REFUSED(porta_library_add_playlist(library, "a", "B", 1, NULL, 0));
	g_assert_cmpuint(porta_library_count_tracks(library), ==, 0);
	g_assert_cmpuint(porta_library_count_tracks(NULL), ==, 0);
	porta_library_free(library);
}

static void
test_rules(void)
{
	PortaRules *rules;

	REFUSED(porta_rules_new(NULL));
	g_assert_cmpint(porta_rules_new(&rules), ==, PORTA_OK);
	REFUSED(porta_rules_add(NULL, PORTA_RULE_LIBRARY, NULL, 1, 0));
	REFUSED(porta_rules_add(rules, 0, NULL, 1, 0));
	REFUSED(porta_rules_add(rules, 99, NULL, 1, 0));
	REFUSED(porta_rules_add(rules, PORTA_RULE_LIBRARY, NULL, 0, 0));
	REFUSED(porta_rules_add(rules, PORTA_RULE_LIBRARY, "a", 1, 0));
	REFUSED(porta_rules_add(rules, PORTA_RULE_LIBRARY, NULL, 1, PORTA_FILL_SHUFFLE));
	REFUSED(porta_rules_add(rules, PORTA_RULE_PLAYLIST, NULL, 1, 0));
	REFUSED(porta_rules_add(rules, PORTA_RULE_PLAYLIST, broken, 1, 0));
	REFUSED(porta_rules_add(rules, PORTA_RULE_FILL, NULL, 1, 0));
	REFUSED(porta_rules_add(rules, PORTA_RULE_FILL, NULL, 1, 5));
	g_assert_cmpuint(porta_rules_count(rules), ==, 0);
	g_assert_cmpint(porta_rules_add(rules, PORTA_RULE_DEFAULT, "", 1, 0), ==, PORTA_OK);
	g_assert_cmpuint(porta_rules_count(rules), ==, 1);
	g_assert_null(porta_rules_get_playlist(rules, 0));
	REFUSED(porta_rules_get_kind(rules, 1));
	REFUSED(porta_rules_get_priority(rules, 1));
	REFUSED(porta_rules_get_option(rules, UINT32_MAX));
	g_assert_null(porta_rules_get_playlist(rules, 1));
	porta_rules_free(rules);
	g_assert_cmpuint(porta_rules_count(NULL), ==, 0);
	REFUSED(porta_rules_get_kind(NULL, 0));
	g_assert_null(porta_rules_get_playlist(NULL, 0));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/arguments/client-new", test_client_new);
	g_test_add_func("/arguments/no-session-bus", test_no_session_bus);
	g_test_add_func("/arguments/requests", test_requests);
	g_test_add_func("/arguments/nothing", test_nothing);
	g_test_add_func("/arguments/track", test_track);
	g_test_add_func("/arguments/library", test_library);
	g_test_add_func("/arguments/rules", test_rules);
	return g_test_run();
}
