/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The configuration file: what it says, and which mistakes it is refused for.
 */
#include "config.h"

#include <stdlib.h>
#include <unistd.h>

#include "unit.h"

#define EXAMPLE EXAMPLE_DIRECTORY "/portamento-mpd.conf"

static char *
write_file(const char *content)
{
	char *path = text_copy("/tmp/portamento-test-XXXXXX");
	int fd = mkstemp(path);

	CHECK(fd >= 0 && write(fd, content, strlen(content)) == (ssize_t)strlen(content));
	close(fd);
	return path;
}

static bool
load(Config *config, const char *content, char **error)
{
	char *path AUTO_TEXT = write_file(content);
	bool is_loaded = config_load(config, path, error);

	unlink(path);
	return is_loaded;
}

static void
check_full_file(void)
{
	Config config AUTO(config_clear) = {0};
	char *error AUTO_TEXT = NULL;

	CHECK(load(&config,
		   "# a comment\n ; another\r\n\n"
		   "host = pass@word@nas\nport=6601\n  timeout =  7  \nlog = syslog\n"
		   "music_directory = /mnt/nas/My Music\n"
		   "[device *]\n"
		   "playlist = Sunday morning 3\nplaylist = \"Mix 2020\" 1\nlibrary = 9\n"
		   "fill = least-recently-synced\nreserve = 10\nsync_on_connect = no\n"
		   "partnership = always\n"
		   "[device 04e8-6860-xyz]\nlibrary = no\n"
		   "[device Kitchen player]\ndefault = 2\nplaylist =\n",
		   &error));
	CHECK_TEXT(config.host, "word@nas");
	CHECK_TEXT(config.password, "pass");
	CHECK(config.port == 6601 && config.timeout_ms == 7000);
	CHECK_TEXT(config.music_directory, "/mnt/nas/My Music");
	CHECK_TEXT(config.log_target, "syslog");
	CHECK(config.n_devices == 3);

	const Wanted *any = &config.devices[0];
	CHECK_TEXT(any->device, "*");
	CHECK(any->n_rules == 4 && any->has_rules);
	CHECK_TEXT(any->rules[0].playlist, "Sunday morning");
	CHECK(any->rules[0].kind == PORTA_RULE_PLAYLIST && any->rules[0].priority == 3);
	CHECK_TEXT(any->rules[1].playlist, "Mix 2020");
	CHECK(any->rules[2].kind == PORTA_RULE_LIBRARY && any->rules[2].priority == 9);
	CHECK(any->rules[3].kind == PORTA_RULE_FILL);
	CHECK(any->rules[3].option == PORTA_FILL_LEAST_RECENTLY_SYNCED);
	CHECK(any->reserve_percent == 10 && any->sync_on_connect == 0 && any->create_partnership);

	/* "no" is a rule set too: an empty one */
	CHECK(config.devices[1].has_rules && config.devices[1].n_rules == 0);
	CHECK(config.devices[1].reserve_percent == -1 && config.devices[1].sync_on_connect == -1);
	CHECK_TEXT(config.devices[2].device, "Kitchen player");
	CHECK(config.devices[2].n_rules == 1 &&
	      config.devices[2].rules[0].kind == PORTA_RULE_DEFAULT);
}

static const struct {
	const char *content, *complaint;
} mistakes[] = {
	{"\nhots = x\n", ":2: “hots” is not known before the first [device] section"},
	{"host\n", ":1: “host” is not of the form “key = value”"},
	{"port = 0\n", ":1: port is a number from 1 to 65535, not “0”"},
	{"port = 66000\n", "port is a number"},
	{"timeout = soon\n", "timeout is in seconds"},
	{"music_directory = music\n", "music_directory is an absolute path"},
	{"[players]\n", "sections are called [device ID]"},
	{"[device *\n", "sections are called [device ID]"},
	{"[device ]\n", "[device] names no device"},
	{"[devices]\n", "sections are called [device ID]"},
	{"[device *]\nhost = x\n", ":2: “host” is not known in a [device] section"},
	{"[device *]\nplaylist = Running\n", ":2: playlist is a name and a priority"},
	{"[device *]\nplaylist = Running 0\n", "playlist is a name and a priority"},
	{"[device *]\nlibrary = yes\n", "a priority from 1 (most important), or no"},
	{"[device *]\nfill = random\n", "fill is shuffle, top-rated, recent"},
	{"[device *]\nreserve = 96\n", "0 to 95"},
	{"[device *]\nsync_on_connect = maybe\n", "yes or no"},
	{"[device *]\npartnership = never\n", "ask or always"},
};

static void
check_mistakes(void)
{
	for (size_t i = 0; i < COUNT_OF(mistakes); i++) {
		Config config AUTO(config_clear) = {0};
		char *error AUTO_TEXT = NULL;
		CHECK(!load(&config, mistakes[i].content, &error));
		bool is_said = error != NULL && strstr(error, mistakes[i].complaint) != NULL;
		if (!is_said)
			fprintf(stderr, "it says: %s\n", error);
		CHECK(is_said);
	}
}

static void
check_absence(void)
{
	Config config AUTO(config_clear) = {0};
	char *error AUTO_TEXT = NULL;

	CHECK(!config_load(&config, "/nonexistent/mpd.conf", &error));
	text_clear(&error);
	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	if (access("/etc/portamento/mpd.conf", F_OK) == 0)
		return;
	CHECK(config_load(&config, NULL, &error));
	CHECK(!config.exists && config.host == NULL && config.n_devices == 0);
	CHECK_TEXT(config.path, "/nonexistent/portamento/mpd.conf");
}

/* The example says nothing by itself, and everything in it is right once uncommented. */
static void
check_example(void)
{
	Config config AUTO(config_clear) = {0}, uncommented AUTO(config_clear) = {0};
	char *error AUTO_TEXT = NULL;
	char *line AUTO_TEXT = NULL, *content AUTO_TEXT = text_copy("");
	size_t room = 0;

	CHECK(config_load(&config, EXAMPLE, &error));
	CHECK(config.n_devices == 1 && config.devices[0].n_rules == 0 &&
	      !config.devices[0].has_rules);
	FILE *file = fopen(EXAMPLE, "r");
	while (file != NULL && getline(&line, &room, file) > 0) {
		bool is_setting = line[0] == '#' && line[1] != ' ' && line[1] != '\n';
		char *longer = text_format("%s%s", content, is_setting ? line + 1 : line);
		free(content);
		content = longer;
	}
	fclose(file);
	CHECK(load(&uncommented, content, &error));
	if (error != NULL)
		fprintf(stderr, "%s\n", error);
	CHECK(uncommented.n_devices == 2 && uncommented.devices[0].n_rules == 5);
}

static void
check_hosts(void)
{
	Config config AUTO(config_clear) = {0};

	config_set_host(&config, "@abstract");
	CHECK_TEXT(config.host, "@abstract");
	CHECK(config.password == NULL);
	config_set_host(&config, "pw@@abstract");
	CHECK_TEXT(config.host, "@abstract");
	CHECK_TEXT(config.password, "pw");
}

int
main(void)
{
	check_full_file();
	check_mistakes();
	check_absence();
	check_example();
	check_hosts();
	return unit_failures != 0;
}
