/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * publisher: makes a snapshot of all playlists when one is due: waits while Audacious itself is
 * still adding and reading files, reads in slices, lets a thread look at the files.
 *
 * Lives on the main thread; `done` is called there, once for each start() that was not stopped.
 */
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

#include <libaudcore/mainloop.h>

#include "catalogue.h"

class Publisher
{
      public:
	/* NULL: nothing came of it, try again. */
	using Done = std::function<void(PortaLibrary *library)>;

	explicit Publisher(Done done) : done(std::move(done))
	{
	}
	~Publisher();

	void start();
	/* All of it at once, without `done`, in about this time; NULL if it takes longer. */
	PortaLibrary *finish_now(std::chrono::milliseconds patience);
	/* Playlists have changed: what was read so far is worth nothing. */
	void playlists_changed();
	/* Audacious may have become idle. */
	void look_again();

      private:
	enum State { Idle, Waiting, Reading, Building };

	void step();
	void begin_reading();
	void read();
	void build();
	void finish();
	void drop_builder();

	Done done;
	State state = Idle;
	QueuedFunc timer, finished;
	int64_t patience_ends_us = 0;
	PlaylistsReader reader;
	std::thread builder;
	std::atomic<bool> cancelled{false};
	PortaLibrary *built = nullptr; /* the builder's until it is joined */
};
