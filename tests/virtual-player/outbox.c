/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What waits to be fetched by the host on the bulk endpoint: containers, and traps between them. A
 * container ends with a short packet, which is an empty one when its length is a whole number of
 * packets; a profile may leave that one out, as some devices do.
 */
#include "outbox.h"

#include <errno.h>
#include <string.h>

#include "object.h"

struct item {
	gboolean is_trap;
	enum outbox_trap trap;
	GByteArray *head;
	guint32 handle; /* looked up anew for each transfer: the object may vanish meanwhile */
	guint64 contents_offset;
	guint64 length; /* of head and contents */
	guint64 position;
	gboolean breaks_off; /* the transfer that reaches the end meets the trap behind it */
};

struct outbox {
	struct store *store; /* no-ref */
	GQueue items;
};

struct outbox *
outbox_new(struct store *store)
{
	struct outbox *outbox = g_new0(struct outbox, 1);

	outbox->store = store;
	return outbox;
}

static void
item_free(struct item *item)
{
	g_clear_pointer(&item->head, g_byte_array_unref);
	g_free(item);
}

void
outbox_clear(struct outbox *outbox)
{
	g_queue_clear_full(&outbox->items, (GDestroyNotify)item_free);
}

void
outbox_free(struct outbox *outbox)
{
	outbox_clear(outbox);
	g_free(outbox);
}

gboolean
outbox_is_empty(const struct outbox *outbox)
{
	return outbox->items.length == 0;
}

void
outbox_add(struct outbox *outbox, GByteArray *head, guint32 handle, guint64 offset, guint64 length)
{
	struct item *item = g_new0(struct item, 1);

	item->head = head;
	item->handle = handle;
	item->contents_offset = offset;
	item->length = head->len + length;
	g_queue_push_tail(&outbox->items, item);
}

void
outbox_cut_last(struct outbox *outbox, guint64 length, gboolean breaks_off)
{
	struct item *item = g_queue_peek_tail(&outbox->items);

	if (!item || item->is_trap)
		return;
	item->length = MIN(item->length, length);
	item->breaks_off = breaks_off;
}

guint64
outbox_last_length(const struct outbox *outbox)
{
	const struct item *item = outbox->items.tail ? outbox->items.tail->data : NULL;

	return item ? item->length : 0;
}

void
outbox_add_trap(struct outbox *outbox, enum outbox_trap trap)
{
	struct item *item = g_new0(struct item, 1);

	item->is_trap = TRUE;
	item->trap = trap;
	g_queue_push_tail(&outbox->items, item);
}

static void
copy_contents(struct outbox *outbox, const struct item *item, guint8 *data, gsize length)
{
	struct object *object =
		g_hash_table_lookup(outbox->store->by_handle, GUINT_TO_POINTER(item->handle));
	guint64 offset = item->contents_offset + item->position - item->head->len;
	gsize there = 0;

	if (object && offset < object->size)
		there = MIN(length, object->size - offset);
	if (there)
		object_read(object, offset, data, there);
	memset(data + there, 0, length - there);
}

/* As much of the item as fits. */
static gsize
copy_item(struct outbox *outbox, struct item *item, guint8 *data, gsize length)
{
	gsize total = MIN(length, item->length - item->position);
	gsize from_head = 0;

	if (item->position < item->head->len) {
		from_head = MIN(total, item->head->len - item->position);
		memcpy(data, item->head->data + item->position, from_head);
		item->position += from_head;
	}
	if (total > from_head) {
		copy_contents(outbox, item, data + from_head, total - from_head);
		item->position += total - from_head;
	}
	return total;
}

static gssize
spring_trap(struct outbox *outbox, struct item *item)
{
	static const int results[] = {
		[TRAP_UNPLUG] = -ESHUTDOWN,
		[TRAP_STALL] = -EPIPE,
		[TRAP_HOLD] = -EBUSY,
	};
	int result = results[item->trap];

	item_free(g_queue_pop_head(&outbox->items));
	return result;
}

static gssize
spring_next_trap(struct outbox *outbox)
{
	struct item *item;

	item_free(g_queue_pop_head(&outbox->items));
	item = g_queue_peek_head(&outbox->items);
	return item && item->is_trap ? spring_trap(outbox, item) : -EAGAIN;
}

gssize
outbox_fetch(struct outbox *outbox, guint8 *data, gsize length)
{
	gboolean sends_empty = outbox->store->profile->zero_length_packets;
	gsize packet = outbox->store->profile->packet_bytes;
	gsize filled = 0;

	for (;;) {
		struct item *item = g_queue_peek_head(&outbox->items);

		if (!item)
			return filled ? (gssize)filled : -EAGAIN;
		if (item->is_trap)
			return filled ? (gssize)filled : spring_trap(outbox, item);
		filled += copy_item(outbox, item, data + filled, length - filled);
		if (item->position < item->length)
			return filled;
		if (item->breaks_off)
			return spring_next_trap(outbox);
		/* Done, but for an empty packet that did not fit into this transfer any more. */
		if (item->length % packet == 0 && sends_empty && filled == length && filled)
			return filled;
		item_free(g_queue_pop_head(&outbox->items));
		if (filled % packet || sends_empty || filled == length)
			return filled;
	}
}
