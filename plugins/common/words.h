/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * words: what the plugins say to people about a device, in their language (gettext domain
 * "portamento"). The same numbers as portamentoctl shows. New strings are the caller's.
 */
#pragma once

#include "adapter.h"

G_BEGIN_DECLS

/* The domain's translations, from where they are installed. Idempotent. */
void words_init(void);

/* As it is shown: what a device or a file calls itself may hold anything. */
char *words_escape(const char *text);
char *words_device_name(PortaDevice *device); /* friendly name, else maker and model */
char *words_size(gint64 bytes); /* "1.4 GB" */
char *words_count(gint64 n); /* "12,310" */
char *words_songs(gint64 n); /* "1 song", "12,310 songs" */
/* "Today 19:04", "2024-03-01 14:02", "Never" for what is not known. now NULL: by the clock. */
char *words_time(gint64 unix_seconds, GDateTime *now);
/* Why something failed: PORTA_ERROR_*, and what the helper said of it, in English. */
char *words_reason(int32_t error, const char *text);
char *words_failure_why(const AdapterFailure *failure);
/* One line: "Copying", "Up to date", "Waiting for you to unlock the phone", "In use by gvfsd-mtp" ... */
char *words_state(PortaDevice *device);
/* While syncing: "12 of 340 songs, 8.2 MB/s, 2 minutes left"; "" else. */
char *words_progress(PortaDevice *device);
/* "Today 19:04: 12 copied, 1 replaced, 1 failed"; "Never synced" */
char *words_last_result(PortaDevice *device);
/* The question about held removals; NULL when nothing is held. */
char *words_held(PortaDevice *device);
/* "Would add 2.1 GB (310 songs), remove 4 songs; 20 songs would be removed, once you agree; 12 songs
 * do not fit" */
char *words_estimate(const AdapterEstimate *estimate);
/* A whole plan as text, a step a line, for a file. */
char *words_plan(PortaPlan *plan);
/* "A sync now would take 12 steps:", not counting what stays as it is or is left out. */
char *words_plan_heading(PortaPlan *plan);
/* That heading, and what would not stay as it is, a step a line. */
char *words_plan_changes(PortaPlan *plan);
/* What is done in this step, and to which song or playlist: "Copy", "Music/A/01 Song.mp3". The
 * first is static. */
const char *words_step_action(PortaPlan *plan, uint32_t step);
char *words_step_what(PortaPlan *plan, uint32_t step);
char *words_step_why(PortaPlan *plan, uint32_t step);
/* A step's action: "Copy", "Keep", "Does not fit" ... Static. */
const char *words_action(int32_t action);

/* The capacity as parts that sum up to it, each 0 or more, in bytes. */
typedef struct {
	gint64 music; /* ours */
	gint64 other;
	gint64 added; /* by what is pending, as estimated; taken from free */
	gint64 reserved; /* kept free; what is left of it */
	gint64 free;
} WordsSpace;
/* estimate may be NULL. Whatever the device claims, no part is negative. */
WordsSpace words_space(PortaDevice *device, const AdapterEstimate *estimate);
char *
words_space_text(const WordsSpace *space); /* for screen readers and where no bar can be drawn */

G_END_DECLS
