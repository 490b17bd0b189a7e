/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qt-capacity: see qt-capacity.h.
 */
#include "qt-capacity.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>

CapacityBar::CapacityBar(QWidget *parent) : QWidget(parent)
{
	setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
	setAccessibleName("portamento-capacity");
}

QSize
CapacityBar::sizeHint() const
{
	return QSize(200, fontMetrics().height());
}

void
CapacityBar::show_space(const WordsSpace &shown)
{
	space = shown;
	g_autofree char *text = words_space_text(&space);
	setToolTip(QString::fromUtf8(text));
	setAccessibleDescription(QString::fromUtf8(text));
	update();
}

void
CapacityBar::paintEvent(QPaintEvent *event)
{
	const QPalette &colors = palette();
	QColor added = colors.color(QPalette::Highlight);
	added.setAlphaF(0.45);
	const struct {
		gint64 bytes;
		QBrush brush;
	} parts[] = {
		{space.music, colors.brush(QPalette::Highlight)},
		{space.added, added},
		{space.other, colors.brush(QPalette::Mid)},
		{space.free, colors.brush(QPalette::Base)},
		{space.reserved, QBrush(colors.color(QPalette::Mid), Qt::BDiagPattern)},
	};
	gint64 total = 0, before = 0;
	for (const auto &part : parts)
		total += part.bytes;

	QPainter painter(this);
	const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
	QPainterPath outline;
	outline.addRoundedRect(frame, 3, 3);
	painter.setRenderHint(QPainter::Antialiasing);
	painter.fillPath(outline, colors.brush(QPalette::Base));
	painter.setClipPath(outline);
	double at = 0;
	for (const auto &part : parts) {
		if (part.bytes == 0)
			continue;
		before += part.bytes;
		/* a little is not nothing */
		const double to = std::max(frame.width() * before / total, at + 2);
		painter.fillRect(QRectF(frame.left() + at, frame.top(), to - at, frame.height()),
				 part.brush);
		at = to;
	}
	painter.setClipping(false);
	painter.strokePath(outline, QPen(colors.color(QPalette::Dark)));
}
