/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pump.h"

struct Pump {
	GSource *source;
	Adapter *adapter; /* no-ref; NULL until started */
	gint is_woken; /* atomic */
};

/* What GLib's main loop asks of a source. */
typedef struct {
	GSource source;
	Pump *pump;
} PumpSource;

static gboolean
prepare(GSource *source, gint *timeout_ms)
{
	Pump *pump = ((PumpSource *)source)->pump;

	*timeout_ms = adapter_next_due_ms(pump->adapter);
	return *timeout_ms == 0 || g_atomic_int_get(&pump->is_woken);
}

static gboolean
check(GSource *source)
{
	gint timeout_ms;

	return prepare(source, &timeout_ms);
}

static gboolean
dispatch(GSource *source, GSourceFunc callback, gpointer data)
{
	Pump *pump = ((PumpSource *)source)->pump;

	g_atomic_int_set(&pump->is_woken, FALSE);
	adapter_pump(pump->adapter);
	return G_SOURCE_CONTINUE;
}

Pump *
pump_new(void)
{
	return g_new0(Pump, 1);
}

void
pump_free(Pump *pump)
{
	if (pump == NULL)
		return;
	pump_stop(pump);
	g_free(pump);
}

void
pump_wake(Pump *pump)
{
	g_atomic_int_set(&pump->is_woken, TRUE);
	g_main_context_wakeup(NULL);
}

void
pump_start(Pump *pump, Adapter *adapter)
{
	static GSourceFuncs functions = {.prepare = prepare, .check = check, .dispatch = dispatch};

	pump->adapter = adapter;
	pump->source = g_source_new(&functions, sizeof(PumpSource));
	((PumpSource *)pump->source)->pump = pump;
	g_source_set_name(pump->source, "portamento");
	/* a flood of progress must not keep the window from being drawn */
	g_source_set_priority(pump->source, G_PRIORITY_DEFAULT_IDLE);
	g_source_attach(pump->source, NULL);
}

void
pump_stop(Pump *pump)
{
	if (pump->source == NULL)
		return;
	g_source_destroy(pump->source);
	g_clear_pointer(&pump->source, g_source_unref);
}
