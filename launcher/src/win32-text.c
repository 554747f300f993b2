// UTF-8 to UTF-16 and back, and paths in the form that has no length limit.
#include "win32.h"
#include <stdlib.h>
#include <string.h>

wchar_t *wide(const char *text) {
  int length = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
  wchar_t *result = calloc((size_t)length + 1, sizeof *result);
  if (result == NULL) leave(EXIT_NOT_STARTED);
  MultiByteToWideChar(CP_UTF8, 0, text, -1, result, length);
  return result;
}

char *narrow(const wchar_t *text) {
  int length = WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
  char *result = calloc((size_t)length + 1, 1);
  if (result == NULL) leave(EXIT_NOT_STARTED);
  WideCharToMultiByte(CP_UTF8, 0, text, -1, result, length, NULL, NULL);
  return result;
}

char *slashed(char *path) {
  for (char *at = path; *at != 0; at++)
    if (*at == '\\') *at = '/';
  return path;
}

wchar_t *wide_path(const char *path) {
  bool share = path[0] == '/' && path[1] == '/';
  wchar_t *result = wide(share ? join("\\\\?\\UNC", path + 1, NULL) : join("\\\\?\\", path, NULL));
  for (wchar_t *at = result; *at != 0; at++)
    if (*at == L'/') *at = L'\\';
  return result;
}
