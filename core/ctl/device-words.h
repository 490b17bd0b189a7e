/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * device-words: a device's figures, as people and as programs read them.
 */
#pragma once

#include "ctl/ctl.h"
#include "ctl/json.h"

/* "idle", "copying", "waiting for unlock", "not connected" */
const char *words_state(PortaDevice *device);
/* The colour that goes with it: BOLD and such, or "". */
const char *words_state_style(PortaDevice *device);
/* "partner", "new", "another's partner" */
const char *words_status(int64_t status);
/* The name of PORTA_DETAIL_*, PORTA_SYNC_*, PORTA_STATUS_* in JSON. */
const char *words_detail_name(int64_t detail);
const char *words_sync_state_name(int64_t state);
const char *words_status_name(int64_t status);

/* The last sync in one line: "12 songs copied, 3 removed". The caller frees. */
char *words_last_sync(PortaDevice *device);

/* The whole device, as documented. key as in json.h. */
void words_put_json(Json *json, const char *key, PortaDevice *device);
