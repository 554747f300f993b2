// What the Windows files share: UTF-8 on our side, UTF-16 on the system's.
#pragma once
#include "launcher.h"
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

/** For file calls: long-path form, with backslashes. */
wchar_t *wide_path(const char *path);
wchar_t *wide(const char *text);
char *narrow(const wchar_t *text);
/** Slashes instead of backslashes. */
char *slashed(char *path);

uint64_t unix_seconds(FILETIME time);

bool make_private_folder(const char *path);
/** Belongs to this user, to the administrators or to the system. */
bool is_ours(const char *path);
