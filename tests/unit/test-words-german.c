/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-words-german: that translations are found and used, beside a host's own. The locale is
 * made here: no machine need have it.
 */
#include "client/device-snapshot.h"
#include "common/words.h"
#include "plan-in-words.h"

#include <glib/gstdio.h>
#include <libintl.h>
#include <locale.h>

#define NBSP "\302\240" /* of GLib's sizes */

static PortaDevice *
new_device(const char *properties)
{
	g_autoptr(GVariant) values = g_variant_ref_sink(g_variant_new_parsed(properties));

	return device_new(values);
}

static void
test_words(void)
{
	PortaDevice *device = new_device(
		"{'Id': <'X'>, 'FriendlyName': <'Björk'>, 'Connected': <true>, 'Status': <1>, "
		"'Detail': <6>, 'SyncState': <1>, 'HeldRemovals': <uint32 1>, "
		"'Progress': <(uint32 5, uint64 1, uint64 2, uint32 12, uint32 12310, '', "
		"uint64 8200000, int64 115)>}");
	g_autofree char *state = words_state(device);
	g_autofree char *progress = words_progress(device);
	g_autofree char *held = words_held(device);
	g_autofree char *last = words_last_result(device);

	g_assert_cmpstr(state, ==, "Kopiert");
	g_assert_cmpstr(progress, ==, "12 von 12.310 Titeln, 8,2" NBSP "MB/s, noch 2 Minuten");
	g_assert_cmpstr(held, ==, "1 Titel wird von Björk entfernt. Fortfahren?");
	g_assert_cmpstr(last, ==, "Nie abgeglichen");
	porta_device_free(device);
}

/* What the helper says is English: where we have a sentence of our own, it is not shown. */
static void
test_reason(void)
{
	g_autofree char *known = words_reason(PORTA_ERROR_NO_SPACE, "no room for x.mp3");
	g_autofree char *newer = words_reason(-77, "something quite new");

	g_assert_cmpstr(known, ==, "das Gerät ist voll");
	g_assert_cmpstr(newer, ==, "something quite new");
	g_assert_cmpstr(words_action(PORTA_ACTION_COPY), ==, "Kopieren");
}

/* The engine speaks English; whoever shows its plan speaks German, as far as it is known. */
static void
test_plan(void)
{
	PortaPlan *plan = new_plan(
		"[(4, 50, 'Music/a.mp3', '', '', '', '', 0, 1, '', 'no longer wanted', ''),"
		" (5, 6, '', '', '', 'file:///a.cue?2', '', 0, 1, '', 'it is not a file', ''),"
		" (1, 999, 'Music/b.mp3', '', '', '', '', 0, 1, '', 'something quite new', '')]");
	g_autofree char *text = words_plan(plan);

	g_assert_cmpstr(text, ==,
			"Entfernen: Music/a.mp3: nicht mehr gewünscht\n"
			"Nicht abgleichbar: file:///a.cue?2: es ist ein Teil einer Datei, und nur "
			"ganze Dateien werden abgeglichen\n"
			"Behalten: Music/b.mp3: something quite new\n");
	porta_plan_free(plan);
}

/* localedef's archive of one locale, in a folder of the test's own. */
static void
make_locale(const char *folder)
{
	g_autofree char *path = g_build_filename(folder, "de_DE.UTF-8", NULL);
	const char *command[] = {"localedef", "--no-archive", "-i", "de_DE",
				 "-f",        "UTF-8",        path, NULL};
	g_autoptr(GError) error = NULL;
	int status = -1;

	g_spawn_sync(NULL, (char **)command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
		     &status, &error);
	g_assert_no_error(error);
	g_assert_true(g_spawn_check_wait_status(status, &error));
	g_setenv("LOCPATH", folder, TRUE);
	g_setenv("LC_ALL", "de_DE.UTF-8", TRUE);
	g_unsetenv("LANGUAGE");
	g_assert_nonnull(setlocale(LC_ALL, ""));
}

static void
remove_folder(const char *path)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *inner = g_build_filename(path, name, NULL);
		remove_folder(inner);
	}
	g_remove(path);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_autofree char *folder = g_dir_make_tmp("portamento-locale-XXXXXX", NULL);
	make_locale(folder);
	words_init();
	bindtextdomain("portamento", g_getenv("PORTAMENTO_TRANSLATIONS")); /* not installed yet */
	g_test_add_func("/words/german", test_words);
	g_test_add_func("/words/reason-in-german", test_reason);
	g_test_add_func("/words/plan-in-german", test_plan);
	int status = g_test_run();
	remove_folder(folder);
	return status;
}
