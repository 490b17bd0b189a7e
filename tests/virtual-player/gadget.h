/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An unmodified umtprd, as the device behind the port: see gadget.c. */
#pragma once

#include "backend.h"
#include "profile.h"
#include "statistics.h"

struct gadget;

/* Starts umtprd on ./store; `profile` gives the identity and must outlive the gadget. */
struct gadget *gadget_new(const struct profile *profile, GError **error);

struct backend *gadget_get_backend(struct gadget *gadget);
struct statistics *gadget_get_statistics(struct gadget *gadget);
