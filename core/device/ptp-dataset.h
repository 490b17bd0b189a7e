/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptp-dataset: the datasets that travel in data phases, to structs and back, without I/O. What is
 * behind a dataset's last member is left alone: later standards add there, and some devices
 * leave rubbish.
 */
#pragma once

#include "device/ptp-value.h"

typedef struct {
	uint32_t extension_id;
	char *extensions; /* "microsoft.com: 1.0; android.com: 1.0;" */
	GArray *operations, *events, *device_props, *formats; /* of uint16_t */
	char *maker, *model, *version, *serial;
} PtpDeviceInfo;

/* FALSE if it ends before the formats: what follows some players leave out. */
gboolean ptp_parse_device_info(const GByteArray *bytes, PtpDeviceInfo *out);
void ptp_device_info_clear(PtpDeviceInfo *info);
gboolean ptp_array_has(const GArray *codes, uint16_t code);
/* Whether the vendor's extensions name this one, whatever its version. */
gboolean ptp_has_extension(const PtpDeviceInfo *info, const char *name);

typedef struct {
	uint16_t type, access;
	uint64_t capacity_bytes, free_bytes;
	char *description, *label;
} PtpStorageInfo;

gboolean ptp_parse_storage_info(const GByteArray *bytes, PtpStorageInfo *out);
void ptp_storage_info_clear(PtpStorageInfo *info);

typedef struct {
	uint32_t storage;
	uint16_t format;
	uint64_t size_bytes; /* PTP_SIZE_UNKNOWN and more: does not fit */
	uint32_t parent;
	char *name;
	char *modified; /* date, "" unknown */
} PtpObjectInfo;

#define PTP_SIZE_UNKNOWN 0xffffffffu

/* Also as a Samsung stack writes it, with 64 bits for the size. */
gboolean ptp_parse_object_info(const GByteArray *bytes, PtpObjectInfo *out);
GByteArray *ptp_build_object_info(const PtpObjectInfo *info);
void ptp_object_info_clear(PtpObjectInfo *info);

typedef struct {
	uint16_t property, type;
	gboolean is_settable;
} PtpObjectPropDesc;

gboolean ptp_parse_object_prop_desc(const GByteArray *bytes, PtpObjectPropDesc *out);

#define PTP_MAX_CHOICES 64

/* What values a property takes, as far as its description tells. */
typedef struct {
	uint64_t max; /* of a number, or of how many bytes; 0: not told */
	guint n_choices; /* 0: any, up to max */
	uint64_t choices[PTP_MAX_CHOICES]; /* the first ones */
} PtpPropForm;

/* A form that is not told whole is none. */
PtpPropForm ptp_parse_object_prop_form(const GByteArray *bytes);

/* One property of one object. */
typedef struct {
	uint32_t handle;
	uint16_t property;
	PtpValue value;
} PtpElement;

/* Calls back for each element until it says FALSE. FALSE then, and when the list is not whole. */
typedef gboolean (*PtpElementFunc)(PtpElement *element, void *data);
gboolean ptp_parse_prop_list(const GByteArray *bytes, PtpElementFunc each, void *data);

/* A list to be sent: begun, then added to. */
GByteArray *ptp_prop_list_new(void);
void ptp_prop_list_add_number(GByteArray *list, uint32_t handle, uint16_t property, uint16_t type,
			      uint64_t number);
void ptp_prop_list_add_string(GByteArray *list, uint32_t handle, uint16_t property,
			      const char *text);
