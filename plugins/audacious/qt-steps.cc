/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qt-steps: see qt-steps.h.
 */
#include "qt-steps.h"

#include <cstring>
#include <utility>

#include "common/i18n.h"

Steps::Steps(QObject *parent) : QAbstractTableModel(parent)
{
}

Steps::~Steps()
{
	porta_plan_free(plan);
}

void
Steps::clear()
{
	beginResetModel();
	plan = porta_plan_free(plan);
	shown.clear();
	rows.clear();
	endResetModel();
}

void
Steps::show_plan(PortaPlan *taken)
{
	clear();
	beginResetModel();
	plan = taken;
	for (uint32_t step = 0; step < porta_plan_count_steps(plan); step++)
		if (porta_plan_get_action(plan, step) != PORTA_ACTION_KEEP)
			shown.push_back(step);
	endResetModel();
}

/* What failed may also be a playlist. */
static bool
is_song(const char *source)
{
	return source[0] == '/' || strstr(source, "://") != nullptr;
}

static bool
is_among(const GPtrArray *skips, const char *source)
{
	return g_ptr_array_find_with_equal_func(const_cast<GPtrArray *>(skips), source, g_str_equal,
						nullptr);
}

std::vector<Steps::Row>
Steps::make_rows(const GPtrArray *failures, const GPtrArray *skips)
{
	std::vector<Row> made;

	for (guint i = 0; i < failures->len; i++) {
		auto *failure = static_cast<AdapterFailure *>(g_ptr_array_index(failures, i));
		const char *source = failure->source;
		g_autofree char *why = words_failure_why(failure);

		if (!is_among(skips, source))
			made.push_back(
				{{QString::fromUtf8(_("Failed")),
				  QString::fromUtf8(source[0] != '\0' ? source : failure->item),
				  QString::fromUtf8(why)},
				 QString::fromUtf8(is_song(source) ? source : ""),
				 false});
	}
	for (guint i = 0; i < skips->len; i++) {
		const QString song =
			QString::fromUtf8(static_cast<char *>(g_ptr_array_index(skips, i)));

		made.push_back({{QString::fromUtf8(_("Skip")), song,
				 QString::fromUtf8(_("Skipped by you: left alone on this player"))},
				song,
				true});
	}
	return made;
}

void
Steps::show_failures(const GPtrArray *failures, const GPtrArray *skips)
{
	std::vector<Row> made = make_rows(failures, skips);

	if (plan == nullptr && made == rows)
		return;
	clear();
	beginResetModel();
	rows = std::move(made);
	endResetModel();
}

QString
Steps::song_at(int row) const
{
	return row >= 0 && static_cast<size_t>(row) < rows.size() ? rows[row].song : QString();
}

bool
Steps::is_skipped_at(int row) const
{
	return row >= 0 && static_cast<size_t>(row) < rows.size() && rows[row].is_skipped;
}

int
Steps::find_song(const QString &song) const
{
	for (size_t row = 0; row < rows.size(); row++)
		if (!song.isEmpty() && rows[row].song == song)
			return static_cast<int>(row);
	return -1;
}

int
Steps::rowCount(const QModelIndex &parent) const
{
	if (parent.isValid())
		return 0;
	return static_cast<int>(plan != nullptr ? shown.size() : rows.size());
}

int
Steps::columnCount(const QModelIndex &parent) const
{
	return parent.isValid() ? 0 : static_cast<int>(columns);
}

QString
Steps::plan_text(uint32_t step, int column) const
{
	if (column == What)
		return QString::fromUtf8(words_step_action(plan, step));
	g_autofree char *text = column == Why ? words_step_why(plan, step)
					      : words_step_what(plan, step);
	return QString::fromUtf8(text);
}

QVariant
Steps::data(const QModelIndex &index, int role) const
{
	const size_t row = index.row();

	if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
		return {};
	if (plan != nullptr)
		return row < shown.size() ? plan_text(shown[row], index.column()) : QVariant();
	return row < rows.size() ? rows[row].texts.value(index.column()) : QVariant();
}

QVariant
Steps::headerData(int section, Qt::Orientation orientation, int role) const
{
	if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
		return {};
	const char *const names[] = {_("What"), _("Song or playlist"), _("Why")};
	return section < columns ? QString::fromUtf8(names[section]) : QVariant();
}
