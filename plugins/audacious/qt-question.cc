/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qt-question: see qt-question.h.
 */
#include "qt-question.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "actions.h"
#include "common/i18n.h"
#include "common/words.h"

Question::Question(Host &host, QWidget *parent) : QFrame(parent), host(host)
{
	QSizePolicy tall_enough(QSizePolicy::Preferred, QSizePolicy::Minimum);
	tall_enough.setHeightForWidth(true);
	setSizePolicy(tall_enough);
	setFrameShape(QFrame::StyledPanel);
	setAutoFillBackground(true);
	setBackgroundRole(QPalette::ToolTipBase);
	text = new QLabel(this);
	text->setWordWrap(true);
	text->setTextFormat(Qt::PlainText);
	text->setForegroundRole(QPalette::ToolTipText);
	yes = new QPushButton(this);
	no = new QPushButton(QString::fromUtf8(_("No")), this);
	auto *row = new QHBoxLayout;
	row->addStretch(1);
	row->addWidget(no);
	row->addWidget(yes);
	auto *layout = new QVBoxLayout(this);
	layout->addWidget(text);
	layout->addLayout(row);
	QObject::connect(yes, &QPushButton::clicked, [this]() { answer(true); });
	QObject::connect(no, &QPushButton::clicked, [this]() { answer(false); });
}

void
Question::show_device(AdapterDevice *device)
{
	const bool held = device != nullptr && action_is_held(device);
	const bool is_new = device != nullptr && action_is_connected(device) &&
			    porta_device_get_number(device->now, PORTA_KEY_STATUS) ==
				    PORTA_STATUS_NEW_DEVICE;

	const bool is_anothers = device != nullptr && action_is_connected(device) &&
				 action_is_anothers(device);

	id = device != nullptr ? device->id : "";
	setVisible(held || is_new || is_anothers);
	no->setVisible(is_new); /* what is another's is left alone without a word */
	if (held) {
		g_autofree char *question = words_held(device->now);
		text->setText(QString::fromUtf8(question));
		yes->setText(QString::fromUtf8(_("Remove them")));
	} else if (is_new) {
		text->setText(
			QString::fromUtf8(_("This player is new here. Shall Audacious keep its "
					    "playlists and music on it?")));
		yes->setText(QString::fromUtf8(_("Sync it")));
	} else if (is_anothers) {
		text->setText(QString::fromUtf8(
			_("Another computer or person keeps this player in sync. Shall Audacious "
			  "take it over? What is on it stays.")));
		yes->setText(QString::fromUtf8(_("Take it over")));
	}
}

void
Question::answer(bool agreed)
{
	AdapterDevice *device = host.find(id);

	if (device == nullptr)
		return;
	if (action_is_held(device))
		action_confirm(host, device);
	else if (agreed && action_is_anothers(device))
		action_take_over(host, device);
	else if (agreed)
		action_sync(host, device);
	else
		action_decline(host, device);
}
