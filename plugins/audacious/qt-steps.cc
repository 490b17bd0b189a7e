/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qt-steps: see qt-steps.h.
 */
#include "qt-steps.h"

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
	failures.clear();
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

void
Steps::show_failures(const GPtrArray *array)
{
	clear();
	beginResetModel();
	for (guint i = 0; i < array->len; i++) {
		auto *failure = static_cast<AdapterFailure *>(g_ptr_array_index(array, i));
		const char *song = failure->source[0] != '\0' ? failure->source : failure->item;
		g_autofree char *why = words_failure_why(failure);
		failures.push_back({QString::fromUtf8(_("Failed")), QString::fromUtf8(song),
				    QString::fromUtf8(why)});
	}
	endResetModel();
}

int
Steps::rowCount(const QModelIndex &parent) const
{
	if (parent.isValid())
		return 0;
	return static_cast<int>(plan != nullptr ? shown.size() : failures.size());
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
	return row < failures.size() ? failures[row].value(index.column()) : QVariant();
}

QVariant
Steps::headerData(int section, Qt::Orientation orientation, int role) const
{
	if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
		return {};
	const char *const names[] = {_("What"), _("Song or playlist"), _("Why")};
	return section < columns ? QString::fromUtf8(names[section]) : QVariant();
}
