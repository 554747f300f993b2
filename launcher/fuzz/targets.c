// What is read: of the executable its locator, its tar streams and the frames around them; of the cache a tree's marker.
#include "fuzz.h"
#include "../src/locator.c"
#include <stdio.h>
#include <stdlib.h>
#define XXH_STATIC_LINKING_ONLY
#include "xxhash.h"

static bool always(const struct input *input, size_t files, uint64_t written) { return (void)input, files == 0 && written == 0; }
static bool as_announced(const struct input *input, size_t files, uint64_t written) { return files == input->layer.files && written == input->layer.unpacked; }

static void seed_locator(struct input *input) {
  struct locator *seed = (struct locator *)input->bytes;
  memcpy(seed, (const void *)&slot, sizeof *seed);
  seed->layer_count = 2;
  seed->file_size = 1 << 20;
  seed->manifest_offset = 1000, seed->manifest_size = 1000;
  strcpy(seed->runtime_key, "0123456789abcdef0123456789abcdef");
  strcpy(seed->app_key, "fedcba9876543210fedcba9876543210");
  strcpy(seed->interpreter, "bin/python3.14");
  strcpy(seed->name, "demo");
  for (uint32_t i = 0; i < 2; i++) seed->layers[i] = (struct layer){.offset = 16384, .size = (1 << 20) - 16384, .mount = i, .name = "layer"};
  input->size = sizeof *seed;
}

static void mend_locator(struct input *input) {
  if (input->size < sizeof(struct locator)) memset(input->bytes + input->size, 0, sizeof(struct locator) - input->size);
  input->size = sizeof(struct locator);
  struct locator *it = (struct locator *)input->bytes;
  if (!once_in(20)) it->version = 1, it->length = sizeof *it;
  if (!once_in(20)) it->crc32 = checksum(input->bytes, offsetof(struct locator, crc32));
}

static void run_locator(const struct input *input, size_t chunk) {
  (void)chunk;
  memcpy(&copy, input->bytes, sizeof copy);
  check_locator();
  struct place place = {"/cache", false};
  expect(strlen(tree_path(&place, MOUNT_RUNTIME)) == strlen("/cache/terrarium/runtimes/") + 32, "a runtime's path");
  expect(strlen(tree_path(&place, MOUNT_APP)) == strlen("/cache/terrarium/apps/") + 32, "an app's path");
  expect(interpreter_name()[0] != 0 && strchr(interpreter_name(), '/') == NULL, "an interpreter's name");
  expect(strlen(copy.name) < sizeof copy.name, "an app's name");
  expect(copy.manifest_offset + copy.manifest_size <= copy.file_size, "a manifest in the file");
  for (uint32_t i = 0; i < copy.layer_count; i++) {
    const struct layer *layer = &copy.layers[i];
    expect(layer->offset + layer->size >= layer->offset && layer->offset + layer->size <= copy.file_size && layer->mount <= 1, "a layer in the file");
  }
}

static void put_header(struct input *input, const char *name, unsigned size, char type) {
  uint8_t *header = input->bytes + input->size;
  memset(header, 0, 512);
  snprintf((char *)header, 100, "%s", name);
  snprintf((char *)header + 100, 8, "%07o", 0644);
  snprintf((char *)header + 124, 13, "%011o", size);
  header[156] = (uint8_t)type;
  memcpy(header + 257, "ustar\00000", 8);
  input->size += 512;
}

static void put_member(struct input *input, const char *name, const char *content, char type) {
  unsigned size = (unsigned)strlen(content);
  put_header(input, name, size, type);
  memset(input->bytes + input->size, 0, (size + 511) / 512 * 512);
  memcpy(input->bytes + input->size, content, size);
  input->size += (size + 511) / 512 * 512;
}

static void seed_tar(struct input *input) {
  input->size = 0;
  put_member(input, "boot.py", "pass\n", '0');
  put_member(input, "folder/", "", '5');
  put_member(input, "pax", "28 path=folder/long/name.py\n", 'x');
  put_member(input, "short", "x", '0');
  put_member(input, "site/a/b.txt", "", '0');
  memset(input->bytes + input->size, 0, 1024);
  input->size += 1024;
}

static bool is_header(const uint8_t *block) { return memcmp(block + 257, "ustar", 5) == 0; }

