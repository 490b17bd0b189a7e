/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Portamento: keep a music player's library and a portable device in step.
 *
 * This header is the whole public API of libportamento. It needs nothing but
 * <stdint.h>: no GLib type appears here, and no host needs a GLib main loop.
 *
 * A host says two things, whenever they change:
 *
 *     what it has       porta_client_publish(): tracks and playlists
 *     what is wanted    porta_client_set_rules(): which of them, on which device
 *
 * and the engine, one for each device and shared by all hosts, does the rest
 * by itself: on connect, on a change of library, rules or settings.
 *
 * Requests never block and never call back. Each carries a number of the
 * caller's choice; its answer is the one event that carries the same number
 * (PORTA_EVENT_REPLY; _PLAN, _ESTIMATE and _RULES for those three). Requests made
 * while the helper is away wait for it, up to 30 seconds, and then fail with
 * PORTA_ERROR_NO_HELPER.
 *
 * Event loop: poll porta_client_get_fd() for reading, or, in a host that can
 * not watch a file descriptor, set porta_client_set_wakeup(). Either way, then
 * call porta_client_next_event() until it returns NULL.
 *
 * Ownership: what *_new(), next_event() and steal_*() return is the caller's,
 * to be given to its *_free(), which accepts NULL and returns NULL. What a
 * getter returns belongs to the object asked, and lives as long as it does.
 * Strings given are copied. All strings are UTF-8; URIs are percent-encoded.
 *
 * Errors: int32_t results are PORTA_OK or a negative PORTA_ERROR_*; a getter
 * asked for a key that the object does not have answers NULL or -1. A wrong
 * argument, NULL for an object included, is PORTA_ERROR_INVALID_ARGUMENT, and
 * nothing was done. Requests that were taken (PORTA_OK) tell the rest in their
 * answer. The library prints nothing and never ends its host.
 *
 * Threads: one object may be used from one thread at a time. The library has
 * threads of its own, with the host's signals blocked. After fork() without
 * exec() a client is of no use to the child: requests fail, freeing does nothing.
 *
 * A host that can not keep up: events that only say that a device has changed
 * (_PROGRESS, _SYNC_STATE_CHANGED, _DEVICE_STATUS_CHANGED) wait at most once for
 * each device, with its newest snapshot; of single items the newest 16,384 wait.
 */
#ifndef PORTAMENTO_H
#define PORTAMENTO_H

#include <stdint.h>

/* What is exported: these functions, and nothing else. */
#ifndef PORTA_API
#define PORTA_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Compare with porta_api_version(): the major half (the upper 16 bits) must be
 * equal, the minor half of the library at least yours. */
#define PORTA_API_VERSION 0x00010000u

typedef struct PortaClient PortaClient;
typedef struct PortaDevice PortaDevice;
typedef struct PortaEvent PortaEvent;
typedef struct PortaLibrary PortaLibrary;
typedef struct PortaPlan PortaPlan;
typedef struct PortaRules PortaRules;
typedef struct PortaTrack PortaTrack;

/* Enums only ever grow. They travel as int32_t, so growing one is not a change
 * of ABI; treat a value that you do not know as the group's catch-all. */

