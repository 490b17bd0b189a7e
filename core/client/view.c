/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * view: see view.h.
 */
#include "client/view.h"

#include <string.h>

#include "client/device-snapshot.h"

static gboolean
find_place(GPtrArray *devices, const char *id, guint *place)
{
	for (*place = 0; *place < devices->len; (*place)++) {
		int order = strcmp(device_get_id(devices->pdata[*place]), id);
		if (order >= 0)
			return order == 0;
	}
	return FALSE;
}

void
view_apply(PortaClient *client, PortaEvent *event)
{
	PortaDevice *device = porta_event_get_device(event);
	guint place;

	if (event_get_change(event) == EVENT_NO_CHANGE || device == NULL)
		return;
	if (find_place(client->devices, device_get_id(device), &place))
		g_ptr_array_remove_index(client->devices, place);
	if (event_get_change(event) == EVENT_SET_DEVICE)
		g_ptr_array_insert(client->devices, place, device_ref(device));
}

uint32_t
porta_client_count_devices(PortaClient *client)
{
	if (client == NULL)
		return 0;
	pthread_mutex_lock(&client->lock);
	uint32_t count = client->devices->len;
	pthread_mutex_unlock(&client->lock);
	return count;
}

PortaDevice *
porta_client_get_device(PortaClient *client, uint32_t index)
{
	PortaDevice *device = NULL;

	if (client == NULL)
		return NULL;
	pthread_mutex_lock(&client->lock);
	if (index < client->devices->len)
		device = device_ref(client->devices->pdata[index]);
	pthread_mutex_unlock(&client->lock);
	return device;
}

PortaDevice *
porta_client_find_device(PortaClient *client, const char *device_id)
{
	PortaDevice *device = NULL;
	guint place;

	if (client == NULL || device_id == NULL)
		return NULL;
	pthread_mutex_lock(&client->lock);
	if (find_place(client->devices, device_id, &place))
		device = device_ref(client->devices->pdata[place]);
	pthread_mutex_unlock(&client->lock);
	return device;
}
