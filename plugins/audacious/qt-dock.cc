/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qt-dock: see qt-dock.h.
 */
#include "qt-dock.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QTreeView>
#include <QVBoxLayout>

#include "common/i18n.h"

#include "actions.h"
#include "qt-capacity.h"
#include "qt-question.h"
#include "qt-skip.h"
#include "qt-steps.h"
#include "settings.h"

class Dock;
static Dock *the_dock; /* that a preview is shown in */

class Dock : public QWidget, public View
{
      public:
	explicit Dock(Host &host);
	~Dock() override;

	void device_changed(AdapterDevice *device, AdapterChange change) override;
	void library_changed() override;
	bool show_plan(AdapterDevice *device, PortaPlan *plan);
	QSize sizeHint() const override; /* wide enough for its list, which comes later */

      private:
	QWidget *make_progress();
	QWidget *make_buttons();
	QTreeView *make_list();

	AdapterDevice *shown_device() const;
	void choose_device();
	void fill_players();
	void show_device();
	void show_progress(AdapterDevice *device);
	void show_failures(AdapterDevice *device);
	void ask_estimate(AdapterDevice *device);
	void with_device(void (*action)(Host &host, AdapterDevice *device));
	static void estimated(void *data, int32_t error, const char *text,
			      const AdapterEstimate *estimate);

	Host &host;
	std::string shown; /* the device's id */
	bool shows_plan = false;
	QComboBox *players;
	QLabel *title, *state, *room, *result, *progress_text, *heading;
	Question *question;
	QPushButton *sync, *preview;
	SkipButton *skip;
	QWidget *progress, *buttons;
	QProgressBar *bar;
	CapacityBar *capacity;
	Steps *steps;
	QTreeView *list;
};

static QLabel *
make_label(QWidget *parent)
{
	auto *label = new QLabel(parent);

	label->setWordWrap(true);
	label->setTextFormat(Qt::PlainText);
	return label;
}

static QString
take_text(char *text)
{
	const QString taken = QString::fromUtf8(text);

	g_free(text);
	return taken;
}

static QString
describe_room(AdapterDevice *device, const WordsSpace &space)
{
	const int64_t songs = porta_device_get_number(device->now, PORTA_KEY_SYNC_ITEM_COUNT);

	return take_text(words_songs(songs)) + "; " + take_text(words_space_text(&space));
}

QWidget *
Dock::make_progress()
{
	progress = new QWidget(this);
	auto *layout = new QVBoxLayout(progress);
	layout->setContentsMargins(0, 0, 0, 0);
	bar = new QProgressBar(progress);
	bar->setRange(0, 100);
	bar->setAccessibleName("portamento-progress");
	progress_text = make_label(progress);
	layout->addWidget(bar);
	layout->addWidget(progress_text);
	return progress;
}

QWidget *
Dock::make_buttons()
{
	buttons = new QWidget(this);
	auto *layout = new QHBoxLayout(buttons);
	layout->setContentsMargins(0, 0, 0, 0);
	sync = new QPushButton(buttons);
	preview = new QPushButton(QString::fromUtf8(_("Preview")), buttons);
	auto *choose = new QPushButton(QString::fromUtf8(_("Choose music ...")), buttons);
	layout->addWidget(sync);
	layout->addWidget(preview);
	layout->addWidget(choose);
	layout->addStretch(1);
	QObject::connect(sync, &QPushButton::clicked, [this]() {
		AdapterDevice *device = shown_device();
		if (device != nullptr)
			with_device(action_is_syncing(device) ? action_stop : action_sync);
	});
	QObject::connect(preview, &QPushButton::clicked, [this]() { with_device(action_preview); });
	QObject::connect(choose, &QPushButton::clicked,
			 [this]() { with_device(action_show_settings); });
	return buttons;
}