enum {
	PORTA_OK = 0,
	PORTA_ERROR_FAILED = -1, /* catch-all; see the text */
	PORTA_ERROR_INVALID_ARGUMENT = -2, /* refused before anything was done */
	PORTA_ERROR_NO_MEMORY = -3,
	PORTA_ERROR_NO_HELPER = -4, /* portamentod can not be started or has died */
	PORTA_ERROR_NO_DEVICE = -5, /* not connected, or unplugged meanwhile */
	PORTA_ERROR_DEVICE_BUSY = -6, /* another program holds it; the text names it */
	PORTA_ERROR_DEVICE_LOCKED = -7, /* its owner must unlock it and allow file transfer */
	PORTA_ERROR_NO_SPACE = -8, /* device full */
	PORTA_ERROR_NOT_SUPPORTED = -9, /* by this device */
	PORTA_ERROR_SOURCE_MISSING = -10, /* the host's file is not there */
	PORTA_ERROR_SOURCE_UNREADABLE = -11,
	PORTA_ERROR_SOURCE_CHANGED = -12, /* while it was being sent; sent again next time */
	PORTA_ERROR_FILE_TOO_LARGE = -13, /* for the device's file system */
	PORTA_ERROR_NOT_LOCAL = -14, /* a stream, a CUE sheet's part, not a file */
	PORTA_ERROR_CANCELLED = -15,
	PORTA_ERROR_DEVICE_IO = -16, /* the device refused or the cable failed */
	PORTA_ERROR_DEVICE_HUNG = -17, /* no answer within its deadline */
	PORTA_ERROR_DEVICE_INSANE = -18, /* it answers what can not be */
	PORTA_ERROR_PARTNERSHIP_NONE = -19, /* create one first */
	PORTA_ERROR_PARTNERSHIP_ANOTHER = -20, /* owned elsewhere; replace must be asked for */
	PORTA_ERROR_HELD = -21, /* many removals wait for a confirmation */
	PORTA_ERROR_LIMIT_EXCEEDED = -22, /* larger than the engine accepts */
	PORTA_ERROR_NOT_FOUND = -23, /* no such device, library, playlist, plan */
	PORTA_ERROR_ENGINE_LOST = -24, /* the device's engine process died; it is restarted */
	PORTA_ERROR_JOURNAL = -25 /* what is on the device can not be recorded here: disk full? */
};

enum {
	PORTA_EVENT_HELPER_READY = 1, /* connected. For each device known _CONNECTED or, where
					       it is not there, _STATUS_CHANGED waits behind it:
					       once next_event answers NULL, all are counted */
	PORTA_EVENT_HELPER_LOST = 2, /* or not to be found; why is in the text. It is tried
					       again without end: nothing to do. Devices are told
					       _DISCONNECTED before, but stay known */
	PORTA_EVENT_REPLY = 3, /* a request is done: get_request, get_error, get_text */
	PORTA_EVENT_DEVICE_CONNECTED = 4,
	PORTA_EVENT_DEVICE_DISCONNECTED = 5,
	PORTA_EVENT_DEVICE_STATUS_CHANGED = 6, /* partnership; or settings, names, capacity */
	PORTA_EVENT_SYNC_STATE_CHANGED = 7,
	PORTA_EVENT_PROGRESS = 8,
	PORTA_EVENT_SYNC_ERROR = 9, /* one item failed: PORTA_KEY_ITEM, _SOURCE; code; text */
	PORTA_EVENT_PARTNERSHIP_COMPLETE = 10, /* create or delete ended: get_error */
	PORTA_EVENT_PLAN = 11, /* answer to preview: steal_plan */
	PORTA_EVENT_ESTIMATE = 12, /* answer to estimate: get_number */
	PORTA_EVENT_STATISTICS = 13, /* one song played or rated on a device: PORTA_KEY_URI,
					_PLAY_COUNT (played since last told), _RATING,
					_LAST_PLAYED_UNIX, each -1 if there is no news of
					it; see porta_client_set_statistics */
	PORTA_EVENT_RULES = 14, /* this host's rules on a device: steal_rules. Answer to
				 * list_rules; by itself when they were set, by whomever */
	PORTA_EVENT_SKIP = 15 /* one song that is skipped: PORTA_KEY_SOURCE, _SINCE_UNIX; see
			       * list_skips */
};

