/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fake-portamento: its nouns, shared by the client half and the values half.
 */
#pragma once

#include <stdio.h>

#include <portamento.h>

#define MAX_DEVICES 4

struct PortaDevice {
	char id[64], name[64];
	int connected, status, state;
};

struct PortaClient {
	int fd;
	FILE *record;
	PortaDevice devices[MAX_DEVICES];
	uint32_t n_devices;
	int leaves_statistics; /* to another */
	char line[4096];
};

struct PortaEvent {
	int32_t type, error;
	uint64_t request;
	char uri[2048];
	int64_t plays, rating, last_played;
	char device_id[64];
	PortaDevice device;
};

/* A text that grows. */
typedef struct {
	FILE *stream;
	char *text;
	size_t size;
} FakeText;

struct PortaTrack {
	FakeText json;
};

struct PortaLibrary {
	FakeText tracks, playlists;
	uint32_t n_tracks, n_playlists;
};

struct PortaRules {
	FakeText json;
	uint32_t n_rules;
};

/* Everything written so far. */
const char *fake_text(FakeText *text);
