/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan-hold: row 56 of docs/SYNC-RULES.md: so many songs would go that a person must say so first
 * (law 2). What was confirmed stays so until a session has come to its end: a removal of many
 * that is cut short does not ask again for what is left of it.
 */
#include <string.h>

#include "engine/plan-state.h"

#define HELD_ABOVE 10u
#define HELD_SHARE 4u
#define NAME_LENGTH 16

static gint
compare_rows(gconstpointer a, gconstpointer b)
{
	const JournalRow *row_a = *(JournalRow *const *)a, *row_b = *(JournalRow *const *)b;
	int order = strcmp(row_a->path, row_b->path);

	return order != 0 ? order : strcmp(row_a->storage, row_b->storage);
}

static GPtrArray *
collect_removed(const PlanState *state)
{
	GPtrArray *removed = g_ptr_array_new();

	for (guint i = 0; i < state->match->rows->len; i++) {
		const MatchRow *matched = plan_match_row(state, i);
		if (matched->is_removed || matched->is_removed_last)
			g_ptr_array_add(removed, matched->row);
	}
	g_ptr_array_sort(removed, compare_rows);
	return removed;
}

static void
add_row(GChecksum *checksum, const JournalRow *row)
{
	g_checksum_update(checksum, (const guchar *)row->storage, strlen(row->storage) + 1);
	g_checksum_update(checksum, (const guchar *)row->path, strlen(row->path) + 1);
}

/* Names just these removals: what a person confirmed does not hold for others. */
static char *
make_token(const GPtrArray *removed)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);

	for (guint i = 0; i < removed->len; i++)
		add_row(checksum, removed->pdata[i]);
	return g_strndup(g_checksum_get_string(checksum), NAME_LENGTH);
}

/* Names one of them; its source too, since another song may come to its place. */
static char *
name_removal(const JournalRow *row)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);

	add_row(checksum, row);
	g_checksum_update(checksum, (const guchar *)row->source, strlen(row->source));
	return g_strndup(g_checksum_get_string(checksum), NAME_LENGTH);
}

static char *
name_all(const GPtrArray *removed)
{
	GString *names = g_string_new(NULL);

	for (guint i = 0; i < removed->len; i++) {
		g_autofree char *name = name_removal(removed->pdata[i]);
		g_string_append_printf(names, "%s\n", name);
	}
	return g_string_free(names, FALSE);
}

static guint
count_unconfirmed(const GPtrArray *removed, const char *confirmed)
{
	g_auto(GStrv) names = g_strsplit(confirmed != NULL ? confirmed : "", "\n", -1);
	g_autoptr(GHashTable) set = g_hash_table_new(g_str_hash, g_str_equal);
	guint n = 0;

	for (guint i = 0; names[i] != NULL; i++)
		g_hash_table_add(set, names[i]);
	for (guint i = 0; i < removed->len; i++) {
		g_autofree char *name = name_removal(removed->pdata[i]);
		n += !g_hash_table_contains(set, name);
	}
	return n;
}

gboolean
plan_must_hold(PlanState *state)
{
	g_autoptr(GPtrArray) removed = collect_removed(state);
	const PlanOptions *options = state->options;
	guint n = removed->len;

	if (n > HELD_ABOVE && options->still_confirmed != NULL)
		n = count_unconfirmed(removed, options->still_confirmed);
	if (n <= HELD_ABOVE || n * (guint64)HELD_SHARE <= state->match->n_done)
		return FALSE;
	g_autofree char *token = make_token(removed);
	if (g_strcmp0(token, options->confirmed) == 0) {
		state->plan->confirmed = name_all(removed);
		return FALSE;
	}
	state->plan->n_held = removed->len;
	state->plan->held_token = g_steal_pointer(&token);
	return TRUE;
}