/* What a key names: of a track (T), device (D), plan step (S), event (E). */
enum {
	PORTA_KEY_URI = 1, /* T S E string */
	PORTA_KEY_TITLE = 2, /* T S string */
	PORTA_KEY_ARTIST = 3, /* T string */
	PORTA_KEY_ALBUM = 4, /* T string */
	PORTA_KEY_ALBUM_ARTIST = 5, /* T string */
	PORTA_KEY_GENRE = 6, /* T string */
	PORTA_KEY_TRACK_NUMBER = 7, /* T number, from 1 */
	PORTA_KEY_DISC_NUMBER = 8, /* T number, from 1 */
	PORTA_KEY_YEAR = 9, /* T number */
	PORTA_KEY_DURATION_MS = 10, /* T number */
	PORTA_KEY_SIZE_BYTES = 11, /* T S number */
	PORTA_KEY_MODIFIED_UNIX = 12, /* T number, seconds since 1970 */
	PORTA_KEY_RATING = 13, /* T E number, 0 to 100 */
	PORTA_KEY_PLAY_COUNT = 14, /* T E number */
	PORTA_KEY_LAST_PLAYED_UNIX = 15, /* T E number */
	PORTA_KEY_ADDED_UNIX = 16, /* T number: when it came into the library */

	PORTA_KEY_DEVICE_ID = 30, /* D E string: vendor-product-serial, the same on any port */
	PORTA_KEY_FRIENDLY_NAME = 31, /* D string: what its owner calls it */
	PORTA_KEY_DEVICE_NAME = 32, /* D string: maker and model */
	PORTA_KEY_SERIAL_NUMBER = 33, /* D string */
	PORTA_KEY_CONNECTED = 34, /* D number, 0 or 1 */
	PORTA_KEY_STATUS = 35, /* D number: PORTA_STATUS_* */
	PORTA_KEY_SYNC_STATE = 36, /* D number: PORTA_SYNC_* */
	PORTA_KEY_DETAIL = 37, /* D number: PORTA_DETAIL_* */
	PORTA_KEY_DETAIL_TEXT = 38, /* D string: the same for people, with what to do */
	PORTA_KEY_PROGRESS = 39, /* D number, 0 to 100, of the whole operation */
	PORTA_KEY_DONE_BYTES = 40, /* D number */
	PORTA_KEY_TOTAL_BYTES = 41, /* D number */
	PORTA_KEY_DONE_ITEMS = 42, /* D number */
	PORTA_KEY_TOTAL_ITEMS = 43, /* D number */
	PORTA_KEY_ITEM = 44, /* D S E string: path on the device */
	PORTA_KEY_RATE = 45, /* D number, bytes per second */
	PORTA_KEY_TIME_LEFT = 46, /* D number, seconds; -1 unknown */
	PORTA_KEY_CAPACITY_BYTES = 47, /* D number, all writable storages */
	PORTA_KEY_FREE_BYTES = 48, /* D E number */
	PORTA_KEY_RESERVED_BYTES = 49, /* D number: what the reserve setting keeps free */
	PORTA_KEY_OURS_BYTES = 50, /* D number: what the engine put there */
	PORTA_KEY_SYNC_ITEM_COUNT = 51, /* D number: songs that the engine put there */
	PORTA_KEY_HELD_REMOVALS = 52, /* D number: waiting for a confirmation */
	PORTA_KEY_HELD_TOKEN = 53, /* D string: give it to confirm_removals */
	PORTA_KEY_SKIPPED_FILES = 54, /* D number: deleted on the device by its owner */
	PORTA_KEY_LAST_SYNC_TIME = 55, /* D number, Unix seconds; -1 never */
	PORTA_KEY_LAST_SYNC_RESULT = 56, /* D number: PORTA_OK or PORTA_ERROR_* */
	PORTA_KEY_LAST_SYNC_TEXT = 57, /* D string */
	PORTA_KEY_LAST_SYNC_COPIED = 58, /* D number of songs */
	PORTA_KEY_LAST_SYNC_REMOVED = 59, /* D number of songs */
	PORTA_KEY_LAST_SYNC_ERROR_COUNT = 60, /* D number of songs */
	PORTA_KEY_LAST_SYNC_NO_FIT_COUNT = 61, /* D number of songs */
	PORTA_KEY_OWNER = 62, /* D string: who else's partner it is; NULL unknown */
	PORTA_KEY_LAST_SYNC_REPLACED = 63, /* D number of songs */
	PORTA_KEY_LAST_SYNC_RENAMED = 64, /* D number of songs */
	PORTA_KEY_LAST_SYNC_RETAGGED = 65, /* D number of songs */
	PORTA_KEY_LAST_SYNC_PLAYLISTS = 66, /* D number of playlists written or removed */
	PORTA_KEY_SKIP_COUNT = 67, /* D number: songs that a person skips, see set_skip */

