/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * commands: the words that portamentoctl knows, in the order of --help. The man
 * page and the bash completion have the same; a test compares them.
 */
#include "ctl/commands.h"

const Command commands[] = {
	{
		.name = "status",
		.words = "[DEVICE]",
		.summary = "Everything about devices and libraries",
		.run = command_status,
		.most_words = 1,
	},
	{
		.name = "devices",
		.words = "",
		.summary = "What is known, what is connected, and how full it is",
		.run = command_devices,
	},
	{
		.name = "sync",
		.words = "[DEVICE]",
		.summary = "Sync now, and watch",
		.detail = "Ctrl-C stops the sync; what was copied stays, and the next one goes on "
			  "from there.",
		.run = command_sync,
		.options = sync_options,
		.most_words = 1,
	},
	{
		.name = "stop",
		.words = "[DEVICE]",
		.summary = "Stop, until the next sync or connect",
		.run = command_stop,
		.most_words = 1,
	},
	{
		.name = "preview",
		.words = "[DEVICE]",
		.summary = "What a sync would do, each step with its reason",
		.run = command_preview,
		.options = preview_options,
		.most_words = 1,
	},
	{
		.name = "estimate",
		.words = "[DEVICE]",
		.summary = "How much a sync would copy, remove and leave out",
		.run = command_estimate,
		.most_words = 1,
	},
	{
		.name = "rules",
		.words = "[add|remove HOST RULE | clear HOST]",
		.summary = "What is wanted on a device",
		.detail = "RULE is library, default, playlist:NAME, fill:shuffle, fill:top-rated, "
			  "fill:recent\n"
			  "or fill:least-recently-synced. HOST is whose library: see portamentoctl "
			  "status.",
		.run = command_rules,
		.options = rules_options,
		.most_words = 3,
	},
	{
		.name = "settings",
		.words = "[NAME [VALUE]]",
		.summary = "Show or change a device's settings",
		.run = command_settings,
		.most_words = 2,
	},
	{
		.name = "partner",
		.words = "create|delete [DEVICE]",
		.summary = "Let this computer sync a device, or no more",
		.run = command_partner,
		.options = partner_options,
		.least_words = 1,
		.most_words = 2,
	},
	{
		.name = "skipped",
		.words = "[DEVICE]",
		.summary = "Songs that are not sent: deleted on the device, or as you asked",
		.run = command_skipped,
		.most_words = 1,
	},
	{
		.name = "include-skipped",
		.words = "[DEVICE]",
		.summary = "Send again what was deleted on the device",
		.run = command_include_skipped,
		.most_words = 1,
	},
	{
		.name = "skip",
		.words = "FILE...",
		.summary = "Leave songs alone on a device: do not try them again",
		.detail =
			"They are neither sent nor changed nor removed there, and are no failures, "
			"until unskip.\n"
			"FILE is a path on the computer, or the URI of what is no "
			"file.",
		.run = command_skip,
		.least_words = 1,
		.most_words = G_MAXUINT,
	},
	{
		.name = "unskip",
		.words = "FILE...",
		.summary = "Try them again",
		.run = command_unskip,
		.least_words = 1,
		.most_words = G_MAXUINT,
	},
	{
		.name = "failures",
		.words = "[DEVICE]",
		.summary = "Songs that failed in the last sync, and why",
		.run = command_failures,
		.most_words = 1,
	},
	{
		.name = "confirm",
		.words = "[DEVICE]",
		.summary = "Let many removals at once go ahead",
		.run = command_confirm,
		.options = confirm_options,
		.most_words = 1,
	},
	{
		.name = "events",
		.words = "[DEVICE]",
		.summary = "All that happens, until Ctrl-C",
		.run = command_events,
		.most_words = 1,
	},
	{NULL},
};
