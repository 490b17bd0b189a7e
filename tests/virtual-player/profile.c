/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What kind of device this is. One table says which key is which member; reading a file, --set and
 * set-quirk all go through it, so every key works everywhere.
 */
#include "profile.h"

#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>

#define GROUP "player"

enum kind { KIND_TEXT, KIND_NUMBER, KIND_FLAG, KIND_CODES, KIND_STRINGS, KIND_CHOICE };

struct key {
	const char *name;
	enum kind kind;
	gsize offset;
	const char *const *choices; /* in the order of the enumeration */
};

static const char *const existing_choices[] = {"refused", "duplicated", NULL};
static const char *const references_choices[] = {"work", "fail", NULL};
static const char *const partial_choices[] = {"deleted", "kept", NULL};

#define KEY(name, kind)                                                                            \
	{                                                                                          \
#name, kind, G_STRUCT_OFFSET(struct profile, name), NULL                           \
	}
#define CHOICE(name, choices)                                                                      \
	{                                                                                          \
#name, KIND_CHOICE, G_STRUCT_OFFSET(struct profile, name), choices                 \
	}

static const struct key keys[] = {
	KEY(vendor_id, KIND_NUMBER),
	KEY(product_id, KIND_NUMBER),
	KEY(is_listed, KIND_FLAG),
	KEY(manufacturer, KIND_TEXT),
	KEY(product, KIND_TEXT),
	KEY(version, KIND_TEXT),
	KEY(serial, KIND_TEXT),
	KEY(extensions, KIND_TEXT),
	KEY(friendly_name, KIND_TEXT),
	KEY(sync_partner, KIND_TEXT),
	KEY(battery_level, KIND_NUMBER),
	KEY(operations, KIND_CODES),
	KEY(events, KIND_CODES),
	KEY(device_properties, KIND_CODES),
	KEY(formats, KIND_CODES),
	KEY(object_properties, KIND_CODES),
	KEY(audio_properties, KIND_CODES),
	KEY(audio_formats, KIND_CODES),
	KEY(settable_properties, KIND_CODES),
	KEY(refused_properties, KIND_CODES),
	KEY(refused_in_lists, KIND_CODES),
	KEY(ignored_properties, KIND_CODES),
	KEY(kept_ratings, KIND_CODES),
	KEY(undescribed_response, KIND_NUMBER),
	KEY(sample_objects, KIND_CODES),
	KEY(sample_formats, KIND_CODES),
	KEY(sample_max_bytes, KIND_NUMBER),
	KEY(sample_max_side, KIND_NUMBER),
	KEY(storage_labels, KIND_STRINGS),
	KEY(storage_capacities, KIND_STRINGS),
	KEY(folders, KIND_STRINGS),
	KEY(cluster_bytes, KIND_NUMBER),
	KEY(max_file_bytes, KIND_NUMBER),
	KEY(handles_per_session, KIND_FLAG),
	KEY(list_depth_limited, KIND_FLAG),
	KEY(root_parent_ffffffff, KIND_FLAG),
	KEY(recursive_delete, KIND_FLAG),
	KEY(replugs_on_reset, KIND_FLAG),
	KEY(mtime_from_info, KIND_FLAG),
	KEY(store_full_at_data, KIND_FLAG),
	KEY(case_insensitive, KIND_FLAG),
	KEY(zero_length_packets, KIND_FLAG),
	KEY(split_headers, KIND_FLAG),
	KEY(silent_report, KIND_FLAG),
	KEY(report_flags, KIND_NUMBER),
	KEY(lists_omit, KIND_NUMBER),
	KEY(whole_lists_omit, KIND_NUMBER),
	KEY(packet_bytes, KIND_NUMBER),
	KEY(discard_contents, KIND_FLAG),
	KEY(starts_locked, KIND_FLAG),
	KEY(read_only, KIND_FLAG),
	CHOICE(existing_name, existing_choices),
	CHOICE(references, references_choices),
	CHOICE(partial_on_unplug, partial_choices),
	CHOICE(partial_on_cancel, partial_choices),
	KEY(illegal_characters, KIND_TEXT),
	KEY(illegal_name_response, KIND_NUMBER),
	KEY(max_name_units, KIND_NUMBER),
	KEY(latency_us, KIND_NUMBER),
	KEY(bandwidth, KIND_NUMBER),
};

gboolean
parse_size(const char *text, guint64 *value)
{
	static const char suffixes[] = "KMGT";
	char *end;
	guint64 number = g_ascii_strtoull(text, &end, 0);
	const char *suffix = *end ? strchr(suffixes, *end) : NULL;

	if (end == text || (*end && (!suffix || end[1])))
		return FALSE;
	*value = suffix ? number << 10 * (suffix - suffixes + 1) : number;
	return TRUE;
}

