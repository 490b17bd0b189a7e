/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pictures of objects, which MTP calls representative samples: see samples.c. */
#pragma once

#include "dataset.h"
#include "profile.h"

/* Whether an object of this format may be given a picture; TRUE for every other property. */
gboolean sample_is_settable(const struct profile *profile, guint16 format, guint16 code);

/* Appends the form of a property: what values it takes. */
void sample_put_form(const struct profile *profile, guint16 code, GByteArray *description);

/* An MTP response code: whether the device takes this value. */
guint16 sample_check(const struct profile *profile, guint16 format, guint16 code,
		     struct reader value);
