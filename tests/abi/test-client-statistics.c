/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-client-statistics: what was played on devices is the host's when it has freed the
 * event, and not before: whoever leaves, nothing is lost and nothing is told twice.
 */
#include "fake-bus.h"

#define DONE(n) (1 + (n)) /* calls: one when the helper is there, one for each batch that is done */

static void
add_batch(FakeBus *bus, guint n)
{
	g_variant_unref(fake_call(bus, "Statistics", g_variant_new("(su)", FAKE_ID, n)));
}

static PortaEvent *
wait_played(PortaClient *client, const char *uri)
{
	PortaEvent *event = wait_event(client, PORTA_EVENT_STATISTICS);

	g_assert_cmpstr(porta_event_get_string(event, PORTA_KEY_URI), ==, uri);
	return event;
}

/* An answer to what was asked later: had something come before it, it would have been seen. */
static void
assert_no_more(PortaClient *client)
{
	PortaEvent *event;

	porta_client_cancel_estimate(client, FAKE_ID, 99);
	while (porta_event_get_request(event = wait_event(client, PORTA_EVENT_REPLY)) != 99)
		porta_event_free(event);
	porta_event_free(event);
	while ((event = porta_client_next_event(client)) != NULL) {
		g_assert_cmpint(porta_event_get_type(event), !=, PORTA_EVENT_STATISTICS);
		porta_event_free(event);
	}
}

static void
test_figures(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1");
	PortaClient *client = new_ready_client(bus, "mpd");

	add_batch(bus, 2);
	porta_event_free(wait_played(client, "file:///home/ann/0.mp3"));
	PortaEvent *event = wait_played(client, "file:///home/ann/1.mp3");
	g_assert_cmpint(porta_event_get_number(event, PORTA_KEY_PLAY_COUNT), ==, 1);
	g_assert_cmpint(porta_event_get_number(event, PORTA_KEY_RATING), ==, 80);
	g_assert_cmpint(porta_event_get_number(event, PORTA_KEY_LAST_PLAYED_UNIX), ==, 1700000001);
	g_assert_cmpstr(porta_event_get_string(event, PORTA_KEY_DEVICE_ID), ==, FAKE_ID);
	g_assert_nonnull(porta_event_get_device(event));
	porta_event_free(event);
	porta_client_free(client);
}

/* A host that keeps an event is told no more; freed, the next batch comes. */
static void
test_next_when_freed(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1");
	PortaClient *client = new_ready_client(bus, "mpd");

	add_batch(bus, 2);
	add_batch(bus, 1);
	PortaEvent *first = wait_played(client, "file:///home/ann/0.mp3");
	porta_event_free(wait_played(client, "file:///home/ann/1.mp3"));
	assert_no_more(client);
	porta_event_free(first);
	porta_event_free(wait_played(client, "file:///home/ann/0.mp3"));
	assert_no_more(client);
	porta_client_free(client);
}

static void
test_kept_is_told_again(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1");
	PortaClient *client = new_ready_client(bus, "mpd");

	add_batch(bus, 2);
	PortaEvent *kept = wait_played(client, "file:///home/ann/0.mp3");
	porta_client_free(client); /* the other event was not even fetched */
	porta_event_free(kept);
	client = new_ready_client(bus, "mpd");
	porta_event_free(wait_played(client, "file:///home/ann/0.mp3"));
	porta_event_free(wait_played(client, "file:///home/ann/1.mp3"));
	porta_client_free(client);
}

/* What was freed a moment before the end is not told again. */
static void
test_goodbye(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1");

	for (guint i = 0; i < 20; i++) {
		PortaClient *client = new_ready_client(bus, "mpd");
		assert_no_more(client);
		add_batch(bus, 1);
		porta_event_free(wait_played(client, "file:///home/ann/0.mp3"));
		porta_client_free(client);
	}
}

/* The next helper has the same batch, whose events the host still has. */
static void
test_helper_dies(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1 --batches-from-birth 1");
	PortaClient *client = new_ready_client(bus, "mpd");

	PortaEvent *event = wait_played(client, "file:///home/ann/0.mp3");
	fake_call(bus, "Die", NULL);
	porta_event_free(wait_event(client, PORTA_EVENT_HELPER_LOST));
	porta_event_free(wait_event(client, PORTA_EVENT_HELPER_READY));
	assert_no_more(client);
	porta_event_free(event);
	while (fake_count_calls(bus, "TakeStatistics") < DONE(1))
		assert_no_more(client);
	assert_no_more(client);
	porta_client_free(client);
}

static void
test_left_to_another(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1");
	PortaClient *client = new_ready_client(bus, "mpd");

	add_batch(bus, 2);
	PortaEvent *kept = wait_played(client, "file:///home/ann/0.mp3");
	g_assert_cmpint(porta_client_set_statistics(client, 0), ==, PORTA_OK);
	g_assert_null(porta_client_next_event(client));
	porta_event_free(kept);
	add_batch(bus, 1);
	assert_no_more(client);
	g_assert_cmpint(porta_client_set_statistics(client, 1), ==, PORTA_OK);
	porta_event_free(wait_played(client, "file:///home/ann/0.mp3"));
	porta_event_free(wait_played(client, "file:///home/ann/1.mp3"));
	porta_event_free(wait_played(client, "file:///home/ann/0.mp3"));
	assert_no_more(client);
	porta_client_free(client);
}

static void
test_another_host(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1");
	PortaClient *client = new_ready_client(bus, "other");

	add_batch(bus, 1);
	assert_no_more(client);
	g_assert_cmpuint(fake_count_calls(bus, "TakeStatistics"), ==, 1);
	porta_client_free(client);
}

static void
test_arguments(void)
{
	g_autoptr(FakeBus) bus = fake_bus_new("--devices 1");
	PortaClient *client = new_ready_client(bus, "mpd");

	g_assert_cmpint(porta_client_set_statistics(NULL, 1), ==, PORTA_ERROR_INVALID_ARGUMENT);
	g_assert_cmpint(porta_client_set_statistics(client, 2), ==, PORTA_ERROR_INVALID_ARGUMENT);
	g_assert_cmpint(porta_client_set_statistics(client, -1), ==, PORTA_ERROR_INVALID_ARGUMENT);
	porta_client_free(client);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/statistics/tells-what-was-played", test_figures);
	g_test_add_func("/statistics/next-batch-when-freed", test_next_when_freed);
	g_test_add_func("/statistics/kept-is-told-again", test_kept_is_told_again);
	g_test_add_func("/statistics/says-goodbye", test_goodbye);
	g_test_add_func("/statistics/helper-dies", test_helper_dies);
	g_test_add_func("/statistics/left-to-another", test_left_to_another);
	g_test_add_func("/statistics/another-host", test_another_host);
	g_test_add_func("/statistics/arguments", test_arguments);
	return g_test_run();
}
