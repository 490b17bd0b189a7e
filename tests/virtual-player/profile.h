/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What kind of device this is: one flat set of keys, read from profiles/NAME, changed by --set and
 * by the control command set-quirk. The README says what each key means.
 */
#pragma once

#include <glib.h>

enum existing_name { EXISTING_REFUSED, EXISTING_DUPLICATED };
enum references_mode { REFERENCES_WORK, REFERENCES_FAIL };
enum partial_mode { PARTIAL_DELETED, PARTIAL_KEPT };

struct profile {
	/* Who it is. */
	guint64 vendor_id;
	guint64 product_id;
	gboolean is_listed;
	char *manufacturer;
	char *product;
	char *version;
	char *serial;
	char *extensions;
	char *friendly_name;
	char *sync_partner;
	guint64 battery_level;

	/* What it knows. */
	GArray *operations; /* of guint16, as all lists of codes */
	GArray *events;
	GArray *device_properties;
	GArray *formats;
	GArray *object_properties; /* of every object */
	GArray *audio_properties; /* more, of objects in audio_formats */
	GArray *audio_formats;
	GArray *settable_properties;
	GArray *refused_properties; /* said to be settable, and are not */
	GArray *refused_in_lists; /* not with a new object */
	GArray *ignored_properties; /* it says yes to new values and keeps the old ones */
	guint64 undescribed_response; /* to who asks about a property that it has not */
	GArray *kept_ratings; /* the nearest of them is kept; none: each as it is */
	GArray *sample_objects; /* formats of objects that may be given a picture; empty: whatever has the property */
	GArray *sample_formats; /* of such pictures; empty: any */
	guint64 sample_max_bytes; /* 0: no limit */
	guint64 sample_max_side; /* pixels, likewise */

	/* Its storages. */
	char **storage_labels;
	char **storage_capacities;
	char **folders; /* made at start: "Music", or "storage label:Music" */
	guint64 cluster_bytes;
	guint64 max_file_bytes; /* 0: no limit */

	/* How it behaves. */
	gboolean handles_per_session;
	gboolean list_depth_limited; /* 0x9805 as AOSP: depth 0 and 1, or all objects */
	gboolean root_parent_ffffffff; /* SendObjectInfo: root is 0xFFFFFFFF, never 0 */
	gboolean recursive_delete;
	gboolean replugs_on_reset; /* leaves the bus and comes back at another address */
	gboolean mtime_from_info;
	gboolean store_full_at_data; /* accepts what it cannot hold, then fails */
	gboolean case_insensitive;
	gboolean zero_length_packets;
	gboolean split_headers; /* those of data come, and must come, in packets of their own */
	gboolean silent_report; /* 0x9201 says that nothing has changed */
	guint64 report_flags; /* 0x9201 says these, too */
	guint64 lists_omit, whole_lists_omit; /* 0x9805 leaves out every nth handle; 0: none */
	guint64 packet_bytes; /* of the bulk endpoints */
	gboolean discard_contents;
	gboolean starts_locked;
	gboolean read_only;
	enum existing_name existing_name;
	enum references_mode references;
	enum partial_mode partial_on_unplug;
	enum partial_mode partial_on_cancel;
	char *illegal_characters;
	guint64 illegal_name_response;
	guint64 max_name_units;

	/* How fast it is. */
	guint64 latency_us;
	guint64 bandwidth;
};

/* `name` is a file, or the name of one in `folder`. */
struct profile *profile_load(const char *name, const char *folder, GError **error);
void profile_free(struct profile *profile);

gboolean profile_set(struct profile *profile, const char *key, const char *value, GError **error);

gboolean profile_has(const GArray *codes, guint16 code);

/* "12", "0x12", "64K", "64M", "4G". */
gboolean parse_size(const char *text, guint64 *value);
