/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * player-task: a sync in Rhythmbox' list of tasks, at the foot of its window, while something
 * is being done on the player; a sync that finds nothing to do is not worth a line there.
 */
#pragma once

#include <shell/rb-task-list.h>

#include "common/adapter.h"

typedef struct PlayerTask PlayerTask;

/* All outlive it. */
PlayerTask *player_task_new(RBTaskList *list, Adapter *adapter, AdapterDevice *device);
/* What is under way goes on, but not in the list. */
void player_task_free(PlayerTask *task);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlayerTask, player_task_free)

void player_task_update(PlayerTask *task);
