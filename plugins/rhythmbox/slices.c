/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "slices.h"

#include <time.h>

/* A frame has 16 ms; what the host itself does in it needs most of them. */
#define SLICE_US 2500

struct Slices {
	guint source; /* 0 none */
	SlicesStep step;
	SlicesDone done;
	void *data;
	SlicesFigures figures;
};

Slices *
slices_new(void)
{
	return g_new0(Slices, 1);
}

void
slices_free(Slices *slices)
{
	if (slices == NULL)
		return;
	g_clear_handle_id(&slices->source, g_source_remove);
	g_free(slices);
}

static gint64
cpu_us(void)
{
	struct timespec used;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
	return used.tv_sec * G_USEC_PER_SEC + used.tv_nsec / 1000;
}

static gboolean
on_idle(void *data)
{
	Slices *slices = data;
	gint64 begin = g_get_monotonic_time(), begin_cpu_us = cpu_us(), now;
	gboolean more;

	do {
		more = slices->step(slices->data);
		now = g_get_monotonic_time();
	} while (more && now - begin < SLICE_US);

	slices->figures.count++;
	slices->figures.total_us += now - begin;
	slices->figures.longest_us = MAX(slices->figures.longest_us, now - begin);
	slices->figures.longest_cpu_us =
		MAX(slices->figures.longest_cpu_us, cpu_us() - begin_cpu_us);
	if (more)
		return G_SOURCE_CONTINUE;
	slices->source = 0;
	slices->done(slices->data);
	return G_SOURCE_REMOVE;
}

void
slices_run(Slices *slices, SlicesStep step, SlicesDone done, void *data)
{
	g_assert(slices->source == 0);
	slices->step = step;
	slices->done = done;
	slices->data = data;
	/* below redrawing, and below the host's own idle work */
	slices->source = g_idle_add_full(G_PRIORITY_LOW, on_idle, slices, NULL);
}

SlicesFigures
slices_figures(const Slices *slices)
{
	return slices->figures;
}
