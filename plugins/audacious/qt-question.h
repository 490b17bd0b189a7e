/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qt-question: what only a person can decide, asked in the dock and nowhere in the way: is this
 * new player to be synced, may so much go from it?
 */
#pragma once

#include <QFrame>

#include "host.h"

class QLabel;
class QPushButton;

class Question : public QFrame
{
      public:
	Question(Host &host, QWidget *parent);

	/* Hidden when there is nothing to ask; NULL: no device. */
	void show_device(AdapterDevice *device);

      private:
	void answer(bool agreed);

	Host &host;
	std::string id; /* the device's */
	QLabel *text;
	QPushButton *yes, *no;
};