static void mend_header(uint8_t *block) {
  uint64_t sum = 0;
  memcpy(block + 257, "ustar\00000", 8);
  memset(block + 148, ' ', 8);
  for (size_t i = 0; i < 512; i++) sum += block[i];
  snprintf((char *)block + 148, 8, "%06o", (unsigned)sum);
}

static void announce(struct input *input) {
  uint64_t size = 0;
  input->layer = (struct layer){.size = input->size, .name = "layer"};
  for (size_t at = 0; at + 512 <= input->size; at += 512 + (size + 511) / 512 * 512) {
    uint8_t *block = input->bytes + at;
    size = is_header(block) ? strtoull((char *)block + 124, NULL, 8) % LARGEST : 0;
    if (!is_header(block) || block[156] != '0') continue;
    input->layer.files++;
    input->layer.unpacked += size;
  }
}

static void mend_tar(struct input *input) {
  for (size_t at = 0; at + 512 <= input->size; at += 512)
    if (is_header(input->bytes + at) && !once_in(50)) mend_header(input->bytes + at);
  announce(input);
  if (once_in(50)) input->layer.files += 1;
  if (once_in(50)) input->layer.unpacked += pick(3) - 1;
}

static void run_tar(const struct input *input, size_t chunk) {
  struct tar *tar = tar_begin("/cache/t", &input->layer);
  for (size_t at = 0; at < input->size;) {
    size_t size = input->size - at < chunk ? input->size - at : chunk;
    tar_feed(tar, input->bytes + at, size);
    at += size;
  }
  tar_end(tar);
}

// One frame of raw blocks, and a skippable one before it; then damaged as well, now and then.
static void wrap(struct input *input) {
  static uint8_t tar[LARGEST];
  size_t size = input->size < LARGEST - 64 ? input->size : LARGEST - 64, at = 0;
  memcpy(tar, input->bytes, size);
  static const uint8_t head[] = {0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 'x', 'x', 0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x30};
  memcpy(input->bytes, head, sizeof head), at = sizeof head;
  uint32_t block = (uint32_t)size << 3 | 1, sum = (uint32_t)XXH64(tar, size, 0);
  memcpy(input->bytes + at, &block, 3), at += 3;
  memcpy(input->bytes + at, tar, size), at += size;
  memcpy(input->bytes + at, &sum, 4), at += 4;
  input->size = at;
}

static void mend_layer(struct input *input) {
  mend_tar(input);
  struct layer layer = input->layer;
  wrap(input);
  if (once_in(2)) input->bytes[pick(pick(2) == 0 ? 24 : (uint32_t)input->size)] = (uint8_t)pick(256);
  if (once_in(10)) input->size = pick((uint32_t)input->size + 1);
  layer.size = input->size;
  layer.offset = 16384;
  input->layer = layer;
}

static void run_layer(const struct input *input, size_t chunk) {
  (void)chunk;
  unpack_layer(open_self(), &input->layer, "/cache/t");
}

static void seed_marker(struct input *input) {
  static const char text[] = "1\n0123456789abcdef0123456789abcdef\ndemo\n16 boot.py\n21 site/folder\n";
  input->size = sizeof text - 1;
  memcpy(input->bytes, text, input->size);
}

static void mend_marker(struct input *input) {
  if (!once_in(20) && input->size > 2) memcpy(input->bytes, "1\n", 2);
  input->layer = (struct layer){.name = "marker"};
}

static void run_marker(const struct input *input, size_t chunk) {
  (void)chunk;
  const char *text = read_marker("/cache/t");
  expect(strlen(text) <= input->size, "a marker that is longer than its file");
  is_whole("/cache/t", MOUNT_APP);
  is_whole("/cache/t", MOUNT_RUNTIME);
  hold_app("/cache/t");
  release_tree();
}

static const struct target targets[] = {
    {"locator", seed_locator, mend_locator, run_locator, always},
    {"tar", seed_tar, mend_tar, run_tar, as_announced},
    {"layer", seed_tar, mend_layer, run_layer, as_announced},
    {"marker", seed_marker, mend_marker, run_marker, always},
};

const struct target *find_target(const char *name) {
  for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
    if (strcmp(targets[i].name, name) == 0) return &targets[i];
  return NULL;
}
