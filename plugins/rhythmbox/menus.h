/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * menus: "Sync to <player>" where Rhythmbox shows what can be done with a playlist or with
 * songs. A playlist is wished for on that player; songs go to a playlist of the player's
 * name, which is made if it is missing, and that is wished for.
 */
#pragma once

#include <shell/rb-shell.h>

#include "library.h"

typedef struct Menus Menus;

/* All outlive it. */
Menus *menus_new(RBShell *shell, Library *library, Adapter *adapter);
void menus_free(Menus *menus);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Menus, menus_free)

/* Players came, went, have another name or status. */
void menus_update(Menus *menus);
/* The helper has what library_offer() says. */
void menus_published(Menus *menus);
