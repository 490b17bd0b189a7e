/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * page-header: the player's name, to be read and written, its state in words, and the
 * button that starts and stops. A name is sent when its writer is done with it (Enter, or
 * going elsewhere), and Escape has the old one back.
 */
#include "page-parts.h"
#include "page-widgets.h"

#include <string.h>

#define NAME_LONGEST 255 /* characters that MTP can carry */

static const char name_css[] =
	"entry { font-weight: bold; font-size: 125%; padding-left: 4px; min-height: 30px; }"
	"entry:not(:focus):not(:hover) { background: none; border-color: transparent;"
	" box-shadow: none; }";

void
page_header_forget_name(Page *page)
{
	g_clear_pointer(&page->header.sent_name, g_free);
	g_clear_pointer(&page->header.name_before, g_free);
}

static void
on_name_done(void *data, int32_t error, const char *text)
{
	Page *page = data;

	if (error != PORTA_OK)
		page_header_forget_name(page);
	page_on_done(data, error, text);
}

static void
send_name(Page *page, const char *name)
{
	page_header_forget_name(page);
	page->header.sent_name = g_strdup(name);
	page->header.name_before = words_device_name(page->device->now);
	adapter_set_string(page->adapter, page->device->id, "FriendlyName", name, on_name_done,
			   page);
}

/* A name of nothing is nobody's wish: the old one comes back. */
static void
finish_typing(Page *page)
{
	PageHeader *header = &page->header;

	if (!header->is_typing)
		return;
	header->is_typing = FALSE;
	g_autofree char *now = words_device_name(page->device->now);
	g_autofree char *name = g_strdup(gtk_entry_get_text(GTK_ENTRY(header->name)));
	g_strstrip(name);
	if (name[0] != '\0' && strcmp(name, now) != 0)
		send_name(page, name);
	page_header_show(page);
}

static void
on_name_changed(GtkEditable *editable, gpointer data)
{
	((Page *)data)->header.is_typing = TRUE;
}

static void
on_name_activated(GtkEntry *entry, gpointer data)
{
	Page *page = data;

	finish_typing(page);
	gtk_widget_grab_focus(page->header.button);
}

static gboolean
on_name_left(GtkWidget *entry, GdkEvent *event, gpointer data)
{
	finish_typing(data);
	return FALSE;
}

static gboolean
on_name_key(GtkWidget *entry, GdkEventKey *event, gpointer data)
{
	Page *page = data;

	if (event->keyval != GDK_KEY_Escape || !page->header.is_typing)
		return FALSE;
	page->header.is_typing = FALSE;
	page_header_show(page);
	return TRUE;
}

