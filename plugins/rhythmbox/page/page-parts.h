/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * page-parts: what a page consists of, for its parts alone. Each part makes its widgets
 * once and is told to show what is so now; none of them remembers what the snapshot says.
 *
 * What a person is in the middle of (a name half typed, choices not applied yet) belongs
 * to that person: showing a new snapshot leaves it alone.
 */
#pragma once

#include "capacity-bar.h"
#include "chooser-model.h"
#include "common/i18n.h"
#include "common/words.h"
#include "notice.h"
#include "page.h"
#include "playlist-chooser.h"
#include "preview-view.h"

typedef struct {
	GtkWidget *name, *state, *button;
	gboolean is_typing; /* the name's text is a person's, not the device's */
	char *sent_name; /* on its way to the device; NULL none */
	char *name_before; /* the device's when it was sent */
} PageHeader;

typedef struct {
	GtkWidget *bar, *title, *text, *yes, *no;
	Notice shown;
	char *failed; /* what went wrong with a request; NULL nothing */
	gboolean is_refused; /* the sync begun last: another program had the device */
	gboolean replaces; /* that sync was to take it from another owner */
	guint n_retries; /* left to it: the rival is letting go */
	guint retry; /* source; 0 none */
} PageNotice;

typedef struct {
	GtkWidget *stack; /* "result" or "progress", of one height, so that nothing moves */
	GtkWidget *result, *skipped, *include;
	GtkWidget *bar, *item, *figures;
} PageStatus;

typedef struct {
	GtkWidget *expander, *view, *skip, *retry, *show;
	GtkListStore *store; /* owned by view: songs that failed, then those that are skipped */
	GPtrArray *skips; /* as they are shown */
	guint n_taken, n_failed; /* failures looked at, and shown as such */
} PageFailures;

typedef struct {
	GtkWidget *box, *columns;
	GtkWidget *automatic, *library, *selected, *library_size;
	PlaylistChooser *chooser;
	GtkWidget *fill, *reserve, *reserve_text, *on_connect;
	guint n_settings_sent; /* without an answer so far: the snapshot's value is an old one */
	gboolean is_showing; /* signals come from us, not from a person */
} PageChoices;

typedef struct {
	GtkWidget *spinner, *text, *preview, *undo, *apply;
} PageFoot;

/* What a person has chosen; see staged.h. */
typedef struct {
	Choices *choices; /* never NULL */
	int percent;
	gboolean is_touched; /* by a person, and not applied yet */
} PageStaged;

typedef struct {
	AdapterEstimate answer; /* of the newest question, as the helper has the reserve */
	gboolean is_answered;
	gboolean is_asking;
	gboolean is_stale; /* something has changed since it was asked */
	char *refusal; /* why there is no answer; NULL there is, or none is needed */
	guint timer;
} PageEstimate;

typedef struct Page {
	const PageHost *host;
	void *host_data;
	Adapter *adapter;
	AdapterDevice *device;
	GtkWidget *root; /* no-ref, it owns us */
	GtkWidget *top, *middle, *capacity; /* what stays in view, what scrolls */
	gboolean is_mapped, helper_there, playlists_stale, is_wide;
	char *helper_text;
	guint relayout, shown; /* sources; 0 none */
	PageHeader header;
	PageNotice notice;
	PageStatus status;
	PageFailures failures;
	PageChoices choices;
	PageStaged staged;
	PageEstimate estimate;
	PageFoot foot;
	PreviewView *preview;
} Page;

/* page.c */

int64_t page_number(const Page *page, int32_t key);
gboolean page_is_partner(const Page *page);
gboolean page_is_syncing(const Page *page);
/* Has everything shown as it is now. */
void page_show_all(Page *page);
void page_show_room(Page *page);
/* AdapterDone: tells a failure in the notice. */
void page_on_done(void *data, int32_t error, const char *text);
/* The same for what begins a sync. */
void page_on_started(void *data, int32_t error, const char *text);
/* A person has asked for a sync; makes the partnership if there is none. */
void page_start(Page *page, gboolean replace);
/* Only what a preview that is shown lists under this action; 0 changes, see preview-filter.h */
void page_open_preview(Page *page, int filter);

/* The parts: made once, shown often. */
GtkWidget *page_header_new(Page *page);
void page_header_show(Page *page);
void page_header_forget_name(Page *page);

GtkWidget *page_notice_new(Page *page);
void page_notice_show(Page *page);
void page_notice_fail(Page *page, const char *text);
/* A sync that a person began came to this. */
void page_notice_started(Page *page, int32_t error);
void page_notice_stop_retry(Page *page);

GtkWidget *page_status_new(Page *page);
void page_status_show(Page *page);

GtkWidget *page_failures_new(Page *page);
void page_failures_show(Page *page);
void page_failures_free(Page *page);

GtkWidget *page_choices_new(Page *page);
void page_choices_show(Page *page);
void page_choices_set_wide(Page *page, gboolean wide);
/* The model has to be fitted to the room again. */
void page_choices_fit(Page *page);
void page_choices_free(Page *page);

GtkWidget *page_foot_new(Page *page);
void page_foot_show(Page *page);

/* page-staged.c */

void page_staged_init(Page *page);
void page_staged_clear(Page *page);
/* The helper's choices or settings are others: taken over unless a person is choosing. */
void page_staged_follow(Page *page);
/* A person has changed `staged`. */
void page_staged_touch(Page *page);
void page_staged_apply(Page *page);
/* Makes the partnership, with these choices. */
void page_staged_accept(Page *page, gboolean replace);
void page_staged_undo(Page *page);

/* page-estimate.c */

/* What was estimated is not so any more; asks again soon, if it is of interest. */
void page_estimate_renew(Page *page);
/* Shown or hidden. */
void page_estimate_resume(Page *page);
void page_estimate_suspend(Page *page);
void page_estimate_clear(Page *page);
/* As staged; FALSE: not known. */
gboolean page_estimate_get(Page *page, AdapterEstimate *estimate);
