/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan-view: a plan in the bytes it came in, read by step and key.
 */
#pragma once

#include <glib.h>

#include "portamento.h"

/* Maps fd (not closed), which the helper sent, and checks it whole. */
PortaPlan *plan_view_new(int fd, GError **error);
