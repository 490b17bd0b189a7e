/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-words: what people are told of a device, in the C locale: the texts as they are written.
 */
#include "client/device-snapshot.h"
#include "common/words.h"
#include "plan-in-words.h"

#include <locale.h>
#include <string.h>

#define NBSP "\302\240" /* of GLib's sizes */
#define ROUNDS 4000

/* Properties as they come over the bus, in GVariant's text. */
static PortaDevice *
new_device(const char *properties)
{
	g_autoptr(GError) error = NULL;
	/* of two with one name the first counts */
	g_autofree char *whole = g_strdup_printf(
		"{%s%s'Id': <'18d1-4ee1-X'>, 'FriendlyName': <'Pocket'>, 'Connected': <true>, "
		"'Status': <1>}",
		properties, properties[0] != '\0' ? ", " : "");
	g_autoptr(GVariant)
		values = g_variant_parse(G_VARIANT_TYPE_VARDICT, whole, NULL, NULL, &error);

	g_assert_no_error(error);
	PortaDevice *device = device_new(values);
	g_assert_nonnull(device);
	return device;
}

typedef struct {
	const char *properties;
	const char *text; /* NULL: NULL is what comes */
} Row;

static void
check_rows(const Row *rows, gsize n, char *(*format)(PortaDevice *))
{
	for (gsize i = 0; i < n; i++) {
		PortaDevice *device = new_device(rows[i].properties);
		g_autofree char *text = format(device);
		g_assert_cmpstr(text, ==, rows[i].text);
		porta_device_free(device);
	}
}

#define SYNCED(more) "'LastSync': <{'Time': <int64 1700000000>, 'Result': <0>" more "}>"

static void
test_state(void)
{
	static const Row rows[] = {
		{"'Connected': <false>, 'SyncState': <1>, 'Detail': <6>", "Not connected"},
		{"'SyncState': <1>", "Syncing"},
		{"'SyncState': <3>", "Estimating"},
		{"'Detail': <1>", "Looking at it"},
		{"'Detail': <2>, 'SyncState': <1>", "Opening"},
		{"'Detail': <3>, 'SyncState': <1>", "Listing"},
		{"'Detail': <4>, 'SyncState': <1>", "Planning"},
		{"'Detail': <5>, 'SyncState': <1>", "Removing"},
		{"'Detail': <6>, 'SyncState': <1>", "Copying"},
		{"'Detail': <7>, 'SyncState': <1>", "Writing playlists"},
		{"'Detail': <8>, 'SyncState': <1>", "Verifying"},
		{"'Detail': <9>", "Waiting for you to unlock the device"},
		{"'Detail': <10>", "In use by another program"},
		{"'Detail': <10>, 'DetailText': <'Pocket is in use by gvfsd-mtp (pid 123); close "
		 "it "
		 "there and try again; tried again soon'>",
		 "In use by gvfsd-mtp (pid 123)"},
		{"'Detail': <11>", "Waiting for you to confirm removals"},
		{"'Detail': <12>", "Stopped"},
		{"'Detail': <13>", "Trying again soon"},
		{"'Detail': <99>, 'SyncState': <1>", "Syncing"},
		{"'Status': <0>", "Looking at it"},
		{"'Status': <0>, 'DetailText': <'no answer; plug it in again'>",
		 "no answer; plug it in again"},
		{"'Status': <2>", "Not synced with this computer"},
		{"'Status': <3>", "Synced with another computer"},
		{"'Status': <3>, 'Owner': <'eve@laptop'>", "Synced with eve@laptop"},
		{"'Status': <3>, 'Owner': <'eve\\u202e\\u001b'>", "Synced with eve\\u202e\\x1b"},
		{"'Status': <4>", "Nothing can be written to it"},
		{"'Status': <5>", "New: not set up yet"},
		{"", "Not synced yet"},
		{SYNCED(""), "Up to date"},
		{SYNCED(", 'ErrorCount': <uint32 1>"), "1 song failed"},
		{SYNCED(", 'ErrorCount': <uint32 2>"), "2 songs failed"},
		{SYNCED(", 'NoFitCount': <uint32 1>"), "Up to date; 1 song does not fit"},
		{SYNCED(", 'NoFitCount': <uint32 9>"), "Up to date; 9 songs do not fit"},
		{"'LastSync': <{'Time': <int64 5>, 'Result': <-8>}>", "The last sync failed"},
	};

	check_rows(rows, G_N_ELEMENTS(rows), words_state);
}

