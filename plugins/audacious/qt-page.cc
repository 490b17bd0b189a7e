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

class StateLabel : public QLabel, public StateView
{
      public:
	StateLabel()
	{
		the_state = this;
		setWordWrap(true);
		setTextFormat(Qt::PlainText);
		setTextInteractionFlags(Qt::TextSelectableByMouse);
		show_state();
	}

	~StateLabel() override
	{
		the_state = nullptr;
	}

      private:
	void
	show_text(const std::string &text) override
	{
		setText(QString::fromStdString(text));
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