	PORTA_KEY_SOURCE = 70, /* S E string: path on the computer */
	PORTA_KEY_OLD_ITEM = 71, /* S string: path on the device before a rename */
	PORTA_KEY_REASON = 72, /* S string: for people */
	PORTA_KEY_REASON_CODE = 73, /* S number: row of the published decision table */
	PORTA_KEY_PRIORITY = 74, /* S number; 0 none */
	PORTA_KEY_RULE = 75, /* S string: "whole library" or the playlist's name */
	PORTA_KEY_STORAGE = 76, /* S string: id of the storage */
	PORTA_KEY_SINCE_UNIX = 77, /* E number */

	PORTA_KEY_ADDED_BYTES = 80, /* E estimate: what the sync would add */
	PORTA_KEY_REMOVED_BYTES = 81, /* E estimate: what it would free */
	PORTA_KEY_WANTED_BYTES = 82, /* E estimate: all that the rules ask for */
	PORTA_KEY_NO_FIT_BYTES = 83, /* E estimate: of those, what does not fit */
	PORTA_KEY_ADDED_ITEMS = 84,
	PORTA_KEY_REMOVED_ITEMS = 85,
	PORTA_KEY_WANTED_ITEMS = 86,
	PORTA_KEY_NO_FIT_ITEMS = 87,
	PORTA_KEY_HELD_BYTES = 88, /* E estimate: what it would free once a person agrees */
	PORTA_KEY_HELD_ITEMS = 89
};

enum { /* PORTA_KEY_STATUS: this computer's and this user's relationship with a device */
       PORTA_STATUS_UNKNOWN = 0, /* not looked at yet: busy initializing */
       PORTA_STATUS_PARTNERSHIP_EXISTS = 1,
       PORTA_STATUS_PARTNERSHIP_DECLINED = 2,
       PORTA_STATUS_PARTNERSHIP_ANOTHER = 3,
       PORTA_STATUS_MANUAL_DEVICE = 4, /* nothing can be written to it */
       PORTA_STATUS_NEW_DEVICE = 5
};

enum { /* PORTA_KEY_SYNC_STATE */
       PORTA_SYNC_UNKNOWN = 0,
       PORTA_SYNC_SYNCHRONIZING = 1,
       PORTA_SYNC_STOPPED = 2,
       PORTA_SYNC_ESTIMATING = 3
};

enum { /* PORTA_KEY_DETAIL */
       PORTA_DETAIL_NONE = 0,
       PORTA_DETAIL_INITIALIZING = 1,
       PORTA_DETAIL_OPENING = 2,
       PORTA_DETAIL_LISTING = 3,
       PORTA_DETAIL_PLANNING = 4,
       PORTA_DETAIL_REMOVING = 5,
       PORTA_DETAIL_COPYING = 6,
       PORTA_DETAIL_PLAYLISTS = 7,
       PORTA_DETAIL_VERIFYING = 8,
       PORTA_DETAIL_WAITING_FOR_UNLOCK = 9,
       PORTA_DETAIL_DEVICE_BUSY = 10,
       PORTA_DETAIL_HELD = 11,
       PORTA_DETAIL_STOPPED_BY_USER = 12,
       PORTA_DETAIL_WAITING_TO_RETRY = 13
};