static void
test_name(void)
{
	static const Row rows[] = {
		{"", "Pocket"},
		{"'FriendlyName': <''>, 'DeviceName': <'Maker Model'>", "Maker Model"},
		{"'FriendlyName': <''>", "18d1-4ee1-X"},
		{"'FriendlyName': <'Bj\\u00f6rk\\n\\u0085'>", "Björk\\x0a\\x85"},
	};

	check_rows(rows, G_N_ELEMENTS(rows), words_device_name);
	g_autofree char *bytes = words_escape("caf\xe9");
	g_assert_cmpstr(bytes, ==, "caf\357\277\275");
}

#define PROGRESS(done, total, rate, left)                                                          \
	"'SyncState': <1>, 'Progress': <(uint32 5, uint64 1, uint64 2, uint32 " done               \
	", uint32 " total ", '', uint64 " rate ", int64 " left ")>"

static void
test_progress(void)
{
	static const Row rows[] = {
		{"", ""},
		{"'SyncState': <1>", ""},
		{PROGRESS("0", "0", "5", "5"), ""},
		{PROGRESS("0", "1", "0", "-1"), "0 of 1 song"},
		{PROGRESS("12", "340", "8200000", "115"),
		 "12 of 340 songs, 8.2" NBSP "MB/s, 2 minutes left"},
		{PROGRESS("12", "340", "0", "0"), "12 of 340 songs, 1 second left"},
		{PROGRESS("12", "340", "0", "1"), "12 of 340 songs, 1 second left"},
		{PROGRESS("12", "340", "0", "59"), "12 of 340 songs, 59 seconds left"},
		{PROGRESS("12", "340", "0", "60"), "12 of 340 songs, 1 minute left"},
		{PROGRESS("12", "340", "0", "3541"), "12 of 340 songs, 1 h 00 min left"},
		{PROGRESS("12", "340", "0", "9223372036854775807"), "12 of 340 songs"},
	};

	check_rows(rows, G_N_ELEMENTS(rows), words_progress);
}

static void
test_held(void)
{
	static const Row rows[] = {
		{"", NULL},
		{"'HeldRemovals': <uint32 0>", NULL},
		{"'HeldRemovals': <uint32 1>", "1 song will be removed from Pocket. Go ahead?"},
		{"'HeldRemovals': <uint32 40>", "40 songs will be removed from Pocket. Go ahead?"},
	};

	check_rows(rows, G_N_ELEMENTS(rows), words_held);
}

/* What follows the time. */
static char *
without_time(PortaDevice *device)
{
	g_autofree char *text = words_last_result(device);
	const char *colon = strstr(text, ": ");

	return g_strdup(colon == NULL ? text : colon + 2);
}

