/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "player-task.h"

#include <lib/rb-task-progress-simple.h>

#include "common/i18n.h"
#include "common/words.h"

struct PlayerTask {
	RBTaskList *list;
	Adapter *adapter;
	AdapterDevice *device;
	RBTaskProgress *shown; /* NULL: no sync that has something to do */
};

PlayerTask *
player_task_new(RBTaskList *list, Adapter *adapter, AdapterDevice *device)
{
	PlayerTask *task = g_new0(PlayerTask, 1);

	*task = (PlayerTask){.list = list, .adapter = adapter, .device = device};
	player_task_update(task);
	return task;
}

static void
on_cancel(RBTaskProgress *shown, PlayerTask *task)
{
	adapter_stop(task->adapter, task->device->id, NULL, NULL);
	g_object_set(shown, "task-detail", _("Stopping"), "task-cancellable", FALSE, NULL);
}

static void
show(PlayerTask *task)
{
	task->shown = rb_task_progress_simple_new();
	g_object_set(task->shown, "task-cancellable", TRUE, NULL);
	g_signal_connect(task->shown, "cancel-task", G_CALLBACK(on_cancel), task);
	rb_task_list_add_task(task->list, task->shown);
}

static void
let_go(PlayerTask *task)
{
	g_signal_handlers_disconnect_by_data(task->shown, task);
	g_clear_object(&task->shown);
}

void
player_task_free(PlayerTask *task)
{
	if (task == NULL)
		return;
	if (task->shown != NULL) {
		rb_task_list_remove_task(task->list, task->shown);
		let_go(task);
	}
	g_free(task);
}

static double
fraction(PortaDevice *device)
{
	return CLAMP(porta_device_get_number(device, PORTA_KEY_PROGRESS), 0, 100) / 100.0;
}

/* format: with what its owner calls the player. */
static void
show_label(PlayerTask *task, const char *format)
{
	g_autofree char *name = words_device_name(task->device->now);
	g_autoptr(GString) label = g_string_new(format);

	g_string_replace(label, "%s", name, 1);
	g_object_set(task->shown, "task-label", label->str, NULL);
}

static void
show_progress(PlayerTask *task)
{
	g_autofree char *detail = words_progress(task->device->now);

	/* translators: %s is what its owner calls the player */
	show_label(task, _("Syncing %s"));
	g_object_set(task->shown, "task-detail", detail, "task-progress",
		     fraction(task->device->now), NULL);
}

/* Rhythmbox takes it out of its list a little later. */
static void
show_end(PlayerTask *task)
{
	PortaDevice *device = task->device->now;
	gboolean is_stopped = porta_device_get_number(device, PORTA_KEY_LAST_SYNC_RESULT) ==
				      PORTA_ERROR_CANCELLED ||
			      porta_device_get_number(device, PORTA_KEY_DETAIL) ==
				      PORTA_DETAIL_STOPPED_BY_USER;
	g_autofree char *detail = words_last_result(device);

	show_label(task, is_stopped ? _("Stopped syncing %s") : _("Synced %s"));
	g_object_set(task->shown, "task-detail", detail, "task-progress", 1.0, "task-cancellable",
		     FALSE, "task-outcome",
		     is_stopped ? RB_TASK_OUTCOME_CANCELLED : RB_TASK_OUTCOME_COMPLETE, NULL);
	let_go(task);
}

void
player_task_update(PlayerTask *task)
{
	PortaDevice *device = task->device->now;
	gboolean is_busy = porta_device_get_number(device, PORTA_KEY_CONNECTED) > 0 &&
			   porta_device_get_number(device, PORTA_KEY_SYNC_STATE) ==
				   PORTA_SYNC_SYNCHRONIZING;
	gboolean has_work = porta_device_get_number(device, PORTA_KEY_TOTAL_ITEMS) > 0;

	if (is_busy && has_work && task->shown == NULL)
		show(task);
	if (task->shown == NULL)
		return;
	if (is_busy)
		show_progress(task);
	else
		show_end(task);
}