QTreeView *
Dock::make_list()
{
	steps = new Steps(this);
	list = new QTreeView(this);
	list->setModel(steps);
	list->setRootIsDecorated(false);
	list->setUniformRowHeights(true);
	list->setTextElideMode(Qt::ElideMiddle);
	list->header()->setSectionResizeMode(QHeaderView::Stretch);
	list->header()->setSectionResizeMode(Steps::What, QHeaderView::ResizeToContents);
	list->setAccessibleName("portamento-list");
	return list;
}

Dock::Dock(Host &host) : host(host)
{
	auto *layout = new QVBoxLayout(this);

	players = new QComboBox(this);
	title = make_label(this);
	QFont bold = title->font();
	bold.setBold(true);
	title->setFont(bold);
	state = make_label(this);
	room = make_label(this);
	result = make_label(this);
	heading = make_label(this);
	capacity = new CapacityBar(this);
	question = new Question(host, this);
	for (QWidget *widget :
	     std::initializer_list<QWidget *>{players, title, state, question, capacity, room,
					      make_progress(), result, make_buttons(), heading})
		layout->addWidget(widget);
	layout->addWidget(make_list(), 1);
	skip = new SkipButton(host, list, steps, this);
	layout->addWidget(skip, 0, Qt::AlignLeft);
	layout->addStretch(0);
	QObject::connect(players, QOverload<int>::of(&QComboBox::activated), [this](int) {
		shown = players->currentData().toString().toStdString();
		shows_plan = false;
		show_device();
	});
	setMinimumWidth(340);
	the_dock = this;
	action_set_preview_shower([](AdapterDevice *device, PortaPlan *plan) {
		return the_dock != nullptr && the_dock->show_plan(device, plan);
	});
	host.add_view(this);
	choose_device();
}

QSize
Dock::sizeHint() const
{
	return QWidget::sizeHint().expandedTo(QSize(fontMetrics().averageCharWidth() * 72, 400));
}

Dock::~Dock()
{
	host.remove_view(this);
	if (host.get_adapter() != nullptr)
		adapter_forget(host.get_adapter(), this);
	action_set_preview_shower(nullptr);
	the_dock = nullptr;
}

AdapterDevice *
Dock::shown_device() const
{
	return shown.empty() ? nullptr : host.find(shown);
}

void
Dock::with_device(void (*action)(Host &host, AdapterDevice *device))
{
	AdapterDevice *device = shown_device();

	if (device != nullptr)
		action(host, device);
}

/* Stays with what is shown, unless another one is connected and that is not. */
void
Dock::choose_device()
{
	AdapterDevice *best = shown_device();

	for (AdapterDevice *device : host.devices())
		if (best == nullptr || (action_is_connected(device) && !action_is_connected(best)))
			best = device;
	const std::string id = best != nullptr ? best->id : "";
	if (id != shown)
		shows_plan = false;
	shown = id;
	fill_players();
	show_device();
	if (best != nullptr)
		ask_estimate(best);
}

void
Dock::fill_players()
{
	players->clear();
	for (AdapterDevice *device : host.devices()) {
		players->addItem(take_text(words_device_name(device->now)),
				 QString::fromUtf8(device->id));
		if (shown == device->id)
			players->setCurrentIndex(players->count() - 1);
	}
	players->setVisible(players->count() > 1);
}

