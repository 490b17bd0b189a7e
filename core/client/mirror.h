/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * mirror: the helper's devices as the worker sees them. It takes in what the
 * object manager tells and turns each difference into events; the host's own
 * view follows, event by event, as it fetches them. What comes in is checked:
 * who answers to the helper's name need not be the helper.
 */
#pragma once

#include "client/client.h"

typedef struct Mirror Mirror;

Mirror *mirror_new(PortaClient *client);
void mirror_free(Mirror *mirror);

/* All there is, a{oa{sa{sv}}}: what is not in it is forgotten. */
void mirror_load(Mirror *mirror, GVariant *objects);
/* One object's interfaces, a{sa{sv}}. */
void mirror_add(Mirror *mirror, const char *path, GVariant *interfaces);
/* as: the interfaces that went. */
void mirror_remove(Mirror *mirror, const char *path, GVariant *interfaces);
/* a{sv}: the properties that changed. */
void mirror_change(Mirror *mirror, const char *path, GVariant *properties);
/* Nobody serves them now; they stay known. */
void mirror_lose(Mirror *mirror);

/* NULL if there is none. */
PortaDevice *mirror_get(Mirror *mirror, const char *path);
const char *mirror_find_path(Mirror *mirror, const char *device_id);