static GtkWidget *
new_name(Page *page)
{
	GtkWidget *name = gtk_entry_new();
	g_autoptr(GtkCssProvider) provider = gtk_css_provider_new();

	gtk_css_provider_load_from_data(provider, name_css, -1, NULL);
	gtk_style_context_add_provider(gtk_widget_get_style_context(name),
				       GTK_STYLE_PROVIDER(provider),
				       GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
	gtk_entry_set_max_length(GTK_ENTRY(name), NAME_LONGEST);
	gtk_entry_set_width_chars(GTK_ENTRY(name), 12);
	gtk_widget_set_tooltip_text(name, _("The player’s name; click to change it"));
	page_set_name(name, _("Name of the player"));
	g_signal_connect(name, "changed", G_CALLBACK(on_name_changed), page);
	g_signal_connect(name, "activate", G_CALLBACK(on_name_activated), page);
	g_signal_connect(name, "focus-out-event", G_CALLBACK(on_name_left), page);
	g_signal_connect(name, "key-press-event", G_CALLBACK(on_name_key), page);
	return name;
}

static void
on_button(GtkButton *button, gpointer data)
{
	Page *page = data;

	if (page_is_syncing(page))
		adapter_stop(page->adapter, page->device->id, page_on_done, page);
	else
		page_start(page, FALSE);
}

static GtkWidget *
new_button(Page *page)
{
	GtkWidget *button = gtk_button_new_with_mnemonic("");
	const char *labels[] = {_("_Sync"), _("_Stop"), NULL};

	gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
	page_button_reserve(button, labels);
	g_signal_connect(button, "clicked", G_CALLBACK(on_button), page);
	return button;
}

GtkWidget *
page_header_new(Page *page)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
	GtkWidget *words = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
	const char *icons[] = {"multimedia-player", "multimedia-player-symbolic", NULL};
	g_autoptr(GIcon) icon = g_themed_icon_new_from_names((char **)icons, -1);
	GtkWidget *image = gtk_image_new_from_gicon(icon, GTK_ICON_SIZE_DIALOG);

	page->header.name = new_name(page);
	page->header.state = page_dim_label(NULL);
	gtk_widget_set_margin_start(page->header.state, 5); /* under the name's first letter */
	page->header.button = new_button(page);
	gtk_image_set_pixel_size(GTK_IMAGE(image), 48);
	gtk_widget_set_valign(words, GTK_ALIGN_CENTER);
	gtk_container_add(GTK_CONTAINER(words), page->header.name);
	gtk_container_add(GTK_CONTAINER(words), page->header.state);
	gtk_box_pack_start(GTK_BOX(box), image, FALSE, FALSE, 0);
	gtk_box_pack_start(GTK_BOX(box), words, TRUE, TRUE, 0);
	gtk_box_pack_start(GTK_BOX(box), page->header.button, FALSE, FALSE, 0);
	return box;
}

/* A name sent is shown until the device has answered with any other than before. */
static void
show_name(Page *page)
{
	PageHeader *header = &page->header;
	g_autofree char *now = words_device_name(page->device->now);

	if (header->is_typing)
		return;
	if (header->sent_name != NULL && strcmp(now, header->name_before) != 0)
		page_header_forget_name(page);
	const char *shown = header->sent_name != NULL ? header->sent_name : now;
	if (strcmp(shown, gtk_entry_get_text(GTK_ENTRY(header->name))) == 0)
		return;
	g_signal_handlers_block_by_func(header->name, on_name_changed, page);
	gtk_entry_set_text(GTK_ENTRY(header->name), shown);
	g_signal_handlers_unblock_by_func(header->name, on_name_changed, page);
}

static gboolean
can_start(const Page *page)
{
	int64_t status = page_number(page, PORTA_KEY_STATUS);

	return page->helper_there && page_number(page, PORTA_KEY_CONNECTED) == 1 &&
	       status != PORTA_STATUS_PARTNERSHIP_ANOTHER && status != PORTA_STATUS_UNKNOWN &&
	       status != PORTA_STATUS_MANUAL_DEVICE;
}

static void
show_button(Page *page)
{
	GtkWidget *button = page->header.button;
	GtkStyleContext *style = gtk_widget_get_style_context(button);
	gboolean syncing = page_is_syncing(page), wanted = !syncing && can_start(page);
	const char *label = syncing ? _("_Stop") : _("_Sync");

	if (g_strcmp0(gtk_button_get_label(GTK_BUTTON(button)), label) != 0)
		gtk_button_set_label(GTK_BUTTON(button), label);
	gtk_button_set_use_underline(GTK_BUTTON(button), TRUE);
	/* what is asked above is not asked twice */
	gtk_widget_set_visible(button,
			       page_number(page, PORTA_KEY_STATUS) != PORTA_STATUS_NEW_DEVICE);
	gtk_widget_set_sensitive(button, syncing || wanted);
	if (wanted && !page->staged.is_touched)
		gtk_style_context_add_class(style, "suggested-action");
	else
		gtk_style_context_remove_class(style, "suggested-action");
}

void
page_header_show(Page *page)
{
	g_autofree char *state = words_state(page->device->now);

	show_name(page);
	page_label_set(page->header.state, state);
	show_button(page);
}
