/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qt-skip: see qt-skip.h.
 */
#include "qt-skip.h"

#include <QAction>
#include <QTreeView>

#include "common/i18n.h"

#include "actions.h"
#include "qt-steps.h"

SkipButton::SkipButton(Host &host, QTreeView *list, Steps *steps, QWidget *parent)
    : QPushButton(parent), host(host), list(list), steps(steps), action(new QAction(list))
{
	list->addAction(action);
	list->setContextMenuPolicy(Qt::ActionsContextMenu);
	QObject::connect(action, &QAction::triggered, [this]() { skip_selected(); });
	QObject::connect(this, &QPushButton::clicked, [this]() { skip_selected(); });
	QObject::connect(list->selectionModel(), &QItemSelectionModel::selectionChanged, this,
			 [this]() { show_row(); });
}

int
SkipButton::selected_row() const
{
	const QModelIndexList selected = list->selectionModel()->selectedRows();

	return selected.isEmpty() ? -1 : selected.first().row();
}

QString
SkipButton::selected_song() const
{
	return steps->song_at(selected_row());
}

void
SkipButton::select_song(const QString &song)
{
	const int row = steps->find_song(song);

	if (row >= 0 && row != selected_row())
		list->setCurrentIndex(steps->index(row, 0));
}

QString
SkipButton::describe(AdapterDevice *device) const
{
	const guint n_skipped = device->skips->len, n_failed = steps->rowCount() - n_skipped;
	g_autofree char *count = words_count(n_skipped);
	g_autofree char *failed =
		g_strdup_printf(dngettext(PLUGINS_DOMAIN, "%u song could not be synced:",
					  "%u songs could not be synced:", n_failed),
				n_failed);
	g_autofree char *skipped = g_strdup_printf(
		dngettext(PLUGINS_DOMAIN, "%s song is skipped", "%s songs are skipped", n_skipped),
		count);

	return QString::fromUtf8(n_failed > 0 ? failed : n_skipped > 0 ? skipped : "");
}

void
SkipButton::show_device(AdapterDevice *device)
{
	device_id = device != nullptr ? device->id : "";
	show_row();
}

void
SkipButton::show_row()
{
	const bool is_skipped = steps->is_skipped_at(selected_row());
	const QString text = QString::fromUtf8(is_skipped ? _("Do not skip") : _("Skip"));

	setText(text);
	setToolTip(QString::fromUtf8(
		is_skipped ? _("Sync this song like any other again")
			   : _("Leave this song alone on this player: it is not tried again")));
	setEnabled(!selected_song().isEmpty());
	action->setText(text);
	action->setEnabled(isEnabled());
}

void
SkipButton::skip_selected()
{
	AdapterDevice *device = device_id.empty() ? nullptr : host.find(device_id);
	const QString song = selected_song();

	if (device == nullptr || song.isEmpty())
		return;
	setEnabled(false);
	action_skip(host, device, song.toStdString(), !steps->is_skipped_at(selected_row()));
}
