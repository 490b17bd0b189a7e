/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * legal: what law 8 asks of every name on a device.
 */
#pragma once

void assert_legal(const char *name);
