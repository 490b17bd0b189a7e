/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * scenes: what the tests of whole sessions begin with: a synced world among its
 * owner's own files, a library in which everything has changed, and the
 * questions that are asked at the end of each.
 */
#pragma once

#include "world.h"

#define SONG_BYTES 5000

extern const FakeOptions android, walkman, minimal;

/* "01.bin" to "NN.bin", "Song 1" to "Song NN", each of another size. */
void add_songs(World *world, int n);
Song *song(World *world, int i);
/* Six songs, a playlist of two of them, and files of the owner's among them: synced. */
World *synced_world(FakeOptions options);
/* Each kind of change that a library can have. */
void change_everything(World *world);
/* A sync without faults that has nothing to do, and does nothing. */
void assert_no_op(World *world);
void assert_foreign_untouched(World *world);
