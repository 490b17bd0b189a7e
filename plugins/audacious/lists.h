/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lists: what the boxes of the settings page offer. Each list lives until it is asked for again.
 */
#pragma once

#include <string>

#include <libaudcore/preferences.h>

#include "common/choices.h"

ArrayRef<ComboItem> lists_devices();
/* Of Audacious, and of the choices (may be NULL) those that it has no more. */
ArrayRef<ComboItem> lists_playlists(const Choices *choices);
/* Audacious knows no ratings, so none is offered. */
ArrayRef<ComboItem> lists_fillings();
/* What both of those show now, to compare. */
std::string lists_describe(const Choices *choices);
