/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * page-notice: the bar at the top of a page: what a person must know, or is asked. It is
 * a bar and never a dialog; what is asked there waits for as long as it takes.
 */
#include "page-parts.h"
#include "page-widgets.h"

#include "preview-filter.h"
#include "staged.h"

#define MOST_RETRIES 20 /* a second apart */

enum { ANSWER_YES = 1, ANSWER_NO = 2 };

typedef struct {
	GtkMessageType type;
	char *title, *text;
	const char *yes, *no; /* NULL no such button; static, with mnemonic */
} Saying;

static void
saying_clear(Saying *saying)
{
	g_free(saying->title);
	g_free(saying->text);
}

static const char *
host_name(void)
{
	const char *name = g_get_application_name();

	return name != NULL ? name : g_get_prgname();
}

/* What the person would get by saying yes. */
static char *
describe_proposal(Page *page)
{
	gint64 bytes = 0;
	guint n_songs = 0;

	if (page->host->measure_library != NULL)
		page->host->measure_library(page->host_data, &n_songs, &bytes);
	if (n_songs == 0)
		return g_strdup(_("Below you can choose what goes onto it."));
	g_autofree char *songs = words_songs(n_songs);
	g_autofree char *size = words_size(bytes);
	StagedRoom now = staged_room_of(page->device->now);
	gint64 room = staged_room_bytes(&now, page->staged.percent);
	if (room < 0 || bytes <= room)
		return g_strdup_printf(
			_("All your music (%s, %s) fits. Below you can choose less."), songs, size);
	g_autofree char *fits = words_size(room);
	return g_strdup_printf(_("There is room for %s of your %s: your playlists, then the best "
				 "rated and the newest "
				 "songs. Below you can choose otherwise."),
			       fits, size);
}

static void
say_new(Page *page, Saying *saying)
{
	g_autofree char *name = words_device_name(page->device->now);

	saying->type = GTK_MESSAGE_QUESTION;
	saying->title = g_strdup_printf(_("Keep your music in sync with “%s”?"), name);
	saying->text = describe_proposal(page);
	saying->yes = _("_Yes, Sync");
	saying->no = _("_No");
}

static void
say_another(Page *page, Saying *saying)
{
	const char *owner = porta_device_get_string(page->device->now, PORTA_KEY_OWNER);

	saying->type = GTK_MESSAGE_WARNING;
	saying->title = owner != NULL && owner[0] != '\0'
				? g_strdup_printf(_("This player is kept in sync by %s."), owner)
				: g_strdup(_("This player is kept in sync by another computer."));
	saying->text = g_strdup(_("If you take it over, that computer lets go of it. Its music "
				  "stays on the player, and is nobody’s to remove any more."));
	saying->yes = _("_Take Over");
}

/* The detail, as the helper tells it, says who holds it and what to do. */
static char *
detail_text(Page *page, const char *otherwise)
{
	const char *text = porta_device_get_string(page->device->now, PORTA_KEY_DETAIL_TEXT);
	g_autofree char *safe = words_escape(text);

	if (safe[0] == '\0')
		return g_strdup(otherwise);
	g_autofree char *first = g_utf8_substring(safe, 0, 1);
	g_autofree char *upper = g_utf8_strup(first, -1);
	return g_strconcat(upper, g_utf8_next_char(safe), NULL);
}

static void
say_held(Page *page, Saying *saying)
{
	saying->type = GTK_MESSAGE_WARNING;
	saying->title = words_held(page->device->now);
	saying->text = g_strdup(_("They stay on the player until you agree. If that surprises you, "
				  "a folder of your music may be missing."));
	saying->yes = _("_Remove Them");
	saying->no = _("Show The_m");
}

static void
say_rival(Page *page, Saying *saying)
{
	saying->type = GTK_MESSAGE_WARNING;
	saying->title =
		g_strdup_printf(_("“%s” is using the player."), page->host->rival(page->host_data));
	saying->text = g_strdup_printf(_("It belongs to %s and keeps the player to itself. "
					 "You can switch it off; nothing else is lost by that."),
				       host_name());
	saying->yes = _("S_witch It Off");
}

