/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ptp-response: see ptp-response.h; the codes are those of ISO 15740 and MTP 1.1, appendix F. */
#include "device/ptp-response.h"

#include "base/error.h"
#include "device/ptp-code.h"

typedef struct {
	uint16_t response;
	int32_t code;
	const char *text;
} Row;

static const Row rows[] = {
	{PTP_RESPONSE_GENERAL_ERROR, PORTA_ERROR_DEVICE_IO, "the device reports a general error"},
	{PTP_RESPONSE_SESSION_NOT_OPEN, PORTA_ERROR_DEVICE_HUNG,
	 "the device has forgotten the session; replug it"},
	{PTP_RESPONSE_OPERATION_NOT_SUPPORTED, PORTA_ERROR_NOT_SUPPORTED,
	 "the device does not know this operation"},
	{PTP_RESPONSE_PARAMETER_NOT_SUPPORTED, PORTA_ERROR_NOT_SUPPORTED,
	 "the device does not know a parameter"},
	{PTP_RESPONSE_INCOMPLETE_TRANSFER, PORTA_ERROR_DEVICE_IO, "the transfer was incomplete"},
	{PTP_RESPONSE_INVALID_STORAGE_ID, PORTA_ERROR_DEVICE_IO, "the storage is not there"},
	{PTP_RESPONSE_INVALID_OBJECT_HANDLE, PORTA_ERROR_DEVICE_IO, "the object is not there"},
	{PTP_RESPONSE_DEVICE_PROP_NOT_SUPPORTED, PORTA_ERROR_NOT_SUPPORTED,
	 "the device does not know this property"},
	{PTP_RESPONSE_INVALID_OBJECT_FORMAT_CODE, PORTA_ERROR_NOT_SUPPORTED,
	 "the device does not take this kind of file"},
	{PTP_RESPONSE_STORE_FULL, PORTA_ERROR_NO_SPACE, "the storage is full"},
	{PTP_RESPONSE_OBJECT_WRITE_PROTECTED, PORTA_ERROR_DEVICE_IO,
	 "the object is write-protected"},
	{PTP_RESPONSE_STORE_READ_ONLY, PORTA_ERROR_DEVICE_IO, "the storage is read-only"},
	{PTP_RESPONSE_ACCESS_DENIED, PORTA_ERROR_DEVICE_IO, "the device denies access"},
	{PTP_RESPONSE_PARTIAL_DELETION, PORTA_ERROR_DEVICE_IO, "only a part could be deleted"},
	{PTP_RESPONSE_STORE_NOT_AVAILABLE, PORTA_ERROR_DEVICE_IO, "the storage is not available"},
	{PTP_RESPONSE_NO_VALID_OBJECT_INFO, PORTA_ERROR_DEVICE_IO, "there is no valid object info"},
	{PTP_RESPONSE_DEVICE_BUSY, PORTA_ERROR_DEVICE_IO, "the device is busy with itself"},
	{PTP_RESPONSE_INVALID_PARENT_OBJECT, PORTA_ERROR_DEVICE_IO,
	 "the parent is not a folder of this storage"},
	{PTP_RESPONSE_INVALID_PARAMETER, PORTA_ERROR_DEVICE_IO, "the device rejects a parameter"},
	{PTP_RESPONSE_SESSION_ALREADY_OPEN, PORTA_ERROR_DEVICE_IO, "the session is open already"},
	{PTP_RESPONSE_TRANSACTION_CANCELLED, PORTA_ERROR_DEVICE_IO,
	 "the transfer was cancelled on the device"},
	{PTP_RESPONSE_DESTINATION_UNSUPPORTED, PORTA_ERROR_NOT_SUPPORTED,
	 "the device does not know this destination"},
	{PTP_RESPONSE_INVALID_OBJECT_PROP_CODE, PORTA_ERROR_NOT_SUPPORTED,
	 "the device does not know this property"},
	{PTP_RESPONSE_INVALID_OBJECT_PROP_FORMAT, PORTA_ERROR_NOT_SUPPORTED,
	 "the property has another form on the device"},
	{PTP_RESPONSE_INVALID_OBJECT_PROP_VALUE, PORTA_ERROR_DEVICE_IO,
	 "the device rejects the value"},
	{PTP_RESPONSE_INVALID_OBJECT_REFERENCE, PORTA_ERROR_DEVICE_IO,
	 "the device does not find what is referred to"},
	{PTP_RESPONSE_INVALID_DATASET, PORTA_ERROR_DEVICE_IO, "the device rejects what it is told"},
	{PTP_RESPONSE_GROUP_UNSUPPORTED, PORTA_ERROR_NOT_SUPPORTED,
	 "the device does not answer this kind of query"},
	{PTP_RESPONSE_DEPTH_UNSUPPORTED, PORTA_ERROR_NOT_SUPPORTED,
	 "the device does not answer this kind of query"},
	{PTP_RESPONSE_OBJECT_TOO_LARGE, PORTA_ERROR_FILE_TOO_LARGE,
	 "the device takes no file of this size"},
	{PTP_RESPONSE_OBJECT_PROP_UNSUPPORTED, PORTA_ERROR_NOT_SUPPORTED,
	 "the device does not know this property"},
};

int32_t
ptp_response_explain(uint16_t response, const char **text)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (rows[i].response == response) {
			*text = rows[i].text;
			return rows[i].code;
		}
	}
	*text = "the device refuses";
	return PORTA_ERROR_DEVICE_IO;
}
