/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of operations that the responder can carry out; a profile names those that it has. */
#include "changes.h"
#include "operations.h"

static const struct operation operations[] = {
	{0x1001, "GetDeviceInfo", DATA_TO_HOST, get_device_info, TRUE},
	{0x1002, "OpenSession", DATA_NONE, open_session, TRUE},
	{0x1003, "CloseSession", DATA_NONE, close_session, FALSE},
	{0x1004, "GetStorageIDs", DATA_TO_HOST, get_storage_ids, FALSE},
	{0x1005, "GetStorageInfo", DATA_TO_HOST, get_storage_info, FALSE},
	{0x1006, "GetNumObjects", DATA_NONE, get_object_count, FALSE},
	{0x1007, "GetObjectHandles", DATA_TO_HOST, get_object_handles, FALSE},
	{0x1008, "GetObjectInfo", DATA_TO_HOST, get_object_info, FALSE},
	{0x1009, "GetObject", DATA_TO_HOST, get_object, FALSE},
	{0x100A, "GetThumb", DATA_TO_HOST, get_thumbnail, FALSE},
	{0x100B, "DeleteObject", DATA_NONE, delete_object, FALSE},
	{0x100C, "SendObjectInfo", DATA_FROM_HOST, send_object_info, FALSE},
	{0x100D, "SendObject", DATA_FROM_HOST, send_object, FALSE},
	{0x100F, "FormatStore", DATA_NONE, format_store, FALSE},
	{0x1010, "ResetDevice", DATA_NONE, reset_device, FALSE},
	{0x1012, "SetObjectProtection", DATA_NONE, set_object_protection, FALSE},
	{0x1014, "GetDevicePropDesc", DATA_TO_HOST, get_device_property_description, FALSE},
	{0x1015, "GetDevicePropValue", DATA_TO_HOST, get_device_property, FALSE},
	{0x1016, "SetDevicePropValue", DATA_FROM_HOST, set_device_property, FALSE},
	{0x1019, "MoveObject", DATA_NONE, move_object, FALSE},
	{0x101A, "CopyObject", DATA_NONE, copy_object, FALSE},
	{0x101B, "GetPartialObject", DATA_TO_HOST, get_partial_object, FALSE},
	{0x9201, "ReportAddedDeletedItems", DATA_TO_HOST, report_changes, FALSE},
	{0x95C1, "GetPartialObject64", DATA_TO_HOST, get_partial_object_64, FALSE},
	{0x95C2, "SendPartialObject", DATA_FROM_HOST, send_partial_object, FALSE},
	{0x95C3, "TruncateObject", DATA_NONE, truncate_object, FALSE},
	{0x95C4, "BeginEditObject", DATA_NONE, edit_object, FALSE},
	{0x95C5, "EndEditObject", DATA_NONE, edit_object, FALSE},
	{0x9801, "GetObjectPropsSupported", DATA_TO_HOST, get_supported_properties, FALSE},
	{0x9802, "GetObjectPropDesc", DATA_TO_HOST, get_property_description, FALSE},
	{0x9803, "GetObjectPropValue", DATA_TO_HOST, get_property, FALSE},
	{0x9804, "SetObjectPropValue", DATA_FROM_HOST, set_property, FALSE},
	{0x9805, "GetObjectPropList", DATA_TO_HOST, get_property_list, FALSE},
	{0x9806, "SetObjectPropList", DATA_FROM_HOST, set_property_list, FALSE},
	{0x9808, "SendObjectPropList", DATA_FROM_HOST, send_object_property_list, FALSE},
	{0x9810, "GetObjectReferences", DATA_TO_HOST, get_references, FALSE},
	{0x9811, "SetObjectReferences", DATA_FROM_HOST, set_references, FALSE},
};

const struct operation *
operation_lookup(guint16 code)
{
	for (gsize i = 0; i < G_N_ELEMENTS(operations); i++)
		if (operations[i].code == code)
			return &operations[i];
	return NULL;
}