static void
test_last_result(void)
{
	static const Row rows[] = {
		{"", "Never synced"},
		{"'LastSync': <{'Time': <int64 1700000000>, 'Result': <0>}>",
		 "everything was as it should be"},
		{"'LastSync': <{'Time': <int64 1700000000>, 'Result': <0>, 'Copied': <uint32 12>, "
		 "'Replaced': <uint32 1>, 'Playlists': <uint32 1>, 'ErrorCount': <uint32 1>}>",
		 "12 copied, 1 replaced, 1 playlist changed, 1 failed"},
		{"'LastSync': <{'Time': <int64 1700000000>, 'Result': <-8>, 'Removed': <uint32 2>, "
		 "'Playlists': <uint32 3>, 'NoFitCount': <uint32 4>}>",
		 "2 removed, 3 playlists changed, 4 without room; the device is full"},
		{"'LastSync': <{'Time': <int64 1700000000>, 'Result': <-5>, 'Text': <'the device "
		 "was "
		 "unplugged'>}>",
		 "the device was unplugged"},
		{"'LastSync': <{'Time': <int64 1700000000>, 'Result': <-999>}>", "it failed"},
	};

	check_rows(rows, G_N_ELEMENTS(rows), without_time);
}

static void
test_time(void)
{
	g_autoptr(GDateTime) evening = g_date_time_new_local(2024, 3, 1, 23, 59, 0);
	g_autoptr(GDateTime) then = g_date_time_new_local(2024, 3, 1, 19, 4, 59);
	g_autoptr(GDateTime) next_day = g_date_time_add_minutes(evening, 2);
	gint64 unix_seconds = g_date_time_to_unix(then);
	g_autofree char *today = words_time(unix_seconds, evening);
	g_autofree char *yesterday = words_time(unix_seconds, next_day);
	g_autofree char *never = words_time(-1, evening);

	g_assert_cmpstr(today, ==, "Today 19:04");
	g_assert_cmpstr(yesterday, ==, "2024-03-01 19:04");
	g_assert_cmpstr(never, ==, "Never");
}

static void
test_estimate(void)
{
	static const struct {
		AdapterEstimate estimate;
		const char *text;
	} rows[] = {
		{{.added_items = 0}, "Would change no song"},
		{{.added_items = -1, .removed_items = -1, .no_fit_items = -1},
		 "Would change no song"},
		{{.added_bytes = 2100000000,
		  .added_items = 310,
		  .removed_items = 4,
		  .no_fit_items = 12},
		 "Would add 2.1" NBSP "GB (310 songs), remove 4 songs; 12 songs do not fit"},
		{{.added_bytes = 1, .added_items = 1, .no_fit_items = 1},
		 "Would add 1 byte (1 song); 1 song does not fit"},
		{{.removed_items = 1}, "Would remove 1 song"},
		{{.held_items = 12, .held_bytes = 1}, "12 songs would be removed, once you agree"},
		{{.held_items = 12, .no_fit_items = 2},
		 "12 songs would be removed, once you agree; 2 songs do not fit"},
		{{.removed_items = 1, .held_items = 1, .no_fit_items = 1},
		 "Would remove 1 song; 1 song would be removed, once you agree; 1 song does not "
		 "fit"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = words_estimate(&rows[i].estimate);
		g_assert_cmpstr(text, ==, rows[i].text);
	}
}

static void
test_reason(void)
{
	for (int32_t code = PORTA_OK; code >= PORTA_ERROR_ENGINE_LOST - 2; code--) {
		g_autofree char *said = words_reason(code, "as the helper says\n");
		g_autofree char *own = words_reason(code, "");
		g_assert_cmpstr(said, ==,
				code == PORTA_ERROR_CANCELLED ? "it was stopped"
							      : "as the helper says\\x0a");
		g_assert_cmpstr(own, !=, "");
	}
	g_autofree char *known = words_reason(PORTA_ERROR_NO_SPACE, NULL);
	g_assert_cmpstr(known, ==, "the device is full");
}

static gint64
random_bytes(void)
{
	static const gint64 often[] = {0, 1, G_MAXINT64, G_MAXINT64 - 1, 16000000000};
	int pick = g_test_rand_int_range(0, G_N_ELEMENTS(often) + 3);

	if (pick < (int)G_N_ELEMENTS(often))
		return often[pick];
	return ((gint64)(guint32)g_test_rand_int() << 31 ^ g_test_rand_int()) & G_MAXINT64;
}

/* Whatever the device claims, the parts are the whole. */
static void
check_space(void)
{
	gint64 capacity = random_bytes();
	g_autofree char *storages = g_strdup_printf(
		"'Storages': <[('a', 'A', uint64 %" G_GINT64_FORMAT ", uint64 %" G_GINT64_FORMAT
		", uint64 %" G_GINT64_FORMAT ", uint64 %" G_GINT64_FORMAT ")]>",
		capacity, random_bytes(), random_bytes(), random_bytes());
	PortaDevice *device = new_device(storages);
	AdapterEstimate estimate = {.added_bytes = random_bytes() - (g_test_rand_int() & 1),
				    .removed_bytes = random_bytes() - (g_test_rand_int() & 1)};
	WordsSpace space = words_space(device, g_test_rand_int() & 1 ? &estimate : NULL);
	const gint64 parts[] = {space.music, space.other, space.added, space.reserved, space.free};
	gint64 sum = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_assert_cmpint(parts[i], >=, 0);
		g_assert_cmpint(parts[i], <=, capacity - sum);
		sum += parts[i];
	}
	g_assert_cmpint(sum, ==, capacity);
	porta_device_free(device);
}

