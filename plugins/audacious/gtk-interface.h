/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * gtk-interface: the little that Audacious' GTK interface does only for plugins that link it: to
 * open a plugin's page, and a line of text on it that stays true.
 *
 * Nothing is linked. GTK would come into Audacious' Qt interface, too, and GTK 2 is not GTK 3; so
 * its functions are looked up in the library that runs. Where they are not, nothing is lost but
 * these two.
 */
#pragma once

#include <string>

class PluginHandle;

/* Whether it is what a person sees now: it shows no warnings of the log, and has no docks. */
bool gtk_interface_runs();

/* False: it does not, or not in this version. */
bool gtk_interface_show_settings(PluginHandle *plugin);
void gtk_interface_close_settings();

/* A GtkWidget for a CustomGTK widget of the preferences, which asks for its text again whenever
 * something changes; NULL where there is none. */
void *gtk_interface_make_state();