static void
say_busy(Page *page, Saying *saying)
{
	saying->type = GTK_MESSAGE_WARNING;
	if (page->notice.n_retries > 0) {
		saying->title = g_strdup(_("The player is being let go of."));
		saying->text = g_strdup(_("The sync begins as soon as it is free."));
		return;
	}
	saying->title = g_strdup(_("Another program is using the player."));
	saying->text = detail_text(page, _("Close it, then try again."));
	saying->yes = _("_Try Again");
}

static void
say_status(Page *page, Notice notice, Saying *saying)
{
	switch (notice) {
	case NOTICE_READ_ONLY:
		saying->type = GTK_MESSAGE_INFO;
		saying->title = g_strdup(_("Nothing can be written to this player."));
		saying->text = detail_text(page, _("It offers its content for reading only."));
		break;
	case NOTICE_ANOTHER: say_another(page, saying); break;
	case NOTICE_NEW: say_new(page, saying); break;
	case NOTICE_HELD: say_held(page, saying); break;
	default: break;
	}
}

static void
say(Page *page, Notice notice, Saying *saying)
{
	switch (notice) {
	case NOTICE_NO_HELPER:
		saying->type = GTK_MESSAGE_WARNING;
		saying->title = g_strdup(_("The sync service is not running."));
		saying->text = g_strdup(page->helper_text);
		break;
	case NOTICE_FAILED:
		saying->type = GTK_MESSAGE_ERROR;
		saying->title = g_strdup(_("That did not work."));
		saying->text = g_strdup(page->notice.failed);
		saying->no = _("_Dismiss");
		break;
	case NOTICE_RIVAL: say_rival(page, saying); break;
	case NOTICE_BUSY: say_busy(page, saying); break;
	case NOTICE_LOCKED:
		saying->type = GTK_MESSAGE_INFO;
		saying->title = g_strdup(_("The player is locked."));
		saying->text = detail_text(page, _("Unlock it and allow file transfer."));
		break;
	default: say_status(page, notice, saying); break;
	}
}

static void
agree_to_removals(Page *page)
{
	const char *token = porta_device_get_string(page->device->now, PORTA_KEY_HELD_TOKEN);

	if (token != NULL)
		adapter_confirm_removals(page->adapter, page->device->id, token, page_on_done,
					 page);
}

/* The helper tries again by itself what it has begun by itself. */
static void
try_again(Page *page)
{
	if (page->notice.is_refused)
		page_start(page, page->notice.replaces);
	else
		adapter_start(page->adapter, page->device->id, page_on_done, page);
}

static gboolean
on_retry(gpointer data)
{
	Page *page = data;

	page->notice.retry = 0;
	page->notice.n_retries--;
	try_again(page);
	return G_SOURCE_REMOVE;
}

void
page_notice_started(Page *page, int32_t error)
{
	PageNotice *notice = &page->notice;

	notice->is_refused = error == PORTA_ERROR_DEVICE_BUSY;
	if (!notice->is_refused)
		notice->n_retries = 0;
	if (notice->n_retries > 0 && notice->retry == 0)
		notice->retry = g_timeout_add_seconds(1, on_retry, page);
}

void
page_notice_stop_retry(Page *page)
{
	page->notice.n_retries = 0;
	g_clear_handle_id(&page->notice.retry, g_source_remove);
}

static void
answer_yes(Page *page, Notice notice)
{
	switch (notice) {
	case NOTICE_NEW: page_start(page, FALSE); break;
	case NOTICE_ANOTHER: page_start(page, TRUE); break;
	case NOTICE_HELD: agree_to_removals(page); break;
	case NOTICE_RIVAL:
		page->notice.n_retries = page->notice.is_refused ? MOST_RETRIES : 0;
		page->host->switch_rival_off(page->host_data);
		try_again(page);
		break;
	case NOTICE_BUSY: try_again(page); break;
	default: break;
	}
}

static void
answer_no(Page *page, Notice notice)
{
	if (notice == NOTICE_NEW)
		adapter_decline(page->adapter, page->device->id, page_on_done, page);
	else if (notice == NOTICE_HELD)
		page_open_preview(page, PREVIEW_HELD);
	else if (notice == NOTICE_FAILED)
		page_notice_fail(page, NULL);
}

