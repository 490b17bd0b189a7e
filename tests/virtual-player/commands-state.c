/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands that ask what happened, and that make something happen: statistics, quirks, faults. */
#include <gio/gio.h>

#include "commands.h"
#include "json.h"

static void
add_operation_counts(const struct statistics *statistics, GString *json)
{
	g_autoptr(GList) codes = g_hash_table_get_keys(statistics->by_code);

	json_key(json, "operations");
	g_string_append_c(json, '{');
	for (GList *link = codes; link; link = link->next) {
		const struct operation *operation = operation_lookup(GPOINTER_TO_UINT(link->data));
		g_autofree char *code = g_strdup_printf("0x%04x", GPOINTER_TO_UINT(link->data));
		gpointer count = g_hash_table_lookup(statistics->by_code, link->data);

		json_add_number(json, operation ? operation->name : code, GPOINTER_TO_UINT(count));
	}
	g_string_append_c(json, '}');
}

/* By what GetObjectPropList asked for. */
static void
add_list_counts(const struct statistics *statistics, GString *json)
{
	GHashTableIter iter;
	gpointer property, count;

	json_key(json, "lists");
	g_string_append_c(json, '{');
	g_hash_table_iter_init(&iter, statistics->by_property);
	while (g_hash_table_iter_next(&iter, &property, &count)) {
		g_autofree char *code = g_strdup_printf("0x%04x", GPOINTER_TO_UINT(property));

		json_add_number(json, code, GPOINTER_TO_UINT(count));
	}
	g_string_append_c(json, '}');
}

gboolean
command_stats(struct command *command, GError **error)
{
	const struct statistics *statistics = command->device->statistics;
	const struct store *store = command->device->store;
	GString *json = command->json;

	(void)error;
	json_add_number(json, "transactions", statistics->transactions);
	add_operation_counts(statistics, json);
	add_list_counts(statistics, json);
	json_add_number(json, "bytes_in", statistics->bytes_in);
	json_add_number(json, "bytes_out", statistics->bytes_out);
	json_add_number(json, "empty_packets", statistics->empty_packets);
	json_add_number(json, "sessions", statistics->sessions);
	json_add_number(json, "resets", statistics->resets);
	if (store) {
		json_add_number(json, "objects_created", store->created_count);
		json_add_number(json, "objects_deleted", store->deleted_count);
	}
	return TRUE;
}

gboolean
command_reset_stats(struct command *command, GError **error)
{
	struct store *store = command->device->store;

	(void)error;
	statistics_reset(command->device->statistics);
	if (store)
		store->created_count = store->deleted_count = 0;
	return TRUE;
}

gboolean
command_set_quirk(struct command *command, GError **error)
{
	struct device *device = command->device;

	if (!profile_set(device->profile, command->arguments[0], command->arguments[1], error))
		return FALSE;
	usb_port_set_bandwidth(device->port, device->profile->bandwidth);
	return TRUE;
}

struct transaction_fault {
	const char *name;
	enum fault_kind kind;
};

static const struct transaction_fault transaction_faults[] = {
	{"unplug-at-transaction", FAULT_UNPLUG_BEFORE},
	{"stall-at-transaction", FAULT_STALL},
	{"hold-at-transaction", FAULT_HOLD},
	{"error-at-transaction", FAULT_ERROR},
	{"short-at-transaction", FAULT_SHORT},
	{"session-loss-at-transaction", FAULT_SESSION_LOSS},
	{"refuse-at-transaction", FAULT_REFUSE},
	{"stall-data-at-transaction", FAULT_STALL_DATA},
};

static enum fault_kind
unplug_moment(const char *moment)
{
	if (!moment || g_str_equal(moment, "before"))
		return FAULT_UNPLUG_BEFORE;
	if (g_str_equal(moment, "data"))
		return FAULT_UNPLUG_DATA;
	return g_str_equal(moment, "after") ? FAULT_UNPLUG_AFTER : FAULT_NONE;
}

/* KIND N [ARGUMENT]. FALSE when it is none of these or makes no sense. */
static gboolean
arm_at_transaction(struct faults *faults, char **arguments)
{
	const char *number = arguments[1];
	const char *detail = number ? arguments[2] : NULL;
	guint64 transactions;
	guint64 code = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(transaction_faults); i++) {
		enum fault_kind kind = transaction_faults[i].kind;

		if (!g_str_equal(arguments[0], transaction_faults[i].name))
			continue;
		if (kind == FAULT_UNPLUG_BEFORE)
			kind = unplug_moment(detail);
		if ((kind == FAULT_ERROR || kind == FAULT_REFUSE) &&
		    (!detail || !parse_size(detail, &code)))
			return FALSE;
		if (kind == FAULT_NONE || !number || !parse_size(number, &transactions) ||
		    transactions == 0)
			return FALSE;
		faults_arm(faults, kind, transactions, code);
		return TRUE;
	}
	return FALSE;
}

static gboolean
set_list_error(struct device *device, const char *path)
{
	struct object *folder = path ? store_find(device->store, path) : NULL;

	if (folder)
		folder->is_list_error = TRUE;
	return folder != NULL;
}

static void
clear_list_error(struct object *object, gpointer data)
{
	(void)data;
	object->is_list_error = FALSE;
}

static void
clear_faults(struct device *device)
{
	faults_clear(device->responder->faults);
	store_visit(device->store, clear_list_error, NULL);
	for (guint i = 0; i < device->store->storages->len; i++) {
		const struct storage *storage = device->store->storages->pdata[i];

		storage->root->is_list_error = FALSE;
	}
}

static gboolean
set_garbage(struct faults *faults, char **arguments)
{
	guint64 seed, percent;

	if (!arguments[1] || !arguments[2] || !parse_size(arguments[1], &seed) ||
	    !parse_size(arguments[2], &percent))
		return FALSE;
	faults_set_garbage(faults, seed, percent);
	return TRUE;
}

static gboolean
set_stored_wrong(struct faults *faults, const char *number)
{
	guint64 offset;

	if (!number || !parse_size(number, &offset) || offset > G_MAXINT64)
		return FALSE;
	faults->stored_wrong = (gint64)offset;
	return TRUE;
}

static gboolean
set_unplug_at_byte(struct faults *faults, const char *number)
{
	if (!number || !parse_size(number, &faults->bytes_left))
		return FALSE;
	faults->counts_bytes = TRUE;
	return TRUE;
}

gboolean
command_fault(struct command *command, GError **error)
{
	char **arguments = command->arguments;
	struct faults *faults = command->device->responder->faults;
	const char *kind = arguments[0];
	gboolean is_known = TRUE;

	if (g_str_equal(kind, "clear"))
		clear_faults(command->device);
	else if (g_str_equal(kind, "folder-loop"))
		faults->folder_loop = TRUE;
	else if (g_str_equal(kind, "huge-counts"))
		faults->huge_counts = TRUE;
	else if (g_str_equal(kind, "list-error"))
		is_known = set_list_error(command->device, arguments[1]);
	else if (g_str_equal(kind, "garbage"))
		is_known = set_garbage(faults, arguments);
	else if (g_str_equal(kind, "store-wrong-byte"))
		is_known = set_stored_wrong(faults, arguments[1]);
	else if (g_str_equal(kind, "unplug-at-byte"))
		is_known = set_unplug_at_byte(faults, arguments[1]);
	else
		is_known = arm_at_transaction(faults, arguments);
	if (!is_known)
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
			    "no such fault, or not with such arguments");
	return is_known;
}
