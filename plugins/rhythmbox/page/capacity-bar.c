/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * capacity-bar: see capacity-bar.h. Colours are the theme's own: what is ours has its
 * accent, what would come is the accent striped, what is kept free is hatched.
 */
#include "capacity-bar.h"

#include <math.h>

#include "common/i18n.h"

#define BAR_HEIGHT 18
#define SWATCH 12
#define RADIUS 4.0
#define LEAST_WIDTH 3.0 /* of a part that is there: it must be seen */
#define N_PARTS 5

typedef enum { FILL_SOLID, FILL_STRIPES, FILL_HATCH, FILL_NONE } Fill;

/* In the order from left to right. */
static const struct {
	const char *name;
	const char *help;
	Fill fill;
	gboolean accent; /* else the colour of text, dimmed */
	double alpha;
} parts[N_PARTS] = {
	{N_("Music"), N_("What syncs have put on the player"), FILL_SOLID, TRUE, 1.0},
	{N_("To be added"), N_("What the next sync would add"), FILL_STRIPES, TRUE, 0.75},
	{N_("Other"), N_("All else on the player, which no sync touches"), FILL_SOLID, FALSE, 0.45},
	{N_("Kept free"), N_("Room that no sync takes; you choose how much"), FILL_HATCH, FALSE,
	 0.35},
	{N_("Free"), N_("Room that syncs may take"), FILL_NONE, FALSE, 0.0},
};

typedef struct {
	GtkWidget *drawing;
	GtkWidget *entries[N_PARTS]; /* of the legend */
	GtkWidget *sizes[N_PARTS];
	gint64 bytes[N_PARTS];
	gint64 total;
} Bar;

static Bar *
get_bar(GtkWidget *widget)
{
	return g_object_get_data(G_OBJECT(widget), "capacity-bar");
}

static void
round_rectangle(cairo_t *cr, double x, double y, double width, double height)
{
	double radius = MIN(RADIUS, MIN(width, height) / 2);

	cairo_new_sub_path(cr);
	cairo_arc(cr, x + width - radius, y + radius, radius, -G_PI_2, 0);
	cairo_arc(cr, x + width - radius, y + height - radius, radius, 0, G_PI_2);
	cairo_arc(cr, x + radius, y + height - radius, radius, G_PI_2, G_PI);
	cairo_arc(cr, x + radius, y + radius, radius, G_PI, 3 * G_PI_2);
	cairo_close_path(cr);
}

static void
draw_lines(cairo_t *cr, double x, double width, double height, double step, double thickness)
{
	cairo_set_line_width(cr, thickness);
	/* from a multiple of the step, so that lines do not wander when a part grows */
	for (double at = floor((x - height) / step) * step; at < x + width + step; at += step) {
		cairo_move_to(cr, at, height);
		cairo_line_to(cr, at + height, 0);
	}
	cairo_stroke(cr);
}

static void
draw_part(GtkWidget *widget, cairo_t *cr, guint part, double x, double width, double height)
{
	GtkStyleContext *style = gtk_widget_get_style_context(widget);
	GdkRGBA colour;

	if (parts[part].fill == FILL_NONE || width <= 0)
		return;
	gtk_style_context_get_color(style, gtk_style_context_get_state(style), &colour);
	if (parts[part].accent)
		gtk_style_context_lookup_color(style, "theme_selected_bg_color", &colour);
	colour.alpha *= parts[part].alpha;
	cairo_save(cr);
	cairo_rectangle(cr, x, 0, width, height);
	cairo_clip(cr);
	gdk_cairo_set_source_rgba(cr, &colour);
	if (parts[part].fill == FILL_SOLID)
		cairo_paint(cr);
	else if (parts[part].fill == FILL_STRIPES)
		draw_lines(cr, x, width, height, 7, 3.2);
	else
		draw_lines(cr, x, width, height, 5, 1);
	cairo_restore(cr);
}

static void
draw_frame(GtkWidget *widget, cairo_t *cr, double width, double height)
{
	GtkStyleContext *style = gtk_widget_get_style_context(widget);
	GdkRGBA colour;

	gtk_style_context_get_color(style, gtk_style_context_get_state(style), &colour);
	colour.alpha *= 0.35;
	gdk_cairo_set_source_rgba(cr, &colour);
	cairo_set_line_width(cr, 1);
	round_rectangle(cr, 0.5, 0.5, width - 1, height - 1);
	cairo_stroke(cr);
}

static void
draw_background(GtkWidget *widget, cairo_t *cr, double width, double height)
{
	GdkRGBA base = {1, 1, 1, 1};

	gtk_style_context_lookup_color(gtk_widget_get_style_context(widget), "theme_base_color",
				       &base);
	round_rectangle(cr, 0.5, 0.5, width - 1, height - 1);
	gdk_cairo_set_source_rgba(cr, &base);
	cairo_fill_preserve(cr);
	cairo_clip(cr);
}

/* Shares of the width; each part that is there gets at least LEAST_WIDTH, taken from the rest in proportion. */
static void
share_width(const Bar *bar, double width, double shares[N_PARTS])
{
	double least = 0, large = 0;

	for (guint i = 0; i < N_PARTS; i++) {
		shares[i] = bar->total > 0 ? width * (double)bar->bytes[i] / (double)bar->total : 0;
		if (bar->bytes[i] > 0 && shares[i] < LEAST_WIDTH) {
			shares[i] = LEAST_WIDTH;
			least += LEAST_WIDTH;
		} else {
			large += shares[i];
		}
	}
	for (guint i = 0; i < N_PARTS && large > 0; i++) {
		if (shares[i] > LEAST_WIDTH)
			shares[i] *= (width - least) / large;
	}
}

