/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Everything on a device as JSON: see tree.c. */
#pragma once

#include "store.h"

/* Appends an array of objects; hashes all contents, so it costs what they are long. */
void tree_print(struct store *store, GString *json);
