/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * config: the configuration file, portamento-mpd.conf(5).
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
	const char *name;
	bool (*set)(Config *config, Wanted *wanted, const char *value, char **error);
} Key;

void
config_set_host(Config *config, const char *host)
{
	const char *at = strchr(host, '@');

	/* "@name" is an abstract socket, "password@host" is not */
	if (at != NULL && at != host) {
		free(config->password);
		config->password = text_format("%.*s", (int)(at - host), host);
		host = at + 1;
	}
	text_set(&config->host, host);
}

static bool
set_host(Config *config, Wanted *wanted, const char *value, char **error)
{
	config_set_host(config, value);
	return true;
}

static bool
set_port(Config *config, Wanted *wanted, const char *value, char **error)
{
	int64_t port = 0;

	if (!text_parse_number(value, 1, 65535, &port)) {
		*error = text_format("port is a number from 1 to 65535, not “%s”", value);
		return false;
	}
	config->port = (unsigned int)port;
	return true;
}

static bool
set_password(Config *config, Wanted *wanted, const char *value, char **error)
{
	text_set(&config->password, value);
	return true;
}

static bool
set_timeout(Config *config, Wanted *wanted, const char *value, char **error)
{
	int64_t seconds = 0;

	if (!text_parse_number(value, 1, 3600, &seconds)) {
		*error = text_format("timeout is in seconds, 1 to 3600, not “%s”", value);
		return false;
	}
	config->timeout_ms = (unsigned int)seconds * 1000;
	return true;
}

static bool
set_music_directory(Config *config, Wanted *wanted, const char *value, char **error)
{
	const char *home = getenv("HOME");

	free(config->music_directory);
	config->music_directory = NULL;
	if (strncmp(value, "~/", 2) == 0 && home != NULL)
		config->music_directory = text_format("%s%s", home, value + 1);
	else if (value[0] == '/')
		config->music_directory = text_copy(value);
	else
		*error = text_format("music_directory is an absolute path or begins with ~/, "
				     "“%s” does not",
				     value);
	return config->music_directory != NULL;
}

static bool
set_log(Config *config, Wanted *wanted, const char *value, char **error)
{
	text_set(&config->log_target, value);
	return true;
}

static bool
add_whole_library(Wanted *wanted, int32_t kind, const char *value, char **error)
{
	int64_t priority = 0;
	bool is_wanted = true;

	wanted->has_rules = true;
	if (text_parse_number(value, 1, INT32_MAX, &priority)) {
		wanted_add_rule(wanted, kind, NULL, (int32_t)priority, 0);
		return true;
	}
	if (text_parse_bool(value, &is_wanted) && !is_wanted)
		return true;
	*error = text_format("a priority from 1 (most important), or no; not “%s”", value);
	return false;
}

static bool
add_library(Config *config, Wanted *wanted, const char *value, char **error)
{
	return add_whole_library(wanted, PORTA_RULE_LIBRARY, value, error);
}

static bool
add_default(Config *config, Wanted *wanted, const char *value, char **error)
{
	return add_whole_library(wanted, PORTA_RULE_DEFAULT, value, error);
}

/* NAME PRIORITY; the name may hold blanks, and may stand in quotation marks */
static bool
add_playlist(Config *config, Wanted *wanted, const char *value, char **error)
{
	char *copy AUTO_TEXT = text_copy(value);
	int64_t priority = 0;

	char *blank = strrchr(copy, ' ');
	char *tab = strrchr(copy, '\t');
	if (tab != NULL && (blank == NULL || tab > blank))
		blank = tab;
	if (blank == NULL || !text_parse_number(blank + 1, 1, INT32_MAX, &priority)) {
		*error = text_format("playlist is a name and a priority from 1 (most important), "
				     "such as “playlist = Running 1”; not “%s”",
				     value);
		return false;
	}
	*blank = '\0';
	char *name = text_strip(copy);
	size_t length = strlen(name);
	if (length >= 2 && name[0] == '"' && name[length - 1] == '"') {
		name[length - 1] = '\0';
		name++;
	}
	wanted_add_rule(wanted, PORTA_RULE_PLAYLIST, name, (int32_t)priority, 0);
	return true;
}

static bool
add_fill(Config *config, Wanted *wanted, const char *value, char **error)
{
	int32_t option = 0;

	if (!wanted_parse_fill(value, &option, error))
		return false;
	wanted_add_rule(wanted, PORTA_RULE_FILL, NULL, 0, option);
	return true;
}

static bool
set_reserve(Config *config, Wanted *wanted, const char *value, char **error)
{
	return wanted_parse_reserve(value, &wanted->reserve_percent, error);
}

static bool
set_sync_on_connect(Config *config, Wanted *wanted, const char *value, char **error)
{
	bool is_on = false;

	if (!text_parse_bool(value, &is_on)) {
		*error = text_format("sync_on_connect is yes or no, not “%s”", value);
		return false;
	}
	wanted->sync_on_connect = is_on;
	return true;
}

static bool
set_partnership(Config *config, Wanted *wanted, const char *value, char **error)
{
	wanted->create_partnership = strcmp(value, "always") == 0;
	if (wanted->create_partnership || strcmp(value, "ask") == 0)
		return true;
	*error = text_format("partnership is ask or always, not “%s”", value);
	return false;
}

