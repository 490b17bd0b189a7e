/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fake-bus: a private bus for one test, on which a FAKE helper (fake-helper.py)
 * is activated, and a hand that moves the fake. Nothing here waits without end.
 */
#pragma once

#include <gio/gio.h>

#include "portamento.h"

#define FAKE_ID "0fce-fa4e-FAKE00"

typedef struct FakeBus FakeBus;

/* arguments: for the fake, as "--devices 2"; NULL: there is no helper to be activated. */
FakeBus *fake_bus_new(const char *arguments);
void fake_bus_free(FakeBus *bus);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FakeBus, fake_bus_free)

const char *fake_bus_get_address(FakeBus *bus);
/* Ends the daemon, all connections with it. */
void fake_bus_stop(FakeBus *bus);
/* Begins it again at the same address. */
void fake_bus_start(FakeBus *bus);

/* A method of org.portamento.Fake; takes parameters over. The answer, or NULL where none can come. */
GVariant *fake_call(FakeBus *bus, const char *method, GVariant *parameters);
/* How often the helper's method was called. */
unsigned fake_count_calls(FakeBus *bus, const char *method);

/* The next event of this type, which must come within seconds; others are dropped. */
PortaEvent *wait_event(PortaClient *client, int32_t type);
/* The answer that carries this number. */
PortaEvent *wait_answer(PortaClient *client, uint64_t request);
/* The same, which must be without error. */
void expect_ok(PortaClient *client, uint64_t request);
void expect_error(PortaClient *client, uint64_t request, int32_t code, const char *part_of_text);
/* A client of this bus that has seen the helper and its devices. */
PortaClient *new_ready_client(FakeBus *bus, const char *host_id);
