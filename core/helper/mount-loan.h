/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * mount-loan: what the desktop (gvfs) had mounted of one device and was asked to let go of for
 * a session; it is owed its mount whatever becomes of the engine, and of us (law 6). So it is
 * written down before anything is unmounted, where it lasts as long as the desktop's session,
 * and ends when it is repaid or the device is unplugged.
 */
#pragma once

#include <gio/gio.h>

typedef struct MountLoan MountLoan;

typedef void (*MountLoanFunc)(void *data);

/* Of the device with this id; what an earlier helper owed is found. settled runs in the main
 * context when a repayment has ended, one way or another. */
MountLoan *mount_loan_new(const char *id, MountLoanFunc settled, void *data);
/* Forgets nothing. */
void mount_loan_free(MountLoan *loan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MountLoan, mount_loan_free)

/* mount: (aya{sv}), of the device as it is plugged in at this bus and address. */
gboolean mount_loan_take(MountLoan *loan, guint32 bus, guint32 address, GVariant *mount,
			 GError **error);
/* The device is plugged in here: what is owed of another place is owed no more. */
void mount_loan_connect(MountLoan *loan, guint32 bus, guint32 address);
/* The device was unplugged: the desktop mounts it by itself when it is back. */
void mount_loan_drop(MountLoan *loan);

gboolean mount_loan_is_owed(MountLoan *loan);
/* Asks the desktop to mount it; only while no engine has the device. What it can not mount now stays owed. */
void mount_loan_repay(MountLoan *loan, GDBusConnection *connection);
/* Whether the desktop is at it: leave the device alone until settled. */
gboolean mount_loan_is_being_repaid(MountLoan *loan);
