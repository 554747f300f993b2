// The process on Windows: environment, messages, time.
#include "win32.h"
#include <stdlib.h>
#include <string.h>

static wchar_t *self;

void platform_begin(int argc, char **argv) {
  (void)argc, (void)argv;
  DWORD size = 512, length;
  do {
    size *= 2;
    self = realloc(self, size * sizeof *self);
    length = self == NULL ? 0 : GetModuleFileNameW(NULL, self, size);
  } while (length == size);
}

// Windows has no setuid files; an elevated process was agreed to by the user whose cache this is.
void refuse_privileges(void) {}

char *variable(const char *name) {
  wchar_t *key = wide(name);
  DWORD size = GetEnvironmentVariableW(key, NULL, 0);
  if (size <= 1) return NULL;
  wchar_t *value = calloc(size, sizeof *value);
  if (value == NULL || GetEnvironmentVariableW(key, value, size) == 0) return NULL;
  return narrow(value);
}

char *self_path(void) { return narrow(self); }

static bool print_on(HANDLE handle, const char *bytes, size_t length) {
  while (length > 0) {
    DWORD written;
    if (!WriteFile(handle, bytes, length > 65536 ? 65536 : (DWORD)length, &written, NULL)) return false;
    bytes += written;
    length -= written;
  }
  return true;
}

bool terminal_listens(void) {
  DWORD mode;
  return GetConsoleMode(GetStdHandle(STD_ERROR_HANDLE), &mode);
}

// A console has a code page of its own, to which UTF-16 is the only safe way.
void say(const char *line) {
  HANDLE handle = GetStdHandle(STD_ERROR_HANDLE);
  wchar_t *text = wide(line);
  if (terminal_listens()) WriteConsoleW(handle, text, (DWORD)wcslen(text), NULL, NULL);
  else print_on(handle, line, strlen(line));
}

typedef int(WINAPI *message_box)(HWND, LPCWSTR, LPCWSTR, UINT);

// A windowed app has nobody who reads its stderr. user32 is loaded only here: it would slow every start.
void show_failure(const char *line) {
  say(line);
  if ((locator->flags & FLAG_WINDOWED) == 0 || GetStdHandle(STD_ERROR_HANDLE) != NULL) return;
  HMODULE library = LoadLibraryExW(L"user32.dll", NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);
  message_box show = library == NULL ? NULL : (message_box)(void *)GetProcAddress(library, "MessageBoxW");
  if (show != NULL) show(NULL, wide(line), wide(locator->name), MB_OK | MB_ICONERROR);
}

bool print_bytes(const void *bytes, size_t length) { return print_on(GetStdHandle(STD_OUTPUT_HANDLE), bytes, length); }
uint64_t milliseconds(void) { return GetTickCount64(); }

uint64_t seconds(void) {
  FILETIME now;
  GetSystemTimeAsFileTime(&now);
  return unix_seconds(now);
}

void pause_milliseconds(unsigned count) { Sleep(count); }
uint64_t process_number(void) { return GetCurrentProcessId(); }
void leave(int code) { ExitProcess((UINT)code); }

uint64_t random_bits(void) {
  LARGE_INTEGER now;
  QueryPerformanceCounter(&now);
  return (uint64_t)now.QuadPart * 0x9e3779b97f4a7c15u >> 16;
}

char *reason(void) {
  wchar_t text[512];
  DWORD error = GetLastError();
  DWORD length = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, error, 0, text, 512, NULL);
  while (length > 0 && (text[length - 1] <= L' ' || text[length - 1] == L'.')) length--;
  text[length] = 0;
  return join(narrow(text), length > 0 ? " (error " : "error ", decimal(error), length > 0 ? ")" : "", NULL);
}
