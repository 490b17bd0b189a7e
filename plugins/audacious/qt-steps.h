/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qt-steps: the rows of the dock's list: what a sync would do, or what it could not do. Rows of
 * a plan are asked for when they come into view: a plan of 100,000 steps costs nothing.
 */
#pragma once

#include <QAbstractTableModel>
#include <QStringList>

#include <vector>

#include "common/words.h"

class Steps : public QAbstractTableModel
{
      public:
	enum Column { What, Song, Why, columns };

	explicit Steps(QObject *parent);
	~Steps() override;

	void clear();
	/* Takes the plan over; what stays as it is has no row. */
	void show_plan(PortaPlan *plan);
	void show_failures(const GPtrArray *failures);
	bool
	has_plan() const
	{
		return plan != nullptr;
	}

	int rowCount(const QModelIndex &parent = {}) const override;
	int columnCount(const QModelIndex &parent = {}) const override;
	QVariant data(const QModelIndex &index, int role) const override;
	QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

      private:
	QString plan_text(uint32_t step, int column) const;

	PortaPlan *plan = nullptr;
	std::vector<uint32_t> shown; /* steps of the plan */
	std::vector<QStringList> failures;
};
