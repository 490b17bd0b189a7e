/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan-rows: the rows of docs/SYNC-RULES.md: number, name, what is done, and the reason as
 * people see it. Numbers are published (PORTA_KEY_REASON_CODE): none is ever used again for
 * something else. A test holds this list and the document to each other.
 */
#pragma once

#include "engine/plan.h"

#define PLAN_ROWS(ROW)                                                                             \
	/* songs */                                                                                \
	ROW(1, UNCHANGED, STEP_KEEP, "unchanged")                                                  \
	ROW(2, NEW, STEP_COPY, "new")                                                              \
	ROW(3, FOREIGN_SAME, STEP_KEEP, "already there, put there by somebody else")               \
	ROW(4, SOURCE_MISSING, STEP_SKIP, "its file is not there")                                 \
	ROW(5, SOURCE_UNREADABLE, STEP_SKIP, "its file can not be read")                           \
	ROW(6, NOT_LOCAL, STEP_SKIP, "it is not a file on this computer")                          \
	ROW(7, NOT_A_FILE, STEP_SKIP, "what its name leads to is not a file")                      \
	ROW(8, UNREACHABLE_KEPT, STEP_KEEP, "kept: its file is not reachable now")                 \
	ROW(9, TOO_LARGE, STEP_SKIP, "larger than the device can store in one file")               \
	ROW(10, GROWN_TOO_LARGE, STEP_KEEP,                                                        \
	    "kept as it was: its file has become larger than the device can store")                \
	ROW(11, TAGS_CHANGED, STEP_RETAG, "its tags changed in the library")                       \
	ROW(12, TAGS_CHANGED_KEPT, STEP_KEEP,                                                      \
	    "kept: its tags changed in the library, its file did not")                             \
	ROW(13, NAME_CHANGED, STEP_RENAME, "its name follows its tags")                            \
	ROW(14, FOLDER_CHANGED, STEP_RENAME, "its folder follows its tags")                        \
	ROW(15, OLD_NAME_KEPT, STEP_KEEP, "kept under its old name: the device can not rename it") \
	ROW(16, TOUCHED, STEP_KEEP, "unchanged but for its date")                                  \
	ROW(17, FILE_RETAGGED, STEP_RETAG, "the tags in its file changed")                         \
	ROW(18, FILE_CHANGED, STEP_REPLACE, "its file changed")                                    \
	ROW(19, FILE_RETAGGED_REPLACED, STEP_REPLACE,                                              \
	    "the tags in its file changed, and the device can not set them in place")              \
	ROW(20, DELETED, STEP_MARK_SKIPPED, "deleted on the device by its owner")                  \
	ROW(21, DELETED_BEFORE, STEP_SKIP,                                                         \
	    "deleted on the device by its owner, so not sent again")                               \
	ROW(22, THERE_AGAIN, STEP_KEEP, "there again")                                             \
	ROW(23, CHANGED_THERE, STEP_MARK_SKIPPED, "changed on the device, so ours no more")        \
	ROW(24, CHANGED_THERE_KEPT, STEP_KEEP, "changed on the device by somebody: left alone")    \
	ROW(25, DEVICE_RESET, STEP_COPY, "the device was emptied: sent again")                     \
	ROW(26, FOLDER_UNKNOWN_KEPT, STEP_KEEP, "kept: its folder could not be listed")            \
	ROW(27, FOLDER_UNKNOWN, STEP_SKIP, "not sent: its folder could not be listed")             \
	ROW(28, SOURCE_MOVED, STEP_KEEP, "its file moved on the computer")                         \
	ROW(29, STORAGE_AWAY, STEP_SKIP, "the storage that holds it is not in the device now")     \
	ROW(30, NO_ROOM, STEP_NO_FIT, "no room at its priority")                                   \
	ROW(31, NO_ROOM_FOR_NEW, STEP_KEEP, "kept as it was: no room for its new version")         \
	ROW(32, NAME_TAKEN, STEP_KEEP, "kept under its old name: the new one is taken")            \
	ROW(33, WAY_MADE, STEP_RENAME, "makes way for another song's new name")                    \
	ROW(34, PLACE_LOST, STEP_COPY, "sent again: another song has its place")                   \
	ROW(35, NOTE_DROPPED, STEP_FORGET, "not there any more, by nobody's choice")               \
	ROW(36, SKIPPED, STEP_SKIP, "not sent: skipped by you")                                    \
	ROW(37, SKIPPED_KEPT, STEP_KEEP, "left as it is: skipped by you")                          \
	ROW(38, STREAM, STEP_SKIP, "a stream, or on another computer: no file to copy")            \
	ROW(39, RATING_CHANGED, STEP_RATE, "its rating changed in the library")                    \
	/* interrupted sends */                                                                    \
	ROW(40, INTERRUPTED_GONE, STEP_COPY, "interrupted: sent again from the start")             \
	ROW(41, INTERRUPTED, STEP_CHECK,                                                           \
	    "interrupted: read back, and sent again if it is not whole")                           \
	ROW(42, INTERRUPTED_UNWANTED, STEP_CHECK, "interrupted, and no longer wanted")             \
	ROW(43, INTERRUPTED_NOTHING, STEP_FORGET, "interrupted, gone, and no longer wanted")       \
	/* removals */                                                                             \
	ROW(50, UNWANTED, STEP_REMOVE, "no longer wanted")                                         \
	ROW(51, UNWANTED_GONE, STEP_FORGET, "no longer wanted, and gone from the device")          \
	ROW(52, UNWANTED_CHANGED, STEP_FORGET,                                                     \
	    "no longer wanted, but changed on the device by somebody: left alone")                 \
	ROW(53, UNWANTED_UNKNOWN, STEP_KEEP,                                                       \
	    "kept: no longer wanted, but its folder could not be listed")                          \
	ROW(54, LIBRARY_LOST, STEP_KEEP,                                                           \
	    "kept: a library that the rules ask for is empty or missing")                          \
	ROW(55, NO_RULES, STEP_KEEP, "kept: no rule is set")                                       \
	ROW(56, HELD, STEP_KEEP, "waits for your confirmation: many songs would be removed")       \
	ROW(57, EVICTED, STEP_REMOVE, "removed: more important songs need its room")               \
	ROW(58, OLD_COPY, STEP_REMOVE, "an older copy of a song that is there")                    \
	ROW(59, OLD_COPY_GONE, STEP_FORGET, "an older note of a song that is there")               \
	ROW(60, WITHDRAWN, STEP_FORGET,                                                            \
	    "stays, no longer ours: the program that wanted it has withdrawn")                     \
	ROW(61, SKIPPED_STAYS, STEP_KEEP, "stays, though no longer wanted: skipped by you")        \
	/* playlists */                                                                            \
	ROW(70, PLAYLIST_NEW, STEP_PLAYLIST_WRITE, "new")                                          \
	ROW(71, PLAYLIST_UNCHANGED, STEP_KEEP, "unchanged")                                        \
	ROW(72, PLAYLIST_CHANGED, STEP_PLAYLIST_WRITE, "its songs changed")                        \
	ROW(73, PLAYLIST_RENAMED, STEP_PLAYLIST_WRITE, "its name changed")                         \
	ROW(74, PLAYLIST_DELETED, STEP_MARK_SKIPPED, "deleted on the device by its owner")         \
	ROW(75, PLAYLIST_DELETED_BEFORE, STEP_SKIP,                                                \
	    "deleted on the device by its owner, so not written again")                            \
	ROW(76, PLAYLIST_CHANGED_THERE, STEP_MARK_SKIPPED,                                         \
	    "changed on the device, so ours no more")                                              \
	ROW(77, PLAYLIST_CHANGED_THERE_KEPT, STEP_KEEP,                                            \
	    "changed on the device by somebody: left alone")                                       \
	ROW(78, PLAYLIST_UNWANTED, STEP_PLAYLIST_REMOVE, "no longer wanted")                       \
	ROW(79, PLAYLIST_UNWANTED_GONE, STEP_FORGET, "no longer wanted, and not ours or gone")     \
	ROW(80, PLAYLIST_FOLDER_UNKNOWN, STEP_KEEP,                                                \
	    "left as it is: its folder could not be listed")                                       \
	ROW(81, PLAYLIST_EMPTY, STEP_SKIP, "none of its songs is on the device")                   \
	ROW(82, PLAYLIST_INTERRUPTED, STEP_CHECK, "interrupted: looked at, and written again")     \
	ROW(83, PLAYLIST_INTERRUPTED_GONE, STEP_PLAYLIST_WRITE, "interrupted: written again")      \
	ROW(84, PLAYLIST_RESET, STEP_PLAYLIST_WRITE, "the device was emptied: written again")      \
	ROW(85, PLAYLIST_OTHER_FORM, STEP_PLAYLIST_REMOVE, "written anew in another form")         \
	ROW(86, PLAYLIST_WITHDRAWN, STEP_FORGET,                                                   \
	    "stays, no longer ours: the program that wanted it has withdrawn")                     \
	ROW(87, PLAYLIST_ELSEWHERE, STEP_PLAYLIST_REMOVE, "its songs are on another storage now")  \
	/* albums, which bring covers */                                                           \
	ROW(90, ALBUM_NEW, STEP_ALBUM_WRITE, "its songs have a cover")                             \
	ROW(91, ALBUM_UNCHANGED, STEP_KEEP, "unchanged")                                           \
	ROW(92, ALBUM_SONGS_CHANGED, STEP_ALBUM_WRITE, "its songs changed")                        \
	ROW(93, COVER_CHANGED, STEP_ALBUM_WRITE, "its cover changed")                              \
	ROW(94, ALBUM_RENAMED, STEP_ALBUM_WRITE, "its name changed")                               \
	ROW(95, ALBUM_FOREIGN, STEP_KEEP, "made by somebody else, so its cover is theirs")         \
	ROW(96, COVER_TOO_LARGE, STEP_SKIP, "its cover is larger than the device takes")           \
	ROW(97, COVER_UNREADABLE, STEP_SKIP, "its cover can not be read, or is no picture")        \
	ROW(98, COVER_KEPT, STEP_KEEP, "kept as it was: its new cover can not be sent")            \
	ROW(99, COVER_AWAY, STEP_KEEP, "kept: its cover is not reachable now")                     \
	ROW(100, COVER_GONE, STEP_ALBUM_REMOVE, "its songs have no cover any more")                \
	ROW(101, ALBUM_UNWANTED, STEP_ALBUM_REMOVE, "none of its songs is there any more")         \
	ROW(102, ALBUM_UNWANTED_GONE, STEP_FORGET,                                                 \
	    "none of its songs is there any more, nor is it ours")                                 \
	ROW(103, ALBUM_STAYS, STEP_KEEP, "kept: songs of it stay")                                 \
	ROW(104, ALBUM_FOLDER_UNKNOWN, STEP_KEEP, "left as it is: its folder could not be listed") \
	ROW(105, ALBUM_DELETED, STEP_MARK_SKIPPED, "deleted on the device by its owner")           \
	ROW(106, ALBUM_DELETED_BEFORE, STEP_SKIP,                                                  \
	    "deleted on the device by its owner, so not made again")                               \
	ROW(107, ALBUM_INTERRUPTED, STEP_CHECK, "interrupted: looked at, and made again")          \
	ROW(108, ALBUM_INTERRUPTED_GONE, STEP_ALBUM_WRITE, "interrupted: made again")              \
	ROW(109, ALBUM_INTERRUPTED_NOTHING, STEP_FORGET, "interrupted, and gone")                  \
	ROW(110, ALBUM_RESET, STEP_ALBUM_WRITE, "the device was emptied: made again")              \
	ROW(111, ALBUM_NO_ROOM, STEP_SKIP, "no room for its cover")                                \
	ROW(112, ALBUM_WITHDRAWN, STEP_FORGET,                                                     \
	    "stays, no longer ours: the program that wanted it has withdrawn")                     \
	ROW(113, COVERS_OFF, STEP_ALBUM_REMOVE, "covers are switched off")

typedef enum {
#define ROW(number, name, kind, reason) ROW_##name = number,
	PLAN_ROWS(ROW)
#undef ROW
} PlanRow;

/* Of the table above; NULL and 0 for numbers that are none. */
const char *plan_row_reason(int row);
StepKind plan_row_kind(int row);
