/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * statistics: what was played and rated on the device, on its way to the hosts.
 *
 * Each reading is told to the helper once and for all: what was found, and that it was
 * found, become durable in the journal together, as a batch with an id of its own. It stays
 * there until the helper has stored it. The helper knows by the id what it has stored already,
 * so whoever dies in between, nothing is lost and nothing is counted twice.
 */
#pragma once

#include "engine/session-plan.h"

/* hosts: a(sa(siix)), as Engine1.Helper.StoreStatistics takes them. TRUE: they are stored for good. */
typedef gboolean (*StatisticsStoreFunc)(void *data, const char *batch, GVariant *hosts,
					GError **error);

/* Before anything is changed on the device: what is removed or replaced was perhaps played.
 * A helper that can not store and a song that can not be read are no failure: the next
 * session tells them. FALSE only for what ends a session. */
gboolean statistics_tell(Planning *planning, Device *device, Journal *journal, const Job *job,
			 StatisticsStoreFunc store, void *data, GError **error);