enum { /* what a step of a plan does */
       PORTA_ACTION_KEEP = 1,
       PORTA_ACTION_COPY = 2,
       PORTA_ACTION_REPLACE = 3,
       PORTA_ACTION_REMOVE = 4,
       PORTA_ACTION_SKIP = 5, /* wanted, but can not or shall not be; see the reason */
       PORTA_ACTION_RENAME = 6,
       PORTA_ACTION_RETAG = 7,
       PORTA_ACTION_PLAYLIST_WRITE = 8,
       PORTA_ACTION_PLAYLIST_REMOVE = 9,
       PORTA_ACTION_NO_FIT = 10, /* wanted, but there is no room at its priority */
       PORTA_ACTION_COVER_WRITE =
	       11, /* an album on the device gets its songs, its cover, or both */
       PORTA_ACTION_COVER_REMOVE = 12
};

enum { /* PortaLibrary playlists */
       PORTA_PLAYLIST_STATIC = 1,
       PORTA_PLAYLIST_AUTOMATIC = 2
};

enum { /* PortaRules */
       PORTA_RULE_LIBRARY = 1, /* everything this host has */
       PORTA_RULE_PLAYLIST = 2, /* one playlist, as a playlist on the device too */
       PORTA_RULE_FILL = 3, /* the room that is left, from everything this host has */
       PORTA_RULE_DEFAULT = 4 /* own playlists, then best rated, newest, ... all music */
};

enum { /* options of a PORTA_RULE_FILL */
       PORTA_FILL_SHUFFLE = 1,
       PORTA_FILL_TOP_RATED = 2,
       PORTA_FILL_RECENT = 3, /* last added first */
       PORTA_FILL_LEAST_RECENTLY_SYNCED = 4
};

/* library */

/* The version of the library in use; see PORTA_API_VERSION. */
PORTA_API uint32_t porta_api_version(void);

/* A short English name, never NULL: "no space", "device busy". */
PORTA_API const char *porta_error_name(int32_t error);

/* client */

typedef void (*PortaWakeupFunc)(void *user_data);

/* Connects to the helper on the session bus, starting it if need be; whether
 * that works is told by PORTA_EVENT_HELPER_READY or _LOST. PORTA_ERROR_NO_HELPER
 * where there is no session bus; PORTA_ERROR_NO_MEMORY, also where threads or
 * file descriptors are used up. host_id names the program for ever,
 * [A-Za-z0-9_-][A-Za-z0-9._-]{0,63}, such as "mpd" or "org.gnome.Rhythmbox3";
 * display_name is what people call it. */
PORTA_API int32_t porta_client_new(PortaClient **out, const char *host_id,
				   const char *display_name);
/* The same on the bus at this D-Bus address. */
PORTA_API int32_t porta_client_new_for_bus(PortaClient **out, const char *host_id,
					   const char *display_name, const char *address);
/* Requests without an answer so far may or may not be done. Takes a second at most. */
PORTA_API PortaClient *porta_client_free(PortaClient *client);

/* For poll() only; never read from it. It stays the same for life. */
PORTA_API int porta_client_get_fd(PortaClient *client);

/* func runs on the library's thread and must only wake the host's own loop: it
 * must not call this library. It runs when an event comes and none was waiting,
 * and once after this call if some wait already. Once set_wakeup(client, NULL,
 * NULL) has returned, func is not running and will not run again. */
PORTA_API void porta_client_set_wakeup(PortaClient *client, PortaWakeupFunc func, void *user_data);

/* The oldest event that waits, now the caller's; NULL when there is none now. */
PORTA_API PortaEvent *porta_client_next_event(PortaClient *client);

/* Everything this host has, in place of what it published before. Takes the
 * library over, whatever it returns. The helper keeps it until it is published
 * again, so a device plugged in later syncs without the host; publishing the
 * same again is cheap. The reply may be PORTA_ERROR_LIMIT_EXCEEDED. An empty
 * library is not an order to remove everything: such removals are held. */
PORTA_API int32_t porta_client_publish(PortaClient *client, PortaLibrary *library,
				       uint64_t request);

