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
	/* What failed, and behind it the songs that a person skips; the same again is no change. */
	void show_failures(const GPtrArray *failures, const GPtrArray *skips);
	bool
	has_plan() const
	{
		return plan != nullptr;
	}
	/* Of a song that failed or is skipped; "" of all else. */
	QString song_at(int row) const;
	bool is_skipped_at(int row) const;
	int find_song(const QString &song) const; /* -1: in no row */

	int rowCount(const QModelIndex &parent = {}) const override;
	int columnCount(const QModelIndex &parent = {}) const override;
	QVariant data(const QModelIndex &index, int role) const override;
	QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

      private:
	struct Row {
		QStringList texts;
		QString song; /* its source, "" for a playlist */
		bool is_skipped;

		bool
		operator==(const Row &other) const
		{
			return texts == other.texts && song == other.song &&
			       is_skipped == other.is_skipped;
		}
	};
	static std::vector<Row> make_rows(const GPtrArray *failures, const GPtrArray *skips);
	QString plan_text(uint32_t step, int column) const;

	PortaPlan *plan = nullptr;
	std::vector<uint32_t> shown; /* steps of the plan */
	std::vector<Row> rows; /* where there is no plan */
};
