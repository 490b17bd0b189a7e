/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qt-page: the part of the settings page that only Qt draws: a state that stays true while the
 * page is open; and the way to open the page.
 */
#pragma once

class PluginHandle;

/* A QWidget for a CustomQt widget of the preferences. */
void *qt_page_make_state();
void qt_page_show_settings(PluginHandle *plugin);
void qt_page_close_settings();
