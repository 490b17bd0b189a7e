/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * page-choices: what shall be on the player: all that there is, some playlists, or what
 * suits best; what fills the rest, how much stays free, and when it is synced.
 */
#include "page-parts.h"
#include "page-widgets.h"
#include "playlist-chooser.h"
#include "staged.h"

#define RESERVE_MOST 95

static const struct {
	int32_t fill;
	const char *name;
} fills[] = {
	{0, N_("Nothing")},
	{PORTA_FILL_SHUFFLE, N_("Songs picked at random")},
	{PORTA_FILL_TOP_RATED, N_("The best rated songs")},
	{PORTA_FILL_RECENT, N_("The newest songs")},
	{PORTA_FILL_LEAST_RECENTLY_SYNCED, N_("Songs that were away for longest")},
};

static gboolean
is_active(GtkWidget *toggle)
{
	return gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(toggle));
}

static Choices *
read_choices(Page *page)
{
	PageChoices *parts = &page->choices;
	Choices *choices = choices_new();

	if (is_active(parts->automatic)) {
		choices->by_default = TRUE;
		return choices;
	}
	g_autoptr(GPtrArray) wishes = playlist_chooser_wishes(parts->chooser);
	for (guint i = 0; i < wishes->len; i++)
		choices_add_playlist(choices, g_ptr_array_index(wishes, i));
	choices_set_library(choices, is_active(parts->library));
	int fill = gtk_combo_box_get_active(GTK_COMBO_BOX(parts->fill));
	if (is_active(parts->selected) && fill > 0)
		choices_set_fill(choices, fills[fill].fill);
	return choices;
}

static void
show_sensitivity(Page *page)
{
	PageChoices *parts = &page->choices;

	gtk_widget_set_sensitive(playlist_chooser_widget(parts->chooser),
				 !is_active(parts->automatic));
	gtk_widget_set_sensitive(parts->fill, is_active(parts->selected));
}

static void
on_chosen(void *data)
{
	Page *page = data;

	if (page->choices.is_showing)
		return;
	choices_free(page->staged.choices);
	page->staged.choices = read_choices(page);
	show_sensitivity(page);
	page_staged_touch(page);
	page_estimate_renew(page);
	page_foot_show(page);
	page_choices_fit(page);
}

static void
on_mode(GtkToggleButton *button, gpointer data)
{
	if (gtk_toggle_button_get_active(button))
		on_chosen(data);
}

static void
on_fill(GtkComboBox *combo, gpointer data)
{
	on_chosen(data);
}

static void
show_reserve_text(Page *page)
{
	PageChoices *parts = &page->choices;
	gint64 capacity = MAX(page_number(page, PORTA_KEY_CAPACITY_BYTES), 0);
	g_autofree char *size = words_size(capacity / 100 * page->staged.percent);
	g_autofree char *text =
		capacity > 0 ? g_strdup_printf(_("%d %% (%s)"), page->staged.percent, size)
			     : g_strdup_printf(_("%d %%"), page->staged.percent);

	page_label_set(parts->reserve_text, text);
	atk_object_set_description(gtk_widget_get_accessible(parts->reserve), text);
}

static void
on_reserve(GtkRange *range, gpointer data)
{
	Page *page = data;

	if (page->choices.is_showing)
		return;
	page->staged.percent = (int)(gtk_range_get_value(range) + 0.5);
	show_reserve_text(page);
	page_staged_touch(page);
	page_choices_fit(page);
}

static void
on_setting_done(void *data, int32_t error, const char *text)
{
	Page *page = data;

	page->choices.n_settings_sent--;
	page_on_done(page, error, text);
}

static void
on_connect_toggled(GtkToggleButton *button, gpointer data)
{
	Page *page = data;

	if (page->choices.is_showing)
		return;
	page->choices.n_settings_sent++;
	adapter_set_number(page->adapter, page->device->id, "SyncOnConnect",
			   gtk_toggle_button_get_active(button), on_setting_done, page);
}

static GtkWidget *
add_mode(GtkWidget *box, GtkWidget *group, const char *mnemonic, Page *page)
{
	GtkWidget *radio = gtk_radio_button_new_with_mnemonic_from_widget(
		group != NULL ? GTK_RADIO_BUTTON(group) : NULL, mnemonic);

	g_signal_connect(radio, "toggled", G_CALLBACK(on_mode), page);
	gtk_box_pack_start(GTK_BOX(box), radio, FALSE, FALSE, 0);
	return radio;
}

static GtkWidget *
new_heading(const char *text)
{
	GtkWidget *heading = page_label(text);
	g_autoptr(PangoAttrList) bold = pango_attr_list_new();

	pango_attr_list_insert(bold, pango_attr_weight_new(PANGO_WEIGHT_BOLD));
	gtk_label_set_attributes(GTK_LABEL(heading), bold);
	return heading;
}

