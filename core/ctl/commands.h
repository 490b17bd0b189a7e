/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * commands: one function for each word that portamentoctl knows. They get their
 * own words, options taken out, and return an exit status.
 */
#pragma once

#include "ctl/ctl.h"

typedef int (*CommandFunc)(Ctl *ctl, char **words);

typedef struct {
	const char *name;
	const char *words; /* as usage shows them */
	const char *summary; /* for --help */
	const char *detail; /* for COMMAND --help */
	CommandFunc run;
	const GOptionEntry *options; /* NULL: none of its own */
	guint least_words;
	guint most_words;
} Command;

/* Ended by one without name. */
extern const Command commands[];

int command_status(Ctl *ctl, char **words);
int command_devices(Ctl *ctl, char **words);
int command_sync(Ctl *ctl, char **words);
int command_stop(Ctl *ctl, char **words);
int command_preview(Ctl *ctl, char **words);
int command_estimate(Ctl *ctl, char **words);
int command_rules(Ctl *ctl, char **words);
int command_settings(Ctl *ctl, char **words);
int command_partner(Ctl *ctl, char **words);
int command_events(Ctl *ctl, char **words);
int command_skipped(Ctl *ctl, char **words);
int command_include_skipped(Ctl *ctl, char **words);
int command_skip(Ctl *ctl, char **words);
int command_unskip(Ctl *ctl, char **words);
int command_failures(Ctl *ctl, char **words);
int command_confirm(Ctl *ctl, char **words);

extern const GOptionEntry sync_options[];
extern const GOptionEntry preview_options[];
extern const GOptionEntry partner_options[];
extern const GOptionEntry rules_options[];
extern const GOptionEntry confirm_options[];
