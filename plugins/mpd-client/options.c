/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * options: the command line, portamento-mpd(1).
 */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { /* options without a letter */
       OPTION_DAEMON = 256,
       OPTION_NO_DAEMON,
       OPTION_LOG,
       OPTION_PID_FILE,
       OPTION_PAGE,
       OPTION_LIBRARY,
       OPTION_DEFAULT,
       OPTION_FILL,
       OPTION_RESERVE,
       OPTION_CREATE_PARTNERSHIP,
       OPTION_DRY_RUN,
       OPTION_WAIT,
       OPTION_ONCE
};

static const struct option long_options[] = {
	{"conf", required_argument, NULL, 'c'},
	{"host", required_argument, NULL, 'H'},
	{"port", required_argument, NULL, 'P'},
	{"log", required_argument, NULL, OPTION_LOG},
	{"pidfile", required_argument, NULL, OPTION_PID_FILE},
	{"daemon", no_argument, NULL, OPTION_DAEMON},
	{"no-daemon", no_argument, NULL, OPTION_NO_DAEMON},
	{"verbose", no_argument, NULL, 'v'},
	{"quiet", no_argument, NULL, 'q'},
	{"page", required_argument, NULL, OPTION_PAGE},
	{"playlist", required_argument, NULL, 'p'},
	{"library", no_argument, NULL, OPTION_LIBRARY},
	{"default", no_argument, NULL, OPTION_DEFAULT},
	{"fill", required_argument, NULL, OPTION_FILL},
	{"reserve", required_argument, NULL, OPTION_RESERVE},
	{"device", required_argument, NULL, 'd'},
	{"create-partnership", no_argument, NULL, OPTION_CREATE_PARTNERSHIP},
	{"dry-run", no_argument, NULL, OPTION_DRY_RUN},
	{"wait", required_argument, NULL, OPTION_WAIT},
	{"once", no_argument, NULL, OPTION_ONCE},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

static const char usage[] =
	"Usage: portamento-mpd [OPTION]...           keep devices in step with MPD, for ever\n"
	"       portamento-mpd publish               tell Portamento once what MPD has\n"
	"       portamento-mpd sync [WANTED]...      publish, and sync a device now\n"
	"       portamento-mpd --once                publish, sync what is connected; for cron\n"
	"       portamento-mpd playlists             MPD's stored playlists\n"
	"       portamento-mpd status                MPD, its music, the devices\n"
	"       portamento-mpd dump                  what would be published, as JSON lines\n"
	"\n"
	"Wanted on the device, the most important first; without, the configuration's rules:\n"
	"  -p, --playlist NAME       a stored playlist; may be repeated\n"
	"      --library             all songs\n"
	"      --default             playlists, then the best rated, the newest, ... all songs\n"
	"      --fill HOW            the room that is left: shuffle, top-rated, recent,\n"
	"                            least-recently-synced\n"
	"      --reserve PERCENT     of the device to keep free, 0 to 95\n"
	"  -d, --device ID|NAME      which device, if several are connected\n"
	"      --create-partnership  with a device that has none yet\n"
	"      --dry-run             only say what a sync would do\n"
	"      --wait SECONDS        for a device to appear (10)\n"
	"\n"
	"Options:\n"
	"  -c, --conf FILE           instead of ~/.config/portamento/mpd.conf\n"
	"  -H, --host HOST           MPD's host, password@host, or socket\n"
	"  -P, --port PORT           MPD's port\n"
	"      --log TARGET          a file, syslog, or - for standard error\n"
	"      --daemon, --no-daemon go to the background, or do not (as it is)\n"
	"      --pidfile FILE        write the process id there\n"
	"      --page SONGS          asked from MPD at a time (2500)\n"
	"  -v, --verbose             say more\n"
	"  -q, --quiet               say only what failed\n"
	"  -h, --help   -V, --version\n"
	"\n"
	"Exit status: 0 done, 1 failed, 2 wrong usage, 3 no device, 4 no helper, 5 some songs "
	"failed,\n"
	"6 removals to confirm, 7 device locked or busy, 8 no partnership, 9 device full.\n"
	"See portamento-mpd(1).\n";

static bool
parse_limited(const char *option, const char *text, int64_t minimum, int64_t maximum, int64_t *out,
	      char **error)
{
	if (text_parse_number(text, minimum, maximum, out))
		return true;
	*error = text_format("%s takes a number from %lld to %lld, not “%s”.", option,
			     (long long)minimum, (long long)maximum, text);
	return false;
}

static bool
parse_number_option(Options *options, int option, char **error)
{
	int64_t number = 0;

	if (option == 'P') {
		if (!parse_limited("--port", optarg, 1, 65535, &number, error))
			return false;
		options->port = (unsigned int)number;
	} else if (option == OPTION_PAGE) {
		if (!parse_limited("--page", optarg, 1, 100000, &number, error))
			return false;
		options->page_songs = (unsigned int)number;
	} else {
		if (!parse_limited("--wait", optarg, 0, 86400, &number, error))
			return false;
		options->wait_seconds = (int)number;
	}
	return true;
}

/* What is wanted on the device. */
static bool
parse_wanted(Options *options, int option, char **error)
{
	Wanted *wanted = &options->wanted;
	int32_t priority = wanted_next_priority(wanted), fill = 0;

	switch (option) {
	case 'p': wanted_add_rule(wanted, PORTA_RULE_PLAYLIST, optarg, priority, 0); return true;
	case OPTION_LIBRARY:
		wanted_add_rule(wanted, PORTA_RULE_LIBRARY, NULL, priority, 0);
		return true;
	case OPTION_DEFAULT:
		wanted_add_rule(wanted, PORTA_RULE_DEFAULT, NULL, priority, 0);
		return true;
	case OPTION_FILL:
		if (!wanted_parse_fill(optarg, &fill, error))
			return false;
		wanted_add_rule(wanted, PORTA_RULE_FILL, NULL, 0, fill);
		return true;
	case OPTION_RESERVE: return wanted_parse_reserve(optarg, &wanted->reserve_percent, error);
	case OPTION_CREATE_PARTNERSHIP: wanted->create_partnership = true; return true;
	default: text_set(&wanted->device, optarg); return true;
	}
}

/* A daemon in the background is in another folder. */
static void
set_path(char **out, const char *path)
{
	char *folder AUTO_TEXT = path[0] != '/' ? getcwd(NULL, 0) : NULL;

	free(*out);
	*out = folder != NULL ? text_format("%s/%s", folder, path) : text_copy(path);
}

static bool
parse_option(Options *options, int option, char **error)
{
	switch (option) {
	case 'c': set_path(&options->config_path, optarg); return true;
	case 'H': text_set(&options->host, optarg); return true;
	case OPTION_LOG: text_set(&options->log_target, optarg); return true;
	case OPTION_PID_FILE: set_path(&options->pid_file, optarg); return true;
	case OPTION_DAEMON: options->daemonize = true; return true;
	case OPTION_NO_DAEMON: options->daemonize = false; return true;
	case 'v': options->verbose = true; return true;
	case 'q': options->quiet = true; return true;
	case OPTION_DRY_RUN: options->dry_run = true; return true;
	case OPTION_ONCE: options->once = options->quiet = true; return true;
	case 'P':
	case OPTION_PAGE:
	case OPTION_WAIT: return parse_number_option(options, option, error);
	case 'h':
		options->is_finished = true;
		fputs(usage, stdout);
		return true;
	case 'V':
		options->is_finished = true;
		puts("portamento-mpd " PORTAMENTO_VERSION);
		return true;
	case ':':
		*error = text_format("%s needs a value.",
				     optopt > 255 || optopt == 0
					     ? "The last option"
					     : (char[]){'-', (char)optopt, '\0'});
		return false;
	case '?': *error = text_copy("There is no such option; --help lists them."); return false;
	default: return parse_wanted(options, option, error);
	}
}

static bool
parse_command(Options *options, const char *word, char **error)
{
	static const char *const commands[] = {
		[COMMAND_PUBLISH] = "publish",     [COMMAND_SYNC] = "sync",
		[COMMAND_PLAYLISTS] = "playlists", [COMMAND_STATUS] = "status",
		[COMMAND_DUMP] = "dump",
	};

	for (size_t i = COMMAND_PUBLISH; i < COUNT_OF(commands); i++) {
		if (strcmp(commands[i], word) == 0) {
			options->command = (Command)i;
			return true;
		}
	}
	*error = text_format("There is no command “%s”; --help lists them.", word);
	return false;
}

static bool
check(const Options *options, char **error)
{
	bool is_for_sync = options->wanted.has_rules || options->wanted.device != NULL ||
			   options->dry_run || options->wanted.create_partnership ||
			   options->wanted.reserve_percent >= 0;

	if (is_for_sync && options->command != COMMAND_SYNC)
		*error = text_copy("What is wanted on a device goes with the command sync: "
				   "portamento-mpd sync --playlist Running");
	else if (options->daemonize && options->command != COMMAND_WATCH)
		*error = text_copy("--daemon goes with no command: only the daemon stays.");
	return *error == NULL;
}

bool
options_parse(Options *options, int argc, char **argv, char **error)
{
	int option;

	*options = (Options){.page_songs = 2500, .wait_seconds = 10};
	wanted_init(&options->wanted, NULL);
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":c:H:P:vqp:d:hV", long_options, NULL)) >= 0) {
		if (!parse_option(options, option, error))
			return false;
		if (options->is_finished)
			return true;
	}
	if (options->once)
		options->command = COMMAND_SYNC;
	if (optind < argc && !parse_command(options, argv[optind++], error))
		return false;
	if (optind < argc) {
		*error = text_format("“%s” is one word too many.", argv[optind]);
		return false;
	}
	return check(options, error);
}

void
options_clear(Options *options)
{
	text_clear(&options->config_path);
	text_clear(&options->host);
	text_clear(&options->log_target);
	text_clear(&options->pid_file);
	wanted_clear(&options->wanted);
}
