#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What portamento-mpd reads from a real MPD: tags, ratings, playlists, however MPD is reached,
and what it refuses to publish (law 2)."""

import os
import shutil
import socket
import unittest
from pathlib import Path

import desk


class Read(desk.Case):
    def test_every_tag_of_every_format_and_name(self):
        maker = desk.load_make_library()
        mpd = self.start_with_library()
        tracks = self.dump_by_path(mpd)
        rows = maker.special_songs()
        self.assertEqual(len(tracks), 40)
        for folders, name, suffix, tags in rows:
            path = self.music / maker.legal_path(folders, name, suffix)
            self.assertTrue(path.is_file())
            track = tracks[str(path)]
            # MPD takes blanks off the ends of tags
            wanted = {key: tags[tag].strip() for key, tag in
                      (("title", "title"), ("artist", "artist"), ("album", "album"),
                       ("album_artist", "albumartist"), ("genre", "genre")) if tag in tags}
            wanted.update({key: tags[key] for key in ("track", "disc") if key in tags})
            if "date" in tags:
                wanted["year"] = int(str(tags["date"])[:4])
            self.assertEqual({key: track[key] for key in track if key in wanted}, wanted)
            if not tags:
                self.assertEqual({"title", "artist", "album"} & set(track), set())
            self.assertGreater(track["duration_ms"], 900)
            self.assertEqual(track["modified"], int(path.stat().st_mtime))
            self.assertNotIn("rating", track)

    def test_names_that_are_not_utf8(self):
        self.make_library(20)
        source = next(self.music.rglob("*.mp3"))
        odd = os.fsencode(self.music) + b"/latin1 \xe9\xff.mp3"
        shutil.copy(source, odd)
        mpd = self.start_mpd()
        mpd.update()
        listed = {os.fsencode(song) for song in mpd.songs()}
        found = {os.fsencode(path) for path in self.dump_by_path(mpd)}
        self.assertEqual(found, {os.fsencode(self.music) + b"/" + song for song in listed})

    def test_stickers(self):
        mpd = self.start_with_library(20)
        shutil.copy(next(self.music.rglob("*.mp3")), self.music / "in no folder.mp3")
        mpd.update()
        songs = mpd.songs()
        root = "in no folder.mp3"
        values = {
            songs[0]: {"rating": "7", "playCount": "12", "lastPlayed": "1700000000"},
            songs[5]: {"rating": "0"},
            songs[6]: {"rating": "11", "playCount": "-3", "lastPlayed": "yesterday"},
            songs[7]: {"rating": "5 stars", "like": "2", "skipCount": "4"},
            root: {"rating": "10", "playCount": "1"},
        }
        for song, stickers in values.items():
            for name, value in stickers.items():
                mpd.sticker(song, name, value)
        expected = {songs[0]: (70, 12, 1700000000), songs[5]: (0, None, None), root: (100, 1, None)}
        for arguments in ((), ("--page", "2")):  # at once; folder by folder
            tracks = self.dump_by_path(mpd, *arguments)
            self.assertEqual(len(tracks), 21)
            for song in songs:
                track = tracks[str(self.music / song)]
                figures = tuple(track.get(key) for key in ("rating", "play_count", "last_played"))
                self.assertEqual(figures, expected.get(song, (None, None, None)), song)

    def test_without_stickers(self):
        mpd = self.start_with_library(10, without=("sticker_file",))
        self.assertEqual(len(self.dump(mpd)[0]), 10)

    def test_playlists(self):
        mpd = self.start_with_library(20)
        songs = mpd.songs()
        outside = self.folder / "outside.mp3"
        shutil.copy(next(self.music.rglob("*.mp3")), outside)
        mpd.save_playlist("Running", [songs[3], songs[1], songs[3]])
        mpd.save_playlist("Empty", [])
        lines = [songs[0], str(self.music / songs[2]), str(outside), "http://radio.example/a%20b?c=d",
                 "gone/never was.mp3", "#EXTINF:1,comment"]
        (mpd.folder / "playlists/Всё: \"odd\".m3u").write_text("\n".join(lines) + "\n")
        playlists = self.dump(mpd)[1]
        uris = {desk.path_of(track["uri"]): track["uri"] for track in self.dump(mpd)[0]}
        uri = lambda song: uris[str(self.music / song)]
        self.assertEqual(playlists["Running"], [uri(songs[3]), uri(songs[1]), uri(songs[3])])
        self.assertEqual(playlists["Всё: \"odd\""], [
            uri(songs[0]), uri(songs[2]), f"file://{outside}", "http://radio.example/a%20b?c=d",
            f"file://{self.music}/gone/never%20was.mp3"])
        self.assertEqual(playlists.get("Empty", []), [])

    def test_without_playlists(self):
        mpd = self.start_with_library(10, without=("playlist_directory",))
        tracks, playlists = self.dump(mpd)
        self.assertEqual((len(tracks), playlists), (10, {}))

    def test_a_playlist_that_cannot_be_read_is_not_one_that_is_gone(self):
        mpd = self.start_with_library(10)
        mpd.save_playlist("Running", mpd.songs()[:1])

        def refuse(command):
            return b"ACK [52@0] {listplaylist} I/O error\n" if command.startswith("listplaylist ") else None

        proxy = desk.Proxy(mpd, self.folder / "proxy", refuse)
        self.addCleanup(proxy.close)
        done = self.run_program(proxy.path, "dump")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("reading the playlist “Running”", done.stderr)

    def test_cue_sheets(self):
        self.make_library(20)
        source = next(self.music.rglob("*.flac"))
        (self.music / "Mix").mkdir()
        shutil.copy(source, self.music / "Mix/mix.flac")
        (self.music / "Mix/mix.cue").write_text(
            'TITLE "Mix"\nFILE "mix.flac" WAVE\n  TRACK 01 AUDIO\n    TITLE "One"\n    INDEX 01 00:00:00\n'
            '  TRACK 02 AUDIO\n    TITLE "Two"\n    INDEX 01 00:01:00\n')
        mpd = self.start_mpd()
        mpd.update()
        virtual = [song for song in mpd.songs() if song.startswith("Mix/mix.cue/")]
        self.assertEqual(len(virtual), 2)
        uris = {track["uri"] for track in self.dump(mpd)[0]}
        for song in virtual:
            self.assertIn(f"part-of-file://{self.music}/{song}", uris)
        self.assertEqual(len(uris), 22)


class Large(desk.Case):
    def assert_same(self, found, expected):
        """Without the page-long difference that assertEqual() would take minutes to show."""
        self.assertTrue(found == expected, f"{len(found)} songs, of them right: "
                        f"{sum(1 for path in found if path in expected)} paths")

    def test_ten_thousand_songs_and_a_database_that_moves(self):
        self.make_library(10000)
        mpd = self.start_mpd()
        # MPD is reading the directory now: what is published must be whole all the same
        mpd.send("update")
        tracks = self.dump_by_path(mpd)
        files = {str(path) for path in self.music.rglob("*") if path.is_file()}
        self.assertEqual(len(files), 10000)
        self.assert_same(tracks.keys(), files)
        for page in ("999", "2500", "10000", "20000"):
            self.assert_same(self.dump_by_path(mpd, "--page", page), tracks)
        self.check_restart(mpd, tracks)
        self.check_old_server(mpd, tracks)

    def check_restart(self, mpd, tracks):
        """The time of the last update changes between the first page and the last."""
        state = {"stats": 0}

        def change(command, lines):
            if command == "stats":
                state["stats"] += 1
                old = state["stats"] == 2  # the first only finds out whether it may ask
                return [b"db_update: 1\n" if old and line.startswith(b"db_update") else line for line in lines]
            return lines

        proxy = desk.Proxy(mpd, self.folder / "restart", change=change)
        self.addCleanup(proxy.close)
        self.config.write_text(f"music_directory = {self.music}\n")
        self.assert_same(self.dump_by_path(proxy.path), tracks)
        searches = [command for command in proxy.commands if command.startswith("search")]
        self.assertEqual(len(searches), 2 * 5)  # four full pages and an empty one, twice

    def check_old_server(self, mpd, tracks):
        """As MPD 0.20 and before answer to what they do not know."""
        answers = {"search": b"ACK [2@0] {search} incorrect arguments\n",
                   "tagtypes": b"ACK [5@0] {} unknown command \"tagtypes\"\n"}
        proxy = desk.Proxy(mpd, self.folder / "old", lambda command: answers.get(command.split(" ")[0]))
        self.addCleanup(proxy.close)
        self.assert_same(self.dump_by_path(proxy.path), tracks)
        self.assertTrue(any(command.startswith("lsinfo") for command in proxy.commands))


class Reach(desk.Case):
    def free_port(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return probe.getsockname()[1]

    def test_over_tcp_with_a_password(self):
        port = self.free_port()
        more = (f'bind_to_address "127.0.0.1"\nport "{port}"\npassword "sesam@read,add,control,admin"\n'
                'default_permissions ""\n')
        mpd = self.start_with_library(10, more=more)
        tcp = ("--host", "127.0.0.1", "--port", str(port))

        done = self.run_program(None, *tcp, "dump")
        self.assertEqual(done.returncode, 1)
        self.assertIn("a password is needed", done.stderr)
        done = self.run_program(None, "--host", "wrong@127.0.0.1", "--port", str(port), "dump")
        self.assertEqual(done.returncode, 1)
        self.assertIn("rejected the password", done.stderr)

        # MPD tells its music directory to nobody over TCP
        done = self.run_program(None, "--host", "sesam@127.0.0.1", "--port", str(port), "dump")
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"Write into {self.config}: music_directory =", done.stderr)

        # the same files elsewhere, as a remote MPD's are
        mounted = self.folder / "mounted"
        shutil.move(self.music, mounted)
        self.config.write_text(f"host = 127.0.0.1\nport = {port}\npassword = sesam\nmusic_directory = {mounted}/\n")
        tracks = self.dump_by_path(None)
        self.assertEqual(set(tracks), {str(path) for path in mounted.rglob("*") if path.is_file()})
        mpd.sticker(mpd.songs()[0], "rating", "6")
        self.assertEqual(self.dump_by_path(None)[str(mounted / mpd.songs()[0])]["rating"], 60)
        # MPD_HOST says the same
        self.processes.environment.update(MPD_HOST="sesam@127.0.0.1", MPD_PORT=str(port))
        self.config.write_text(f"music_directory = {mounted}\n")
        self.assertEqual(set(self.dump_by_path(None)), set(tracks))

    def test_nobody_there(self):
        port = self.free_port()
        done = self.run_program(None, "--host", "127.0.0.1", "--port", str(port), "dump")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn(f"MPD at 127.0.0.1:{port} refused the connection: is it running", done.stderr)
        done = self.run_program(self.folder / "no-socket", "dump")
        self.assertIn(f"MPD has no socket at {self.folder}/no-socket", done.stderr)
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            child = self.start_program(None, "--host", "127.0.0.1", "--port", str(other.getsockname()[1]), "dump")
            with other.accept()[0] as client:
                client.sendall(b"220 mail.example ESMTP\r\n")
                _, text = child.communicate(timeout=desk.SECONDS)
        self.assertEqual(child.returncode, 1)
        self.assertIn("MPD is not what answers", text)

    def refusal(self, mpd):
        done = self.run_program(mpd, "publish")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("stays as it is", done.stderr)
        records = []
        while self.unread or desk.select.select([self.record], [], [], 0)[0]:
            records += self.next_record()
        self.assertNotIn("publish", records)
        return done.stderr

    def test_what_looks_like_an_accident_is_not_published(self):
        mpd = self.start_with_library(10)
        away = self.folder / "away"
        self.music.rename(away)
        self.assertIn(f"The music directory {self.music} is not there", self.refusal(mpd))
        self.music.mkdir()  # what an unmounted disk leaves
        self.assertIn("not one is there", self.refusal(mpd))
        self.music.rmdir()
        self.music.write_text("not a folder")
        self.assertIn("is not there (Not a directory)", self.refusal(mpd))
        self.music.unlink()
        away.rename(self.music)
        # one song that is there is enough: the engine tells what is missing
        for path in sorted(self.music.rglob("*.mp3"))[1:]:
            path.unlink()
        self.assertEqual(self.run_program(mpd, "publish").returncode, 0)
        self.assertEqual(len(self.wait_for_record("publish")["publish"]["tracks"]), 10)
        # and MPD believes an empty folder at its next update
        shutil.rmtree(self.music)
        self.music.mkdir()
        mpd.update()
        self.assertIn("has no songs in its database", self.refusal(mpd))


if __name__ == "__main__":
    assert Path(desk.PROGRAM).is_file()
    unittest.main(verbosity=2)
