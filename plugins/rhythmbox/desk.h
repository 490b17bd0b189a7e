/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * desk: everything of ours that is in Rhythmbox while the plugin is active: the adapter, and
 * for each player its page, its task and its menu items. Main thread only.
 */
#pragma once

#include <shell/rb-shell.h>

typedef struct Desk Desk;

/* plugin: the object that Rhythmbox knows us by. NULL, and says why, where there is no
 * session bus. Both outlive it. */
Desk *desk_new(RBShell *shell, GObject *plugin);
/* Nothing of ours is left in Rhythmbox. A sync that is under way goes on without it. */
void desk_free(Desk *desk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Desk, desk_free)
