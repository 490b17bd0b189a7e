/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * errand: see errand.h.
 */
#include "errand.h"

Errand *
errand_new(ErrandKind kind, const char *device_id, void *data)
{
	Errand *errand = g_new0(Errand, 1);

	errand->kind = kind;
	errand->device_id = g_strdup(device_id);
	errand->data = data;
	return errand;
}

void
errand_free(Errand *errand)
{
	if (errand == NULL)
		return;
	g_free(errand->device_id);
	choices_free(errand->choices);
	g_clear_pointer(&errand->failures, g_ptr_array_unref);
	g_clear_pointer(&errand->skips, g_ptr_array_unref);
	g_free(errand);
}

void
errand_forget(Errand *errand)
{
	errand->done = NULL;
	errand->planned = NULL;
	errand->estimated = NULL;
	errand->data = NULL;
}

static void
failure_free(void *data)
{
	AdapterFailure *failure = data;

	g_free(failure->item);
	g_free(failure->source);
	g_free(failure->text);
	g_free(failure);
}

GPtrArray *
failures_new(void)
{
	return g_ptr_array_new_with_free_func(failure_free);
}

static char *
copy_or_empty(const char *text)
{
	return g_strdup(text == NULL ? "" : text);
}

void
failures_add(GPtrArray *failures, PortaEvent *event)
{
	AdapterFailure *failure = g_new(AdapterFailure, 1);

	failure->item = copy_or_empty(porta_event_get_string(event, PORTA_KEY_ITEM));
	failure->source = copy_or_empty(porta_event_get_string(event, PORTA_KEY_SOURCE));
	failure->code = porta_event_get_error(event);
	failure->text = g_strdup(porta_event_get_text(event));
	g_ptr_array_add(failures, failure);
}
