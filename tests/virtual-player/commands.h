/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the control socket can be told: see commands.c. */
#pragma once

#include "player.h"

/* One command under way. */
struct command {
	struct player *player;
	struct device *device;
	char **arguments; /* without the command's name; NULL-terminated */
	guint n_arguments;
	GString *json; /* an open object; commands that answer with an array replace it */
};

/* FALSE and `error`, or TRUE and what there is to say in command->json. */
typedef gboolean (*command_cb)(struct command *command, GError **error);

/* TRUE when what is waited for is there. */
typedef gboolean (*condition_cb)(const struct command *command);

struct command_entry {
	const char *name;
	guint min_arguments;
	guint max_arguments;
	const char *usage;
	command_cb carry_out;
	gboolean needs_responder; /* not with another process behind the port */
};

const struct command_entry *command_lookup(const char *name);

/* For "wait ..." and "wait-transactions": what to wait for; NULL with an error for nonsense. */
condition_cb wait_condition(const struct command *command, const char *name, GError **error);

/* commands-cable.c */
gboolean command_plug(struct command *command, GError **error);
gboolean command_unplug(struct command *command, GError **error);
gboolean command_replug(struct command *command, GError **error);
gboolean command_lock(struct command *command, GError **error);
gboolean command_unlock(struct command *command, GError **error);
gboolean command_hold(struct command *command, GError **error);
gboolean command_release(struct command *command, GError **error);
gboolean command_latency(struct command *command, GError **error);
gboolean command_bandwidth(struct command *command, GError **error);
gboolean command_info(struct command *command, GError **error);
gboolean command_quit(struct command *command, GError **error);

/* commands-content.c */
gboolean command_tree(struct command *command, GError **error);
gboolean command_put(struct command *command, GError **error);
gboolean command_put_size(struct command *command, GError **error);
gboolean command_rewrite(struct command *command, GError **error);
gboolean command_mkdir(struct command *command, GError **error);
gboolean command_delete(struct command *command, GError **error);
gboolean command_rename(struct command *command, GError **error);
gboolean command_get(struct command *command, GError **error);
gboolean command_set(struct command *command, GError **error);
gboolean command_capacity(struct command *command, GError **error);
gboolean command_free_lie(struct command *command, GError **error);
gboolean command_snapshot(struct command *command, GError **error);
gboolean command_restore(struct command *command, GError **error);

/* commands-state.c */
gboolean command_stats(struct command *command, GError **error);
gboolean command_reset_stats(struct command *command, GError **error);
gboolean command_set_quirk(struct command *command, GError **error);
gboolean command_fault(struct command *command, GError **error);
