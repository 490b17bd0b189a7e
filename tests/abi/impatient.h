/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * impatient: what a test of the client has less of than a host; included into the client's
 * sources by the compiler.
 */
#pragma once

#include <stdint.h>

extern int64_t patience_us; /* with a helper that is away; set before there is a client */

#define PATIENCE_US patience_us
#define MAX_ITEM_EVENTS 1000
#define CROWDED_QUEUE 100
