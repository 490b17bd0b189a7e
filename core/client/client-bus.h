/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * client-bus: the way to the helper. It connects to the bus, has the bus start
 * the helper, hears its signals, and begins again, more and more slowly, when
 * either goes away. Belongs to the worker.
 */
#pragma once

#include "client/client.h"
#include "client/sender.h"

Bus *bus_new(PortaClient *client);
/* Drops requests that were not answered. Takes a second at most. */
void bus_free(Bus *bus);
void bus_take_request(Bus *bus, Request *request);