static void
test_space(void)
{
	for (int round = 0; round < ROUNDS; round++)
		check_space();
	PortaDevice *unknown = new_device("");
	WordsSpace nothing = words_space(unknown, NULL);
	g_assert_cmpint(nothing.free + nothing.other + nothing.music + nothing.reserved, ==, 0);
	porta_device_free(unknown);
}

#define MB 1000000

static void
test_space_parts(void)
{
	PortaDevice *device = new_device("'Storages': <[('a', 'A', uint64 100000000, uint64 "
					 "40000000, uint64 5000000, uint64 30000000)]>");
	AdapterEstimate estimate = {.added_bytes = 20 * MB, .removed_bytes = 10 * MB};
	WordsSpace now = words_space(device, NULL);
	WordsSpace then = words_space(device, &estimate);
	g_autofree char *text = words_space_text(&now);
	g_autofree char *text_then = words_space_text(&then);

	g_assert_cmpstr(text, ==,
			"music 30.0" NBSP "MB, other files 30.0" NBSP "MB, kept free 5.0" NBSP
			"MB, free 35.0" NBSP "MB");
	g_assert_cmpstr(text_then, ==,
			"music 20.0" NBSP "MB, to be added 20.0" NBSP "MB, other files 30.0" NBSP
			"MB, kept free 5.0" NBSP "MB, free 25.0" NBSP "MB");
	porta_device_free(device);
}

