/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The object properties that exist, and their values on an object: see properties.c. */
#pragma once

#include "dataset.h"
#include "store.h"

#define PROPERTY_STORAGE_ID 0xDC01
#define PROPERTY_FORMAT 0xDC02
#define PROPERTY_PROTECTION 0xDC03
#define PROPERTY_SIZE 0xDC04
#define PROPERTY_ASSOCIATION_TYPE 0xDC05
#define PROPERTY_FILE_NAME 0xDC07
#define PROPERTY_CREATED 0xDC08
#define PROPERTY_MODIFIED 0xDC09
#define PROPERTY_PARENT 0xDC0B
#define PROPERTY_PERSISTENT_ID 0xDC41
#define PROPERTY_NAME 0xDC44
#define PROPERTY_ADDED 0xDC4E
#define PROPERTY_RATING 0xDC8A

struct property {
	guint16 code;
	enum mtp_type type;
	const char *name; /* for people: in `tree` and `set` */
};

const struct property *property_lookup(guint16 code);
const struct property *property_named(const char *name);

/* The codes that objects of a format have. */
gboolean property_applies(const struct profile *profile, guint16 format, guint16 code);
void property_list(const struct profile *profile, guint16 format, GArray *codes);

void property_put(const struct object *object, const struct property *property, GByteArray *array);

/* What the device says when it was never told. */
void property_put_default(const struct property *property, GByteArray *array);

/*
 * Takes one value from `reader`. Returns an MTP response code. Names are not checked here
 * (names.c does that); nothing is changed on failure.
 */
guint16 property_set(struct object *object, const struct property *property, struct reader *reader);

/* For `tree`: text of numbers and strings, NULL for arrays. */
char *property_text(const struct property *property, GBytes *value);
/* The reverse; NULL when it does not fit. */
GBytes *property_from_text(const struct property *property, const char *text);
