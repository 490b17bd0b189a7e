/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * gtk-interface: see gtk-interface.h.
 */
#include "gtk-interface.h"

#include <dlfcn.h>
#include <link.h>
#include <string.h>

#include <glib-object.h>
#include <libaudcore/runtime.h>

#include "settings.h"

/* Those of GTK 2 and of GTK 3 that have the same types in both. */
using NewLabel = GObject *(*)(const char *text);
using SetText = void (*)(GObject *label, const char *text);
using SetTruth = void (*)(GObject *label, gboolean truth);
using SetAlignment = void (*)(GObject *label, float x, float y);
using GetToplevel = GObject *(*)(GObject *widget);
using Destroy = void (*)(GObject *widget);
using ShowSettings = void (*)(PluginHandle *plugin);

/* As a C++ compiler calls audgui_show_plugin_prefs(PluginHandle *). */
static const char show_settings_symbol[] = "_Z24audgui_show_plugin_prefsP12PluginHandle";

static int
look_at_library(dl_phdr_info *info, size_t size, void *found)
{
	if (strstr(info->dlpi_name, "/libaudgui.so") == nullptr)
		return 0;
	*static_cast<std::string *>(found) = info->dlpi_name;
	return 1;
}

/* In the library of Audacious' GTK interface, or in GTK, on which that one stands. */
template <typename Function>
static Function
find(const char *symbol)
{
	std::string path;

	dl_iterate_phdr(look_at_library, &path);
	void *library = path.empty() ? nullptr : dlopen(path.c_str(), RTLD_LAZY | RTLD_NOLOAD);
	if (library == nullptr)
		return nullptr;
	auto function = reinterpret_cast<Function>(dlsym(library, symbol));
	dlclose(library); /* Audacious holds it for as long as its interface runs */
	return function;
}

bool
gtk_interface_runs()
{
	return aud_get_mainloop_type() == MainloopType::GLib && !aud_get_headless_mode();
}

bool
gtk_interface_show_settings(PluginHandle *plugin)
{
	auto show = gtk_interface_runs() ? find<ShowSettings>(show_settings_symbol) : nullptr;

	if (show != nullptr)
		show(plugin);
	return show != nullptr;
}

class GtkState;
static GtkState *the_state; /* of the one page there can be */

class GtkState : public StateView
{
      public:
	GtkState(GObject *label, SetText set_text) : label(label), set_text(set_text)
	{
		the_state = this;
		show_state();
	}

	~GtkState() override
	{
		the_state = nullptr;
	}

	GObject *const label; /* no-ref: deletes this when it goes */

      private:
	void
	show_text(const std::string &text) override
	{
		set_text(label, text.c_str());
	}

	const SetText set_text;
};

static void
label_gone(void *state, GObject *label)
{
	delete static_cast<GtkState *>(state);
}

void
gtk_interface_close_settings()
{
	auto get_toplevel = find<GetToplevel>("gtk_widget_get_toplevel");
	auto destroy = find<Destroy>("gtk_widget_destroy");

	if (the_state != nullptr && get_toplevel != nullptr && destroy != nullptr)
		destroy(get_toplevel(the_state->label));
}

void *
gtk_interface_make_state()
{
	auto new_label = find<NewLabel>("gtk_label_new");
	auto set_text = find<SetText>("gtk_label_set_text");
	auto set_wrap = find<SetTruth>("gtk_label_set_line_wrap");
	auto set_alignment = find<SetAlignment>("gtk_misc_set_alignment");

	if (new_label == nullptr || set_text == nullptr)
		return nullptr;
	GObject *label = new_label("");
	if (set_wrap != nullptr)
		set_wrap(label, TRUE);
	if (set_alignment != nullptr)
		set_alignment(label, 0, 0.5);
	g_object_weak_ref(label, label_gone, new GtkState(label, set_text));
	return label;
}