/* Replaces this host's rules for one device; other hosts' rules stay. Takes
 * rules over, whatever it returns. A device that is not connected is fine, if it is known. */
PORTA_API int32_t porta_client_set_rules(PortaClient *client, const char *device_id,
					 PortaRules *rules, uint64_t request);

/* This host's rules for one device, as the helper keeps them: PORTA_EVENT_RULES,
 * with its error where they can not be told. */
PORTA_API int32_t porta_client_list_rules(PortaClient *client, const char *device_id,
					  uint64_t request);

/* replace: 0, or 1 to take over a device that has another owner. Ends in
 * PORTA_EVENT_PARTNERSHIP_COMPLETE beside the reply. */
PORTA_API int32_t porta_client_create_partnership(PortaClient *client, const char *device_id,
						  int32_t replace, uint64_t request);
/* What is on the device stays there. A device asked about for the first time
 * is declined by this: it is not offered again. */
PORTA_API int32_t porta_client_delete_partnership(PortaClient *client, const char *device_id,
						  uint64_t request);

/* Settings by name, as the D-Bus interface documents them: numbers are
 * "PercentSpaceReserved" 0-95, "SyncOnConnect", "VerifyReadback" and "Covers" 0/1;
 * strings are "FriendlyName", "Layout", "Storage", "PlaylistFormat" and "Lane". What is
 * unknown or out of range is PORTA_ERROR_INVALID_ARGUMENT in the reply. */
PORTA_API int32_t porta_client_set_setting_number(PortaClient *client, const char *device_id,
						  const char *name, int64_t value,
						  uint64_t request);
PORTA_API int32_t porta_client_set_setting_string(PortaClient *client, const char *device_id,
						  const char *name, const char *value,
						  uint64_t request);

/* Hosts need not call these: the engine schedules itself. start's reply is an
 * error that says what to do where nothing would come of it (no partnership, no
 * rules); else it comes when the sync has been begun, not when it ends: that is
 * PORTA_EVENT_SYNC_STATE_CHANGED and PORTA_KEY_LAST_SYNC_*. stop's comes when the
 * device is let go of; it holds until start or the next connect. */
PORTA_API int32_t porta_client_start(PortaClient *client, const char *device_id, uint64_t request);
PORTA_API int32_t porta_client_stop(PortaClient *client, const char *device_id, uint64_t request);

/* What was played and rated on devices waits, on the disk, until this host has taken it, however
 * long it was away: PORTA_EVENT_STATISTICS. It is taken once the event is freed: so free it when what
 * it says is stored, and keep it while it can not be. Events come in batches of at most 256, the next
 * once all of one were freed. A host that dies is told its unfinished batch again, and nothing else twice.
 * Of several clients with the same host_id one is told. wanted: 1, as from the beginning; 0 for one that
 * leaves them to another, or to later. Needs no answer. */
PORTA_API int32_t porta_client_set_statistics(PortaClient *client, int32_t wanted);

/* What a sync would do now, each step with its reason: PORTA_EVENT_PLAN, with
 * its error where there can be no plan. Nothing is changed on the device. */
PORTA_API int32_t porta_client_preview(PortaClient *client, const char *device_id,
				       uint64_t request);
/* The same with rules in place of this host's own, which stay as they are. Takes rules over. */
PORTA_API int32_t porta_client_preview_rules(PortaClient *client, const char *device_id,
					     PortaRules *rules, uint64_t request);

/* What a sync would need, with rules in place of this host's own (NULL: with
 * them as they are): PORTA_EVENT_ESTIMATE. Takes rules over. A second call
 * cancels the first, which answers with PORTA_ERROR_CANCELLED, as it does after
 * cancel_estimate. */
PORTA_API int32_t porta_client_estimate(PortaClient *client, const char *device_id,
					PortaRules *rules, uint64_t request);
PORTA_API int32_t porta_client_cancel_estimate(PortaClient *client, const char *device_id,
					       uint64_t request);

