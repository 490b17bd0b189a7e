/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * commands: see commands.h.
 */
#include "commands.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"

FILE *answers;

const char *
word(const Line *line, guint index)
{
	return index < line->n_words ? line->words[index] : "";
}

uint64_t
number(const Line *line, guint index)
{
	return strtoull(word(line, index), NULL, 0);
}

typedef struct {
	GCancellable *cancellable;
	guint ms;
} Cancelling;

static gboolean
on_cancel_time(void *cancellable)
{
	g_cancellable_cancel(cancellable);
	return G_SOURCE_REMOVE;
}

static void *
wait_and_cancel(void *data)
{
	g_autofree Cancelling *cancelling = data;
	g_autoptr(GMainContext) context = g_main_context_new();
	g_autoptr(GSource) timer = g_timeout_source_new(cancelling->ms);
	g_autoptr(GSource) early = g_cancellable_source_new(cancelling->cancellable);

	g_source_set_callback(timer, on_cancel_time, cancelling->cancellable, NULL);
	g_source_set_dummy_callback(early);
	g_source_attach(timer, context);
	g_source_attach(early, context);
	while (!g_cancellable_is_cancelled(cancelling->cancellable))
		g_main_context_iteration(context, TRUE);
	g_source_destroy(timer);
	g_source_destroy(early);
	return NULL;
}

void
cancel_after(Line *line, guint ms)
{
	Cancelling *cancelling = g_new(Cancelling, 1);

	*cancelling = (Cancelling){line->cancellable, ms};
	line->canceller = g_thread_new("canceller", wait_and_cancel, cancelling);
}

static void
answer(ObeyFunc obey, void *data, Line *line)
{
	g_autoptr(GError) error = NULL;
	gint64 begin_us = g_get_monotonic_time();
	gboolean ok = obey(data, line, &error);
	long ms = (long)((g_get_monotonic_time() - begin_us) / 1000);

	if (line->canceller != NULL) {
		g_cancellable_cancel(line->cancellable);
		g_thread_join(line->canceller);
	}
	if (ok != (error == NULL))
		fprintf(answers, "error\tcontract\t%ld\ta result without its error\n", ms);
	else if (ok)
		fprintf(answers, "ok\t%ld\n", ms);
	else
		fprintf(answers, "error\t%s\t%ld\t%s\n", error_name(error_code(error)), ms,
			error->message);
	fflush(answers);
}

void
commands_serve(ObeyFunc obey, void *data)
{
	char *text = NULL;
	size_t size = 0;

	answers = fdopen(dup(STDOUT_FILENO), "w");
	dup2(STDERR_FILENO, STDOUT_FILENO);
	while (getline(&text, &size, stdin) > 0) {
		g_auto(GStrv) words = g_strsplit(g_strchomp(text), "\t", -1);
		g_autoptr(GCancellable) cancellable = g_cancellable_new();
		Line line = {words, g_strv_length(words), cancellable, NULL};
		answer(obey, data, &line);
	}
	free(text);
	fclose(answers);
}