static void
test_failure_why(void)
{
	const struct {
		int32_t code;
		const char *source, *why;
	} rows[] = {
		{PORTA_ERROR_NOT_LOCAL, "file:///m/a.cue?1",
		 "it is a part of a file, and only whole files are synced"},
		{PORTA_ERROR_NOT_LOCAL, "http://radio/x?1", "as the helper says"},
		{PORTA_ERROR_SOURCE_MISSING, "/m/why?.mp3", "as the helper says"},
		{PORTA_ERROR_SOURCE_MISSING, "file:///m/a.cue?1", "as the helper says"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		AdapterFailure failure = {.item = "",
					  .source = (char *)rows[i].source,
					  .code = rows[i].code,
					  .text = "as the helper says"};
		g_autofree char *why = words_failure_why(&failure);
		g_assert_cmpstr(why, ==, rows[i].why);
	}
}

/* Whatever a file is called, a step stays a line. */
static void
test_plan(void)
{
	PortaPlan *plan = new_plan(
		"[(2, 11, 'Music/a.mp3', '', '/m/a.mp3', 'file:///m/a.mp3', 'A', 31200456, 1, "
		"'Run', "
		"'not on the device yet', 'x'),"
		" (6, 22, 'Music/new.mp3', 'Music/old\\n.mp3', '/m/n.mp3', '', 'N', 0, 1, '', "
		"'renamed', 'x'),"
		" (5, 5, '', '', '', 'http://radio/x', 'Radio', 0, 1, '', 'not a file', ''),"
		" (5, 6, '', '', '', 'http://radio/x?2', 'Radio', 0, 1, '', 'not a file', ''),"
		" (5, 6, '', '', '', 'file:///m/a.cue?2', 'Two', 0, 1, '', 'not a file', ''),"
		" (4, 31, 'Music/\\u001b[31m\\u202e.mp3', '', '', '', '', 1, 0, '', '', 'x'),"
		" (99, 1, '', '', '', '', 'Of later', 0, 1, '', '', '')]");
	g_autofree char *text = words_plan(plan);
	PortaPlan *empty = new_plan("[]");
	g_autofree char *nothing = words_plan(empty);

	g_assert_cmpstr(
		text, ==,
		"Copy: Music/a.mp3 (31.2" NBSP "MB): not on the device yet\n"
		"Rename: Music/old\\x0a.mp3 → Music/new.mp3: renamed\n"
		"Cannot be synced: http://radio/x: not a file\n"
		"Cannot be synced: http://radio/x?2: not a file\n"
		"Cannot be synced: file:///m/a.cue?2: it is a part of a file, and only whole "
		"files are synced\n"
		"Remove: Music/\\x1b[31m\\u202e.mp3 (1 byte)\n"
		"Other: Of later\n");
	g_assert_cmpstr(nothing, ==, "");
	porta_plan_free(plan);
	porta_plan_free(empty);
}

static void
test_plan_changes(void)
{
	PortaPlan *plan = new_plan(
		"[(1, 1, 'Music/a.mp3', '', '', '', '', 0, 1, '', 'unchanged', ''),"
		" (2, 2, 'Music/b.mp3', '', '', '', '', 0, 1, '', 'new', ''),"
		" (10, 30, 'Music/c.mp3', '', '', '', '', 0, 1, '', 'no room', ''),"
		" (5, 4, '', '', '/m/d.mp3', '', '', 0, 1, '', 'its file is not there', '')]");
	PortaPlan *kept =
		new_plan("[(1, 1, 'Music/a.mp3', '', '', '', '', 0, 1, '', 'unchanged', '')]");
	g_autofree char *changes = words_plan_changes(plan);
	g_autofree char *nothing = words_plan_changes(kept);

	g_assert_cmpstr(changes, ==,
			"A sync now would take 1 step:\n"
			"Copy: Music/b.mp3: new\n"
			"Does not fit: Music/c.mp3: no room\n"
			"Cannot be synced: /m/d.mp3: its file is not there\n");
	g_assert_cmpstr(nothing, ==, "A sync now would change nothing.\n");
	porta_plan_free(plan);
	porta_plan_free(kept);
}

int
main(int argc, char **argv)
{
	g_setenv("LC_ALL", "C.UTF-8", TRUE);
	setlocale(LC_ALL, "");
	g_test_init(&argc, &argv, NULL);
	words_init();
	words_init();
	g_test_add_func("/words/state", test_state);
	g_test_add_func("/words/name", test_name);
	g_test_add_func("/words/progress", test_progress);
	g_test_add_func("/words/held", test_held);
	g_test_add_func("/words/last-result", test_last_result);
	g_test_add_func("/words/time", test_time);
	g_test_add_func("/words/estimate", test_estimate);
	g_test_add_func("/words/reason", test_reason);
	g_test_add_func("/words/plan", test_plan);
	g_test_add_func("/words/plan-changes", test_plan_changes);
	g_test_add_func("/words/failure-why", test_failure_why);
	g_test_add_func("/words/space-is-the-whole", test_space);
	g_test_add_func("/words/space-in-parts", test_space_parts);
	return g_test_run();
}