void
Dock::show_device()
{
	AdapterDevice *device = shown_device();

	for (QWidget *widget :
	     std::initializer_list<QWidget *>{title, capacity, room, result, buttons})
		widget->setVisible(device != nullptr);
	question->show_device(device);
	show_progress(device);
	if (device != nullptr && !shows_plan)
		show_failures(device);
	heading->setVisible(device != nullptr && !heading->text().isEmpty());
	list->setVisible(device != nullptr && steps->rowCount() > 0);
	skip->show_device(device);
	skip->setVisible(list->isVisibleTo(this) && !steps->has_plan());
	if (device == nullptr) {
		const std::string &trouble = host.helper_text();
		state->setText(trouble.empty()
				       ? QString::fromUtf8(_("Connect a player by USB, and unlock "
							     "it: it is shown here."))
				       : QString::fromStdString(trouble));
		return;
	}
	const bool ours = action_is_ours(device), here = action_is_connected(device);
	const QString name = take_text(words_device_name(device->now));
	title->setText(name);
	title->setVisible(players->count() < 2);
	state->setText(take_text(words_state(device->now)));
	const std::string last = settings_describe_last(device);
	result->setText(QString::fromStdString(last));
	result->setVisible(!last.empty());
	sync->setText(QString::fromUtf8(action_is_syncing(device) ? _("Stop") : _("Sync")));
	sync->setEnabled(ours && here);
	preview->setEnabled(ours && here && !action_is_syncing(device));
	const WordsSpace space = words_space(device->now, nullptr);
	capacity->show_space(space);
	room->setText(describe_room(device, space));
}

void
Dock::show_progress(AdapterDevice *device)
{
	const bool syncing = device != nullptr && action_is_syncing(device);

	progress->setVisible(syncing);
	if (!syncing)
		return;
	bar->setValue(porta_device_get_number(device->now, PORTA_KEY_PROGRESS));
	QString text = take_text(words_progress(device->now));
	const char *item = porta_device_get_string(device->now, PORTA_KEY_ITEM);
	if (item != nullptr && item[0] != '\0')
		text = QString("%1\n%2").arg(QString::fromUtf8(item), text);
	progress_text->setText(text);
}

void
Dock::show_failures(AdapterDevice *device)
{
	const QString selected = skip->selected_song();

	steps->show_failures(device->failures, device->skips);
	skip->select_song(selected);
	heading->setText(skip->describe(device));
}

bool
Dock::show_plan(AdapterDevice *device, PortaPlan *plan)
{
	shown = device->id;
	shows_plan = true;
	heading->setText(take_text(words_plan_heading(plan)));
	steps->show_plan(plan);
	show_device();
	window()->raise();
	return true;
}

/* What the choices would come to is known only after a look by the engine. */
void
Dock::ask_estimate(AdapterDevice *device)
{
	if (action_is_ours(device) && action_is_connected(device) && device->choices != nullptr)
		adapter_estimate(host.get_adapter(), device->id, device->choices, estimated, this);
}

void
Dock::estimated(void *data, int32_t error, const char *text, const AdapterEstimate *estimate)
{
	auto *dock = static_cast<Dock *>(data);
	AdapterDevice *device = dock->shown_device();

	if (error != PORTA_OK || device == nullptr || estimate == nullptr)
		return;
	const WordsSpace space = words_space(device->now, estimate);
	dock->capacity->show_space(space);
	QString room = describe_room(device, space);
	if (estimate->added_items + estimate->removed_items + estimate->held_items +
		    estimate->no_fit_items >
	    0)
		room += "\n" + take_text(words_estimate(estimate));
	dock->room->setText(room);
}

void
Dock::device_changed(AdapterDevice *device, AdapterChange change)
{
	if (device != nullptr && shown == device->id) {
		if (change == ADAPTER_PROGRESS) {
			show_progress(device);
			return;
		}
		if (change == ADAPTER_FAILURE || change == ADAPTER_ENDED ||
		    change == ADAPTER_CHOICES || change == ADAPTER_WENT)
			shows_plan = false;
		show_device();
		if (change == ADAPTER_CHOICES || change == ADAPTER_ENDED)
			ask_estimate(device);
		return;
	}
	if (device == nullptr || change == ADAPTER_CAME || change == ADAPTER_WENT)
		choose_device();
}

/* A sync now would do something else than the preview says. */
void
Dock::library_changed()
{
	if (!shows_plan)
		return;
	shows_plan = false;
	show_device();
}

QWidget *
qt_dock_new(Host &host)
{
	return new Dock(host);
}
