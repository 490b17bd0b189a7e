/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * publish: a collection as the library that libportamento takes.
 */
#pragma once

#include <portamento.h>

#include "collection.h"

/* NULL only with error set. */
PortaLibrary *publish_build(Collection *collection, char **error);
