/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * portamentoctl: look at portable devices and steer their syncs from a terminal
 * or a script. This file reads the command line; the words are in *-command.c.
 */
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ctl/commands.h"

static char *device_option;
static gboolean json_option;
static gboolean version_option;
static gboolean help_option;

static const GOptionEntry common_options[] = {
	{"device", 'd', 0, G_OPTION_ARG_STRING, &device_option,
	 "The device meant (default: the one connected)", "ID|NAME"},
	{"json", 'j', 0, G_OPTION_ARG_NONE, &json_option, "Print JSON", NULL},
	{NULL},
};

static const GOptionEntry main_options[] = {
	{"version", 0, 0, G_OPTION_ARG_NONE, &version_option, "Print the version", NULL},
	{"help", 'h', 0, G_OPTION_ARG_NONE, &help_option, "Print this", NULL},
	{NULL},
};

static void
print_help(void)
{
	puts("Usage: portamentoctl [-d DEVICE] [--json] COMMAND ...\n\n"
	     "Keeps portable players in step with music libraries.\n");
	for (const Command *command = commands; command->name != NULL; command++)
		printf("  %-16s %s\n", command->name, command->summary);
	puts("\n"
	     "  -d, --device ID|NAME   The device meant (default: the one connected)\n"
	     "  -j, --json             Print JSON\n"
	     "      --version          Print the version\n\n"
	     "portamentoctl COMMAND --help tells more; exit codes are in portamentoctl(1).");
}

static const Command *
find_command(const char *name)
{
	for (const Command *command = commands; command->name != NULL; command++) {
		if (strcmp(command->name, name) == 0)
			return command;
	}
	return NULL;
}

/* Options up to the command; argv is the command and what follows it afterwards. */
static gboolean
read_main_options(int *argc, char ***argv)
{
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) error = NULL;

	g_option_context_set_strict_posix(context, TRUE);
	g_option_context_set_help_enabled(context, FALSE);
	g_option_context_add_main_entries(context, common_options, NULL);
	g_option_context_add_main_entries(context, main_options, NULL);
	if (!g_option_context_parse(context, argc, argv, &error)) {
		ctl_complain("%s; see portamentoctl --help", error->message);
		return FALSE;
	}
	(*argv)++;
	(*argc)--;
	return TRUE;
}

/* Options after the command; argv is the command and its words afterwards. */
static gboolean
read_command_options(const Command *command, int *argc, char ***argv)
{
	g_autofree char *words = g_strdup_printf("%s — %s", command->words, command->summary);
	g_autofree char *program = g_strdup_printf("portamentoctl %s", command->name);
	g_autoptr(GOptionContext) context = g_option_context_new(words);
	g_autoptr(GError) error = NULL;

	g_set_prgname(program);
	if (command->detail != NULL)
		g_option_context_set_description(context, command->detail);
	if (command->options != NULL)
		g_option_context_add_main_entries(context, command->options, NULL);
	g_option_context_add_main_entries(context, common_options, NULL);
	if (!g_option_context_parse(context, argc, argv, &error)) {
		ctl_complain("%s; see portamentoctl %s --help", error->message, command->name);
		return FALSE;
	}
	guint n_words = (guint)*argc - 1;
	if (n_words >= command->least_words && n_words <= command->most_words)
		return TRUE;
	ctl_complain("usage: portamentoctl %s %s", command->name, command->words);
	return FALSE;
}

static void
look_at_terminal(Ctl *ctl)
{
	const char *terminal = g_getenv("TERM");
	const char *no_colour = g_getenv("NO_COLOR");

	ctl->terminal = isatty(STDOUT_FILENO) && terminal != NULL && strcmp(terminal, "dumb") != 0;
	ctl->colour = ctl->terminal && (no_colour == NULL || no_colour[0] == '\0');
}

static int
run_command(const Command *command, char **words)
{
	Ctl ctl = {.json = json_option, .device = device_option, .signal_fd = -1};

	look_at_terminal(&ctl);
	int status = ctl_connect(&ctl);
	if (status == EXIT_OK)
		status = command->run(&ctl, words);
	ctl_clear(&ctl);
	return status;
}

int
main(int argc, char **argv)
{
	setlocale(LC_ALL, "");
	if (!read_main_options(&argc, &argv))
		return EXIT_USAGE;
	if (version_option) {
		puts("portamentoctl " PORTAMENTO_VERSION);
		return EXIT_OK;
	}
	if (help_option || argc == 0) {
		print_help();
		return help_option ? EXIT_OK : EXIT_USAGE;
	}
	const Command *command = find_command(argv[0]);
	if (command == NULL) {
		ctl_complain("there is no command “%s”; see portamentoctl --help", argv[0]);
		return EXIT_USAGE;
	}
	if (!read_command_options(command, &argc, &argv))
		return EXIT_USAGE;
	return run_command(command, argv + 1);
}
