/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * name: one name on the device: made legal everywhere, folded to what a device that ignores case
 * compares, numbered where two fight. What a layout makes of tags is in name-layout.c, who gets
 * which name in name-assign.c. Keeps law 8. Most names are plain ASCII: those take a short way.
 */
#include "engine/name.h"

#include <string.h>

static gboolean
is_bad_ascii(unsigned char c)
{
	switch (c) {
	case '\\':
	case '/':
	case ':':
	case '*':
	case '?':
	case '"':
	case '<':
	case '>':
	case '|':
	case 0x7f: return TRUE;
	default: return c < 0x20;
	}
}

static gboolean
is_plain(const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++)
		if (*p >= 0x7f || is_bad_ascii(*p))
			return FALSE;
	return TRUE;
}

static gboolean
is_bad(gunichar c)
{
	if (c < 0x80)
		return is_bad_ascii(c);
	if (c == 0x2028 || c == 0x2029 || c == 0xfeff)
		return TRUE;
	return g_unichar_iscntrl(c) || (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
}

/* Valid, composed, and without what no file system takes. */
static char *
replace_bad(const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	g_autofree char *composed = g_utf8_normalize(valid, -1, G_NORMALIZE_DEFAULT_COMPOSE);
	GString *out = g_string_sized_new(strlen(composed));

	for (const char *p = composed; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		g_string_append_unichar(out, is_bad(c) ? '_' : c);
	}
	return g_string_free(out, FALSE);
}

/* Cuts between whole characters, and never between a letter and its accent. */
static void
truncate_bytes(char *text, gsize max_bytes)
{
	if (strlen(text) <= max_bytes)
		return;
	char *end = text + max_bytes;
	while (end > text && ((*end & 0xc0) == 0x80 || g_unichar_ismark(g_utf8_get_char(end)) ||
			      g_utf8_get_char(end) == 0x200d))
		end--;
	/* nothing but marks: then cut at a character */
	if (end == text)
		for (end = text + max_bytes; (*end & 0xc0) == 0x80;)
			end--;
	*end = '\0';
}

static void
trim(char *text)
{
	gsize n = strlen(text);

	while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '.'))
		text[--n] = '\0';
	gsize spaces = strspn(text, " ");
	memmove(text, text + spaces, n - spaces + 1);
}

/* CON, NUL, COM1 ... also before a dot, in any case: Windows can not make or read such a file. */
static gboolean
is_dos_device(const char *stem, gsize n)
{
	static const char *const names[] = {"con", "prn", "aux", "nul", "conin$", "conout$"};

	if (n < 3 || strchr("cpanlCPANL", stem[0]) == NULL)
		return FALSE;
	while (n > 0 && stem[n - 1] == ' ')
		n--;
	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		if (n == strlen(names[i]) && g_ascii_strncasecmp(stem, names[i], n) == 0)
			return TRUE;
	if (n < 4 ||
	    (g_ascii_strncasecmp(stem, "com", 3) != 0 && g_ascii_strncasecmp(stem, "lpt", 3) != 0))
		return FALSE;
	if (n == 4)
		return g_ascii_isdigit(stem[3]);
	/* superscript one to three count as digits there */
	return n == 5 &&
	       (memcmp(stem + 3, "\xc2\xb9", 2) == 0 || memcmp(stem + 3, "\xc2\xb2", 2) == 0 ||
		memcmp(stem + 3, "\xc2\xb3", 2) == 0);
}

char *
name_make_legal(const char *text, gsize max_utf16)
{
	gsize max_bytes = CLAMP(max_utf16, 8, NAME_MAX_UTF16);
	g_autofree char *name = is_plain(text) ? g_strdup(text) : replace_bad(text);

	trim(name);
	if (name[0] == '.')
		name[0] = '_';
	truncate_bytes(name, max_bytes);
	trim(name);
	gsize stem = strcspn(name, ".");
	if (is_dos_device(name, stem)) {
		truncate_bytes(name, max_bytes - 1);
		return g_strdup_printf("%.*s_%s", (int)stem, name, name + stem);
	}
	return name[0] != '\0' ? g_steal_pointer(&name) : g_strdup("_");
}

static void
append_folded_part(GString *out, const char *part, gsize n)
{
	g_autofree char *valid = g_utf8_make_valid(part, n);
	g_autofree char *decomposed = g_utf8_normalize(valid, -1, G_NORMALIZE_DEFAULT);
	g_autofree char *folded = g_utf8_casefold(decomposed, -1);
	g_autofree char *composed = g_utf8_normalize(folded, -1, G_NORMALIZE_DEFAULT_COMPOSE);

	g_string_append(out, composed);
}

/* How many bytes are ASCII; those are put lower into out. */
static gsize
fold_ascii(char *out, const char *path)
{
	gsize n = 0;

	for (; path[n] != '\0' && (path[n] & 0x80) == 0; n++)
		out[n] = path[n] >= 'A' && path[n] <= 'Z' ? path[n] + ('a' - 'A') : path[n];
	return n;
}

char *
name_fold(const char *path)
{
	gsize length = strlen(path);
	GString *out = g_string_sized_new(length + 1);

	g_string_set_size(out, length);
	if (fold_ascii(out->str, path) == length)
		return g_string_free(out, FALSE);
	/* part by part: most have parts that are ASCII, and nothing combines with a slash */
	g_string_truncate(out, 0);
	for (const char *part = path;; part++) {
		gsize n = strcspn(part, "/"), start = out->len;
		g_string_set_size(out, start + n);
		gsize plain = 0;
		for (; plain < n && (part[plain] & 0x80) == 0; plain++)
			out->str[start + plain] = g_ascii_tolower(part[plain]);
		if (plain < n) {
			g_string_truncate(out, start);
			append_folded_part(out, part, n);
		}
		part += n;
		if (*part == '\0')
			return g_string_free(out, FALSE);
		g_string_append_c(out, '/');
	}
}

const char *
name_in(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

char *
name_numbered(const char *path, uint32_t number, gboolean has_suffix)
{
	const char *name = name_in(path);
	const char *dot = has_suffix ? strrchr(name, '.') : NULL;

	if (dot == NULL || dot == name)
		dot = name + strlen(name);
	g_autofree char *tail = g_strdup_printf(" (%u)%s", number, dot);
	g_autofree char *stem = g_strndup(name, dot - name);
	gsize room = NAME_MAX_UTF16 - MIN(strlen(tail), NAME_MAX_UTF16 - 8);
	truncate_bytes(stem, room);
	trim(stem);
	return g_strdup_printf("%.*s%s%s", (int)(name - path), path, stem, tail);
}