/* Send again what the device's owner deleted there. */
PORTA_API int32_t porta_client_include_skipped(PortaClient *client, const char *device_id,
					       uint64_t request);

/* Whether a person wants one song left alone on this device: 1, neither sent nor changed nor removed, and
 * no failure; 0, as any other again. source: PORTA_KEY_SOURCE of an item that failed or of a plan's step, or
 * a "file:" URI. It holds on, also if the file is renamed, moved or tagged anew. 1,000 songs at most. */
PORTA_API int32_t porta_client_set_skip(PortaClient *client, const char *device_id,
					const char *source, int32_t skip, uint64_t request);
/* Those songs: a PORTA_EVENT_SKIP for each, with this request's number, and then the reply. */
PORTA_API int32_t porta_client_list_skips(PortaClient *client, const char *device_id,
					  uint64_t request);

/* What failed in the last sync, 1,000 at most: a PORTA_EVENT_SYNC_ERROR for each,
 * with this request's number, and then the reply. */
PORTA_API int32_t porta_client_list_failures(PortaClient *client, const char *device_id,
					     uint64_t request);

/* Let removals go ahead that wait for a person: token is PORTA_KEY_HELD_TOKEN,
 * as it was when the person was asked. */
PORTA_API int32_t porta_client_confirm_removals(PortaClient *client, const char *device_id,
						const char *token, uint64_t request);

/* The devices known, connected or not, ordered by id, as of the last event
 * fetched. What get_device and find_device answer is the caller's, to be given
 * to porta_device_free; NULL if there is no such device. */
PORTA_API uint32_t porta_client_count_devices(PortaClient *client);
PORTA_API PortaDevice *porta_client_get_device(PortaClient *client, uint32_t index);
PORTA_API PortaDevice *porta_client_find_device(PortaClient *client, const char *device_id);

/* track: one song as the host knows it; only the URI must be known */

/* uri: with a scheme, without control characters; what is no "file:" URI of this
 * computer is shown as such in plans, never copied. A string of more than 16,384
 * bytes, here and below, is PORTA_ERROR_LIMIT_EXCEEDED. */
PORTA_API int32_t porta_track_new(PortaTrack **out, const char *uri);
PORTA_API PortaTrack *porta_track_free(PortaTrack *track);

/* By the keys marked T, but for the URI. A string of NULL, a rating or play count
 * of -1, and any other number of 0 say that it is not known, as if never set. */
PORTA_API int32_t porta_track_set_string(PortaTrack *track, int32_t key, const char *value);
PORTA_API int32_t porta_track_set_number(PortaTrack *track, int32_t key, int64_t value);

/* library: everything the host has, in the order it should be considered */

/* An empty one; publish takes it over. */
PORTA_API int32_t porta_library_new(PortaLibrary **out);
PORTA_API PortaLibrary *porta_library_free(PortaLibrary *library);
/* Takes the track over, whatever it returns. Of two with the same URI the first
 * counts. PORTA_ERROR_LIMIT_EXCEEDED beyond 2,000,000 tracks or 256 MiB in all. */
PORTA_API int32_t porta_library_take_track(PortaLibrary *library, PortaTrack *track);
/* id names the playlist for ever and is its own in the library; name is what
 * people call it; kind is PORTA_PLAYLIST_*. It may come before or after its
 * tracks; URIs that the library does not have are kept and reported, not an
 * error, but each must be one that porta_track_new would take. */
PORTA_API int32_t porta_library_add_playlist(PortaLibrary *library, const char *id,
					     const char *name, int32_t kind,
					     const char *const *uris, uint32_t n_uris);
/* Those taken, each once. */
PORTA_API uint32_t porta_library_count_tracks(PortaLibrary *library);

/* rules: what of the library is wanted on a device */

/* None: nothing of this host is wanted. set_rules and estimate take it over. */
PORTA_API int32_t porta_rules_new(PortaRules **out);
PORTA_API PortaRules *porta_rules_free(PortaRules *rules);
/* priority: 1 and up, lower is more important, gaps are fine. playlist_id for
 * PORTA_RULE_PLAYLIST, else NULL. option: PORTA_FILL_* for PORTA_RULE_FILL,
 * else 0. */