static void
on_answer(GtkInfoBar *bar, int answer, gpointer data)
{
	Page *page = data;

	if (answer == ANSWER_YES)
		answer_yes(page, page->notice.shown);
	else if (answer == ANSWER_NO || answer == GTK_RESPONSE_CLOSE)
		answer_no(page, page->notice.shown);
	page_show_all(page);
}

static GtkWidget *
new_title(void)
{
	GtkWidget *title = page_label(NULL);
	g_autoptr(PangoAttrList) bold = pango_attr_list_new();

	pango_attr_list_insert(bold, pango_attr_weight_new(PANGO_WEIGHT_BOLD));
	gtk_label_set_attributes(GTK_LABEL(title), bold);
	return title;
}

GtkWidget *
page_notice_new(Page *page)
{
	PageNotice *notice = &page->notice;
	GtkWidget *words = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);

	notice->bar = gtk_info_bar_new();
	notice->title = new_title();
	notice->text = page_label(NULL);
	gtk_container_add(GTK_CONTAINER(words), notice->title);
	gtk_container_add(GTK_CONTAINER(words), notice->text);
	gtk_widget_set_hexpand(words, TRUE);
	gtk_container_add(GTK_CONTAINER(gtk_info_bar_get_content_area(GTK_INFO_BAR(notice->bar))),
			  words);
	notice->no = gtk_info_bar_add_button(GTK_INFO_BAR(notice->bar), "", ANSWER_NO);
	notice->yes = gtk_info_bar_add_button(GTK_INFO_BAR(notice->bar), "", ANSWER_YES);
	gtk_widget_set_valign(notice->no, GTK_ALIGN_CENTER);
	gtk_widget_set_valign(notice->yes, GTK_ALIGN_CENTER);
	gtk_widget_show_all(notice->bar);
	gtk_info_bar_set_revealed(GTK_INFO_BAR(notice->bar), FALSE);
	g_signal_connect(notice->bar, "response", G_CALLBACK(on_answer), page);
	return notice->bar;
}

static void
show_button(GtkWidget *button, const char *label, gboolean sensitive)
{
	gtk_widget_set_visible(button, label != NULL);
	gtk_widget_set_sensitive(button, sensitive);
	if (label != NULL && g_strcmp0(gtk_button_get_label(GTK_BUTTON(button)), label) != 0)
		gtk_button_set_label(GTK_BUTTON(button), label);
	gtk_button_set_use_underline(GTK_BUTTON(button), TRUE);
}

void
page_notice_show(Page *page)
{
	const PageHost *host = page->host;
	if (page_is_syncing(page) || page_number(page, PORTA_KEY_CONNECTED) != 1)
		page->notice.is_refused = FALSE;
	NoticeFacts facts = {
		.helper_there = page->helper_there,
		.failed = page->notice.failed != NULL,
		.refused = page->notice.is_refused,
		.rival_active = host->rival != NULL && host->switch_rival_off != NULL &&
				host->rival(page->host_data) != NULL,
	};
	Notice notice = notice_choose(page->device->now, &facts);
	GtkInfoBar *bar = GTK_INFO_BAR(page->notice.bar);
	Saying saying = {.type = GTK_MESSAGE_INFO};

	page->notice.shown = notice;
	if (notice == NOTICE_NONE) {
		gtk_info_bar_set_revealed(bar, FALSE);
		return;
	}
	say(page, notice, &saying);
	gtk_info_bar_set_message_type(bar, saying.type);
	page_label_set(page->notice.title, saying.title);
	page_label_set(page->notice.text, saying.text);
	show_button(page->notice.yes, saying.yes, page->helper_there);
	show_button(page->notice.no, saying.no, TRUE);
	gtk_info_bar_set_revealed(bar, TRUE);
	saying_clear(&saying);
}

void
page_notice_fail(Page *page, const char *text)
{
	g_free(page->notice.failed);
	page->notice.failed = g_strdup(text);
	if (page->is_mapped)
		page_notice_show(page);
}
