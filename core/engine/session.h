/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * session: one job from begin to end: take the device, see what is there, think,
 * act, give it back. Runs on a thread of its own; only session_is_hung(),
 * session_is_harmless(), session_stay() and the cancellable may be used from another.
 */
#pragma once

#include "engine/execute.h"
#include "engine/job.h"
#include "engine/statistics.h"

typedef struct Session Session;

/* Who keeps what must outlive a session, however that ends: the helper. */
typedef struct {
	StatisticsStoreFunc store_statistics;
	DeviceMountFunc keep_mount; /* NULL: what the desktop has mounted stays so */
	DeviceResetFunc expect_reset; /* or NULL */
	void *data;
} Keeper;

/* job is taken over. observer and keeper are lent for the session's life. */
Session *session_new(Job *job, const Observer *observer, const Keeper *keeper,
		     GCancellable *cancellable);
void session_free(Session *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Session, session_free)

/* Takes over a device that is not opened yet, in place of the one that the job's address names: a test's. */
void session_take_device(Session *session, Device *device);

/* Takes over a device that another session has kept open: goes on with it if it is the one that the job is
 * about, and still answers; else it is closed. */
void session_resume_device(Session *session, Device *device);

/* Another job follows: the device is kept open if all goes well, and not asked again what it has told. Any
 * thread may say so; once the session has ended it is too late. */
void session_stay(Session *session);
/* What was kept, or NULL; after the run. The caller's. */
Device *session_keep_device(Session *session);

/* The result as Engine1.Run documents it, floating; always has "Code" and "Text". fds gets what it refers to. */
GVariant *session_run(Session *session, GUnixFDList *fds);

/* Whether a call to the device, or a look at a file, has outlived its deadline: nothing but the end of the process
 * helps. error says what: DEVICE_HUNG, SOURCE_UNREADABLE. */
gboolean session_is_hung(Session *session, GError **error);

/* Whether nothing would be lost if the process ended now: the device is being taken, or a file is looked at for a
 * while, before anything is done. Neither can be cancelled otherwise. */
gboolean session_is_harmless(Session *session);