static const Key general_keys[] = {
	{"host", set_host},
	{"port", set_port},
	{"password", set_password},
	{"timeout", set_timeout},
	{"log", set_log},
	{"music_directory", set_music_directory},
	{NULL, NULL},
};

static const Key device_keys[] = {
	{"library", add_library},         {"default", add_default},
	{"playlist", add_playlist},       {"fill", add_fill},
	{"reserve", set_reserve},         {"sync_on_connect", set_sync_on_connect},
	{"partnership", set_partnership}, {NULL, NULL},
};

/* "[device PATTERN]" */
static bool
open_section(Config *config, char *line, char **error)
{
	size_t length = strlen(line);
	bool is_device = strncmp(line, "[device", 7) == 0 && strchr(" \t", line[7]) != NULL;

	if (!is_device || line[length - 1] != ']') {
		*error =
			text_format("sections are called [device ID], [device NAME] or [device *], "
				    "not “%s”",
				    line);
		return false;
	}
	line[length - 1] = '\0';
	char *pattern = text_strip(line + strlen("[device"));
	if (pattern[0] == '\0') {
		*error = text_copy("[device] names no device; [device *] is for all");
		return false;
	}
	config->devices = memory_grow(config->devices, config->n_devices, &config->devices_room,
				      sizeof(Wanted));
	wanted_init(&config->devices[config->n_devices++], pattern);
	return true;
}

static bool
read_key(Config *config, char *line, char **error)
{
	bool is_device = config->n_devices > 0;
	Wanted *wanted = is_device ? &config->devices[config->n_devices - 1] : NULL;
	char *equals = strchr(line, '=');

	if (equals == NULL) {
		*error = text_format("“%s” is not of the form “key = value”", line);
		return false;
	}
	*equals = '\0';
	const char *name = text_strip(line);
	const char *value = text_strip(equals + 1);
	for (const Key *key = is_device ? device_keys : general_keys; key->name != NULL; key++) {
		if (strcmp(key->name, name) != 0)
			continue;
		/* "password =" is how an example file says: none */
		if (value[0] == '\0')
			return true;
		return key->set(config, wanted, value, error);
	}
	*error = text_format("“%s” is not known %s", name,
			     is_device ? "in a [device] section"
				       : "before the first [device] section");
	return false;
}

static bool
read_line(Config *config, char *line, char **error)
{
	line = text_strip(line);
	if (line[0] == '\0' || line[0] == '#' || line[0] == ';')
		return true;
	if (line[0] == '[')
		return open_section(config, line, error);
	return read_key(config, line, error);
}

static bool
read_file(Config *config, FILE *file, char **error)
{
	char *line AUTO_TEXT = NULL;
	size_t room = 0;

	for (unsigned int number = 1; getline(&line, &room, file) >= 0; number++) {
		if (read_line(config, line, error))
			continue;
		char *where AUTO_TEXT = text_format("%s:%u: ", config->path, number);
		text_prefix(error, where);
		return false;
	}
	if (ferror(file)) {
		*error = text_format("%s can not be read: %s", config->path, strerror(errno));
		return false;
	}
	return true;
}

/* The person's own file; /etc only where that is absent. */
static char *
find_path(void)
{
	const char *base = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");
	const char *system = "/etc/portamento/mpd.conf";
	char *path = NULL;

	if (base != NULL && base[0] == '/')
		path = text_format("%s/portamento/mpd.conf", base);
	else
		path = text_format("%s/.config/portamento/mpd.conf", home != NULL ? home : "");
	if (access(path, F_OK) != 0 && access(system, F_OK) == 0)
		text_set(&path, system);
	return path;
}

bool
config_load(Config *config, const char *path, char **error)
{
	Config loaded = {.path = path != NULL ? text_copy(path) : find_path()};
	FILE *file = fopen(loaded.path, "re");

	loaded.exists = file != NULL;
	if (file == NULL && (path != NULL || errno != ENOENT)) {
		*error = text_format("%s can not be read: %s", loaded.path, strerror(errno));
		config_clear(&loaded);
		return false;
	}
	if (file != NULL) {
		bool is_read = read_file(&loaded, file, error);
		fclose(file);
		if (!is_read) {
			config_clear(&loaded);
			return false;
		}
	}
	*config = loaded;
	return true;
}

void
config_clear(Config *config)
{
	for (size_t i = 0; i < config->n_devices; i++)
		wanted_clear(&config->devices[i]);
	free(config->devices);
	free(config->path);
	free(config->host);
	free(config->password);
	free(config->music_directory);
	free(config->log_target);
	*config = (Config){0};
}

const Wanted *
config_find_device(const Config *config, PortaDevice *device)
{
	for (size_t i = 0; i < config->n_devices; i++) {
		if (wanted_fits_exactly(&config->devices[i], device))
			return &config->devices[i];
	}
	for (size_t i = 0; i < config->n_devices; i++) {
		if (wanted_fits(&config->devices[i], device))
			return &config->devices[i];
	}
	return NULL;
}