PORTA_API int32_t porta_rules_add(PortaRules *rules, int32_t kind, const char *playlist_id,
				  int32_t priority, int32_t option);
PORTA_API uint32_t porta_rules_count(PortaRules *rules);
/* Of the rule at index, from 0, in no order of importance: as they were added. Where there
 * is none, PORTA_ERROR_INVALID_ARGUMENT or NULL; NULL too for a rule without playlist. */
PORTA_API int32_t porta_rules_get_kind(PortaRules *rules, uint32_t index);
PORTA_API const char *porta_rules_get_playlist(PortaRules *rules, uint32_t index);
PORTA_API int32_t porta_rules_get_priority(PortaRules *rules, uint32_t index);
PORTA_API int32_t porta_rules_get_option(PortaRules *rules, uint32_t index);

/* event */

PORTA_API PortaEvent *porta_event_free(PortaEvent *event);
/* PORTA_EVENT_* */
PORTA_API int32_t porta_event_get_type(PortaEvent *event);
/* 0 when it answers no request of this client. */
PORTA_API uint64_t porta_event_get_request(PortaEvent *event);
/* PORTA_OK or PORTA_ERROR_*: of the answer, or of the item. */
PORTA_API int32_t porta_event_get_error(PortaEvent *event);
/* For people; "" when there is none. */
PORTA_API const char *porta_event_get_text(PortaEvent *event);
/* By the keys marked E that its type says. */
PORTA_API const char *porta_event_get_string(PortaEvent *event, int32_t key);
PORTA_API int64_t porta_event_get_number(PortaEvent *event, int32_t key);
/* The device as it was when the event was made; NULL if it is about none. */
PORTA_API PortaDevice *porta_event_get_device(PortaEvent *event);
/* Of a PORTA_EVENT_PLAN: now the caller's; NULL the second time, and with an error. */
PORTA_API PortaPlan *porta_event_steal_plan(PortaEvent *event);
/* Of a PORTA_EVENT_RULES: the same. */
PORTA_API PortaRules *porta_event_steal_rules(PortaEvent *event);

/* device: a snapshot, which does not change any more */

/* Not for what porta_event_get_device lent. */
PORTA_API PortaDevice *porta_device_free(PortaDevice *device);
/* By the keys marked D. */
PORTA_API const char *porta_device_get_string(PortaDevice *device, int32_t key);
PORTA_API int64_t porta_device_get_number(PortaDevice *device, int32_t key);
/* A setting's value now, by its D-Bus name; a truth is 0 or 1. */
PORTA_API const char *porta_device_get_setting_string(PortaDevice *device, const char *name);
PORTA_API int64_t porta_device_get_setting_number(PortaDevice *device, const char *name);

/* plan: what a sync would do, step by step */

PORTA_API PortaPlan *porta_plan_free(PortaPlan *plan);
/* Steps are counted from 0, in the order in which they would be done. */
PORTA_API uint32_t porta_plan_count_steps(PortaPlan *plan);
/* Of one PORTA_ACTION_*, in the whole plan. */
PORTA_API uint32_t porta_plan_count_action(PortaPlan *plan, int32_t action);
PORTA_API int64_t porta_plan_sum_bytes(PortaPlan *plan, int32_t action);
/* PORTA_ACTION_*; PORTA_ERROR_INVALID_ARGUMENT where there is no such step. */
PORTA_API int32_t porta_plan_get_action(PortaPlan *plan, uint32_t step);
/* By the keys marked S; what is empty is NULL. */
PORTA_API const char *porta_plan_get_string(PortaPlan *plan, uint32_t step, int32_t key);
PORTA_API int64_t porta_plan_get_number(PortaPlan *plan, uint32_t step, int32_t key);

#ifdef __cplusplus
}
#endif

#endif
