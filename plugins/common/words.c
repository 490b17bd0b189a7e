/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * words: see words.h. What it says of devices; the figures are in words-figures.c.
 */
#include "words.h"

#include <string.h>

#include "i18n.h"

void
words_init(void)
{
	bindtextdomain(PLUGINS_DOMAIN, LOCALE_DIR);
	bind_textdomain_codeset(PLUGINS_DOMAIN, "UTF-8");
}

static gboolean
is_dangerous(gunichar c)
{
	/* controls, and what turns the direction of what follows */
	return g_unichar_iscntrl(c) || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029;
}

char *
words_escape(const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text == NULL ? "" : text, -1);
	GString *safe = g_string_sized_new(strlen(valid));

	for (const char *at = valid; *at != '\0'; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);
		if (!is_dangerous(c))
			g_string_append_unichar(safe, c);
		else
			g_string_append_printf(safe, c < 0x100 ? "\\x%02x" : "\\u%04x", c);
	}
	return g_string_free(safe, FALSE);
}

char *
words_device_name(PortaDevice *device)
{
	static const int32_t keys[] = {PORTA_KEY_FRIENDLY_NAME, PORTA_KEY_DEVICE_NAME,
				       PORTA_KEY_DEVICE_ID};

	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		const char *name = porta_device_get_string(device, keys[i]);
		if (name != NULL && name[0] != '\0')
			return words_escape(name);
	}
	return g_strdup(_("Unnamed device"));
}

/* In English the helper says more than we could. */
static const char *const reasons[] = {
	[-PORTA_ERROR_FAILED] = N_("it failed"),
	[-PORTA_ERROR_INVALID_ARGUMENT] = N_("that is not possible"),
	[-PORTA_ERROR_NO_MEMORY] = N_("there is not enough memory"),
	[-PORTA_ERROR_NO_HELPER] = N_("the sync service is not running"),
	[-PORTA_ERROR_NO_DEVICE] = N_("the device is not connected"),
	[-PORTA_ERROR_DEVICE_BUSY] = N_("another program is using the device"),
	[-PORTA_ERROR_DEVICE_LOCKED] =
		N_("unlock the device and allow file transfer on its screen"),
	[-PORTA_ERROR_NO_SPACE] = N_("the device is full"),
	[-PORTA_ERROR_NOT_SUPPORTED] = N_("the device can not do that"),
	[-PORTA_ERROR_SOURCE_MISSING] = N_("the file is not on this computer any more"),
	[-PORTA_ERROR_SOURCE_UNREADABLE] = N_("the file can not be read"),
	[-PORTA_ERROR_SOURCE_CHANGED] = N_("the file was changed while it was being copied"),
	[-PORTA_ERROR_FILE_TOO_LARGE] = N_("the file is too large for the device"),
	[-PORTA_ERROR_NOT_LOCAL] = N_("it is not a file on this computer"),
	[-PORTA_ERROR_CANCELLED] = N_("it was stopped"),
	[-PORTA_ERROR_DEVICE_IO] = N_("the connection to the device failed"),
	[-PORTA_ERROR_DEVICE_HUNG] = N_("the device does not answer"),
	[-PORTA_ERROR_DEVICE_INSANE] = N_("the device answers nonsense"),
	[-PORTA_ERROR_PARTNERSHIP_NONE] = N_("the device is not set up for this computer"),
	[-PORTA_ERROR_PARTNERSHIP_ANOTHER] = N_("the device is synced with another computer"),
	[-PORTA_ERROR_HELD] = N_("removals wait for you to confirm them"),
	[-PORTA_ERROR_LIMIT_EXCEEDED] = N_("it is more than can be handled"),
	[-PORTA_ERROR_NOT_FOUND] = N_("it is not known"),
	[-PORTA_ERROR_ENGINE_LOST] = N_("the sync was interrupted and is started again"),
	[-PORTA_ERROR_JOURNAL] = N_("this computer's disk is full or can not be written to"),
};

char *
words_reason(int32_t error, const char *text)
{
	gboolean is_known = error < 0 && -(gint64)error < (gint64)G_N_ELEMENTS(reasons);
	const char *reason = reasons[is_known ? -error : -PORTA_ERROR_FAILED];
	const char *translated = _(reason);

	/* of what was stopped nobody asks where */
	if (text == NULL || text[0] == '\0' || error == PORTA_ERROR_CANCELLED ||
	    (is_known && translated != reason))
		return g_strdup(translated);
	return words_escape(text);
}

static const char *const details[] = {
	[PORTA_DETAIL_INITIALIZING] = N_("Looking at it"),
	[PORTA_DETAIL_OPENING] = N_("Opening"),
	[PORTA_DETAIL_LISTING] = N_("Listing"),
	[PORTA_DETAIL_PLANNING] = N_("Planning"),
	[PORTA_DETAIL_REMOVING] = N_("Removing"),
	[PORTA_DETAIL_COPYING] = N_("Copying"),
	[PORTA_DETAIL_PLAYLISTS] = N_("Writing playlists"),
	[PORTA_DETAIL_VERIFYING] = N_("Verifying"),
	[PORTA_DETAIL_WAITING_FOR_UNLOCK] = N_("Waiting for you to unlock the device"),
	[PORTA_DETAIL_DEVICE_BUSY] = N_("In use by another program"),
	[PORTA_DETAIL_HELD] = N_("Waiting for you to confirm removals"),
	[PORTA_DETAIL_STOPPED_BY_USER] = N_("Stopped"),
	[PORTA_DETAIL_WAITING_TO_RETRY] = N_("Trying again soon"),
};

