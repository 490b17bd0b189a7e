/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * commands: calls on a pipe, for tests. Each line of input is a command and its arguments, separated by tabs;
 * each answer is "item" lines, and then "ok MS" or "error CODE-NAME MS TEXT", with tabs likewise.
 */
#pragma once

#include <gio/gio.h>
#include <stdint.h>
#include <stdio.h>

typedef struct {
	char **words;
	guint n_words;
	GCancellable *cancellable; /* this command's own */
	GThread *canceller; /* or NULL */
} Line;

typedef gboolean (*ObeyFunc)(void *data, Line *line, GError **error);

extern FILE *answers;

/* Until the input ends. What libraries say on stdout goes to stderr. */
void commands_serve(ObeyFunc obey, void *data);

/* "" where there is none. */
const char *word(const Line *line, guint index);
/* As C has it. */
uint64_t number(const Line *line, guint index);

/* The command is cancelled by another thread after so long. That is over when the command is. */
void cancel_after(Line *line, guint ms);
