/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * manager: org.portamento.Sync1.Manager: what hosts have.
 */
#pragma once

#include "helper/helper.h"
#include "sync-dbus.h"

/* The caller exports and unrefs it. */
SyncManager *manager_new(Helper *helper);
