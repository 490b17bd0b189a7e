/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * partner: whose device it is, as the device itself tells: MTP's Synchronization
 * Partner property (0xD401) and a small text file for people and for
 * devices without the property: Portamento/partner.txt.
 */
#pragma once

#include "device/device.h"
#include "engine/journal.h"

#define PARTNER_FOLDER "Portamento"
#define PARTNER_FILE "partner.txt"

typedef struct {
	char *owner; /* id of the partnership's owner; "" nobody; "other" a different program */
	char *name; /* for people; "" unknown */
} Partner;

void partner_clear(Partner *partner);

/* What the property says. TRUE if it says anything: "Portamento ID NAME" is one of ours; empty text
 * and null GUIDs are nobody; anything else is a different program. Pure. */
gboolean partner_parse(const char *property, Partner *out);

/* A partnership of owner's may have been taken over by another computer meanwhile: PARTNERSHIP_ANOTHER. Pure. */
gboolean partner_check(const DeviceInfo *info, const char *owner, GError **error);

/* Asks the property, then the file. FALSE only for NO_DEVICE and CANCELLED. */
gboolean partner_load(Device *device, const DeviceInfo *info, GArray *storages, Partner *out,
		      GCancellable *cancellable, GError **error);
/* owner "": nobody's any more. Writes what the device can keep; the file is journaled. */
gboolean partner_store(Device *device, const DeviceInfo *info, GArray *storages, Journal *journal,
		       const char *owner, const char *name, GCancellable *cancellable,
		       GError **error);
/* What its owner calls the device, in info too; NULL: nothing to do. A device that refuses the name after all
 * is no failure: the name is kept on this computer alone. */
gboolean partner_store_name(Device *device, DeviceInfo *info, const char *name, GError **error);