static gboolean
on_draw(GtkWidget *drawing, cairo_t *cr, gpointer data)
{
	const Bar *bar = data;
	double width = gtk_widget_get_allocated_width(drawing);
	double height = gtk_widget_get_allocated_height(drawing);
	double shares[N_PARTS], x = 0;
	gboolean mirrored = gtk_widget_get_direction(drawing) == GTK_TEXT_DIR_RTL;

	share_width(bar, width, shares);
	cairo_save(cr);
	draw_background(drawing, cr, width, height);
	for (guint i = 0; i < N_PARTS; i++) {
		draw_part(drawing, cr, i, mirrored ? width - x - shares[i] : x, shares[i], height);
		x += shares[i];
	}
	cairo_restore(cr);
	draw_frame(drawing, cr, width, height);
	return FALSE;
}

static gboolean
on_draw_swatch(GtkWidget *swatch, cairo_t *cr, gpointer data)
{
	double width = gtk_widget_get_allocated_width(swatch);
	double height = gtk_widget_get_allocated_height(swatch);

	cairo_save(cr);
	draw_background(swatch, cr, width, height);
	draw_part(swatch, cr, GPOINTER_TO_UINT(data), 0, width, height);
	cairo_restore(cr);
	draw_frame(swatch, cr, width, height);
	return FALSE;
}

static GtkWidget *
new_swatch(guint part)
{
	GtkWidget *swatch = gtk_drawing_area_new();

	gtk_widget_set_size_request(swatch, SWATCH, SWATCH);
	gtk_widget_set_valign(swatch, GTK_ALIGN_CENTER);
	g_signal_connect(swatch, "draw", G_CALLBACK(on_draw_swatch), GUINT_TO_POINTER(part));
	atk_object_set_role(gtk_widget_get_accessible(swatch), ATK_ROLE_REDUNDANT_OBJECT);
	return swatch;
}

/* "▨ To be added 2.1 GB"; figures of one width, so that the next entry stays where it is. */
static GtkWidget *
new_entry(Bar *bar, guint part)
{
	GtkWidget *entry = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
	GtkWidget *name = gtk_label_new(_(parts[part].name));
	g_autoptr(PangoAttrList) figures = pango_attr_list_new();

	bar->sizes[part] = gtk_label_new(NULL);
	pango_attr_list_insert(figures, pango_attr_font_features_new("tnum=1"));
	gtk_label_set_attributes(GTK_LABEL(bar->sizes[part]), figures);
	gtk_label_set_xalign(GTK_LABEL(bar->sizes[part]), 0);
	gtk_label_set_width_chars(GTK_LABEL(bar->sizes[part]), 8);
	gtk_style_context_add_class(gtk_widget_get_style_context(name), "dim-label");
	gtk_box_pack_start(GTK_BOX(entry), new_swatch(part), FALSE, FALSE, 0);
	gtk_box_pack_start(GTK_BOX(entry), name, FALSE, FALSE, 0);
	gtk_box_pack_start(GTK_BOX(entry), bar->sizes[part], FALSE, FALSE, 0);
	gtk_widget_set_tooltip_text(entry, _(parts[part].help));
	return entry;
}

static GtkWidget *
new_legend(Bar *bar)
{
	GtkWidget *legend = gtk_flow_box_new();

	gtk_flow_box_set_selection_mode(GTK_FLOW_BOX(legend), GTK_SELECTION_NONE);
	gtk_flow_box_set_max_children_per_line(GTK_FLOW_BOX(legend), N_PARTS);
	gtk_flow_box_set_column_spacing(GTK_FLOW_BOX(legend), 12);
	for (guint i = 0; i < N_PARTS; i++) {
		bar->entries[i] = new_entry(bar, i);
		gtk_container_add(GTK_CONTAINER(legend), bar->entries[i]);
		gtk_widget_set_can_focus(gtk_widget_get_parent(bar->entries[i]), FALSE);
	}
	return legend;
}

GtkWidget *
capacity_bar_new(void)
{
	GtkWidget *widget = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
	Bar *bar = g_new0(Bar, 1);

	g_object_set_data_full(G_OBJECT(widget), "capacity-bar", bar, g_free);
	bar->drawing = gtk_drawing_area_new();
	gtk_widget_set_size_request(bar->drawing, 120, BAR_HEIGHT);
	g_signal_connect(bar->drawing, "draw", G_CALLBACK(on_draw), bar);
	gtk_container_add(GTK_CONTAINER(widget), bar->drawing);
	gtk_container_add(GTK_CONTAINER(widget), new_legend(bar));
	atk_object_set_role(gtk_widget_get_accessible(bar->drawing), ATK_ROLE_CHART);
	atk_object_set_name(gtk_widget_get_accessible(bar->drawing), _("Room on the player"));
	capacity_bar_set(widget, NULL);
	return widget;
}

void
capacity_bar_set(GtkWidget *widget, const WordsSpace *space)
{
	static const WordsSpace nothing;
	Bar *bar = get_bar(widget);
	const WordsSpace *shown = space != NULL ? space : &nothing;
	const gint64 bytes[N_PARTS] = {shown->music, shown->added, shown->other, shown->reserved,
				       shown->free};
	g_autofree char *text = space != NULL ? words_space_text(space)
					      : g_strdup(_("Not known yet"));

	bar->total = 0;
	for (guint i = 0; i < N_PARTS; i++) {
		g_autofree char *size = words_size(bytes[i]);
		bar->bytes[i] = bytes[i];
		bar->total += bytes[i];
		gtk_label_set_text(GTK_LABEL(bar->sizes[i]), space != NULL ? size : "");
	}
	gtk_widget_set_tooltip_text(bar->drawing, text);
	atk_object_set_description(gtk_widget_get_accessible(bar->drawing), text);
	gtk_widget_queue_draw(bar->drawing);
}
