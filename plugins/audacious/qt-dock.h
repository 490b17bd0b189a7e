/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qt-dock: a player at a glance: its state, how full it is, how a sync goes and what came of
 * it, and what the next one would do.
 */
#pragma once

#include "host.h"

class QWidget;

/* Audacious owns it, and deletes it before the host ends. */
QWidget *qt_dock_new(Host &host);
