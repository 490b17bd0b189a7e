/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What went through a device since the last reset: see statistics.c. */
#pragma once

#include <glib.h>

struct statistics {
	guint64 transactions;
	guint64 bytes_in; /* payload from the host */
	guint64 bytes_out; /* payload to the host */
	guint64 empty_packets; /* from the host */
	guint64 sessions;
	guint64 resets; /* of the port, by the host */
	GHashTable *by_code; /* operation code -> count */
	GHashTable *by_property; /* code that a GetObjectPropList asked for -> count */
};

void statistics_init(struct statistics *statistics);
void statistics_clear(struct statistics *statistics);
void statistics_reset(struct statistics *statistics);
void statistics_count(struct statistics *statistics, guint16 operation);
void statistics_count_list(struct statistics *statistics, guint32 property);
