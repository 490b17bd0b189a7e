/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bus: what is not in the C API, asked of the helper over D-Bus: ListLibraries,
 * ListPlaylists, ListRules, SetRules of any host, ListSkipped, ListSkips,
 * ListFailures.
 */
#pragma once

#include "ctl/ctl.h"

/* reply_type of the whole reply, "(a(ssx))"; parameters are taken over. NULL: it has said why, and
 * *status is what to exit with; status NULL: it says nothing. */
GVariant *bus_call_manager(Ctl *ctl, const char *method, GVariant *parameters,
			   const char *reply_type, int *status);
GVariant *bus_call_device(Ctl *ctl, PortaDevice *device, const char *method, GVariant *parameters,
			  const char *reply_type, int *status);
