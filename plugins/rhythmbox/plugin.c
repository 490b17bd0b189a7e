/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plugin: the object by which Rhythmbox switches us on and off; what is on is the desk.
 */
#include <libpeas/peas.h>
#include <plugins/rb-plugin-macros.h>
#include <shell/rb-shell.h>

#include "common/words.h"
#include "desk.h"
#include "device-page.h"

typedef struct {
	PeasExtensionBase parent;
	Desk *desk; /* NULL: off */
} PortamentoPlugin;

typedef struct {
	PeasExtensionBaseClass parent_class;
} PortamentoPluginClass;

GType portamento_plugin_get_type(void);
G_MODULE_EXPORT void peas_register_types(PeasObjectModule *module);

static void
portamento_plugin_init(PortamentoPlugin *plugin)
{
}

RB_DEFINE_PLUGIN(portamento_plugin_get_type(), PortamentoPlugin, portamento_plugin, )

static void
impl_activate(PeasActivatable *activatable)
{
	PortamentoPlugin *plugin = (PortamentoPlugin *)activatable;
	g_autoptr(GObject) shell = NULL;

	words_init();
	g_object_get(activatable, "object", &shell, NULL);
	plugin->desk = desk_new(RB_SHELL(shell), G_OBJECT(plugin));
}

static void
impl_deactivate(PeasActivatable *activatable)
{
	g_clear_pointer(&((PortamentoPlugin *)activatable)->desk, desk_free);
}

void
peas_register_types(PeasObjectModule *module)
{
	portamento_plugin_register_type(G_TYPE_MODULE(module));
	device_page_register(G_TYPE_MODULE(module));
	peas_object_module_register_extension_type(module, PEAS_TYPE_ACTIVATABLE,
						   portamento_plugin_get_type());
}
