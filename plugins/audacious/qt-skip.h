/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qt-skip: a button, and the same in the list's own menu, by which a song that failed is left alone on a player, or
 * is so no longer. It is about the row of the dock's list that is selected.
 */
#pragma once

#include <QPushButton>

#include "host.h"

class QTreeView;
class Steps;

class SkipButton : public QPushButton
{
      public:
	SkipButton(Host &host, QTreeView *list, Steps *steps, QWidget *parent);

	void show_device(AdapterDevice *device); /* or none */
	QString selected_song() const; /* "" none */
	/* A song that has changed its place is still the one that a person is at. */
	void select_song(const QString &song);
	/* How many failed, or else are skipped; "" none. */
	QString describe(AdapterDevice *device) const;

      private:
	int selected_row() const; /* -1 none */
	void show_row();
	void skip_selected();

	Host &host;
	std::string device_id;
	QTreeView *list;
	Steps *steps;
	QAction *action;
};
