/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pump: has the adapter do its work on GTK's main loop: when it is woken, and when something
 * of it is due. It never wakes the process up otherwise.
 */
#pragma once

#include "common/adapter.h"

typedef struct Pump Pump;

Pump *pump_new(void);
/* Only when the adapter is gone, for whose thread it is until then. */
void pump_free(Pump *pump);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pump, pump_free)

/* AdapterHost.wake: on any thread, also before there is an adapter. */
void pump_wake(Pump *pump);
void pump_start(Pump *pump, Adapter *adapter);
/* The adapter is not pumped any more, though it may wake still. */
void pump_stop(Pump *pump);
