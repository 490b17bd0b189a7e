/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * portamento-mpd: keeps portable players in step with a Music Player Daemon.
 *
 * It tells Portamento what MPD has and what its owner wants on which device;
 * copying is the engine's business. Music files are never opened here, and
 * MPD's are only ever read (law 5), its stickers aside.
 */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "log.h"
#include "stop.h"
#include "summary.h"
#include "watch.h"

/* cron gives a program no session; where the user's bus is, is convention. */
static void
find_session(void)
{
	struct stat status;
	char *directory AUTO_TEXT = text_format("/run/user/%ld", (long)getuid());

	if (getenv("XDG_RUNTIME_DIR") == NULL && stat(directory, &status) == 0 &&
	    S_ISDIR(status.st_mode) && status.st_uid == getuid())
		setenv("XDG_RUNTIME_DIR", directory, 1);
}

static bool
write_pid_file(const char *path, char **error)
{
	FILE *file = fopen(path, "we");

	if (file != NULL) {
		fprintf(file, "%ld\n", (long)getpid());
		if (fclose(file) == 0)
			return true;
	}
	*error = text_format("The pid file %s can not be written: %s.", path, strerror(errno));
	return false;
}

/* The daemon says what it does in its log; a command's answer is on standard output. */
static LogLevel
log_level(const Options *options)
{
	if (options->verbose)
		return LOG_LEVEL_VERBOSE;
	if (options->quiet)
		return LOG_LEVEL_ERROR;
	return options->command == COMMAND_WATCH ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING;
}

static bool
prepare(const Options *options, Config *config, char **error)
{
	if (!config_load(config, options->config_path, error))
		return false;
	if (options->host != NULL)
		config_set_host(config, options->host);
	if (options->port > 0)
		config->port = options->port;
	/* the file's "log" is the daemon's */
	const char *target = options->log_target;
	if (target == NULL && options->command == COMMAND_WATCH)
		target = config->log_target;
	return log_open(target, log_level(options), error);
}

static int
watch(const Options *options, Config *config)
{
	char *error AUTO_TEXT = NULL;

	/* before libportamento starts its thread */
	if (options->daemonize && daemon(0, 0) != 0)
		error = text_format("The daemon can not go to the background: %s.",
				    strerror(errno));
	if (error == NULL && options->pid_file != NULL)
		write_pid_file(options->pid_file, &error);
	if (error != NULL) {
		log_error("%s", error);
		return EXIT_FAILED;
	}
	int status = watch_run(options, config);
	if (options->pid_file != NULL)
		unlink(options->pid_file);
	return status;
}

static int
run(const Options *options, Config *config)
{
	switch (options->command) {
	case COMMAND_PUBLISH: return command_publish(options, config);
	case COMMAND_SYNC: return command_sync(options, config);
	case COMMAND_PLAYLISTS: return command_playlists(options, config);
	case COMMAND_STATUS: return command_status(options, config);
	case COMMAND_DUMP: return command_dump(options, config);
	default: return watch(options, config);
	}
}

/* A program without a locale (cron, systemd) still shows names as they are. */
static void
choose_locale(void)
{
	const char *chosen = setlocale(LC_CTYPE, "");

	if (chosen == NULL || strcmp(chosen, "C") == 0 || strcmp(chosen, "POSIX") == 0)
		setlocale(LC_CTYPE, "C.UTF-8");
}

int
main(int argc, char **argv)
{
	Options options AUTO(options_clear) = {0};
	Config config AUTO(config_clear) = {0};
	char *error AUTO_TEXT = NULL;

	choose_locale();
	find_session();
	if (!options_parse(&options, argc, argv, &error)) {
		fprintf(stderr, "portamento-mpd: %s\n", error);
		return EXIT_USAGE;
	}
	if (options.is_finished)
		return EXIT_OK;
	if (!prepare(&options, &config, &error)) {
		fprintf(stderr, "portamento-mpd: %s\n", error);
		return EXIT_USAGE;
	}
	stop_install();
	int status = run(&options, &config);
	log_close();
	return status;
}
