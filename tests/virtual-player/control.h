/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The socket on which tests command the player: see control.c. */
#pragma once

#include "player.h"

struct control;

/* Listens at `name` in the working directory. */
struct control *control_new(struct player *player, const char *name, GError **error);
void control_free(struct control *control);
