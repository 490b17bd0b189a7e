/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * publisher: see publisher.h.
 */
#include "publisher.h"

#include <future>
#include <system_error>

#include <glib.h>
#include <libaudcore/runtime.h>

static const int64_t patience_us = 20 * G_USEC_PER_SEC; /* with Audacious reading files */
static const int64_t slice_us = 1000;
static const int pause_ms = 5; /* between slices, for what the person does */
static const int look_ms = 500;

Publisher::~Publisher()
{
	timer.stop();
	drop_builder();
}

void
Publisher::drop_builder()
{
	cancelled = true;
	if (builder.joinable())
		builder.join();
	cancelled = false;
	finished.stop();
	built = porta_library_free(built);
}

void
Publisher::start()
{
	if (state != Idle)
		return;
	state = Waiting;
	patience_ends_us = g_get_monotonic_time() + patience_us;
	step();
}

/* A tuple says nothing before its file was read. Who has 50,000 new files waits no longer than
 * this for their tags: the engine reads what it sends itself. */
void
Publisher::step()
{
	const bool busy = Playlist::add_in_progress_any() || Playlist::scan_in_progress_any();

	if (busy && g_get_monotonic_time() < patience_ends_us)
		timer.queue(look_ms, [this]() { step(); });
	else
		begin_reading();
}

void
Publisher::look_again()
{
	if (state == Waiting)
		step();
}

void
Publisher::begin_reading()
{
	state = Reading;
	reader.restart();
	read();
}

void
Publisher::playlists_changed()
{
	if (state != Reading)
		return;
	timer.stop();
	state = Idle;
	done(nullptr);
}

void
Publisher::read()
{
	if (reader.read_slice(slice_us))
		build();
	else
		timer.queue(pause_ms, [this]() { read(); });
}

void
Publisher::build()
{
	state = Building;
	AUDINFO("Playlists are read; the longest slice took %d us.\n",
		static_cast<int>(reader.longest_slice_us()));
	try {
		builder = std::thread([this, content = reader.take()]() {
			built = catalogue_build(content, cancelled);
			finished.queue([this]() { finish(); });
		});
	} catch (const std::system_error &) { /* no thread to be had now */
		finished.queue([this]() { finish(); });
	}
}

void
Publisher::finish()
{
	if (builder.joinable())
		builder.join();
	PortaLibrary *library = built;
	built = nullptr;
	state = Idle;
	done(library);
}

PortaLibrary *
Publisher::finish_now(std::chrono::milliseconds patience)
{
	const auto late = std::chrono::steady_clock::now() + patience;

	timer.stop();
	drop_builder();
	state = Idle;
	reader.restart();
	if (!reader.read_slice(std::chrono::microseconds(patience).count() / 2))
		return nullptr;
	/* files may be on a disk that sleeps */
	try {
		auto building = std::async(std::launch::async, [this, content = reader.take()]() {
			return catalogue_build(content, cancelled);
		});
		cancelled = building.wait_until(late) == std::future_status::timeout;
		PortaLibrary *library = building.get();
		cancelled = false;
		return library;
	} catch (const std::system_error &) { /* no thread to be had now */
		return nullptr;
	}
}
