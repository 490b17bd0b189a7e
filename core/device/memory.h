/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * memory: what lanes have learned of a device, numbers by name, kept in a file from session to
 * session. It saves questions and proves nothing: a lane must come to no harm by a memory
 * that is wrong. A file that is missing or damaged is an empty memory.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef struct Memory Memory;

/* path NULL: it is lost in the end. */
Memory *memory_load(const char *path);
/* Writes the file if anything in it has changed; a file that can not be written is lost knowledge. */
void memory_store(Memory *memory);
void memory_free(Memory *memory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Memory, memory_free)

int64_t memory_get(const Memory *memory, const char *group, const char *key, int64_t fallback);
void memory_set(Memory *memory, const char *group, const char *key, int64_t value);
void memory_forget(Memory *memory, const char *group);
