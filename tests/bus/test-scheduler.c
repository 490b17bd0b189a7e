/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-scheduler: what happened, one letter an event, and what is done next.
 *
 *   + connect   - disconnect   I identified   p partner, rules   c change   s start   x stop
 *   r refresh   B begin sync   . a debounce passes   , 100 ms pass   6 an hour passes
 *   R we reset its port   < it leaves   > it is there again
 *   O M L K F E: identify ends OK, with IO error, locked, busy, insane; sync ends
 *   with o OK, m IO error, f no space, h held, k cancelled, l locked, a another's
 */
#include <string.h>

#include "helper/scheduler.h"
#include "portamento.h"

#define DEBOUNCE_MS 1000
#define RETRY_MS 5000
#define UNLOCK_MS 5000
#define RESET_MS 5000

typedef struct {
	const char *name;
	const char *events;
	Schedule next;
	int wait_ms; /* from the last event, for WAIT */
} Row;

static const Row rows[] = {
	{"nothing-is-connected", "", SCHEDULE_NOTHING, 0},
	{"connect-identifies", "+", SCHEDULE_IDENTIFY, 0},
	{"no-partnership-no-sync", "+O", SCHEDULE_NOTHING, 0},
	{"partner-syncs-on-connect", "p+O", SCHEDULE_SYNC, 0},
	{"setting-off-no-sync-on-connect", "p!O", SCHEDULE_NOTHING, 0},
	{"setting-off-but-started", "p!Os", SCHEDULE_SYNC, 0},
	{"setting-off-but-changed", "p!Oc.", SCHEDULE_SYNC, 0},
	{"disconnected-is-quiet", "p+O-", SCHEDULE_NOTHING, 0},
	{"change-while-away-is-nothing", "pc", SCHEDULE_NOTHING, 0},
	{"change-waits", "p+OBoc", SCHEDULE_WAIT, 1000},
	{"change-waits-for-the-last", "p+OBoc,,c", SCHEDULE_WAIT, 1000},
	{"change-then-syncs", "p+OBoc.", SCHEDULE_SYNC, 0},
	{"changes-for-ever-do-not-starve",
	 "p+OBoc,,,,,,,,,c,,,,,,,,,c,,,,,,,,,c,,,,,,,,,c,,,,,,,,,c"
	 ",,,,,,,,,c,,,,,,,,,c,,,,,,,,,c,,,,,,,,,c,,,,,,,,,c,,,,,,,,,c,c",
	 SCHEDULE_SYNC, 0},
	{"done-is-done", "p+OBo", SCHEDULE_NOTHING, 0},
	{"change-during-sync-runs-after", "p+OBc.o", SCHEDULE_SYNC, 0},
	{"stop-holds", "p+Ox", SCHEDULE_NOTHING, 0},
	{"stop-holds-against-change", "p+OBxkc.", SCHEDULE_NOTHING, 0},
	{"start-after-stop", "p+OBxks", SCHEDULE_SYNC, 0},
	{"connect-after-stop", "p+OBxk-+O", SCHEDULE_SYNC, 0},
	{"start-does-not-wait", "p+OBocs", SCHEDULE_SYNC, 0},
	{"cancelled-is-not-retried", "p+OBk", SCHEDULE_NOTHING, 0},
	{"no-space-is-not-retried", "p+OBf", SCHEDULE_NOTHING, 0},
	{"no-space-is-retried-on-change", "p+OBfc.", SCHEDULE_SYNC, 0},
	{"held-is-not-retried", "p+OBh", SCHEDULE_NOTHING, 0},
	{"io-1", "p+OBm", SCHEDULE_WAIT, 5000},
	{"io-2", "p+OBm6Bm", SCHEDULE_WAIT, 15000},
	{"io-3", "p+OBm6Bm6Bm", SCHEDULE_WAIT, 60000},
	{"io-4", "p+OBm6Bm6Bm6Bm", SCHEDULE_WAIT, 300000},
	{"io-5-gives-up", "p+OBm6Bm6Bm6Bm6Bm", SCHEDULE_NOTHING, 0},
	{"io-retry-runs", "p+OBm6", SCHEDULE_SYNC, 0},
	{"io-given-up-change-revives", "p+OBm6Bm6Bm6Bm6Bmc.", SCHEDULE_SYNC, 0},
	{"io-given-up-start-revives", "p+OBm6Bm6Bm6Bm6Bms", SCHEDULE_SYNC, 0},
	{"io-given-up-connect-revives", "p+OBm6Bm6Bm6Bm6Bm-+O", SCHEDULE_SYNC, 0},
	{"io-counts-anew-after-success", "p+OBm6Bm6BocB.m", SCHEDULE_WAIT, 5000},
	{"stop-ends-retries", "p+OBmx6", SCHEDULE_NOTHING, 0},
	{"locked-1", "+L", SCHEDULE_WAIT, 5000},
	{"locked-2", "+L6L", SCHEDULE_WAIT, 10000},
	{"locked-3", "+L6L6L", SCHEDULE_WAIT, 20000},
	{"locked-4", "+L6L6L6L", SCHEDULE_WAIT, 30000},
	{"locked-5", "+L6L6L6L6L", SCHEDULE_WAIT, 60000},
	{"locked-for-ever", "+L6L6L6L6L6L6L6L6L", SCHEDULE_WAIT, 60000},
	{"locked-then-anew", "+L-+", SCHEDULE_IDENTIFY, 0},
	{"locked-then-unlocked", "p+L6O", SCHEDULE_SYNC, 0},
	{"locked-in-a-sync", "p+OBl", SCHEDULE_WAIT, 5000},
	{"locked-in-a-sync-goes-on", "p+OBl6O", SCHEDULE_SYNC, 0},
	{"identify-io-retries", "+M", SCHEDULE_WAIT, 5000},
	{"identify-io-gives-up", "+M6M6M6M6M", SCHEDULE_NOTHING, 0},
	{"identify-busy-retries", "+K", SCHEDULE_WAIT, 5000},
	{"identify-insane-gives-up", "+F", SCHEDULE_NOTHING, 0},
	{"identify-start-revives", "p+Fs", SCHEDULE_IDENTIFY, 0},
	{"taken-over-looks-again", "p+OBa", SCHEDULE_IDENTIFY, 0},
	{"taken-over-no-loop", "p+OBaO", SCHEDULE_NOTHING, 0},
	{"refresh-identifies", "p!Or", SCHEDULE_IDENTIFY, 0},
	{"refresh-before-sync", "p+Or", SCHEDULE_IDENTIFY, 0},
	{"refresh-though-syncs-were-given-up", "p+OBm6Bm6Bm6Bm6Bmr", SCHEDULE_IDENTIFY, 0},
	{"refresh-once", "p!OrO", SCHEDULE_NOTHING, 0},
	{"refresh-while-away-is-kept", "r+", SCHEDULE_IDENTIFY, 0},
	{"reset-and-back-is-no-connect", "p+OBRo<>", SCHEDULE_NOTHING, 0},
	{"reset-and-back-before-the-end-of-the-job", "p+OBR<>o", SCHEDULE_NOTHING, 0},
	{"reset-and-away-at-the-end-of-the-job", "p+OBR<o>", SCHEDULE_NOTHING, 0},
	{"reset-and-back-is-no-connect-for-ever", "p+OBRo<>sBRo<>sBRo<>", SCHEDULE_NOTHING, 0},
	{"reset-while-it-is-looked-at", "p!RO<>", SCHEDULE_NOTHING, 0},
	{"reset-before-the-first-sync", "p+RO<>", SCHEDULE_SYNC, 0},
	{"reset-is-given-a-moment", "p+RO", SCHEDULE_WAIT, 1000},
	{"reset-is-given-no-more", "p+RO.", SCHEDULE_SYNC, 0},
	{"reset-holds-up-one-that-leaves", "p!RO<>sBRos", SCHEDULE_WAIT, RESET_MS},
	{"reset-holds-it-up-no-longer", "p!RO<>sBRos.....", SCHEDULE_SYNC, 0},
	{"reset-holds-up-refresh", "p!RO<>sBRor", SCHEDULE_WAIT, RESET_MS},
	{"away-nothing-is-done", "p+OBRo<s", SCHEDULE_NOTHING, 0},
	{"change-while-away-for-a-moment-counts", "p+OBRo<c>.", SCHEDULE_SYNC, 0},
	{"stop-holds-over-a-reset", "p+OBxRk<>c.", SCHEDULE_NOTHING, 0},
	{"failures-count-on-over-a-reset", "p+OBRm<>6BRm<>6BRm<>6BRm<>6BRm<>", SCHEDULE_NOTHING, 0},
	{"locked-over-a-reset", "+RL<>", SCHEDULE_WAIT, 5000},
	{"broken-off-by-a-reset-is-tried-again", "p+ROB<m>", SCHEDULE_WAIT, 5000},
	{"unplugged-long-after-a-reset", "p+OBRo......<>", SCHEDULE_IDENTIFY, 0},
	{"unplugged-twice-after-a-reset", "p+OBRo<><>", SCHEDULE_IDENTIFY, 0},
	{"unplugged-without-a-reset", "p+OBo<>", SCHEDULE_IDENTIFY, 0},
	{"not-back-after-a-reset", "p+OBRo<-", SCHEDULE_NOTHING, 0},
	{"back-late-after-a-reset", "p+OBRo<->", SCHEDULE_IDENTIFY, 0},
	{"reset-of-one-that-is-not-there", "p+OB-Ro+", SCHEDULE_IDENTIFY, 0},
};

