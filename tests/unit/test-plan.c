/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test-plan: each row of docs/SYNC-RULES.md in a scene of its own (world.h has the words), and
 * that a second plan has nothing left to do where the first one has been carried out.
 */
/* style: file-lines, one table reads better whole */
#include <string.h>

#include "engine/plan-rows.h"
#include "world.h"

typedef struct {
	const char *name;
	const char *scene;
	const char *plan;
	const char
		*after; /* plan after the first was carried out; NULL: nothing changes any more */
} Case;

#define ELEVEN(word)                                                                               \
	word " a | " word " b | " word " c | " word " d | " word " e | " word " f | " word         \
	     " g | " word " h | " word " i | " word " j | " word " k | "

static const Case cases[] = {
	/* songs */
	{"keeps-a-song-that-is-there-and-unchanged", "want a | row a | object a", "1 KEEP a"},
	{"copies-a-new-song", "want a", "2 COPY a"},
	{"leaves-a-song-that-somebody-else-put-there", "want a | object a", "3 KEEP a"},
	{"names-a-song-otherwise-where-another-file-of-that-name-is", "want a | object a size=2",
	 "2 COPY a (2)"},
	{"skips-a-song-whose-file-is-missing", "want a state=missing", "4 SKIP a"},
	{"skips-a-song-whose-file-can-not-be-read", "want a state=unreadable", "5 SKIP a"},
	{"skips-a-stream", "want a state=stream", "38 SKIP a"},
	{"skips-a-part-of-a-file", "want a state=part", "6 SKIP a"},
	{"skips-what-is-a-folder-on-the-computer", "want a state=folder", "7 SKIP a"},
	{"keeps-a-song-whose-file-is-not-reachable-now", "want a state=missing | row a | object a",
	 "8 KEEP a"},
	{"keeps-an-unreachable-song-under-its-old-name",
	 "want a title=new state=missing | row a | object a", "8 KEEP a"},
	{"skips-a-file-larger-than-the-device-stores", "set max=5 | want a size=6", "9 SKIP a"},
	{"keeps-the-old-version-of-a-file-that-became-too-large",
	 "set max=5 | want a size=6 bytes=new sound=new | row a | object a", "10 KEEP a"},
	{"retags-a-song-whose-tags-changed-in-the-library", "want a tags=new | row a | object a",
	 "11 RETAG a"},
	{"keeps-a-retagged-song-that-the-device-can-not-retag",
	 "set retag=0 | want a tags=new | row a | object a", "12 KEEP a"},
	{"renames-in-the-folder-where-the-title-changed",
	 "set retag=0 | want a title=b | row a | object a", "13 RENAME b<-a", "1 KEEP b"},
	{"retags-and-renames-in-one-step", "want a title=b | row a | object a", "11 RETAG b<-a"},
	{"moves-to-the-folder-of-the-new-artist",
	 "set retag=0 | want a title=Bob:a | row a | object a", "14 RENAME Bob/a<-a"},
	{"keeps-the-old-name-where-the-device-can-not-rename",
	 "set rename=0 | want a title=b | row a digest=none | object a", "15 KEEP a"},
	{"keeps-the-old-folder-where-the-device-can-not-move",
	 "set move=0 | want a title=Bob:a | row a digest=none | object a", "15 KEEP a"},
	{"learns-that-only-the-date-of-a-file-changed", "want a mtime=2 | row a | object a",
	 "16 KEEP a!"},
	{"retags-a-song-whose-file-has-new-tags",
	 "want a size=1.5 mtime=2 bytes=new | row a | object a", "17 RETAG a"},
	{"replaces-a-song-whose-size-changed", "want a size=2 sound=new | row a | object a",
	 "18 REPLACE a"},
	{"replaces-a-song-whose-date-changed-and-whose-sound-did",
	 "want a mtime=2 sound=new | row a | object a", "18 REPLACE a"},
	{"replaces-under-the-new-name", "want a title=b size=2 sound=new | row a | object a",
	 "18 REPLACE b<-a"},
	{"replaces-where-tags-can-not-be-set",
	 "set retag=0 | want a size=2 bytes=new | row a | object a", "19 REPLACE a"},
	{"does-not-send-again-what-the-owner-deleted", "want a | row a | want b | row b | object b",
	 "20 MARK a, 21 SKIP a, 1 KEEP b"},
	{"remembers-what-the-owner-deleted", "want a | row a state=skipped", "21 SKIP a"},
	{"takes-back-what-is-there-again", "want a | row a state=skipped | object a", "22 KEEP a!"},
	{"leaves-what-the-owner-changed", "want a | row a | object a size=3",
	 "23 MARK a, 24 KEEP a"},
	{"rates-a-song-as-its-host-does", "want a rating=80 | row a rating=0 | object a",
	 "39 RATE a=80"},
	{"rates-a-song-otherwise", "want a rating=40 | row a rating=80 host=80 | object a",
	 "39 RATE a=40"},
	{"takes-a-rating-away", "want a rating=0 | row a rating=80 host=80 | object a",
	 "39 RATE a=0"},
	{"leaves-a-rating-that-its-host-never-had", "want a rating=0 | row a rating=80 | object a",
	 "1 KEEP a"},
	{"leaves-a-rating-that-its-host-does-not-know",
	 "want a | row a rating=80 host=80 | object a", "1 KEEP a"},
	{"leaves-a-rating-that-was-just-made-there",
	 "want a rating=80 | row a rating=40 host=60 leaves=1 | object a", "1 KEEP a"},
	{"leaves-a-rating-until-its-host-has-changed-its-mind",
	 "want a rating=80 | row a rating=40 host=80 | object a", "1 KEEP a"},
	{"leaves-a-rating-that-is-less-than-half-a-star-away",
	 "want a rating=80 | row a rating=75 host=20 | object a", "1 KEEP a~"},
	{"learns-that-both-rate-alike", "want a rating=80 | row a rating=80 | object a",
	 "1 KEEP a~"},
	{"does-not-rate-what-was-never-read", "want a rating=80 | row a | object a", "1 KEEP a"},
	{"rates-nothing-where-the-device-can-not",
	 "set rate=0 | want a rating=80 | row a rating=0 | object a", "1 KEEP a"},
	{"retags-and-rates-in-one-step", "want a tags=new rating=80 | row a rating=0 | object a",
	 "11 RETAG a=80"},
	{"renames-and-rates-in-one-step",
	 "set retag=0 | want a title=b rating=80 | row a rating=0 | object a", "13 RENAME b<-a=80"},
	{"rates-what-keeps-its-old-name",
	 "set rename=0 | want a title=b rating=80 | row a digest=none rating=0 | object a",
	 "39 RATE a=80", "15 KEEP a"},
	{"rates-what-gets-no-other-name",
	 "set retag=0 | want a title=b rating=80 | row a rating=0 | object a | object b size=9",
	 "13 RENAME b (2)<-a=80"},
	{"rates-what-can-not-be-retagged",
	 "set retag=0 | want a tags=new rating=80 | row a rating=0 | object a", "39 RATE a=80",
	 "12 KEEP a"},
	{"rates-a-song-whose-date-changed", "want a mtime=2 rating=80 | row a rating=0 | object a",
	 "39 RATE a=80!"},
	{"rates-a-song-whose-file-moved",
	 "want new title=a sound=a bytes=a rating=80 | row a rating=0 | object a", "39 RATE a=80!"},
	{"takes-no-rating-away-where-the-file-moved",
	 "want new title=a sound=a bytes=a rating=0 | row a rating=80 host=80 | object a",
	 "28 KEEP a!"},
	{"rates-nothing-that-a-person-skips",
	 "skip a | want a rating=80 | row a rating=0 | object a", "37 KEEP a"},
	{"goes-on-leaving-what-the-owner-changed", "want a | row a state=skipped | object a size=3",
	 "24 KEEP a"},
	{"sends-all-again-to-a-device-that-was-reset", "mark | want a | row a | want b | row b",
	 "35 FORGET a, 35 FORGET b, 25 COPY a, 25 COPY b"},
	{"goes-on-after-an-interrupted-sync-of-a-device-that-was-reset",
	 "set free=3 | mark | want a | row a | want b size=9 | row b size=9",
	 "35 FORGET a, 35 FORGET b, 30 NO_FIT b, 25 COPY a", "1 KEEP a, 30 NO_FIT b"},
	{"sends-again-to-a-card-that-was-formatted",
	 "set storage=1 | mark | marked | mark on=1 | want a | row a | object a | want b | row b "
	 "on=1",
	 "35 FORGET b, 1 KEEP a, 25 COPY b"},
	{"does-not-take-one-deleted-song-for-a-reset-while-our-mark-is-there",
	 "mark | marked | want a | row a", "20 MARK a, 21 SKIP a"},
	{"does-not-take-a-half-listed-device-for-a-reset",
	 "mark | unlisted Photos | want a | row a", "20 MARK a, 21 SKIP a"},
	{"keeps-what-a-folder-that-was-not-listed-may-hold",
	 "unlisted Music/Ann | want a | row a | want b | row b title=Bob:b | want c size=2 | row c",
	 "26 KEEP a, 26 KEEP b, 26 KEEP c"},
	{"sends-nothing-into-a-folder-that-was-not-listed", "unlisted Music/Ann | want a",
	 "27 SKIP a"},
	{"sends-nothing-below-a-folder-that-was-not-listed", "unlisted Music | want a",
	 "27 SKIP a"},
	{"moves-nothing-into-a-folder-that-was-not-listed",
	 "unlisted Music/Bob | set retag=0 | want a title=Bob:a | row a | object a", "12 KEEP a"},
	{"replaces-nothing-into-a-folder-that-was-not-listed",
	 "unlisted Music/Bob | want a title=Bob:a size=2 sound=new | row a | object a",
	 "26 KEEP a"},
	{"follows-a-file-that-moved-on-the-computer",
	 "want new title=a sound=a bytes=a | row a | object a", "28 KEEP a!"},
	{"renames-a-song-whose-file-was-renamed", "want b sound=a bytes=a | row a | object a",
	 "11 RETAG b<-a!"},
	{"follows-a-file-that-moved-and-was-retagged-in-the-same-size",
	 "want b sound=a bytes=b | row a | object a", "17 RETAG b<-a"},
	{"does-not-follow-a-file-of-other-sound", "want b | row a | object a",
	 "50 REMOVE a, 2 COPY b"},
	{"removes-a-song-that-only-a-playlist-still-names",
	 "want a state=missing gone=1 | row a | object a", "50 REMOVE a, 4 SKIP a"},
	{"renames-a-song-whose-old-name-a-playlist-still-has",
	 "want a state=missing gone=1 | want b sound=a bytes=a | row a | object a",
	 "11 RETAG b<-a!, 4 SKIP a", "4 SKIP a, 1 KEEP b"},
	{"gives-the-place-of-a-song-that-is-gone-to-one-that-is-there",
	 "want a state=missing gone=1 | want z title=a", "4 SKIP a (2), 2 COPY a"},
	{"lets-the-path-win-over-a-likeness", "want a | want b sound=a bytes=a | row a | object a",
	 "1 KEEP a, 2 COPY b"},
	{"gives-one-row-to-one-song-only",
	 "want b sound=a bytes=a | want c sound=a bytes=a | row a | object a",
	 "11 RETAG b<-a!, 2 COPY c"},
	{"follows-a-deleted-song-whose-file-moved", "want b sound=a bytes=a | row a state=skipped",
	 "20 MARK a, 21 SKIP a", "21 SKIP a"},
	{"follows-a-song-that-was-deleted-while-its-file-moved", "want b sound=a bytes=a | row a",
	 "20 MARK a, 21 SKIP a", "21 SKIP a"},
	{"follows-a-song-that-somebody-changed-while-its-file-moved",
	 "want b sound=a bytes=a | row a | object a size=9", "23 MARK a, 24 KEEP a"},
	{"does-not-take-an-interrupted-move-for-a-deletion",
	 "want z sound=a bytes=a | row a | row a at=b state=pending | object b",
	 "42 CHECK b, 51 FORGET a, 2 COPY z"},
	{"does-not-take-an-older-note-of-a-song-for-a-deletion",
	 "want y sound=a bytes=a | want z sound=a bytes=a | row a | row a at=b | object b",
	 "51 FORGET a, 11 RETAG y<-b!, 2 COPY z"},
	{"follows-the-one-of-two-that-is-still-there",
	 "want z sound=a bytes=a | row b sound=a bytes=a | row a | object a",
	 "51 FORGET b, 11 RETAG z<-a!"},
	{"skips-a-song-on-a-storage-that-is-away", "want a | row a on=7", "29 SKIP a"},
	{"keeps-a-song-on-the-other-storage", "want a | row a on=1 | object a on=1", "1 KEEP a"},
	{"has-no-room-for-a-song", "set free=10 | want a size=20", "30 NO_FIT a"},
	{"counts-the-folders-that-a-song-needs", "set free=2 | want a", "30 NO_FIT a"},
	{"counts-no-folder-that-is-there", "set free=2 | want a | object z", "2 COPY a"},
	{"keeps-the-old-version-where-the-new-one-finds-no-room",
	 "set free=2 | want a size=9 sound=new | row a | object a", "31 KEEP a"},
	{"keeps-the-old-name-where-what-stays-has-the-new-one",
	 "set suspicious=1 | want a title=b | row a digest=none | object a | row b | object b",
	 "54 KEEP b, 32 KEEP a"},
	{"retags-under-the-old-name-where-what-stays-has-the-new-one",
	 "set suspicious=1 | want a title=b | row a | object a | row b | object b",
	 "11 RETAG a, 54 KEEP b", "54 KEEP b, 32 KEEP a"},
	{"keeps-all-of-a-chain-whose-end-is-blocked",
	 "set suspicious=1 | want a title=b | want b title=c | row a digest=none | row b "
	 "digest=none |"
	 "object a | object b | row c | object c",
	 "54 KEEP c, 32 KEEP a, 32 KEEP b"},
	{"sends-again-what-lost-its-place-to-another-row",
	 "want a | row a | want b | row b at=a | object a", "35 FORGET a, 1 KEEP a, 34 COPY b"},
	{"sends-beside-a-folder-that-has-the-songs-place", "want a | row a | folder a",
	 "35 FORGET a, 34 COPY a (2)"},
	{"names-a-song-otherwise-where-somebody-else-has-its-new-name",
	 "want a title=b | row a | object a | object b size=9", "11 RETAG b (2)<-a"},
	{"swaps-two-names",
	 "set retag=0 | want a title=b | want b title=a | row a | row b | object a | object b",
	 "33 RENAME b (2)<-a, 13 RENAME a<-b, 13 RENAME b<-b (2)", "1 KEEP b, 1 KEEP a"},
	{"renames-a-chain-from-its-end",
	 "set retag=0 | want a title=b | want b title=c | row a | row b | object a | object b",
	 "13 RENAME c<-b, 13 RENAME b<-a"},
	{"copies-to-a-place-that-a-rename-leaves",
	 "set retag=0 | want a title=b | want new title=a | row a | object a",
	 "13 RENAME b<-a, 2 COPY a"},
	{"sends-beside-a-song-that-can-not-be-renamed-out-of-the-way",
	 "set retag=0 rename=0 | want a title=b | want new title=a | row a | object a",
	 "12 KEEP a, 2 COPY a (2)"},
	{"copies-to-the-place-of-a-song-that-goes",
	 "want new title=a | row a | object a size=2 | row z at=a size=2",
	 "51 FORGET a, 50 REMOVE a, 2 COPY a"},
	/* skipped by a person */
	{"does-not-send-what-a-person-skips", "skip a | want a | want b", "36 SKIP a, 2 COPY b"},
	{"does-not-complain-of-a-missing-file-that-a-person-skips", "skip a | want a state=missing",
	 "36 SKIP a"},
	{"takes-back-nothing-that-somebody-else-put-there-for-a-skipped-song",
	 "skip a | want a | object a", "3 KEEP a"},
	{"leaves-a-skipped-song-that-is-there-as-it-is",
	 "skip a | want a title=b size=2 sound=new | row a | object a", "37 KEEP a"},
	{"evicts-no-skipped-song",
	 "set free=1 | skip a | want b size=2 | want a prio=2 | row a | object a",
	 "30 NO_FIT b, 37 KEEP a"},
	{"does-not-remove-a-skipped-song-that-is-no-longer-wanted",
	 "skip a | row a | object a | row b | object b", "50 REMOVE b, 61 KEEP a", "61 KEEP a"},
	{"forgets-a-skipped-song-that-is-not-there-any-more", "skip a | row a", "51 FORGET a", ""},
	{"does-not-send-a-skipped-song-to-a-device-that-was-reset",
	 "mark | skip a | want a | row a", "35 FORGET a, 36 SKIP a"},
	{"remembers-that-a-skipped-song-was-deleted-by-the-owner",
	 "skip a | want a | row a | want b | row b | object b", "20 MARK a, 21 SKIP a, 1 KEEP b"},
	{"does-not-go-on-with-an-interrupted-song-that-a-person-skips",
	 "skip a | want a | row a state=pending", "36 SKIP a"},
	{"clears-away-the-piece-of-a-song-that-a-person-skips",
	 "skip a | want a size=2 | row a size=2 state=pending | object a", "42 CHECK a, 36 SKIP a",
	 "36 SKIP a"},
	{"writes-a-playlist-without-a-skipped-song",
	 "skip a | want a | want b | row b | object b | playlist p songs=a,b",
	 "36 SKIP a, 1 KEEP b, 70 WRITE Playlists/p.m3u8"},
	/* interrupted sends */
	{"sends-again-what-was-interrupted-and-left-nothing", "want a | row a state=pending",
	 "40 COPY a"},
	{"looks-at-what-an-interrupted-send-left",
	 "want a size=2 | row a size=2 state=pending | object a", "41 CHECK a"},
	{"adopts-what-had-come-whole", "want a | row a state=pending | object a", "41 CHECK a"},
	{"looks-at-what-an-unwanted-interrupted-send-left", "row a state=pending | object a",
	 "42 CHECK a"},
	{"looks-at-a-part-of-a-song-that-finds-no-room",
	 "set free=2 | want a size=9 | row a size=9 state=pending | object a",
	 "42 CHECK a, 30 NO_FIT a"},
	{"forgets-an-unwanted-interrupted-send-that-left-nothing", "row a state=pending",
	 "43 FORGET a"},
	{"leaves-what-was-interrupted-while-its-file-is-away",
	 "want a state=missing | row a state=pending | object a", "4 SKIP a"},
	{"finds-a-song-by-either-row-of-an-interrupted-rename",
	 "set retag=0 | want a title=b tags= | row a at=a | row a at=b state=pending | object b",
	 "59 FORGET a, 41 CHECK b"},
	{"forgets-the-second-row-of-a-rename-that-did-not-happen",
	 "set retag=0 | want a title=b | row a | row a at=b state=pending | object a",
	 "43 FORGET b, 13 RENAME b<-a"},
	{"takes-the-new-version-of-an-interrupted-replacement",
	 "want a title=b size=2 | row a at=a | row a at=b size=2 state=pending | object a | object "
	 "b size=2",
	 "41 CHECK b, 58 REMOVE a"},
	{"keeps-the-old-version-while-the-new-one-can-not-be-looked-at",
	 "want a title=b size=2 state=missing | row a at=a | row a at=b size=2 state=pending | "
	 "object "
	 "a | object b size=2",
	 "42 CHECK b, 8 KEEP a"},
	{"keeps-the-old-version-while-the-new-one-finds-no-room",
	 "set free=2 | want a title=b size=9 sound=new | row a at=a | row a at=b size=9 "
	 "state=pending | "
	 "object a "
	 "| object b",
	 "42 CHECK b, 30 NO_FIT b", "31 KEEP a"},
	/* removals */
	{"removes-what-is-no-longer-wanted", "row a | object a", "50 REMOVE a"},
	{"forgets-what-is-unwanted-and-gone", "row a | row b state=skipped",
	 "51 FORGET a, 51 FORGET b"},
	{"never-removes-what-was-changed-on-the-device", "row a | object a size=2", "52 FORGET a"},
	{"removes-nothing-from-a-folder-that-was-not-listed",
	 "unlisted Music/Ann | row a | object a | row Bob:b at=Bob:b | object Bob:b",
	 "50 REMOVE Bob/b, 53 KEEP a"},
	{"removes-nothing-while-a-library-is-lost", "set suspicious=1 | row a | object a | row b",
	 "54 KEEP a, 54 KEEP b"},
	{"forgets-no-deletion-while-a-library-is-lost", "set suspicious=1 | row a state=skipped",
	 ""},
	{"removes-nothing-without-rules", "set rules=0 | row a | object a", "55 KEEP a"},
	{"leaves-what-a-host-wanted-that-withdrew",
	 "set forget=1 | want b | row a | object a | row b | object b", "60 FORGET a, 1 KEEP b",
	 "1 KEEP b"},
	{"leaves-it-without-any-rules",
	 "set forget=1 rules=0 | row a | object a | row b state=skipped",
	 "60 FORGET a, 51 FORGET b", ""},
	{"leaves-it-where-it-can-not-be-seen",
	 "set forget=1 | unlisted Music/Ann | row a | object a", "60 FORGET a", ""},
	{"forgets-nothing-while-another-hosts-library-is-lost",
	 "set forget=1 suspicious=1 | row a | object a", "54 KEEP a"},
	{"gets-no-room-from-what-stays",
	 "set forget=1 free=5 | want a size=9 | row b size=9 | object b size=9",
	 "60 FORGET b, 30 NO_FIT a", "30 NO_FIT a"},
	{"forgets-eleven-at-once", "set forget=1 | " ELEVEN("row") ELEVEN("object"),
	 "60 FORGET a, 60 FORGET b, 60 FORGET c, 60 FORGET d, 60 FORGET e, 60 FORGET f, 60 FORGET "
	 "g, 60 FORGET h, 60 FORGET i, 60 FORGET j, 60 FORGET k",
	 ""},
	{"leaves-the-playlist-of-a-host-that-withdrew", "set forget=1 | plrow p | plobject p",
	 "86 FORGET Playlists/p.m3u8", ""},
	{"holds-many-removals", ELEVEN("row") ELEVEN("object") "want z",
	 "56 KEEP a, 56 KEEP b, 56 KEEP c, 56 KEEP d, 56 KEEP e, 56 KEEP f, 56 KEEP g, 56 KEEP h, "
	 "56 KEEP i, 56 KEEP j, 56 KEEP k, 2 COPY z"},
	{"removes-many-that-a-person-confirmed",
	 "set confirmed=1 | " ELEVEN("row") ELEVEN("object"),
	 "50 REMOVE a, 50 REMOVE b, 50 REMOVE c, 50 REMOVE d, 50 REMOVE e, 50 REMOVE f, "
	 "50 REMOVE g, 50 REMOVE h, 50 REMOVE i, 50 REMOVE j, 50 REMOVE k"},
	{"removes-the-least-important-where-room-is-needed",
	 "set free=5 | want a size=9 prio=1 | want b size=9 prio=2 | row b size=9 | object b "
	 "size=9",
	 "57 REMOVE b, 2 COPY a", "1 KEEP a, 30 NO_FIT b"},
	{"does-not-replace-like-with-like",
	 "set free=5 | want a size=9 | want b size=9 | row b size=9 | object b size=9",
	 "30 NO_FIT a, 1 KEEP b"},
	{"removes-an-older-copy-of-a-song", "want a | row a | row a at=x | object a | object x",
	 "58 REMOVE x, 1 KEEP a"},
	{"takes-no-song-away-that-its-file-could-not-bring-back",
	 "set free=5 | want a size=9 | want b size=9 prio=2 state=missing | row b size=9 | object "
	 "b size=9",
	 "30 NO_FIT a, 8 KEEP b"},
	/* playlists */
	{"writes-a-new-playlist", "want a | row a | object a | playlist p songs=a",
	 "1 KEEP a, 70 WRITE Playlists/p.m3u8"},
	{"leaves-an-unchanged-playlist",
	 "want a | row a | object a | playlist p songs=a | plrow p songs=a | plobject p",
	 "1 KEEP a, 71 KEEP Playlists/p.m3u8"},
	{"rewrites-a-playlist-whose-songs-changed",
	 "want a | row a | object a | playlist p songs=a,a | plrow p songs=a | plobject p",
	 "1 KEEP a, 72 WRITE Playlists/p.m3u8"},
	{"rewrites-a-playlist-whose-song-was-renamed",
	 "set retag=0 | want a title=b | row a | object a | playlist p songs=a | plrow p songs=a | "
	 "plobject p",
	 "13 RENAME b<-a, 72 WRITE Playlists/p.m3u8"},
	{"renames-a-playlist",
	 "want a | row a | object a | playlist p name=q songs=a | plrow p songs=a | plobject p",
	 "1 KEEP a, 73 WRITE Playlists/q.m3u8<-Playlists/p.m3u8"},
	{"does-not-write-again-what-playlist-the-owner-deleted",
	 "want a | row a | object a | playlist p songs=a | plrow p songs=a",
	 "1 KEEP a, 74 MARK Playlists/p.m3u8, 75 SKIP Playlists/p.m3u8"},
	{"leaves-a-playlist-that-the-owner-changed",
	 "want a | row a | object a | playlist p songs=a | plrow p songs=a | plobject p size=99",
	 "1 KEEP a, 76 MARK Playlists/p.m3u8, 77 KEEP Playlists/p.m3u8"},
	{"writes-beside-somebody-elses-playlist",
	 "want a | row a | object a | playlist p songs=a | plobject p",
	 "1 KEEP a, 70 WRITE Playlists/p (2).m3u8"},
	{"removes-an-unwanted-playlist", "plrow p | plobject p", "78 REMOVE Playlists/p.m3u8"},
	{"keeps-playlists-while-a-library-is-lost", "set suspicious=1 | plrow p | plobject p",
	 "54 KEEP Playlists/p.m3u8"},
	{"forgets-an-unwanted-playlist-that-is-gone", "plrow p | plrow q | plobject q size=99",
	 "79 FORGET Playlists/p.m3u8, 79 FORGET Playlists/q.m3u8"},
	{"touches-no-playlist-in-a-folder-that-was-not-listed",
	 "unlisted Playlists | want a | row a | object a | playlist p songs=a | plrow q",
	 "80 KEEP Playlists/q.m3u8, 1 KEEP a, 80 KEEP Playlists/p"},
	{"writes-no-playlist-without-songs", "want a state=missing | playlist p songs=a",
	 "4 SKIP a, 81 SKIP Playlists/p"},
	{"puts-only-songs-that-are-there-into-a-playlist",
	 "want a | row a | object a | want b state=missing | playlist p songs=a,b | plrow p "
	 "songs=a | plobject p",
	 "1 KEEP a, 4 SKIP b, 71 KEEP Playlists/p.m3u8"},
	{"writes-an-interrupted-playlist-again",
	 "want a | row a | object a | playlist p songs=a | plrow p state=pending | plobject p "
	 "size=5",
	 "82 CHECK Playlists/p.m3u8, 1 KEEP a, 83 WRITE Playlists/p.m3u8"},
	{"writes-an-interrupted-playlist-that-left-nothing",
	 "want a | row a | object a | playlist p songs=a | plrow p state=pending",
	 "1 KEEP a, 83 WRITE Playlists/p.m3u8"},
	{"writes-playlists-again-to-a-device-that-was-reset",
	 "mark | want a | row a | playlist p songs=a | plrow p songs=a",
	 "35 FORGET a, 35 FORGET Playlists/p.m3u8, 25 COPY a, 84 WRITE Playlists/p.m3u8"},
	{"writes-a-playlist-anew-in-another-form",
	 "set suffix=objects | want a | row a | object a | playlist p songs=a | plrow p songs=a | "
	 "plobject p",
	 "1 KEEP a, 85 REMOVE Playlists/p.m3u8, 70 WRITE Playlists/p"},
	{"writes-a-playlist-where-most-of-its-songs-are",
	 "want a | row a on=1 | object a on=1 | playlist p songs=a | playlist q songs=a | plrow q "
	 "songs=a on=1 | plobject q on=1",
	 "1 KEEP a, 70 WRITE Playlists/p.m3u8, 71 KEEP Playlists/q.m3u8"},
	{"takes-a-playlist-along-to-the-storage-of-its-songs",
	 "want a | row a on=1 | object a on=1 | playlist p songs=a | plrow p songs=a | plobject p",
	 "1 KEEP a, 87 REMOVE Playlists/p.m3u8, 70 WRITE Playlists/p.m3u8"},
	{"names-no-song-of-another-storage-in-a-file",
	 "want a | row a | object a | want b | row b on=1 | object b on=1 | playlist p songs=a,b | "
	 "plrow p songs=a | plobject p",
	 "1 KEEP a, 1 KEEP b, 71 KEEP Playlists/p.m3u8"},
	{"names-songs-of-all-storages-in-an-object",
	 "set suffix=objects reach=1 | want a | row a | object a | want b | row b on=1 | object b "
	 "on=1 | playlist p songs=a,b | plrow p songs=a form= | plobject p form=",
	 "1 KEEP a, 1 KEEP b, 72 WRITE Playlists/p"},
	{"names-no-song-of-another-storage-where-the-device-refused-it",
	 "set suffix=objects | want a | row a | object a | want b | row b on=1 | object b on=1 | "
	 "playlist p songs=a,b | plrow p songs=a form= | plobject p form=",
	 "1 KEEP a, 1 KEEP b, 71 KEEP Playlists/p"},
	{"names-a-song-anew-that-was-sent-again",
	 "set suffix=objects | want a mtime=2 sound=new | row a | object a | playlist p songs=a | "
	 "plrow p songs=a form= | plobject p form=",
	 "18 REPLACE a, 72 WRITE Playlists/p"},
	/* albums */
	{"makes-an-album-for-a-cover", "cover | want a album=X | row a | object a",
	 "1 KEEP a, 90 WRITE X.alb"},
	{"makes-an-album-for-songs-that-come",
	 "cover | want b album=X track=2 | want a album=X track=3",
	 "2 COPY b, 2 COPY a, 90 WRITE X.alb"},
	{"makes-no-album-where-the-device-takes-none", "want a album=X | row a | object a",
	 "1 KEEP a"},
	{"makes-no-album-of-songs-that-name-none", "cover | want a | row a | object a", "1 KEEP a"},
	{"makes-no-album-of-songs-that-are-not-there", "cover | want a album=X state=missing",
	 "4 SKIP a"},
	{"makes-no-album-of-songs-that-others-put-there",
	 "cover | want a album=X | object a | want b album=X | row b | object b size=2",
	 "23 MARK b, 3 KEEP a, 24 KEEP b", "3 KEEP a, 24 KEEP b"},
	{"makes-no-album-without-a-cover", "cover state=none | want a album=X | row a | object a",
	 "1 KEEP a"},
	{"makes-no-album-while-its-music-is-away",
	 "cover | want a album=X state=missing | row a | object a", "8 KEEP a"},
	{"leaves-an-unchanged-album",
	 "cover | want a album=X | row a | object a | alrow X songs=a | alobject X",
	 "1 KEEP a, 91 KEEP X.alb"},
	{"gives-an-album-its-new-song",
	 "cover | want a album=X | row a | object a | want b album=X | alrow X songs=a | alobject "
	 "X",
	 "1 KEEP a, 2 COPY b, 92 WRITE X.alb"},
	{"gives-an-album-its-song-that-was-sent-again",
	 "cover | want a album=X mtime=2 sound=new | row a | object a | alrow X songs=a | alobject "
	 "X",
	 "18 REPLACE a, 92 WRITE X.alb"},
	{"sends-a-cover-that-changed",
	 "cover mtime=2 | want a album=X | row a | object a | alrow X songs=a | alobject X",
	 "1 KEEP a, 93 WRITE X.alb"},
	{"makes-an-album-anew-whose-artist-changed",
	 "cover | want a album=X | row a | object a | alrow X songs=a by=Bob | alobject X",
	 "1 KEEP a, 94 WRITE X.alb"},
	{"leaves-somebody-elses-album", "cover | want a album=X | row a | object a | alobject X",
	 "1 KEEP a, 95 KEEP X.alb"},
	{"leaves-a-file-that-has-an-albums-name",
	 "cover | want a album=X | row a | object a | alobject X form=file",
	 "1 KEEP a, 95 KEEP X.alb"},
	{"leaves-a-file-that-took-an-albums-name",
	 "cover | want a album=X | row a | object a | alrow X songs=a | alobject X form=file",
	 "35 FORGET X.alb, 1 KEEP a, 95 KEEP X.alb", "1 KEEP a, 95 KEEP X.alb"},
	{"sends-no-cover-that-is-too-large",
	 "cover state=large | want a album=X | row a | object a", "1 KEEP a, 96 SKIP X.alb"},
	{"sends-no-cover-that-is-no-picture", "cover state=bad | want a album=X | row a | object a",
	 "1 KEEP a, 97 SKIP X.alb"},
	{"keeps-the-cover-that-an-album-had-where-the-new-one-is-too-large",
	 "cover state=large mtime=2 | want a album=X | row a | object a | alrow X songs=a | "
	 "alobject X",
	 "1 KEEP a, 98 KEEP X.alb"},
	{"keeps-an-album-whose-music-is-away",
	 "cover | want a album=X state=missing | row a | object a | alrow X songs=a | alobject X",
	 "8 KEEP a, 99 KEEP X.alb"},
	{"keeps-an-album-whose-folder-can-not-be-looked-through",
	 "cover state=away | want a album=X | row a | object a | alrow X songs=a | alobject X",
	 "1 KEEP a, 99 KEEP X.alb"},
	{"removes-an-album-whose-cover-is-gone",
	 "cover state=none | want a album=X | row a | object a | alrow X songs=a | alobject X",
	 "100 REMOVE X.alb, 1 KEEP a"},
	{"removes-an-album-with-its-last-song",
	 "cover | row a | object a | alrow X songs=a | alobject X",
	 "50 REMOVE a, 101 REMOVE X.alb"},
	{"forgets-an-album-that-went-with-its-songs",
	 "cover | alrow X songs=a | alrow Y songs=b | alobject Y form=file",
	 "102 FORGET X.alb, 102 FORGET Y.alb"},
	{"keeps-an-album-whose-songs-wait-for-a-confirmation",
	 "cover | " ELEVEN("row") ELEVEN("object") "alrow X songs=a | alobject X",
	 "103 KEEP X.alb, 56 KEEP a, 56 KEEP b, 56 KEEP c, 56 KEEP d, 56 KEEP e, 56 KEEP f, "
	 "56 KEEP g, 56 KEEP h, 56 KEEP i, 56 KEEP j, 56 KEEP k"},
	{"keeps-albums-while-a-library-is-lost",
	 "set suspicious=1 | cover | row a | object a | alrow X songs=a | alobject X",
	 "54 KEEP X.alb, 54 KEEP a"},
	{"makes-no-album-in-a-folder-that-was-not-listed",
	 "unlisted Music/Ann | cover | want a album=X | row a | object a | alrow X songs=a",
	 "26 KEEP a, 104 KEEP X.alb"},
	{"does-not-make-again-what-album-the-owner-deleted",
	 "cover | want a album=X | row a | object a | alrow X songs=a",
	 "105 MARK X.alb, 1 KEEP a, 106 SKIP X.alb", "1 KEEP a, 106 SKIP X.alb"},
	{"makes-an-interrupted-album-again",
	 "cover | want a album=X | row a | object a | alrow X songs=a state=pending | alobject X",
	 "107 CHECK X.alb, 1 KEEP a, 108 WRITE X.alb"},
	{"makes-an-album-again-of-which-nothing-came",
	 "cover | want a album=X | row a | object a | alrow X songs=a state=pending",
	 "109 FORGET X.alb, 1 KEEP a, 108 WRITE X.alb"},
	{"removes-what-came-of-an-album-that-nobody-wants",
	 "cover | alrow X songs=a state=pending | alobject X", "107 CHECK X.alb"},
	{"makes-albums-again-on-a-device-that-was-emptied",
	 "mark | cover | want a album=X | row a | alrow X songs=a",
	 "35 FORGET a, 35 FORGET X.alb, 25 COPY a, 110 WRITE X.alb"},
	{"leaves-the-last-room-free-of-covers",
	 "set free=1 | cover | want a album=X | row a | object a", "1 KEEP a, 111 SKIP X.alb"},
	{"leaves-the-album-of-a-host-that-withdrew",
	 "set forget=1 | cover | row a | object a | alrow X songs=a | alobject X",
	 "60 FORGET a, 112 FORGET X.alb"},
	{"removes-albums-where-covers-are-switched-off",
	 "set covers=off | want a album=X | row a | object a | alrow X songs=a | alobject X",
	 "113 REMOVE X.alb, 1 KEEP a"},
	{"makes-no-album-where-the-device-refused-one",
	 "cover | set covers=refused | want a album=X | row a | object a | want b album=Y | "
	 "row b | object b | alrow Y songs=b | alobject Y",
	 "1 KEEP a, 1 KEEP b, 91 KEEP Y.alb"},
	{"leaves-a-playlist-object-while-its-music-is-away",
	 "set suffix=objects | want a state=missing size=0 mtime=0 | row a | object a | playlist p "
	 "songs=a | plrow p songs=a form= | plobject p form=",
	 "8 KEEP a, 71 KEEP Playlists/p"},
	{"removes-playlists-where-none-are-to-be",
	 "set suffix=none | want a | row a | object a | playlist p songs=a | plrow p songs=a | "
	 "plobject p",
	 "78 REMOVE Playlists/p.m3u8, 1 KEEP a"},
};

