// A tar stream, fed in pieces, turns into files below a folder. Only what FORMAT.md allows is taken: regular files,
// empty folders, pax headers with a path; names that stay inside. Whatever else is found stops the launcher.
#include "launcher.h"
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 512, LONGEST = 4096, PAX_LIMIT = 2 * LONGEST };
enum state { HEADER, DATA, PADDING, PAX, ENDED };

struct tar {
  const struct layer *layer;
  const char *folder;
  enum state state;
  uint8_t block[BLOCK];
  size_t filled, zeros, padding, pax_length, pax_filled;
  uint64_t remaining, total;
  uint32_t files;
  struct file *file;
  char long_path[LONGEST + 1], path[LONGEST + 1], made[LONGEST + 1], pax[PAX_LIMIT + 1];
};

struct tar *tar_begin(const char *folder, const struct layer *layer) {
  struct tar *tar = calloc(1, sizeof *tar);
  if (tar == NULL) stop(EXIT_NOT_WRITTEN, "cannot unpack: no memory left.", NULL);
  tar->folder = folder;
  tar->layer = layer;
  return tar;
}

static _Noreturn void stop_written(const struct tar *tar, const char *path, const char *why) {
  stop(EXIT_NOT_WRITTEN, "cannot unpack ", path, " into ", tar->folder, ": ", why,
       "; free some space there, or set TERRARIUM_CACHE to another folder.", NULL);
}

static uint64_t octal(const struct tar *tar, const uint8_t *field, size_t length) {
  uint64_t value = 0;
  size_t digits = 0;
  while (digits < length && field[digits] >= '0' && field[digits] <= '7') value = value * 8 + (field[digits++] - '0');
  if (digits == 0 || (digits < length && field[digits] != 0 && field[digits] != ' ')) stop_damaged(tar->layer, "a number in it cannot be read");
  return value;
}