static const struct {
	char letter;
	int32_t code;
} identify_ends[] = {{'O', PORTA_OK},
		     {'M', PORTA_ERROR_DEVICE_IO},
		     {'L', PORTA_ERROR_DEVICE_LOCKED},
		     {'K', PORTA_ERROR_DEVICE_BUSY},
		     {'F', PORTA_ERROR_DEVICE_INSANE}},
  sync_ends[] = {{'o', PORTA_OK},
		 {'m', PORTA_ERROR_DEVICE_IO},
		 {'f', PORTA_ERROR_NO_SPACE},
		 {'h', PORTA_ERROR_HELD},
		 {'k', PORTA_ERROR_CANCELLED},
		 {'l', PORTA_ERROR_DEVICE_LOCKED},
		 {'a', PORTA_ERROR_PARTNERSHIP_ANOTHER}};

static void
apply_end(Scheduler *scheduler, char letter, gint64 now_us)
{
	for (gsize i = 0; i < G_N_ELEMENTS(identify_ends); i++)
		if (identify_ends[i].letter == letter)
			return scheduler_end_identify(scheduler, now_us, identify_ends[i].code);
	for (gsize i = 0; i < G_N_ELEMENTS(sync_ends); i++)
		if (sync_ends[i].letter == letter)
			return scheduler_end_sync(scheduler, now_us, sync_ends[i].code);
	g_assert_not_reached();
}

