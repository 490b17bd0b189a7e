/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * adapter: what every plugin with a user interface does the same way over
 * <portamento.h>: it pumps events, knows the devices and what was chosen for each, pairs
 * requests with their answers, and says when the host's library is due to be published.
 *
 * It has no main loop and no thread: the host calls adapter_pump() on its own main thread
 * whenever `wake` was called (from another thread) and when adapter_next_due_ms() is over.
 * Every other callback runs within adapter_pump(); none may call adapter_free(). Nothing
 * here blocks.
 *
 * What a callback lends lives until the callback returns; an AdapterDevice lives until
 * `gone`, or adapter_free().
 */
#pragma once

#include "choices.h"

G_BEGIN_DECLS

typedef struct Adapter Adapter;

typedef struct {
	char *item; /* path on the device, "" unknown */
	char *source; /* path on the computer, "" unknown */
	int32_t code; /* PORTA_ERROR_* */
	char *text;
} AdapterFailure;

typedef struct {
	char *id;
	PortaDevice *now; /* the newest snapshot, never NULL */
	Choices *choices; /* what this host asks for; NULL until the helper has told */
	GPtrArray *failures; /* AdapterFailure: of the last or running sync, oldest first */
	GPtrArray *skips; /* char *: sources of the songs that a person wants left alone */
	void *host_data; /* the host's own, untouched */
} AdapterDevice;

/* What is new about a device. */
typedef enum {
	ADAPTER_CAME, /* connected */
	ADAPTER_WENT, /* disconnected; it stays known */
	ADAPTER_STATE, /* sync state, detail, status, settings, names or capacity */
	ADAPTER_PROGRESS,
	ADAPTER_FAILURE, /* one more in failures, or they were cleared for a new sync */
	ADAPTER_CHOICES,
	ADAPTER_SKIPS, /* other songs are skipped now */
	ADAPTER_ENDED /* a sync ended: last result and failures are complete */
} AdapterChange;

/* Every slot may be NULL, but for wake and publish. */
typedef struct {
	/* On any thread: have adapter_pump() called soon on the main thread. */
	void (*wake)(void *host);
	/* The library is due: make a snapshot, in slices, and give it to adapter_publish(). */
	void (*publish)(void *host);
	/* A device is known for the first time in this session; ADAPTER_CAME follows if it is
	 * connected. */
	void (*found)(void *host, AdapterDevice *device);
	void (*changed)(void *host, AdapterDevice *device, AdapterChange change);
	void (*gone)(void *host, AdapterDevice *device);
	/* The helper came (TRUE) or went; text says why, for people. */
	void (*helper)(void *host, gboolean there, const char *text);
	/* Played or rated on the device: plays since last told, rating 0-100 or -1, Unix
	 * seconds or -1. */
	void (*statistics)(void *host, const char *uri, int32_t plays, int32_t rating,
			   gint64 last_played_unix);
	/* The helper has the library (PORTA_OK), or refused it: text for people. */
	void (*published)(void *host, int32_t error, const char *text);
} AdapterHost;

/* NULL with *error_text (static) where there is no session bus. */
Adapter *adapter_new(const char *host_id, const char *display_name, const AdapterHost *host,
		     void *data, const char **error_text);
/* Takes a second at most; no callback runs any more once it has returned. */
void adapter_free(Adapter *adapter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Adapter, adapter_free)

void adapter_pump(Adapter *adapter);
/* Milliseconds until adapter_pump() should be called even unwoken; -1 never. */
int adapter_next_due_ms(Adapter *adapter);

/* AdapterDevice, by id. */
GPtrArray *adapter_devices(Adapter *adapter);
AdapterDevice *adapter_find(Adapter *adapter, const char *device_id);

/* The host's library has changed. Some quiet time later (2 s, at most 15 s after the first
 * touch; at once the first time) `publish` is called; never while a snapshot is being made,
 * nor while the helper is away. It is called again when the helper has been away, which is
 * cheap: what has not changed is not sent to a device. */
void adapter_touch_library(Adapter *adapter);
/* What has changed so far is due now: a person waits for it. */
void adapter_hurry_library(Adapter *adapter);
/* Takes the library over; NULL says that no snapshot came of it and that it must be tried again. */
void adapter_publish(Adapter *adapter, PortaLibrary *library);
/* Whether the host has changes that it has not given to adapter_publish() yet. */
gboolean adapter_is_library_due(Adapter *adapter);
/* Before adapter_free(): waits until the helper has the library given last, as long as this and no
 * longer; not at all while the helper is away. Callbacks may run. */
void adapter_flush(Adapter *adapter, int timeout_ms);

/* Requests. `done` (may be NULL) is called once with PORTA_OK or PORTA_ERROR_* and text for
 * people, or never when the adapter is freed first. */
typedef void (*AdapterDone)(void *data, int32_t error, const char *text);

void adapter_start(Adapter *adapter, const char *device_id, AdapterDone done, void *data);
void adapter_stop(Adapter *adapter, const char *device_id, AdapterDone done, void *data);
/* Makes the partnership if there is none yet (replace: takes it from another owner), then
 * sends the choices. */
void adapter_accept(Adapter *adapter, const char *device_id, gboolean replace,
		    const Choices *choices, AdapterDone done, void *data);
void adapter_decline(Adapter *adapter, const char *device_id, AdapterDone done, void *data);
/* device->choices are these at once; on failure they are again what the helper has. */
void adapter_choose(Adapter *adapter, const char *device_id, const Choices *choices,
		    AdapterDone done, void *data);
void adapter_set_number(Adapter *adapter, const char *device_id, const char *setting, gint64 value,
			AdapterDone done, void *data);
void adapter_set_string(Adapter *adapter, const char *device_id, const char *setting,
			const char *value, AdapterDone done, void *data);
void adapter_confirm_removals(Adapter *adapter, const char *device_id, const char *token,
			      AdapterDone done, void *data);
/* Whether one song is to be left alone on the device. source: an AdapterFailure's, or one of skips. */
void adapter_set_skip(Adapter *adapter, const char *device_id, const char *source, gboolean skip,
		      AdapterDone done, void *data);
void adapter_include_skipped(Adapter *adapter, const char *device_id, AdapterDone done, void *data);

/* plan: the callee's, NULL with an error. */
typedef void (*AdapterPlanned)(void *data, int32_t error, const char *text, PortaPlan *plan);
/* choices NULL: as the helper has them. */
void adapter_preview(Adapter *adapter, const char *device_id, const Choices *choices,
		     AdapterPlanned planned, void *data);

typedef struct {
	gint64 added_bytes, removed_bytes, wanted_bytes, no_fit_bytes, free_bytes;
	gint64 added_items, removed_items, wanted_items, no_fit_items;
	gint64 held_bytes, held_items; /* would go as well, once a person agrees */
} AdapterEstimate;
/* Only the newest question for a device is answered: earlier ones never are. choices NULL: as
 * the helper has them. */
typedef void (*AdapterEstimated)(void *data, int32_t error, const char *text,
				 const AdapterEstimate *estimate);
void adapter_estimate(Adapter *adapter, const char *device_id, const Choices *choices,
		      AdapterEstimated estimated, void *data);

/* Answers to `data` are not wanted any more: its widget is gone. */
void adapter_forget(Adapter *adapter, void *data);

G_END_DECLS
