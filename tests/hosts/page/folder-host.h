/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * folder-host: a host for tests whose library is the files of one folder, and whose playlists
 * are the *.m3u beside them (lines: paths below the folder; "Auto *" are automatic ones).
 */
#pragma once

#include "page.h"

typedef struct FolderHost FolderHost;

FolderHost *folder_host_new(const char *folder);
void folder_host_free(FolderHost *host);
/* Reads the folder again. */
void folder_host_load(FolderHost *host);
/* The caller's. */
PortaLibrary *folder_host_library(FolderHost *host);
/* Of pages; its host_data is a FolderHost. Files shown are told on stdout: "show PATH". */
extern const PageHost folder_host_functions;
/* What holds players here; NULL nothing. */
void folder_host_set_rival(FolderHost *host, const char *name);