static void
test_case(gconstpointer data)
{
	const Case *one = data;
	g_autoptr(World) world = world_new();

	world_add(world, one->scene);
	world_plan(world);
	g_autofree char *told = world_tell(world);
	g_assert_cmpstr(told, ==, one->plan);

	world_execute(world);
	world_plan(world);
	g_autofree char *after = world_tell(world);
	if (one->after != NULL)
		g_assert_cmpstr(after, ==, one->after);
	if (world_count_changes(world) > 0)
		g_error("a second plan still changes something: %s", after);
}

static void
test_every_row_has_a_scene(void)
{
	for (int row = 0; row < 1000; row++) {
		gboolean found = plan_row_reason(row) == NULL;
		for (guint i = 0; i < G_N_ELEMENTS(cases) && !found; i++) {
			g_autofree char *word = g_strdup_printf("%d ", row);
			g_autofree char *inner = g_strdup_printf(", %d ", row);
			found = g_str_has_prefix(cases[i].plan, word) ||
				strstr(cases[i].plan, inner) != NULL;
		}
		if (!found)
			g_error("row %d has no scene", row);
	}
}

/* docs/SYNC-RULES.md says of each row what plan-rows.h says. */
static void
test_document_agrees(void)
{
	g_autofree char *text = NULL;
	g_autofree char *path =
		g_build_filename(g_getenv("PORTA_SOURCE_ROOT"), "docs", "SYNC-RULES.md", NULL);
	g_autoptr(GError) error = NULL;
	guint n_rows = 0, n_lines = 0;

	g_file_get_contents(path, &text, NULL, &error);
	g_assert_no_error(error);
	for (int row = 1; row < 1000; row++) {
		const char *reason = plan_row_reason(row);
		if (reason == NULL)
			continue;
		n_rows++;
		g_autofree char *start = g_strdup_printf("\n| %d | ", row);
		g_autofree char *end = g_strdup_printf("| %s |\n", reason);
		const char *line = strstr(text, start);
		if (line == NULL)
			g_error("row %d is not documented", row);
		const char *said = strstr(line, end);
		if (said == NULL || said > strchr(line + 1, '\n'))
			g_error("row %d is documented with another reason than “%s”", row, reason);
	}
	for (const char *line = text; (line = strstr(line, "\n| ")) != NULL; line++)
		n_lines += g_ascii_isdigit(line[3]);
	g_assert_cmpuint(n_lines, ==, n_rows);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *name = g_strconcat("/plan/", cases[i].name, NULL);
		g_test_add_data_func(name, &cases[i], test_case);
	}
	g_test_add_func("/plan/every-row-has-a-scene", test_every_row_has_a_scene);
	g_test_add_func("/plan/the-document-agrees", test_document_agrees);
	return g_test_run();
}
