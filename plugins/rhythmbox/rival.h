/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rival: Rhythmbox' own plugin for MTP players. It opens a player when its page is selected,
 * and keeps it from everybody else as long as it is connected.
 */
#pragma once

#include <shell/rb-shell.h>

typedef struct Rival Rival;
typedef void (*RivalChanged)(void *data);

/* shell outlives it. */
Rival *rival_new(RBShell *shell, RivalChanged changed, void *data);
void rival_free(Rival *rival);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rival, rival_free)

/* What people call it; NULL while it is not active. */
const char *rival_name(Rival *rival);
void rival_switch_off(Rival *rival);
