/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * device-page: a player's entry in Rhythmbox' list of sources, and its page behind it.
 * A class of GObject because Rhythmbox asks for one; what is on the page is page.c's.
 */
#pragma once

#include <shell/rb-shell.h>

#include "page.h"

typedef struct _PortamentoDevicePage DevicePage;

/* Once for each time that the plugin's module is loaded. */
void device_page_register(GTypeModule *module);

/* In the list from now on, under Devices. Rhythmbox owns it until device_page_remove(). */
DevicePage *device_page_add(RBShell *shell, GObject *plugin, const PageHost *host, void *host_data,
			    Adapter *adapter, AdapterDevice *device);
void device_page_remove(DevicePage *page);

/* page.h's widget. */
GtkWidget *device_page_content(DevicePage *page);
/* To be called when the device's name may have changed. */
void device_page_rename(DevicePage *page, const char *name);
void device_page_select(DevicePage *page, RBShell *shell);
