// Strings, and the one way to stop: a sentence that starts with the app's name.
#include "launcher.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

// A start joins some twenty paths: for each size, malloc would ask the system for another 64 KB. Sanitizers see more without this.
#ifndef ARENA
#define ARENA 16384
#endif

void *allocate(size_t size) {
  static _Alignas(8) char arena[ARENA];
  static size_t used;
  size = (size + 7) & ~(size_t)7;
  if (size <= sizeof arena - used) return arena + (used += size) - size;
  void *memory = malloc(size);
  if (memory == NULL) {
    say("the launcher has no memory left.\n");
    leave(EXIT_NOT_STARTED);
  }
  return memory;
}

static char *join_list(const char *first, va_list rest) {
  va_list again;
  va_copy(again, rest);
  size_t length = 1;
  for (const char *piece = first; piece != NULL; piece = va_arg(rest, const char *)) length += strlen(piece);
  char *whole = allocate(length), *end = whole;
  for (const char *piece = first; piece != NULL; piece = va_arg(again, const char *)) {
    size_t size = strlen(piece);
    memcpy(end, piece, size);
    end += size;
  }
  *end = 0;
  va_end(again);
  return whole;
}

char *join(const char *first, ...) {
  va_list rest;
  va_start(rest, first);
  char *whole = join_list(first, rest);
  va_end(rest);
  return whole;
}

char *decimal(uint64_t number) {
  char *digits = allocate(24), *at = digits + 23;
  *at = 0;
  do *--at = (char)('0' + number % 10);
  while ((number /= 10) != 0);
  return at;
}

bool asked(const char *variable_name) {
  const char *value = variable(variable_name);
  return value != NULL && strcmp(value, "0") != 0;
}

void stop(int code, const char *first, ...) {
  va_list rest;
  va_start(rest, first);
  char *sentence = join_list(first, rest);
  va_end(rest);
  drop_unfinished();
  show_failure(join(locator->name[0] ? locator->name : "terrarium", ": ", sentence, "\n", NULL));
  leave(code);
}
