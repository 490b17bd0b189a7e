/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fake-values: the values of fake-portamento: tracks, libraries, rules, events
 * and devices, as JSON as far as they are recorded.
 */
#include <stdlib.h>
#include <string.h>

#include "fake-portamento.h"

static void
text_open(FakeText *text)
{
	text->stream = open_memstream(&text->text, &text->size);
	if (text->stream == NULL)
		abort();
}

const char *
fake_text(FakeText *text)
{
	fflush(text->stream);
	return text->text;
}

static void
text_close(FakeText *text)
{
	fclose(text->stream);
	free(text->text);
}

static void
put_string(FakeText *text, const char *string)
{
	fputc('"', text->stream);
	for (; *string != '\0'; string++) {
		if (*string == '"' || *string == '\\' || (unsigned char)*string < 0x20)
			fprintf(text->stream, "\\u%04x", (unsigned char)*string);
		else
			fputc(*string, text->stream);
	}
	fputc('"', text->stream);
}

int32_t
porta_track_new(PortaTrack **out, const char *uri)
{
	*out = calloc(1, sizeof **out);
	text_open(&(*out)->json);
	fputs("{\"uri\": ", (*out)->json.stream);
	put_string(&(*out)->json, uri);
	return PORTA_OK;
}

PortaTrack *
porta_track_free(PortaTrack *track)
{
	if (track != NULL)
		text_close(&track->json);
	free(track);
	return NULL;
}

int32_t
porta_track_set_string(PortaTrack *track, int32_t key, const char *value)
{
	fprintf(track->json.stream, ", \"%d\": ", key);
	put_string(&track->json, value);
	return PORTA_OK;
}

int32_t
porta_track_set_number(PortaTrack *track, int32_t key, int64_t value)
{
	fprintf(track->json.stream, ", \"%d\": %lld", key, (long long)value);
	return PORTA_OK;
}

int32_t
porta_library_new(PortaLibrary **out)
{
	*out = calloc(1, sizeof **out);
	text_open(&(*out)->tracks);
	text_open(&(*out)->playlists);
	return PORTA_OK;
}

PortaLibrary *
porta_library_free(PortaLibrary *library)
{
	if (library == NULL)
		return NULL;
	text_close(&library->tracks);
	text_close(&library->playlists);
	free(library);
	return NULL;
}

int32_t
porta_library_take_track(PortaLibrary *library, PortaTrack *track)
{
	fprintf(library->tracks.stream, "%s%s}", library->n_tracks++ > 0 ? ", " : "",
		fake_text(&track->json));
	porta_track_free(track);
	return PORTA_OK;
}

int32_t
porta_library_add_playlist(PortaLibrary *library, const char *id, const char *name, int32_t kind,
			   const char *const *uris, uint32_t n_uris)
{
	FILE *stream = library->playlists.stream;

	fputs(library->n_playlists++ > 0 ? ", {\"playlist\": " : "{\"playlist\": ", stream);
	put_string(&library->playlists, name);
	fputs(", \"uris\": [", stream);
	for (uint32_t i = 0; i < n_uris; i++) {
		fputs(i > 0 ? ", " : "", stream);
		put_string(&library->playlists, uris[i]);
	}
	fputs("]}", stream);
	return PORTA_OK;
}

uint32_t
porta_library_count_tracks(PortaLibrary *library)
{
	return library->n_tracks;
}

int32_t
porta_rules_new(PortaRules **out)
{
	*out = calloc(1, sizeof **out);
	text_open(&(*out)->json);
	return PORTA_OK;
}

PortaRules *
porta_rules_free(PortaRules *rules)
{
	if (rules != NULL)
		text_close(&rules->json);
	free(rules);
	return NULL;
}

int32_t
porta_rules_add(PortaRules *rules, int32_t kind, const char *playlist_id, int32_t priority,
		int32_t option)
{
	fprintf(rules->json.stream, "%s[%d, ", rules->n_rules++ > 0 ? ", " : "", kind);
	put_string(&rules->json, playlist_id != NULL ? playlist_id : "");
	fprintf(rules->json.stream, ", %d, %d]", priority, option);
	return PORTA_OK;
}

PortaEvent *
porta_event_free(PortaEvent *event)
{
	free(event);
	return NULL;
}

int32_t
porta_event_get_type(PortaEvent *event)
{
	return event->type;
}

uint64_t
porta_event_get_request(PortaEvent *event)
{
	return event->request;
}

int32_t
porta_event_get_error(PortaEvent *event)
{
	return event->error;
}

const char *
porta_event_get_text(PortaEvent *event)
{
	return event->error != PORTA_OK ? "the fake was told to refuse" : "";
}

const char *
porta_event_get_string(PortaEvent *event, int32_t key)
{
	switch (key) {
	case PORTA_KEY_URI: return event->uri;
	case PORTA_KEY_DEVICE_ID: return event->device_id[0] != '\0' ? event->device_id : NULL;
	default: return NULL;
	}
}

int64_t
porta_event_get_number(PortaEvent *event, int32_t key)
{
	switch (key) {
	case PORTA_KEY_PLAY_COUNT: return event->plays;
	case PORTA_KEY_RATING: return event->rating;
	case PORTA_KEY_LAST_PLAYED_UNIX: return event->last_played;
	default: return -1;
	}
}

PortaDevice *
porta_event_get_device(PortaEvent *event)
{
	return event->device.id[0] != '\0' ? &event->device : NULL;
}

PortaPlan *
porta_event_steal_plan(PortaEvent *event)
{
	return NULL;
}

PortaDevice *
porta_device_free(PortaDevice *device)
{
	free(device);
	return NULL;
}

const char *
porta_device_get_string(PortaDevice *device, int32_t key)
{
	switch (key) {
	case PORTA_KEY_DEVICE_ID: return device->id;
	case PORTA_KEY_FRIENDLY_NAME: return device->name;
	case PORTA_KEY_DEVICE_NAME: return "Fake Maker Fake Model";
	default: return NULL;
	}
}

int64_t
porta_device_get_number(PortaDevice *device, int32_t key)
{
	switch (key) {
	case PORTA_KEY_CONNECTED: return device->connected;
	case PORTA_KEY_STATUS: return device->status;
	case PORTA_KEY_SYNC_STATE: return device->state;
	case PORTA_KEY_LAST_SYNC_RESULT: return PORTA_OK;
	default: return -1;
	}
}

int64_t
porta_device_get_setting_number(PortaDevice *device, const char *name)
{
	return strcmp(name, "PercentSpaceReserved") == 0 ? 5 : 1;
}

PortaPlan *
porta_plan_free(PortaPlan *plan)
{
	return NULL;
}

uint32_t
porta_plan_count_steps(PortaPlan *plan)
{
	return 0;
}

uint32_t
porta_plan_count_action(PortaPlan *plan, int32_t action)
{
	return 0;
}

int32_t
porta_plan_get_action(PortaPlan *plan, uint32_t step)
{
	return 0;
}

const char *
porta_plan_get_string(PortaPlan *plan, uint32_t step, int32_t key)
{
	return NULL;
}
