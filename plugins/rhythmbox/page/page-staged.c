/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * page-staged: what a person has chosen on the page and not applied yet. The helper would
 * sync a second after it is told, so it is told when the person is done, not before.
 */
#include "page-parts.h"
#include "staged.h"

static int
applied_percent(const Page *page)
{
	return staged_room_of(page->device->now).percent;
}

static Choices *
propose(Page *page)
{
	StagedRoom room = staged_room_of(page->device->now);
	guint n_songs = 0;
	gint64 bytes = 0;

	if (page->host->measure_library != NULL)
		page->host->measure_library(page->host_data, &n_songs, &bytes);
	return staged_propose(bytes, staged_room_bytes(&room, room.percent));
}

/* What a person's choices are compared with, and go back to. */
static Choices *
get_base(Page *page)
{
	const Choices *told = page->device->choices;

	if (told != NULL && (page_is_partner(page) || !choices_want_nothing(told)))
		return choices_copy(told);
	return page_is_partner(page) ? choices_new() : propose(page);
}

void
page_staged_init(Page *page)
{
	page->staged.choices = get_base(page);
	page->staged.percent = applied_percent(page);
}

void
page_staged_clear(Page *page)
{
	g_clear_pointer(&page->staged.choices, choices_free);
}

void
page_staged_follow(Page *page)
{
	PageStaged *staged = &page->staged;

	if (staged->is_touched)
		return;
	g_autoptr(Choices) base = get_base(page);
	if (choices_equal(base, staged->choices) && staged->percent == applied_percent(page))
		return;
	choices_free(staged->choices);
	staged->choices = g_steal_pointer(&base);
	staged->percent = applied_percent(page);
	page_estimate_renew(page);
}

void
page_staged_touch(Page *page)
{
	PageStaged *staged = &page->staged;
	g_autoptr(Choices) base = get_base(page);

	staged->is_touched = !choices_equal(base, staged->choices) ||
			     staged->percent != applied_percent(page);
	page_header_show(page);
	page_foot_show(page);
	page_show_room(page);
}

static void
apply_reserve(Page *page)
{
	if (page->staged.percent != applied_percent(page))
		adapter_set_number(page->adapter, page->device->id, "PercentSpaceReserved",
				   page->staged.percent, page_on_done, page);
}

void
page_staged_apply(Page *page)
{
	PageStaged *staged = &page->staged;

	if (!staged->is_touched)
		return;
	staged->is_touched = FALSE;
	apply_reserve(page);
	g_autoptr(Choices) base = get_base(page);
	if (!choices_equal(base, staged->choices))
		adapter_choose(page->adapter, page->device->id, staged->choices, page_on_done,
			       page);
}

void
page_staged_accept(Page *page, gboolean replace)
{
	page->staged.is_touched = FALSE;
	apply_reserve(page);
	adapter_accept(page->adapter, page->device->id, replace, page->staged.choices,
		       page_on_started, page);
}

void
page_staged_undo(Page *page)
{
	page->staged.is_touched = FALSE;
	page_staged_follow(page);
	page_show_all(page);
}
