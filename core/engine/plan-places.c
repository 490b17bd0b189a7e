/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan-places: rows 32 and 33 of docs/SYNC-RULES.md: when a step comes, the place that it fills is
 * free. Names were given on the assumption that what is unwanted goes and what is renamed moves
 * on; here it is known whether that comes true. What stays keeps its place (law 1): who wanted
 * to move there stays as well, who is to be sent there gets a number (law 8).
 */
#include <string.h>

#include "engine/name.h"
#include "engine/plan-state.h"

static gboolean
is_sent(const Decision *decision)
{
	return decision->kind == STEP_COPY || decision->kind == STEP_REPLACE;
}

static uint32_t
destination_storage(const PlanState *state, const Decision *decision)
{
	return decision->moves ? decision->object->storage : (uint32_t)state->options->storage;
}

/* Whether the object will have left its place before anything is sent or moved to it. */
static gboolean
leaves(const PlanState *state, const InventoryObject *object)
{
	const MatchRow *owner = g_hash_table_lookup(state->match->by_object, object);

	if (owner == NULL)
		return FALSE;
	return owner->is_removed || (owner->want >= 0 && state->decisions[owner->want].moves);
}

static void
ensure_destinations(PlanState *state)
{
	if (state->destinations != NULL)
		return;
	state->destinations = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < state->wishlist->wants->len; i++)
		if (state->decisions[i].moves || is_sent(&state->decisions[i]))
			g_hash_table_add(state->destinations, name_fold(plan_want(state, i)->path));
	for (guint i = 0; i < state->wishlist->playlists->len; i++) {
		const WantedPlaylist *playlist = state->wishlist->playlists->pdata[i];
		const char *suffix = state->options->playlist_suffix;
		g_autofree char *path = g_strconcat(playlist->path, suffix, NULL);
		g_hash_table_add(state->destinations, name_fold(path));
	}
}

static gboolean
is_free(PlanState *state, const char *path)
{
	g_autofree char *folded = name_fold(path);

	for (guint i = 0; i < state->inventory->storages->len; i++)
		if (inventory_find(state->inventory, i, path) != NULL)
			return FALSE;
	return !g_hash_table_contains(state->destinations, folded);
}

/* "X (3).mp3" is numbered on from "X.mp3": no "X (3) (2).mp3" */
static char *
strip_number(const char *path, gboolean has_suffix, guint *number)
{
	const char *dot = has_suffix ? strrchr(path, '.') : NULL;
	const char *end = dot != NULL && strchr(dot, '/') == NULL ? dot : path + strlen(path);
	const char *open = g_strrstr_len(path, end - path, " (");

	*number = 1;
	if (open == NULL || open == path || end[-1] != ')' || !g_ascii_isdigit(open[2]))
		return g_strdup(path);
	char *rest = NULL;
	guint64 found = g_ascii_strtoull(open + 2, &rest, 10);
	if (rest != end - 1 || found < 2 || found > G_MAXUINT16)
		return g_strdup(path);
	*number = found;
	return g_strdup_printf("%.*s%s", (int)(open - path), path, end);
}

char *
plan_free_path(PlanState *state, const char *path, gboolean has_suffix)
{
	guint number;
	g_autofree char *natural = strip_number(path, has_suffix, &number);
	char *candidate = NULL;

	ensure_destinations(state);
	do {
		g_free(candidate);
		candidate = name_numbered(natural, ++number, has_suffix);
	} while (!is_free(state, candidate));
	g_hash_table_add(state->destinations, name_fold(candidate));
	return candidate;
}

static void
collect_claims(PlanState *state)
{
	for (guint i = 0; i < state->wishlist->wants->len; i++) {
		Decision *decision = &state->decisions[i];
		if (!decision->moves && !is_sent(decision))
			continue;
		uint32_t storage = destination_storage(state, decision);
		const Want *want = plan_want(state, i);
		InventoryObject *there = inventory_find(state->inventory, storage, want->path);
		if (there != NULL && there != decision->object)
			g_hash_table_insert(state->claims, there, GUINT_TO_POINTER(i + 1));
	}
}

/* The song stays where it is; so may another that wanted to have its place. */
static void
give_up_move(Decision *decision, GQueue *staying)
{
	decision->moves = FALSE;
	if (decision->kind == STEP_RENAME)
		plan_decide(decision, ROW_NAME_TAKEN);
	g_queue_push_tail(staying, decision->object);
}

