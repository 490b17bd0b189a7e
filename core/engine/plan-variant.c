/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan-variant: the plan as a preview shows it: what happens to songs and playlists. What only
 * the journal learns is not shown, but where something is left alone on the device for it.
 */
#include "engine/plan.h"
#include "wire/plan-wire.h"

static int32_t
action_of(const Step *step)
{
	switch (step->kind) {
	case STEP_KEEP: return PORTA_ACTION_KEEP;
	case STEP_COPY: return PORTA_ACTION_COPY;
	case STEP_REPLACE: return PORTA_ACTION_REPLACE;
	case STEP_REMOVE: return PORTA_ACTION_REMOVE;
	case STEP_SKIP: return PORTA_ACTION_SKIP;
	case STEP_RENAME: return PORTA_ACTION_RENAME;
	case STEP_RETAG:
	case STEP_RATE: return PORTA_ACTION_RETAG;
	case STEP_NO_FIT: return PORTA_ACTION_NO_FIT;
	case STEP_CHECK:
		if (step->journal->kind == JOURNAL_ALBUM)
			return PORTA_ACTION_COVER_REMOVE;
		return step->want >= 0 ? PORTA_ACTION_COPY : PORTA_ACTION_REMOVE;
	case STEP_FORGET: return step->object != NULL ? PORTA_ACTION_KEEP : 0;
	case STEP_MARK_SKIPPED: return 0;
	case STEP_PLAYLIST_WRITE: return PORTA_ACTION_PLAYLIST_WRITE;
	case STEP_PLAYLIST_REMOVE: return PORTA_ACTION_PLAYLIST_REMOVE;
	case STEP_ALBUM_WRITE: return PORTA_ACTION_COVER_WRITE;
	case STEP_ALBUM_REMOVE: return PORTA_ACTION_COVER_REMOVE;
	}
	return 0;
}

/* File names are bytes; what travels is UTF-8. */
static char *
to_text(const char *text)
{
	if (text == NULL)
		return g_strdup("");
	return g_utf8_make_valid(text, -1);
}

static const char *
storage_label(Inventory *inventory, uint32_t storage)
{
	if (storage >= inventory->storages->len)
		return "";
	const char *label = g_array_index(inventory->storages, DeviceStorage, storage).label;
	return label != NULL ? label : "";
}

static void
add_step(GVariantBuilder *builder, int32_t action, const Step *step, Wishlist *wishlist,
	 Inventory *inventory)
{
	const Want *want = step->want >= 0 ? &g_array_index(wishlist->wants, Want, step->want)
					   : NULL;
	const WantedPlaylist *playlist =
		step->playlist >= 0 ? wishlist->playlists->pdata[step->playlist] : NULL;
	int rule = want != NULL ? (int)want->rule : playlist != NULL ? (int)playlist->rule : -1;
	const JournalRow *row = step->journal;
	gboolean is_song = row != NULL && row->kind == JOURNAL_SONG;
	g_autofree char *path = to_text(step->path);
	g_autofree char *old_path = to_text(step->old_path);
	g_autofree char *source = to_text(want != NULL ? want->source
					  : is_song    ? row->source
						       : NULL);
	g_autofree char *uri = to_text(want != NULL ? want->uri : is_song ? row->uri : NULL);
	g_autofree char *title = to_text(want != NULL       ? want->track.title
					 : playlist != NULL ? playlist->name
							    : NULL);
	int32_t priority = want != NULL       ? want->priority
			   : playlist != NULL ? playlist->priority
					      : 0;
	const char *rule_name = rule >= 0 ? wishlist->rule_names->pdata[rule] : "";

	g_variant_builder_add(builder, PLAN_STEP_TYPE, action, step->row, path, old_path, source,
			      uri, title, step->size_bytes, priority, rule_name, step->reason,
			      storage_label(inventory, step->storage));
}

static GVariant *
totals(const Plan *plan)
{
	GVariantDict dict;

	g_variant_dict_init(&dict, NULL);
	g_variant_dict_insert(&dict, "WantedBytes", "t", plan->wanted_bytes);
	g_variant_dict_insert(&dict, "WantedItems", "u", plan->wanted_items);
	g_variant_dict_insert(&dict, "AddedBytes", "t", plan->added_bytes);
	g_variant_dict_insert(&dict, "AddedItems", "u", plan->added_items);
	g_variant_dict_insert(&dict, "RemovedBytes", "t", plan->removed_bytes);
	g_variant_dict_insert(&dict, "RemovedItems", "u", plan->removed_items);
	g_variant_dict_insert(&dict, "NoFitBytes", "t", plan->no_fit_bytes);
	g_variant_dict_insert(&dict, "NoFitItems", "u", plan->no_fit_items);
	g_variant_dict_insert(&dict, "HeldBytes", "t", plan->held_bytes);
	g_variant_dict_insert(&dict, "SendBytes", "t", plan->send_bytes);
	g_variant_dict_insert(&dict, "HeldRemovals", "u", plan->n_held);
	g_variant_dict_insert(&dict, "HeldToken", "s",
			      plan->held_token != NULL ? plan->held_token : "");
	return g_variant_dict_end(&dict);
}

GVariant *
plan_to_variant(Plan *plan, Wishlist *wishlist, Inventory *inventory)
{
	GVariantBuilder steps;

	g_variant_builder_init(&steps, G_VARIANT_TYPE("a" PLAN_STEP_TYPE));
	for (guint i = 0; i < plan->notes->len; i++)
		g_variant_builder_add(&steps, PLAN_STEP_TYPE, PORTA_ACTION_SKIP, 0, "", "", "", "",
				      "", (guint64)0, 0, "", plan->notes->pdata[i], "");
	for (guint i = 0; i < plan->steps->len; i++) {
		const Step *step = &g_array_index(plan->steps, Step, i);
		int32_t action = action_of(step);
		if (action != 0)
			add_step(&steps, action, step, wishlist, inventory);
	}
	return g_variant_new("(u@a" PLAN_STEP_TYPE "@a{sv})", 1u, g_variant_builder_end(&steps),
			     totals(plan));
}
