/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * page-estimate: what the choices on the page would come to. An estimate may open the
 * player, so it is asked for only where its answer is of interest: while somebody looks,
 * and something is, or may be, pending; and not at each of many clicks.
 */
#include "page-parts.h"
#include "staged.h"

#define PAUSE_MS 350 /* after the last change */

static gboolean
last_sync_was_whole(const Page *page)
{
	return page_number(page, PORTA_KEY_LAST_SYNC_TIME) > 0 &&
	       page_number(page, PORTA_KEY_LAST_SYNC_RESULT) == PORTA_OK &&
	       page_number(page, PORTA_KEY_LAST_SYNC_NO_FIT_COUNT) == 0 &&
	       porta_device_get_setting_number(page->device->now, "SyncOnConnect") == 1 &&
	       page_number(page, PORTA_KEY_DETAIL) != PORTA_DETAIL_STOPPED_BY_USER;
}

static gboolean
is_of_interest(const Page *page)
{
	int64_t status = page_number(page, PORTA_KEY_STATUS);

	if (!page->is_mapped || !page->helper_there || status == PORTA_STATUS_UNKNOWN ||
	    status == PORTA_STATUS_MANUAL_DEVICE || status == PORTA_STATUS_PARTNERSHIP_ANOTHER)
		return FALSE;
	if (page->staged.is_touched || !page_is_partner(page))
		return !choices_want_nothing(page->staged.choices) || page_is_partner(page);
	return !page_is_syncing(page) && !last_sync_was_whole(page) &&
	       !choices_want_nothing(page->staged.choices);
}

static void
on_estimated(void *data, int32_t error, const char *text, const AdapterEstimate *estimate)
{
	Page *page = data;
	PageEstimate *asked = &page->estimate;

	asked->is_asking = FALSE;
	asked->is_answered = error == PORTA_OK;
	g_clear_pointer(&asked->refusal, g_free);
	if (error == PORTA_OK)
		asked->answer = *estimate;
	else
		asked->refusal = words_reason(error, text);
	page_show_room(page);
	page_foot_show(page);
	page_choices_fit(page);
}

static gboolean
on_pause_over(gpointer data)
{
	Page *page = data;
	PageEstimate *estimate = &page->estimate;

	estimate->timer = 0;
	if (!is_of_interest(page))
		return G_SOURCE_REMOVE;
	estimate->is_asking = TRUE;
	estimate->is_stale = FALSE;
	adapter_estimate(page->adapter, page->device->id, page->staged.choices, on_estimated, page);
	page_foot_show(page);
	return G_SOURCE_REMOVE;
}

void
page_estimate_suspend(Page *page)
{
	g_clear_handle_id(&page->estimate.timer, g_source_remove);
}

void
page_estimate_resume(Page *page)
{
	if (!page->estimate.is_stale || !is_of_interest(page))
		return;
	page_estimate_suspend(page);
	page->estimate.timer = g_timeout_add(PAUSE_MS, on_pause_over, page);
}

void
page_estimate_renew(Page *page)
{
	PageEstimate *estimate = &page->estimate;

	estimate->is_stale = TRUE;
	if (!is_of_interest(page)) {
		estimate->is_answered = FALSE;
		estimate->is_asking = FALSE;
		g_clear_pointer(&estimate->refusal, g_free);
		page_estimate_suspend(page);
	}
	page_estimate_resume(page);
}

void
page_estimate_clear(Page *page)
{
	page_estimate_suspend(page);
	g_clear_pointer(&page->estimate.refusal, g_free);
}

gboolean
page_estimate_get(Page *page, AdapterEstimate *estimate)
{
	StagedRoom room = staged_room_of(page->device->now);

	if (!page->estimate.is_answered)
		return FALSE;
	*estimate = staged_estimate(&room, &page->estimate.answer, page->staged.percent);
	return TRUE;
}
