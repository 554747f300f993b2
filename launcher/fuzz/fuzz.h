// What the driver (fuzz.c) and the targets know of each other.
#pragma once
#include "../src/launcher.h"

enum { LARGEST = 1 << 15 };

struct input {
  uint8_t *bytes;
  size_t size;
  struct layer layer;
};

struct target {
  const char *name;
  /** A valid input to start from. */
  void (*seed)(struct input *);
  /** Puts checksums right, mostly, so that mutation gets past them, and announces what the layer holds. */
  void (*mend)(struct input *);
  void (*run)(const struct input *, size_t chunk);
  /** What was accepted is what was announced. */
  bool (*whole)(const struct input *, size_t files, uint64_t written);
};

const struct target *find_target(const char *name);
uint32_t pick(uint32_t below);
/** Once in so many times, and never while the first input is made. */
bool once_in(uint32_t times);
void expect(bool right, const char *what);
