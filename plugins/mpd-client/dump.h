/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dump: a collection as JSON lines, one for each track and each playlist, with
 * exactly what would be published.
 */
#pragma once

#include <stdio.h>

#include "collection.h"

void dump_write(Collection *collection, FILE *file);