static void check_sum(const struct tar *tar) {
  uint64_t sum = 0;
  for (size_t i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? ' ' : tar->block[i];
  if (sum != octal(tar, tar->block + 148, 8)) stop_damaged(tar->layer, "a tar header's checksum does not match");
  if (memcmp(tar->block + 257, "ustar\00000", 8) != 0) stop_damaged(tar->layer, "a tar header is not ustar");
}

static bool segment_allowed(const char *segment, size_t length) {
  if (length == 0 || length > 255 || memchr(segment, '\\', length) != NULL) return false;
  if (segment[0] == '.' && (length == 1 || (length == 2 && segment[1] == '.'))) return false;
  return name_allowed(segment, length);
}

static void check_path(const struct tar *tar) {
  for (const char *at = tar->path;; at++) {
    size_t length = strcspn(at, "/");
    if (!segment_allowed(at, length)) stop_damaged(tar->layer, join("the name ", tar->path, " is not allowed", NULL));
    at += length;
    if (*at == 0) break;
  }
  // The marker says that unpacking came to its end; no layer may say so.
  if (strncmp(tar->path, ".ok", 3) == 0 && (tar->path[3] == 0 || tar->path[3] == '/')) stop_damaged(tar->layer, "it brings the name .ok");
}

static size_t copy_field(char *to, const uint8_t *field, size_t longest) {
  size_t length = 0;
  while (length < longest && field[length] != 0) length++;
  memcpy(to, field, length);
  return length;
}

static void take_path(struct tar *tar, bool folder) {
  size_t length = 0;
  if (tar->long_path[0] != 0) {
    length = strlen(tar->long_path);
    memcpy(tar->path, tar->long_path, length);
  } else {
    if (tar->block[345] != 0) {
      length = copy_field(tar->path, tar->block + 345, 155);
      tar->path[length++] = '/';
    }
    length += copy_field(tar->path + length, tar->block, 100);
  }
  if (folder && length > 0 && tar->path[length - 1] == '/') length--;
  tar->path[length] = 0;
  tar->long_path[0] = 0;
  check_path(tar);
}

// Members come sorted, so that most parents are those of the member before.
static void make_parents(struct tar *tar, bool itself) {
  size_t length = strlen(tar->path);
  for (size_t i = 0; i <= length; i++) {
    if (tar->path[i] != '/' && !(itself && i == length)) continue;
    if (strncmp(tar->made, tar->path, i) == 0 && (tar->made[i] == '/' || tar->made[i] == 0)) continue;
    memcpy(tar->made, tar->path, i);
    tar->made[i] = 0;
    if (!make_folder(join(tar->folder, "/", tar->made, NULL))) stop_written(tar, tar->made, reason());
  }
}

static struct file *create_member(const struct tar *tar) {
  const char *path = join(tar->folder, "/", tar->path, NULL);
  struct file *file = create_file(path, octal(tar, tar->block + 100, 8) & 0100);
  if (file != NULL) return file;
  char *why = reason();
  // On a system that ignores case, `a` and `A` are the same as well.
  if (is_present(path)) stop_damaged(tar->layer, join("it holds ", tar->path, " twice", NULL));
  stop_written(tar, tar->path, why);
}

static void begin_file(struct tar *tar) {
  take_path(tar, false);
  make_parents(tar, false);
  tar->file = create_member(tar);
  tar->files++;
  tar->total += tar->remaining;
  if (tar->total > tar->layer->unpacked || tar->files > tar->layer->files) stop_damaged(tar->layer, "it holds more than was announced");
}

static void finish_file(struct tar *tar) {
  if (!close_file(tar->file)) stop_written(tar, tar->path, reason());
  tar->file = NULL;
}

// One pax record: "<length> path=<value>\n". The format knows no other keyword.
static void read_pax(struct tar *tar) {
  char *end;
  tar->pax[tar->pax_length] = 0;
  unsigned long length = strtoul(tar->pax, &end, 10);
  if (length != tar->pax_length || strncmp(end, " path=", 6) != 0 || tar->pax[length - 1] != '\n') stop_damaged(tar->layer, "a pax header is not understood");
  end += 6;
  size_t size = length - 1 - (size_t)(end - tar->pax);
  if (size == 0 || size > LONGEST || memchr(end, 0, size) != NULL) stop_damaged(tar->layer, "a path is too long");
  memcpy(tar->long_path, end, size);
  tar->long_path[size] = 0;
}

static void begin_pax(struct tar *tar) {
  if (tar->remaining == 0 || tar->remaining > PAX_LIMIT || tar->long_path[0] != 0) stop_damaged(tar->layer, "a pax header has a wrong size");
  tar->pax_length = (size_t)tar->remaining;
  tar->pax_filled = 0;
  tar->state = PAX;
}

static void begin_data(struct tar *tar) {
  begin_file(tar);
  if (tar->remaining == 0) finish_file(tar);
  tar->state = tar->remaining == 0 ? HEADER : DATA;
}

static void begin_member(struct tar *tar) {
  check_sum(tar);
  tar->remaining = octal(tar, tar->block + 124, 12);
  tar->padding = (BLOCK - tar->remaining % BLOCK) % BLOCK;
  char type = (char)tar->block[156];
  if (type == '0') begin_data(tar);
  else if (type == 'x') begin_pax(tar);
  else if (type == '5' && tar->remaining == 0) take_path(tar, true), make_parents(tar, true);
  else stop_damaged(tar->layer, "it holds something else than files and folders");
}

static bool is_zero(const uint8_t *block) {
  for (size_t i = 0; i < BLOCK; i++)
    if (block[i] != 0) return false;
  return true;
}

static void take_header(struct tar *tar) {
  tar->filled = 0;
  if (is_zero(tar->block)) {
    if (++tar->zeros == 2) tar->state = ENDED;
    return;
  }
  if (tar->zeros != 0) stop_damaged(tar->layer, "it goes on after its end");
  begin_member(tar);
}

static size_t least(size_t a, uint64_t b) { return a < b ? a : (size_t)b; }

static size_t feed_header(struct tar *tar, const uint8_t *bytes, size_t length) {
  size_t size = least(length, BLOCK - tar->filled);
  memcpy(tar->block + tar->filled, bytes, size);
  tar->filled += size;
  if (tar->filled == BLOCK) take_header(tar);
  return size;
}

static size_t feed_data(struct tar *tar, const uint8_t *bytes, size_t length) {
  size_t size = least(length, tar->remaining);
  if (!write_bytes(tar->file, bytes, size)) stop_written(tar, tar->path, reason());
  tar->remaining -= size;
  if (tar->remaining == 0) finish_file(tar), tar->state = PADDING;
  return size;
}

static size_t feed_pax(struct tar *tar, const uint8_t *bytes, size_t length) {
  size_t size = least(length, tar->pax_length - tar->pax_filled);
  memcpy(tar->pax + tar->pax_filled, bytes, size);
  tar->pax_filled += size;
  if (tar->pax_filled == tar->pax_length) read_pax(tar), tar->state = PADDING;
  return size;
}

static size_t feed_padding(struct tar *tar, size_t length) {
  size_t size = least(length, tar->padding);
  tar->padding -= size;
  if (tar->padding == 0) tar->state = HEADER;
  return size;
}

void tar_feed(struct tar *tar, const uint8_t *bytes, size_t length) {
  while (length > 0) {
    size_t used = 0;
    switch (tar->state) {
      case HEADER: used = feed_header(tar, bytes, length); break;
      case DATA: used = feed_data(tar, bytes, length); break;
      case PAX: used = feed_pax(tar, bytes, length); break;
      case PADDING: used = feed_padding(tar, length); break;
      case ENDED: stop_damaged(tar->layer, "it goes on after its end");
    }
    bytes += used;
    length -= used;
  }
}

void tar_end(struct tar *tar) {
  if (tar->state != ENDED) stop_damaged(tar->layer, "it ends too early");
  if (tar->files != tar->layer->files || tar->total != tar->layer->unpacked) stop_damaged(tar->layer, "it holds less than was announced");
  free(tar);
}
