/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * notify: tells a person who is not looking at Rhythmbox how a sync ended.
 */
#pragma once

#include <shell/rb-shell.h>

#include "common/adapter.h"

/* The action, with a device's id, that a click on the notification starts. */
#define NOTIFY_ACTION "portamento-show"

/* Nothing is said of a sync that had nothing to do, nor while the window has the focus. */
void notify_sync_ended(RBShell *shell, const AdapterDevice *device);
void notify_withdraw(const AdapterDevice *device);
