/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "device-page.h"

#include <sources/rb-display-page-group.h>
#include <sources/rb-display-page-tree.h>
#include <sources/rb-display-page.h>

#include "common/words.h"

struct _PortamentoDevicePage {
	RBDisplayPage parent;
	GtkWidget *content; /* no-ref: its child */
};

typedef struct {
	RBDisplayPageClass parent_class;
} PortamentoDevicePageClass;

typedef DevicePage PortamentoDevicePage;

GType portamento_device_page_get_type(void);
G_DEFINE_DYNAMIC_TYPE(PortamentoDevicePage, portamento_device_page, RB_TYPE_DISPLAY_PAGE)

static void
portamento_device_page_init(PortamentoDevicePage *page)
{
}

static void
portamento_device_page_class_init(PortamentoDevicePageClass *class)
{
}

static void
portamento_device_page_class_finalize(PortamentoDevicePageClass *class)
{
}

void
device_page_register(GTypeModule *module)
{
	portamento_device_page_register_type(module);
}

DevicePage *
device_page_add(RBShell *shell, GObject *plugin, const PageHost *host, void *host_data,
		Adapter *adapter, AdapterDevice *device)
{
	g_autofree char *name = words_device_name(device->now);
	DevicePage *page = g_object_new(portamento_device_page_get_type(), "shell", shell, "name",
					name, "plugin", plugin, NULL);

	rb_display_page_set_icon_name(RB_DISPLAY_PAGE(page), "multimedia-player-symbolic");
	page->content = page_new(host, host_data, adapter, device);
	gtk_box_pack_start(GTK_BOX(page), page->content, TRUE, TRUE, 0);
	gtk_widget_show(page->content);
	gtk_widget_show(GTK_WIDGET(page));
	rb_shell_append_display_page(shell, RB_DISPLAY_PAGE(page), RB_DISPLAY_PAGE_GROUP_DEVICES);
	return page;
}

void
device_page_remove(DevicePage *page)
{
	/* the widget first, and now: it holds on to its device, and Rhythmbox may hold on to us */
	gtk_widget_destroy(page->content);
	page->content = NULL;
	rb_display_page_delete_thyself(RB_DISPLAY_PAGE(page));
}

GtkWidget *
device_page_content(DevicePage *page)
{
	return page->content;
}

void
device_page_rename(DevicePage *page, const char *name)
{
	g_autofree char *before = NULL;

	g_object_get(page, "name", &before, NULL);
	if (g_strcmp0(before, name) != 0)
		g_object_set(page, "name", name, NULL);
}

void
device_page_select(DevicePage *page, RBShell *shell)
{
	g_autoptr(GObject) tree = NULL;

	g_object_get(shell, "display-page-tree", &tree, NULL);
	rb_display_page_tree_select(RB_DISPLAY_PAGE_TREE(tree), RB_DISPLAY_PAGE(page));
}