/* The helper says "... is in use by gvfsd-mtp (pid 123); close it there ...". */
static char *
describe_busy(PortaDevice *device)
{
	const char *text = porta_device_get_string(device, PORTA_KEY_DETAIL_TEXT);
	const char *phrase = "in use by ";
	const char *begin = text == NULL ? NULL : strstr(text, phrase);

	if (begin == NULL)
		return g_strdup(_(details[PORTA_DETAIL_DEVICE_BUSY]));
	begin += strlen(phrase);
	g_autofree char *holder = g_strndup(begin, strcspn(begin, ";"));
	g_autofree char *safe = words_escape(holder);
	return g_strdup_printf(_("In use by %s"), safe);
}

static char *
describe_owner(PortaDevice *device)
{
	const char *owner = porta_device_get_string(device, PORTA_KEY_OWNER);
	g_autofree char *safe = words_escape(owner);

	if (owner == NULL)
		return g_strdup(_("Synced with another computer"));
	return g_strdup_printf(_("Synced with %s"), safe);
}

/* At rest, and ours. */
static char *
describe_rest(PortaDevice *device)
{
	int64_t result = porta_device_get_number(device, PORTA_KEY_LAST_SYNC_RESULT);
	int64_t n_failed = porta_device_get_number(device, PORTA_KEY_LAST_SYNC_ERROR_COUNT);
	int64_t n_no_fit = porta_device_get_number(device, PORTA_KEY_LAST_SYNC_NO_FIT_COUNT);

	if (porta_device_get_number(device, PORTA_KEY_LAST_SYNC_TIME) <= 0)
		return g_strdup(_("Not synced yet"));
	if (result != PORTA_OK)
		return g_strdup(_("The last sync failed"));
	if (n_failed > 0) {
		g_autofree char *count = words_count(n_failed);
		return g_strdup_printf(PLURAL("%s song failed", "%s songs failed", n_failed),
				       count);
	}
	if (n_no_fit > 0) {
		g_autofree char *count = words_count(n_no_fit);
		return g_strdup_printf(PLURAL("Up to date; %s song does not fit",
					      "Up to date; %s songs do not fit", n_no_fit),
				       count);
	}
	return g_strdup(_("Up to date"));
}

static char *
describe_status(PortaDevice *device)
{
	const char *text = porta_device_get_string(device, PORTA_KEY_DETAIL_TEXT);

	switch (porta_device_get_number(device, PORTA_KEY_STATUS)) {
	case PORTA_STATUS_PARTNERSHIP_EXISTS: return describe_rest(device);
	case PORTA_STATUS_PARTNERSHIP_DECLINED: return g_strdup(_("Not synced with this computer"));
	case PORTA_STATUS_PARTNERSHIP_ANOTHER: return describe_owner(device);
	case PORTA_STATUS_MANUAL_DEVICE: return g_strdup(_("Nothing can be written to it"));
	case PORTA_STATUS_NEW_DEVICE: return g_strdup(_("New: not set up yet"));
	default:
		return text != NULL && text[0] != '\0'
			       ? words_escape(text)
			       : g_strdup(_(details[PORTA_DETAIL_INITIALIZING]));
	}
}

char *
words_state(PortaDevice *device)
{
	int64_t detail = porta_device_get_number(device, PORTA_KEY_DETAIL);
	int64_t state = porta_device_get_number(device, PORTA_KEY_SYNC_STATE);

	if (porta_device_get_number(device, PORTA_KEY_CONNECTED) != 1)
		return g_strdup(_("Not connected"));
	if (detail == PORTA_DETAIL_DEVICE_BUSY)
		return describe_busy(device);
	if (detail > PORTA_DETAIL_NONE && detail < (int64_t)G_N_ELEMENTS(details))
		return g_strdup(_(details[detail]));
	if (state == PORTA_SYNC_SYNCHRONIZING)
		return g_strdup(_("Syncing"));
	if (state == PORTA_SYNC_ESTIMATING)
		return g_strdup(_("Estimating"));
	return describe_status(device);
}

char *
words_held(PortaDevice *device)
{
	int64_t n_held = porta_device_get_number(device, PORTA_KEY_HELD_REMOVALS);
	g_autofree char *count = words_count(n_held);
	g_autofree char *name = words_device_name(device);

	if (n_held <= 0)
		return NULL;
	return g_strdup_printf(PLURAL("%s song will be removed from %s. Go ahead?",
				      "%s songs will be removed from %s. Go ahead?", n_held),
			       count, name);
}
