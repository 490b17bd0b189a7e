/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * i18n: how the plugins mark their texts. Never the domain of the host: dgettext() says whose
 * text it is.
 */
#pragma once

#include <libintl.h>

#define PLUGINS_DOMAIN "portamento"

#undef _
#undef N_
#define _(text) dgettext(PLUGINS_DOMAIN, text)
#define N_(text) text
/* Of a number of things. */
#define PLURAL(one, many, n) dngettext(PLUGINS_DOMAIN, one, many, (n) < 0 ? 0 : (unsigned long)(n))