/* Beside a control; the first to give way where it is narrow. */
static GtkWidget *
new_remark(const char *text)
{
	GtkWidget *remark = gtk_label_new(text);

	page_label_tabular(remark);
	gtk_label_set_xalign(GTK_LABEL(remark), 0);
	gtk_label_set_ellipsize(GTK_LABEL(remark), PANGO_ELLIPSIZE_END);
	gtk_widget_set_tooltip_text(remark, text);
	gtk_style_context_add_class(gtk_widget_get_style_context(remark), "dim-label");
	return remark;
}

static GtkWidget *
new_what(Page *page)
{
	PageChoices *parts = &page->choices;
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
	GtkWidget *best = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
	GtkWidget *all = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);

	gtk_box_pack_start(GTK_BOX(box), new_heading(_("What to sync")), FALSE, FALSE, 0);
	parts->automatic = add_mode(best, NULL, _("What suits _best"), page);
	gtk_box_pack_start(
		GTK_BOX(best),
		new_remark(_("your playlists, then the best rated, newest and most played songs")),
		TRUE, TRUE, 0);
	parts->library = add_mode(all, parts->automatic, _("The whole _library"), page);
	parts->library_size = new_remark(NULL);
	gtk_box_pack_start(GTK_BOX(all), parts->library_size, TRUE, TRUE, 0);
	gtk_container_add(GTK_CONTAINER(box), best);
	gtk_container_add(GTK_CONTAINER(box), all);
	parts->selected = add_mode(box, parts->automatic, _("_Only these playlists:"), page);
	parts->chooser = playlist_chooser_new(page->host, page->host_data, on_chosen, page);
	gtk_widget_set_margin_start(playlist_chooser_widget(parts->chooser), 24);
	gtk_box_pack_start(GTK_BOX(box), playlist_chooser_widget(parts->chooser), TRUE, TRUE, 0);
	return box;
}

static GtkWidget *
new_fill(Page *page)
{
	GtkWidget *combo = gtk_combo_box_text_new();

	for (gsize i = 0; i < G_N_ELEMENTS(fills); i++)
		gtk_combo_box_text_append_text(GTK_COMBO_BOX_TEXT(combo), _(fills[i].name));
	gtk_combo_box_set_active(GTK_COMBO_BOX(combo), 0);
	gtk_widget_set_halign(combo, GTK_ALIGN_START);
	gtk_widget_set_tooltip_text(combo,
				    _("Songs for the room that your playlists leave. When room "
				      "gets short, they go first."));
	page_ignore_wheel(combo);
	g_signal_connect(combo, "changed", G_CALLBACK(on_fill), page);
	return combo;
}

static GtkWidget *
new_reserve(Page *page)
{
	GtkWidget *scale = gtk_scale_new_with_range(GTK_ORIENTATION_HORIZONTAL, 0, RESERVE_MOST, 1);

	gtk_scale_set_draw_value(GTK_SCALE(scale), FALSE);
	gtk_range_set_increments(GTK_RANGE(scale), 1, 5);
	gtk_widget_set_hexpand(scale, TRUE);
	gtk_widget_set_size_request(scale, 140, -1);
	gtk_widget_set_tooltip_text(
		scale, _("Room on the player that no sync takes, for photos and such"));
	page_ignore_wheel(scale);
	g_signal_connect(scale, "value-changed", G_CALLBACK(on_reserve), page);
	return scale;
}

static GtkWidget *
new_how(Page *page)
{
	PageChoices *parts = &page->choices;
	GtkWidget *grid = gtk_grid_new();
	GtkGrid *at = GTK_GRID(grid);

	parts->fill = new_fill(page);
	parts->reserve = new_reserve(page);
	parts->reserve_text = page_label(NULL);
	page_label_tabular(parts->reserve_text);
	gtk_label_set_width_chars(GTK_LABEL(parts->reserve_text), 14);
	parts->on_connect = gtk_check_button_new_with_mnemonic(_("Sync when it is _connected"));
	gtk_widget_set_tooltip_text(
		parts->on_connect,
		_("If not, a sync begins when you press Sync, or when your music or what you chose "
		  "changes while the player is connected."));
	g_signal_connect(parts->on_connect, "toggled", G_CALLBACK(on_connect_toggled), page);
	gtk_grid_set_row_spacing(at, 6);
	gtk_grid_set_column_spacing(at, 12);
	gtk_grid_attach(at, new_heading(_("How to sync")), 0, 0, 3, 1);
	gtk_grid_attach(at, page_named(_("_Fill the rest with"), parts->fill), 0, 1, 1, 1);
	gtk_grid_attach(at, parts->fill, 1, 1, 2, 1);
	gtk_grid_attach(at, page_named(_("_Keep free"), parts->reserve), 0, 2, 1, 1);
	gtk_grid_attach(at, parts->reserve, 1, 2, 1, 1);
	gtk_grid_attach(at, parts->reserve_text, 2, 2, 1, 1);
	gtk_grid_attach(at, parts->on_connect, 0, 3, 3, 1);
	gtk_widget_set_hexpand(grid, FALSE); /* beside the list it takes what it needs */
	return grid;
}

