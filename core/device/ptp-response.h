/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ptp-response: what a device's refusal means to a person, and to the engine. */
#pragma once

#include <gio/gio.h>
#include <stdint.h>

/* The PORTA_ERROR_* of a response, and its meaning in words. */
int32_t ptp_response_explain(uint16_t response, const char **text);
