/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * engine-process: one portamento-engine, from its start to its end, and the one job it
 * may have. It can crash or hang; its job ends all the same, once, within a deadline
 * (law 10), and it never outlives the helper.
 */
#pragma once

#include <gio/gio.h>
#include <gio/gunixfdlist.h>

typedef struct EngineProcess EngineProcess;

/* All run in the main context; data is that of engine_process_new(). */
typedef struct {
	void (*state)(void *data, int32_t detail, const char *text);
	void (*progress)(void *data, GVariant *progress); /* (uttuustx) */
	void (*item_error)(void *data, const char *item, const char *source, int32_t code,
			   const char *text);
	/* What was played on the device, as Engine1.Helper.StoreStatistics has it: TRUE once it is stored. */
	gboolean (*store_statistics)(void *data, const char *batch, GVariant *hosts,
				     GError **error);
	/* What the desktop had mounted, as Engine1.Helper.KeepMount has it: TRUE once it is owed. */
	gboolean (*keep_mount)(void *data, GVariant *mount, GError **error);
	/* The device's port is reset next. */
	void (*expect_reset)(void *data);
	/* The job's end. result is NULL if the engine gave none: then error says why. The
	 * process may be given its next job. */
	void (*done)(void *data, GVariant *result, GUnixFDList *fds, const GError *error);
	/* The process is no more; free it. Never during a job: done comes first. */
	void (*gone)(void *data);
} EngineEvents;

/* Starts $PORTAMENTO_ENGINE, else the installed engine. ENGINE_LOST if it can not be. */
EngineProcess *engine_process_new(const EngineEvents *events, void *data, GError **error);
/* Kills it if it still runs; no event comes any more. */
void engine_process_free(EngineProcess *process);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EngineProcess, engine_process_free)

/* job: a{sv}, may be floating; its handles are indexes into fds, which may be NULL. */
void engine_process_run(EngineProcess *process, GVariant *job, GUnixFDList *fds);
gboolean engine_process_is_running_job(EngineProcess *process);
/* Another job for its device follows the one that runs. */
void engine_process_stay(EngineProcess *process);
/* Asks the engine to end its job and kills it if it has not within ms. Harmless without a job. */
void engine_process_cancel(EngineProcess *process, guint ms);
/* Lets it go; the job, if there is one, ends with CANCELLED. gone comes soon. */
void engine_process_close(EngineProcess *process);
gboolean engine_process_is_closing(EngineProcess *process);