static void
leave(Scheduler *scheduler, gint64 now_us)
{
	if (!scheduler_leave(scheduler, now_us))
		scheduler_disconnect(scheduler);
}

static void
arrive(Scheduler *scheduler)
{
	if (scheduler->away)
		scheduler_come_back(scheduler);
	else
		scheduler_connect(scheduler, TRUE);
}

static void
apply(Scheduler *scheduler, char letter, gint64 *now_us)
{
	switch (letter) {
	case '+': return scheduler_connect(scheduler, TRUE);
	case '!': return scheduler_connect(scheduler, FALSE);
	case '-': return scheduler_disconnect(scheduler);
	case 'p': scheduler->partner = scheduler->has_rules = TRUE; return;
	case 'c': return scheduler_change(scheduler, *now_us);
	case 's': return scheduler_start(scheduler);
	case 'x': return scheduler_stop(scheduler);
	case 'r': return scheduler_refresh(scheduler);
	case 'B': return scheduler_begin_sync(scheduler);
	case '.': *now_us += DEBOUNCE_MS * 1000; return;
	case ',': *now_us += 100 * 1000; return;
	case 'R': return scheduler_reset(scheduler, *now_us, RESET_MS);
	case '<': return leave(scheduler, *now_us);
	case '>': return arrive(scheduler);
	case '6': *now_us += (gint64)3600 * 1000 * 1000; return;
	default: return apply_end(scheduler, letter, *now_us);
	}
}

static void
test_row(gconstpointer data)
{
	const Row *row = data;
	Scheduler scheduler;
	gint64 now_us = 1000000, when_us = 0;

	scheduler_init(&scheduler, DEBOUNCE_MS, RETRY_MS, UNLOCK_MS);
	for (const char *at = row->events; *at != '\0'; at++)
		apply(&scheduler, *at, &now_us);
	g_assert_cmpint(scheduler_next(&scheduler, now_us, &when_us), ==, row->next);
	if (row->next == SCHEDULE_WAIT)
		g_assert_cmpint((when_us - now_us) / 1000, ==, row->wait_ms);
}

/* What a person is told: nothing is tried again once a sync came to an end that time does not mend. */
static void
test_an_end_ends_retrying(void)
{
	for (const char *end = "ofhka"; *end != '\0'; end++) {
		Scheduler scheduler;
		gint64 now_us = 1000000;

		scheduler_init(&scheduler, DEBOUNCE_MS, RETRY_MS, UNLOCK_MS);
		for (const char *at = "p+OBm6B"; *at != '\0'; at++)
			apply(&scheduler, *at, &now_us);
		g_assert_true(scheduler_is_retrying(&scheduler));
		apply(&scheduler, *end, &now_us);
		g_assert_false(scheduler_is_retrying(&scheduler));
	}
}

/* One that takes a minute to come back begins a sync three times, and then no more. */
static void
test_a_slow_return_is_waited_for_in_the_end(void)
{
	Scheduler scheduler;
	guint n_connects = 1, return_s = 10, takes_s = 60;
	gint64 now_us = 1000000;

	scheduler_init(&scheduler, DEBOUNCE_MS, RETRY_MS, UNLOCK_MS);
	for (const char *at = "p+O"; *at != '\0'; at++)
		apply(&scheduler, *at, &now_us);
	for (int i = 0; i < 20; i++) {
		gboolean in_time;

		apply(&scheduler, 'R', &now_us);
		apply(&scheduler, '<', &now_us);
		in_time = takes_s < return_s * scheduler_patience(&scheduler);
		for (const char *at = in_time ? ">" : "->O"; *at != '\0'; at++)
			apply(&scheduler, *at, &now_us);
		n_connects += in_time ? 0 : 1;
	}
	g_assert_cmpuint(n_connects, ==, 4);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *path = g_strconcat("/scheduler/", rows[i].name, NULL);
		g_test_add_data_func(path, &rows[i], test_row);
	}
	g_test_add_func("/scheduler/an-end-ends-retrying", test_an_end_ends_retrying);
	g_test_add_func("/scheduler/a-slow-return-is-waited-for-in-the-end",
			test_a_slow_return_is_waited_for_in_the_end);
	return g_test_run();
}
