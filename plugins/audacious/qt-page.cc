/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qt-page: see qt-page.h.
 */
#include "qt-page.h"

#include <QLabel>

#include <libaudqt/libaudqt.h>

#include "settings.h"

class StateLabel;
static StateLabel *the_state; /* of the one page there can be */

class StateLabel : public QLabel, public View
{
      public:
	StateLabel()
	{
		the_state = this;
		setWordWrap(true);
		setTextFormat(Qt::PlainText);
		setTextInteractionFlags(Qt::TextSelectableByMouse);
		show_state();
		if (host_get() != nullptr)
			host_get()->add_view(this);
	}

	~StateLabel() override
	{
		the_state = nullptr;
		if (host_get() != nullptr)
			host_get()->remove_view(this);
	}

	void
	device_changed(AdapterDevice *device, AdapterChange change) override
	{
		show_state();
	}

	void
	settings_changed() override
	{
		show_state();
	}

      private:
	void
	show_state()
	{
		setText(QString::fromStdString(settings_describe_device()));
	}
};

void *
qt_page_make_state()
{
	return new StateLabel;
}

void
qt_page_show_settings(PluginHandle *plugin)
{
	audqt::plugin_prefs(plugin);
}

void
qt_page_close_settings()
{
	if (the_state != nullptr)
		delete the_state->window();
}