/* Blank-separated hexadecimal codes. */
static gboolean
parse_codes(const char *text, GArray *codes)
{
	g_auto(GStrv) words = g_strsplit_set(text, " ;,\n", -1);

	for (char **word = words; *word; word++) {
		char *end;
		guint16 code = g_ascii_strtoull(*word, &end, 16);

		if (!**word)
			continue;
		if (*end)
			return FALSE;
		g_array_append_val(codes, code);
	}
	return TRUE;
}

static gboolean
set_codes(GArray **member, const char *value)
{
	g_autoptr(GArray) codes = g_array_new(FALSE, FALSE, sizeof(guint16));

	if (!parse_codes(value, codes))
		return FALSE;
	g_clear_pointer(member, g_array_unref);
	*member = g_steal_pointer(&codes);
	return TRUE;
}

static gboolean
set_flag(gboolean *member, const char *value)
{
	gboolean is_true = g_str_equal(value, "1") || g_str_equal(value, "true");

	if (!is_true && !g_str_equal(value, "0") && !g_str_equal(value, "false"))
		return FALSE;
	*member = is_true;
	return TRUE;
}

static gboolean
set_choice(guint *member, const struct key *key, const char *value)
{
	for (guint i = 0; key->choices[i]; i++) {
		if (g_str_equal(value, key->choices[i])) {
			*member = i;
			return TRUE;
		}
	}
	return FALSE;
}

static void
set_strings(char ***member, const char *value)
{
	g_strfreev(*member);
	*member = *value ? g_strsplit(value, ";", -1) : g_new0(char *, 1);
}

static gboolean
set_member(struct profile *profile, const struct key *key, const char *value)
{
	void *member = G_STRUCT_MEMBER_P(profile, key->offset);

	switch (key->kind) {
	case KIND_NUMBER: return parse_size(value, member);
	case KIND_FLAG: return set_flag(member, value);
	case KIND_CODES: return set_codes(member, value);
	case KIND_CHOICE: return set_choice(member, key, value);
	case KIND_STRINGS: set_strings(member, value); return TRUE;
	case KIND_TEXT:
		g_free(*(char **)member);
		*(char **)member = g_strdup(value);
		return TRUE;
	}
	return FALSE;
}

gboolean
profile_set(struct profile *profile, const char *name, const char *value, GError **error)
{
	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		if (!g_str_equal(name, keys[i].name))
			continue;
		if (set_member(profile, &keys[i], value))
			return TRUE;
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
			    "bad value for %s: “%s”", name, value);
		return FALSE;
	}
	g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "no profile key “%s”", name);
	return FALSE;
}

static struct profile *
profile_new(void)
{
	struct profile *profile = g_new0(struct profile, 1);

	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
		if (keys[i].kind == KIND_TEXT || keys[i].kind == KIND_STRINGS ||
		    keys[i].kind == KIND_CODES)
			set_member(profile, &keys[i], "");
	profile->is_listed = TRUE;
	profile->zero_length_packets = TRUE;
	profile->recursive_delete = TRUE;
	profile->illegal_name_response = 0x2002;
	profile->undescribed_response = 0xA801;
	profile->max_name_units = 254;
	profile->cluster_bytes = 1;
	profile->packet_bytes = 512;
	return profile;
}

static gboolean
read_keys(struct profile *profile, GKeyFile *file, GError **error)
{
	g_auto(GStrv) names = g_key_file_get_keys(file, GROUP, NULL, error);

	for (char **name = names; name && *name; name++) {
		g_autofree char *value = g_key_file_get_string(file, GROUP, *name, error);

		if (!value || !profile_set(profile, *name, value, error))
			return FALSE;
	}
	return names != NULL;
}

struct profile *
profile_load(const char *name, const char *folder, GError **error)
{
	g_autoptr(GKeyFile) file = g_key_file_new();
	g_autofree char *path = strchr(name, '/') ? g_strdup(name)
						  : g_build_filename(folder, name, NULL);
	struct profile *profile;

	if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, error)) {
		g_prefix_error(error, "%s: ", path);
		return NULL;
	}
	profile = profile_new();
	if (!read_keys(profile, file, error)) {
		g_prefix_error(error, "%s: ", path);
		profile_free(profile);
		return NULL;
	}
	return profile;
}

void
profile_free(struct profile *profile)
{
	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		void *member = G_STRUCT_MEMBER_P(profile, keys[i].offset);

		if (keys[i].kind == KIND_TEXT)
			g_free(*(char **)member);
		else if (keys[i].kind == KIND_STRINGS)
			g_strfreev(*(char ***)member);
		else if (keys[i].kind == KIND_CODES)
			g_array_unref(*(GArray **)member);
	}
	g_free(profile);
}

gboolean
profile_has(const GArray *codes, guint16 code)
{
	for (guint i = 0; i < codes->len; i++)
		if (g_array_index(codes, guint16, i) == code)
			return TRUE;
	return FALSE;
}
