/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * errand: a request under way, and who wants to know how it ends.
 */
#pragma once

#include "adapter.h"

typedef enum {
	ERRAND_PLAIN, /* done is told, that is all */
	ERRAND_CHOOSE,
	ERRAND_ACCEPT, /* the first half: the partnership */
	ERRAND_PREVIEW,
	ERRAND_ESTIMATE,
	ERRAND_RULES,
	ERRAND_FAILURES,
	ERRAND_SKIPS,
	ERRAND_PUBLISH,
} ErrandKind;

typedef struct {
	uint64_t number;
	ErrandKind kind;
	char *device_id;
	/* whom to tell, by kind; all NULL: nobody any more */
	AdapterDone done;
	AdapterPlanned planned;
	AdapterEstimated estimated;
	void *data;

	Choices *choices; /* of choose and accept */
	GPtrArray *failures; /* of failures: those told so far */
	GPtrArray *skips; /* of skips: char *, those told so far */
	gboolean is_end; /* of failures: a sync has ended */
	gboolean is_stale; /* of failures: the next sync has begun */
	int32_t error; /* of what the library did not even take */
} Errand;

Errand *errand_new(ErrandKind kind, const char *device_id, void *data);
void errand_free(Errand *errand);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Errand, errand_free)
/* Nobody wants the answer any more. */
void errand_forget(Errand *errand);

/* A list of AdapterFailure. */
GPtrArray *failures_new(void);
void failures_add(GPtrArray *failures, PortaEvent *event);
