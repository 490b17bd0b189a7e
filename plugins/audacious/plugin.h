/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plugin: what Audacious loads. Enabled, there is a Host and its views; disabled, there is
 * nothing of ours but this object.
 */
#pragma once

#include <libaudcore/plugin.h>

class SyncPlugin final : public GeneralPlugin
{
      public:
	SyncPlugin();

	bool init() override;
	void cleanup() override;
	/* "sync" and "stop", to all that are connected; for other plugins. */
	int take_message(const char *code, const void *data, int size) override;
	void *get_qt_widget() override;

      private:
	static const PluginInfo information;
};

extern "C" __attribute__((visibility("default"))) SyncPlugin aud_plugin_instance;
