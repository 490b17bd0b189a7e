/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sync-preview: "portamento-mpd sync --dry-run": what a sync would do, by the
 * library that was published last. Nothing is published, no rule is set: either
 * would make the engine begin.
 */
#include "sync-command.h"

#include <stdio.h>

#include "log.h"

#define PREVIEW_TIMEOUT_MS 120000

static const char *const action_names[] = {
	[PORTA_ACTION_KEEP] = "keep",
	[PORTA_ACTION_COPY] = "copy",
	[PORTA_ACTION_REPLACE] = "replace",
	[PORTA_ACTION_REMOVE] = "remove",
	[PORTA_ACTION_SKIP] = "skip",
	[PORTA_ACTION_RENAME] = "rename",
	[PORTA_ACTION_RETAG] = "retag",
	[PORTA_ACTION_PLAYLIST_WRITE] = "write list",
	[PORTA_ACTION_PLAYLIST_REMOVE] = "remove list",
	[PORTA_ACTION_NO_FIT] = "no room",
	[PORTA_ACTION_COVER_WRITE] = "send cover",
	[PORTA_ACTION_COVER_REMOVE] = "remove cover",
};

typedef struct {
	SessionObserver observe; /* the session's own */
	void *user_data;
	uint64_t request;
	PortaPlan *plan;
	int64_t bytes[4], items[4];
} Answer;

static const int32_t byte_keys[] = {PORTA_KEY_WANTED_BYTES, PORTA_KEY_ADDED_BYTES,
				    PORTA_KEY_REMOVED_BYTES, PORTA_KEY_NO_FIT_BYTES};
static const int32_t item_keys[] = {PORTA_KEY_WANTED_ITEMS, PORTA_KEY_ADDED_ITEMS,
				    PORTA_KEY_REMOVED_ITEMS, PORTA_KEY_NO_FIT_ITEMS};
static const char *const totals[] = {"wanted", "to copy", "to remove", "without room"};

static bool
observe(PortaEvent *event, void *user_data)
{
	Answer *answer = user_data;

	if (answer->observe(event, answer->user_data))
		return true;
	if (porta_event_get_request(event) != answer->request)
		return false;
	if (porta_event_get_type(event) == PORTA_EVENT_PLAN)
		answer->plan = porta_event_steal_plan(event);
	if (porta_event_get_type(event) != PORTA_EVENT_ESTIMATE)
		return false;
	for (size_t i = 0; i < COUNT_OF(totals); i++) {
		answer->bytes[i] = porta_event_get_number(event, byte_keys[i]);
		answer->items[i] = porta_event_get_number(event, item_keys[i]);
	}
	return false;
}

static void
print_step(PortaPlan *plan, uint32_t step)
{
	int32_t action = porta_plan_get_action(plan, step);
	const char *item = porta_plan_get_string(plan, step, PORTA_KEY_ITEM);
	const char *source = porta_plan_get_string(plan, step, PORTA_KEY_SOURCE);
	const char *reason = porta_plan_get_string(plan, step, PORTA_KEY_REASON);
	bool is_known = action > 0 && action < (int32_t)COUNT_OF(action_names);

	/* a song that can not be there has no place there */
	if (item == NULL || item[0] == '\0')
		item = source != NULL ? source : "";
	log_answer("%-11s %s  (%s)", is_known ? action_names[action] : "?", item,
		   reason != NULL ? reason : "");
}

static void
print_plan(const Options *options, PortaPlan *plan)
{
	uint32_t n_steps = porta_plan_count_steps(plan);
	uint32_t n_kept = porta_plan_count_action(plan, PORTA_ACTION_KEEP);

	for (uint32_t i = 0; i < n_steps; i++) {
		if (options->verbose || porta_plan_get_action(plan, i) != PORTA_ACTION_KEEP)
			print_step(plan, i);
	}
	if (n_kept == n_steps)
		log_answer("Nothing to do: all that is wanted is there.");
	else if (n_kept > 0 && !options->verbose)
		log_answer("%u songs and playlists stay as they are.", n_kept);
}

static void
print_estimate(const Answer *answer)
{
	for (size_t i = 0; i < COUNT_OF(totals); i++)
		log_answer("%8lld songs, %8s %s", (long long)answer->items[i],
			   progress_format_bytes(answer->bytes[i]), totals[i]);
}

/* Other rules than those set can be asked about in sum only. */
static int32_t
ask(Sync *sync, const Wanted *wanted, uint64_t request)
{
	if (!sync->options->wanted.has_rules)
		return porta_client_preview(sync->session.client, sync->device_id, request);
	PortaRules *rules = wanted_build_rules(wanted);
	if (rules == NULL)
		return PORTA_ERROR_INVALID_ARGUMENT;
	return porta_client_estimate(sync->session.client, sync->device_id, rules, request);
}

int
sync_preview(Sync *sync, const Wanted *wanted)
{
	char *error AUTO_TEXT = NULL;
	Answer answer = {.observe = sync->session.observe, .user_data = sync->session.user_data};

	answer.request = session_next_request(&sync->session);
	sync->session.observe = observe;
	sync->session.user_data = &answer;
	int32_t accepted = ask(sync, wanted, answer.request);
	bool is_answered = session_finish(&sync->session, answer.request, accepted,
					  PREVIEW_TIMEOUT_MS, &error);
	sync->session.observe = answer.observe;
	sync->session.user_data = answer.user_data;
	progress_erase(&sync->progress);
	if (!is_answered)
		log_error("What a sync would do can not be said: %s.", error);
	else if (answer.plan != NULL)
		print_plan(sync->options, answer.plan);
	else
		print_estimate(&answer);
	porta_plan_free(answer.plan);
	return is_answered ? EXIT_OK : EXIT_FAILED;
}
