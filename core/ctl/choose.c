/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * choose: which device is meant. The one that is connected, unless there are
 * more, or one is named: nothing is ever done to a device by guessing.
 */
#include <string.h>

#include "ctl/ctl.h"

#define LOOK_AROUND_MS 2000 /* a helper started by us has yet to find what is plugged in */

static gboolean
is_connected(PortaDevice *device)
{
	return porta_device_get_number(device, PORTA_KEY_CONNECTED) == 1;
}

static gboolean
is_same_text(const char *a, const char *b)
{
	g_autofree char *folded_a = g_utf8_casefold(a, -1);
	g_autofree char *folded_b = g_utf8_casefold(b, -1);

	return strcmp(folded_a, folded_b) == 0;
}

static gboolean
is_named(PortaDevice *device, const char *name)
{
	static const int32_t keys[] = {PORTA_KEY_DEVICE_ID, PORTA_KEY_FRIENDLY_NAME,
				       PORTA_KEY_DEVICE_NAME, PORTA_KEY_SERIAL_NUMBER};

	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		const char *text = porta_device_get_string(device, keys[i]);
		if (text != NULL && is_same_text(text, name))
			return TRUE;
	}
	return FALSE;
}

static void
unref_device(void *device)
{
	porta_device_free(device);
}

/* Those of this name, or all; only what is connected, unless it need not be. */
static GPtrArray *
list_candidates(Ctl *ctl, const char *name, gboolean with_absent)
{
	GPtrArray *devices = g_ptr_array_new_with_free_func(unref_device);

	for (uint32_t i = 0; i < porta_client_count_devices(ctl->client); i++) {
		PortaDevice *device = porta_client_get_device(ctl->client, i);
		if ((with_absent || is_connected(device)) &&
		    (name == NULL || is_named(device, name)))
			g_ptr_array_add(devices, device);
		else
			porta_device_free(device);
	}
	return devices;
}

static void
complain_of_many(GPtrArray *devices)
{
	g_autoptr(GString) list = g_string_new(NULL);

	for (guint i = 0; i < devices->len; i++) {
		PortaDevice *device = devices->pdata[i];
		g_string_append_printf(
			list, "\n  %s  %s%s", porta_device_get_string(device, PORTA_KEY_DEVICE_ID),
			device_title(device), is_connected(device) ? "" : " (not connected)");
	}
	ctl_complain("which device? Say it with --device:%s", list->str);
}

static void
complain_of_none(Ctl *ctl, const char *name)
{
	g_autoptr(GPtrArray) known = list_candidates(ctl, name, TRUE);

	if (name != NULL && known->len == 0)
		ctl_complain("no device “%s” is known; `portamentoctl devices` lists them", name);
	else if (name != NULL)
		ctl_complain("%s is not connected", device_title(known->pdata[0]));
	else if (known->len > 0)
		ctl_complain("no device is connected; plug one in, and unlock it");
	else
		ctl_complain("no device is known; plug one in, and unlock it");
}

typedef struct {
	const char *name;
	gboolean with_absent;
} Search;

static gboolean
on_arrival(Ctl *ctl, PortaEvent *event, void *data)
{
	Search *search = data;
	g_autoptr(GPtrArray) found = list_candidates(ctl, search->name, search->with_absent);

	return found->len > 0;
}

PortaDevice *
ctl_choose_device(Ctl *ctl, char **words, gboolean known_is_enough, int *status)
{
	const char *name = ctl->device != NULL ? ctl->device : words != NULL ? words[0] : NULL;
	Search search = {name, known_is_enough};
	g_autoptr(GPtrArray) connected = list_candidates(ctl, name, FALSE);

	if (connected->len == 1)
		return g_ptr_array_steal_index(connected, 0);
	g_autoptr(GPtrArray) found = list_candidates(ctl, name, known_is_enough);
	if (found->len == 0 && ctl_wait(ctl, LOOK_AROUND_MS, on_arrival, &search) == WAIT_DONE) {
		g_ptr_array_unref(found);
		found = list_candidates(ctl, name, known_is_enough);
	}
	if (found->len == 1)
		return g_ptr_array_steal_index(found, 0);
	*status = EXIT_NO_DEVICE;
	if (ctl->interrupted)
		*status = EXIT_INTERRUPTED;
	else if (found->len == 0)
		complain_of_none(ctl, name);
	else
		complain_of_many(connected->len > 1 ? connected : found);
	return NULL;
}
