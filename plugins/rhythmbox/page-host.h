/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * page-host: what Rhythmbox has to say to a player's page.
 */
#pragma once

#include "library.h"
#include "page.h"
#include "rival.h"

/* host_data of page_new(). */
typedef struct {
	Library *library;
	Rival *rival;
} PageHostData;

const PageHost *page_host_functions(void);