static void
refuse_places(PlanState *state)
{
	GQueue staying = G_QUEUE_INIT;
	GHashTableIter iter;
	gpointer object;

	g_hash_table_iter_init(&iter, state->claims);
	while (g_hash_table_iter_next(&iter, &object, NULL))
		if (!leaves(state, object))
			g_queue_push_tail(&staying, object);
	while ((object = g_queue_pop_head(&staying)) != NULL) {
		guint claimant = GPOINTER_TO_UINT(g_hash_table_lookup(state->claims, object));
		if (claimant == 0)
			continue;
		g_hash_table_remove(state->claims, object);
		Decision *decision = &state->decisions[claimant - 1];
		Want *want = plan_want(state, claimant - 1);
		if (decision->moves) {
			give_up_move(decision, &staying);
		} else {
			char *path = plan_free_path(state, want->path, TRUE);
			g_free(want->path);
			want->path = path;
		}
	}
}

/* A file that is not reachable now is, to what names its song on the device, still the one that was sent. */
static void
correct_file(const Decision *decision, Want *want)
{
	if (decision->row != ROW_UNREACHABLE_KEPT)
		return;
	want->size_bytes = decision->match->row->source_size;
	want->modified_ns = decision->match->row->source_modified_ns;
}

/* What stays where it is, is there: playlists and people are told that path. */
static void
correct_paths(PlanState *state)
{
	for (guint i = 0; i < state->wishlist->wants->len; i++) {
		const Decision *decision = &state->decisions[i];
		Want *want = plan_want(state, i);
		correct_file(decision, want);
		want->storage = decision->object != NULL && !is_sent(decision)
					? decision->object->storage
					: (uint32_t)state->options->storage;
		const char *now = decision->match != NULL    ? decision->match->row->path
				  : decision->object != NULL ? decision->object->path
							     : NULL;
		if (now == NULL || decision->moves || is_sent(decision) ||
		    strcmp(now, want->path) == 0)
			continue;
		g_free(want->path);
		want->path = g_strdup(now);
	}
}

void
plan_settle_places(PlanState *state)
{
	collect_claims(state);
	refuse_places(state);
	correct_paths(state);
}

/* moves in an order in which each finds its place empty */

static void
add_move(PlanState *state, guint index, const char *old_path)
{
	Decision *decision = &state->decisions[index];
	Step *step = plan_add_step(state, decision->row);

	step->kind = decision->kind == STEP_RETAG ? STEP_RETAG : STEP_RENAME;
	step->want = index;
	step->journal = decision->match->row;
	step->object = decision->object;
	step->storage = decision->object->storage;
	step->path = plan_want(state, index)->path;
	/* the row's own path changes while the plan is carried out */
	step->old_path = plan_keep_string(state, g_strdup(old_path));
	step->size_bytes = decision->object->size_bytes;
	step->journal_only = decision->journal_only;
	step->rating = decision->rates ? decision->rating : -1;
	decision->is_emitted = TRUE;
}

/* One of a ring of songs that have each other's names steps aside. */
static const char *
add_sidestep(PlanState *state, guint index)
{
	Decision *decision = &state->decisions[index];
	const char *aside =
		plan_keep_string(state, plan_free_path(state, plan_want(state, index)->path, TRUE));
	Step *step = plan_add_step(state, ROW_WAY_MADE);

	step->journal = decision->match->row;
	step->object = decision->object;
	step->storage = decision->object->storage;
	step->path = aside;
	step->old_path = plan_keep_string(state, g_strdup(decision->match->row->path));
	step->size_bytes = decision->object->size_bytes;
	return aside;
}

/* Who has the place that this move fills, and is yet to move on itself; -1 nobody. */
static int
blocker_of(PlanState *state, guint index)
{
	const Decision *decision = &state->decisions[index];
	const char *path = plan_want(state, index)->path;
	InventoryObject *there = inventory_find(state->inventory, decision->object->storage, path);

	if (there == NULL || there == decision->object)
		return -1;
	const MatchRow *owner = g_hash_table_lookup(state->match->by_object, there);
	if (owner == NULL || owner->want < 0 || !state->decisions[owner->want].moves)
		return -1;
	return state->decisions[owner->want].is_emitted ? -1 : owner->want;
}

static void
add_chain(PlanState *state, guint first)
{
	g_autoptr(GArray) chain = g_array_new(FALSE, FALSE, sizeof(int));
	const char *aside = NULL;

	for (int at = first; at >= 0; at = blocker_of(state, at)) {
		if (at == (int)first && chain->len > 0) {
			aside = add_sidestep(state, first);
			break;
		}
		g_array_append_val(chain, at);
	}
	for (guint i = chain->len; i-- > 0;) {
		int index = g_array_index(chain, int, i);
		gboolean is_aside = index == (int)first && aside != NULL;
		add_move(state, index, is_aside ? aside : state->decisions[index].match->row->path);
	}
}

void
plan_add_moves(PlanState *state)
{
	for (guint i = 0; i < state->wishlist->wants->len; i++)
		if (state->decisions[i].moves && !state->decisions[i].is_emitted)
			add_chain(state, i);
}