GtkWidget *
page_choices_new(Page *page)
{
	PageChoices *parts = &page->choices;

	parts->is_showing = TRUE; /* until there is something to show */
	parts->columns = gtk_box_new(GTK_ORIENTATION_VERTICAL, 18);
	gtk_box_pack_start(GTK_BOX(parts->columns), new_what(page), TRUE, TRUE, 0);
	gtk_box_pack_start(GTK_BOX(parts->columns), new_how(page), FALSE, FALSE, 0);
	parts->is_showing = FALSE;
	return parts->columns;
}

void
page_choices_free(Page *page)
{
	playlist_chooser_free(page->choices.chooser);
}

void
page_choices_set_wide(Page *page, gboolean wide)
{
	gtk_orientable_set_orientation(GTK_ORIENTABLE(page->choices.columns),
				       wide ? GTK_ORIENTATION_HORIZONTAL
					    : GTK_ORIENTATION_VERTICAL);
}

static void
show_library_size(Page *page)
{
	AdapterEstimate estimate;
	guint n_songs = 0;
	gint64 bytes = 0;

	if (page->host->measure_library != NULL)
		page->host->measure_library(page->host_data, &n_songs, &bytes);
	g_autofree char *songs = words_songs(n_songs);
	g_autofree char *size = words_size(bytes);
	g_autofree char *text = n_songs > 0 ? g_strdup_printf(_("%s, %s"), songs, size)
					    : g_strdup("");
	if (page->staged.choices->whole_library && page_estimate_get(page, &estimate) &&
	    estimate.no_fit_items > 0) {
		g_autofree char *fits =
			words_count(MAX(estimate.wanted_items - estimate.no_fit_items, 0));
		g_autofree char *all = g_steal_pointer(&text);
		text = g_strdup_printf(_("%s; %s fit"), all, fits);
	}
	page_label_set(page->choices.library_size, text);
}

void
page_choices_fit(Page *page)
{
	const Choices *choices = page->staged.choices;
	StagedRoom now = staged_room_of(page->device->now);
	gint64 room = staged_room_bytes(&now, page->staged.percent);
	AdapterEstimate estimate;

	show_library_size(page);
	if (choices->by_default || choices->playlists->len == 0 || !page->is_mapped)
		return;
	if (page_estimate_get(page, &estimate))
		room = estimate.no_fit_items > 0 ? estimate.wanted_bytes - estimate.no_fit_bytes
						 : G_MAXINT64;
	playlist_chooser_fit(page->choices.chooser, room >= 0 ? room : G_MAXINT64);
}

static void
show_chosen(Page *page)
{
	PageChoices *parts = &page->choices;
	const Choices *choices = page->staged.choices;
	GtkWidget *mode = choices->by_default      ? parts->automatic
			  : choices->whole_library ? parts->library
						   : parts->selected;

	gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(mode), TRUE);
	if (!choices->by_default)
		playlist_chooser_wish(parts->chooser, choices->playlists);
	for (gsize i = 0; i < G_N_ELEMENTS(fills); i++) {
		if (fills[i].fill == choices->fill)
			gtk_combo_box_set_active(GTK_COMBO_BOX(parts->fill), (int)i);
	}
}

static void
show_playlists(Page *page)
{
	if (!page->playlists_stale || page->host->list_playlists == NULL)
		return;
	g_autoptr(GPtrArray) playlists = page->host->list_playlists(page->host_data);
	page->playlists_stale = playlists == NULL;
	playlist_chooser_offer(page->choices.chooser, playlists);
}

static gboolean
can_choose(const Page *page)
{
	int64_t status = page_number(page, PORTA_KEY_STATUS);

	return page->helper_there && status != PORTA_STATUS_PARTNERSHIP_ANOTHER &&
	       status != PORTA_STATUS_MANUAL_DEVICE && status != PORTA_STATUS_UNKNOWN &&
	       (page->device->choices != NULL || !page_is_partner(page));
}

void
page_choices_show(Page *page)
{
	PageChoices *parts = &page->choices;

	parts->is_showing = TRUE;
	show_playlists(page);
	if (!page->staged.is_touched)
		show_chosen(page);
	gtk_range_set_value(GTK_RANGE(parts->reserve), page->staged.percent);
	show_reserve_text(page);
	if (parts->n_settings_sent == 0)
		gtk_toggle_button_set_active(
			GTK_TOGGLE_BUTTON(parts->on_connect),
			porta_device_get_setting_number(page->device->now, "SyncOnConnect") == 1);
	gtk_widget_set_sensitive(parts->columns, can_choose(page));
	show_sensitivity(page);
	parts->is_showing = FALSE;
}
