/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qt-capacity: how full a device is, as one bar: our music, other things, what a sync would
 * add, what is kept free.
 */
#pragma once

#include <QWidget>

#include "common/words.h"

class CapacityBar : public QWidget
{
      public:
	explicit CapacityBar(QWidget *parent);

	void show_space(const WordsSpace &space);

	QSize sizeHint() const override;

      protected:
	void paintEvent(QPaintEvent *event) override;

      private:
	WordsSpace space = {};
};
