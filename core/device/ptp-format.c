/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-format: what MTP calls a file of some name. A device that does not know its kind takes it as undefined, as
 * does one that is known to take songs of that kind only so.
 */
#include <string.h>

#include "device/ptp-lane.h"

typedef struct {
	const char *suffix;
	uint16_t formats[2]; /* the better one first */
} Suffix;

static const Suffix suffixes[] = {
	{".mp3", {PTP_FORMAT_MP3}},  {".flac", {PTP_FORMAT_FLAC}},
	{".ogg", {PTP_FORMAT_OGG}},  {".oga", {PTP_FORMAT_OGG}},
	{".opus", {PTP_FORMAT_OGG}}, {".m4a", {PTP_FORMAT_M4A, PTP_FORMAT_MP4}},
	{".mp4", {PTP_FORMAT_MP4}},  {".aac", {PTP_FORMAT_AAC}},
	{".wma", {PTP_FORMAT_WMA}},  {".wav", {PTP_FORMAT_WAV}},
	{".mp2", {PTP_FORMAT_MP2}},  {".aa", {PTP_FORMAT_AUDIBLE}},
	{".jpg", {PTP_FORMAT_JPEG}}, {".jpeg", {PTP_FORMAT_JPEG}},
	{".png", {PTP_FORMAT_PNG}},  {".txt", {PTP_FORMAT_TEXT}},
};

static gboolean
is_unknown_there(const PtpLane *lane, uint16_t format)
{
	const uint32_t ogg = PTP_QUIRK_OGG_IS_UNKNOWN | PTP_QUIRK_OGG_ALZHEIMER;

	return (format == PTP_FORMAT_OGG && (lane->quirks & ogg)) ||
	       (format == PTP_FORMAT_FLAC && (lane->quirks & PTP_QUIRK_FLAC_IS_UNKNOWN));
}

uint16_t
ptp_format_of(const PtpLane *lane, const char *name)
{
	const char *dot = strrchr(name, '.');

	for (gsize i = 0; dot != NULL && i < G_N_ELEMENTS(suffixes); i++) {
		if (g_ascii_strcasecmp(dot, suffixes[i].suffix) != 0)
			continue;
		for (gsize k = 0; k < G_N_ELEMENTS(suffixes[i].formats); k++) {
			uint16_t format = suffixes[i].formats[k];

			if (format != 0 && ptp_has_format(lane, format) &&
			    !is_unknown_there(lane, format))
				return format;
		}
	}
	return PTP_FORMAT_UNDEFINED;
}
