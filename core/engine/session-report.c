/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * session-report: see session-report.h.
 */
#include "engine/session-report.h"

#include "base/error.h"

void
report_add_end(GVariantDict *result, int32_t code, const GError *error, const char *notes)
{
	g_autofree char *text = NULL;

	if (error != NULL)
		text = g_utf8_make_valid(error->message, -1);
	else if (code == PORTA_ERROR_HELD)
		text = g_strconcat("many songs would be removed; confirm it, or mend the library",
				   notes[0] != '\0' ? ": " : "", notes, NULL);
	else
		text = g_strdup(notes);
	g_variant_dict_insert(result, "Code", "i", code);
	g_variant_dict_insert(result, "Text", "s", text);
	g_variant_dict_insert(result, "Result", "i", code);
	g_variant_dict_insert(result, "Time", "x", (gint64)(g_get_real_time() / G_USEC_PER_SEC));
}

void
report_add_round(Report *all, const Report *round)
{
	all->copied += round->copied;
	all->replaced += round->replaced;
	all->removed += round->removed;
	all->renamed += round->renamed;
	all->retagged += round->retagged;
	all->playlists += round->playlists;
	all->sent_bytes += round->sent_bytes;
	if (all->failures == NULL) /* else it counts what came before, too */
		all->kept = round->kept;
	all->no_fit = round->no_fit;
	all->skipped = round->skipped;
	all->foreseen = round->foreseen;
	all->adopted = round->adopted;
	all->has_changed_space =
		round->copied + round->replaced + round->removed + round->playlists > 0;
	g_clear_pointer(&all->failures, g_ptr_array_unref);
	all->failures = g_ptr_array_ref(round->failures);
}

void
report_clear(Report *report)
{
	g_clear_pointer(&report->failures, g_ptr_array_unref);
}

static GVariant *
failures_to_variant(GPtrArray *failures)
{
	GVariantBuilder builder;

	g_variant_builder_init(&builder, G_VARIANT_TYPE("a(ssis)"));
	for (guint i = 0; i < failures->len; i++) {
		const Failure *failure = g_ptr_array_index(failures, i);
		g_autofree char *source = g_utf8_make_valid(failure->source, -1);
		g_autofree char *item = g_utf8_make_valid(failure->item, -1);
		g_variant_builder_add(&builder, "(ssis)", item, source, failure->code,
				      failure->text);
	}
	return g_variant_builder_end(&builder);
}

void
report_add_sync(GVariantDict *result, const Report *report, const Plan *plan, double seconds)
{
	const struct {
		const char *key;
		uint32_t count;
	} counts[] = {
		{"Copied", report->copied},        {"Replaced", report->replaced},
		{"Removed", report->removed},      {"Kept", report->kept},
		{"Renamed", report->renamed},      {"Retagged", report->retagged},
		{"Playlists", report->playlists},  {"NoFitCount", report->no_fit},
		{"SkippedCount", report->skipped}, {"ErrorCount", report->failures->len},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(counts); i++)
		g_variant_dict_insert(result, counts[i].key, "u", counts[i].count);
	g_variant_dict_insert(result, "Bytes", "t", report->sent_bytes);
	g_variant_dict_insert(result, "Seconds", "d", seconds);
	g_variant_dict_insert_value(result, "Failures", failures_to_variant(report->failures));
	g_variant_dict_insert(result, "HeldRemovals", "u", plan != NULL ? plan->n_held : 0);
	g_variant_dict_insert(result, "HeldToken", "s",
			      plan != NULL && plan->held_token != NULL ? plan->held_token : "");
}

void
report_add_standing(GVariantDict *result, Planning *planning, const Job *job, Journal *journal)
{
	uint32_t songs, skipped;
	uint64_t bytes;

	g_clear_pointer(&planning->plan, plan_free);
	g_clear_pointer(&planning->rows, g_ptr_array_unref);
	g_clear_pointer(&planning->folders, g_ptr_array_unref);
	if (!planning_load_rows(planning, journal, NULL))
		return;
	planning_count(planning, &songs, &bytes, &skipped);
	g_variant_dict_insert(result, "SyncItemCount", "u", songs);
	g_variant_dict_insert(result, "SkippedFiles", "u", skipped);
	if (planning->inventory != NULL && planning->inventory->storages->len > 0)
		g_variant_dict_insert_value(result, "Storages", planning_storages(planning, job));
}

void
report_add_identity(GVariantDict *result, const DeviceInfo *info, const Partner *partner,
		    gboolean writable)
{
	g_autofree char *name = g_strdup_printf("%s %s", info->maker, info->model);

	g_variant_dict_insert(result, "DeviceName", "s", g_strstrip(name));
	g_variant_dict_insert(result, "FriendlyName", "s", info->friendly_name);
	g_variant_dict_insert(result, "SerialNumber", "s", info->serial);
	g_variant_dict_insert(result, "Firmware", "s", info->firmware);
	g_variant_dict_insert(result, "Owner", "s", partner->owner);
	g_variant_dict_insert(result, "OwnerName", "s", partner->name);
	g_variant_dict_insert(result, "Writable", "b", writable);
}

void
report_add_skipped(GVariantDict *result, GPtrArray *rows)
{
	GVariantBuilder builder;

	g_variant_builder_init(&builder, G_VARIANT_TYPE("a(ssx)"));
	for (guint i = 0; i < rows->len; i++) {
		const JournalRow *row = g_ptr_array_index(rows, i);
		g_autofree char *source = g_utf8_make_valid(row->source, -1);
		if (row->state == JOURNAL_SKIPPED && row->kind == JOURNAL_SONG)
			g_variant_builder_add(&builder, "(ssx)", row->path, source,
					      row->synced_unix);
	}
	g_variant_dict_insert_value(result, "Skipped", g_variant_builder_end(&builder));
}
