// Mutated locators, tar streams and layers go through the launcher's own code, with a file system that only keeps accounts.
// Inputs that reach a new branch are kept and mutated further. The sanitizers watch the memory; here is watched what gets out.
// Usage: fuzz locator|tar|layer|marker SECONDS SEED
#include "fuzz.h"
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAP = 1 << 16, KEPT = 4096, OPENED = 64, ALLOCATED = 1 << 16 };

static uint64_t state;
uint32_t pick(uint32_t below) {
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return (uint32_t)(state >> 32) % below;
}

static bool begun;
bool once_in(uint32_t times) { return begun && pick(times) == 0; }

static uint8_t reached[MAP], seen[MAP];
static uintptr_t before;
void __sanitizer_cov_trace_pc(void) {
  uintptr_t here = (uintptr_t)__builtin_return_address(0);
  reached[(here ^ before) % MAP] = 1;
  before = here >> 1;
}

static bool reached_more(void) {
  bool more = false;
  for (size_t i = 0; i < MAP; i++)
    if (reached[i] > seen[i]) seen[i] = more = true;
  memset(reached, 0, sizeof reached);
  return more;
}

// The launcher frees nothing, as it ends soon; here everything is freed after each input.
static void *allocated[ALLOCATED];
static size_t allocations;
static void *keep(void *memory) {
  expect(allocations < ALLOCATED, "too many allocations for one input");
  return allocated[allocations++] = memory;
}
void *fuzz_malloc(size_t size) { return keep(malloc(size)); }
void *fuzz_calloc(size_t count, size_t size) { return keep(calloc(count, size)); }
void fuzz_free(void *memory) {
  for (size_t i = allocations; i-- > 0;)
    if (allocated[i] == memory) allocated[i] = NULL;
  free(memory);
}
static void free_all(void) {
  while (allocations > 0) free(allocated[--allocations]);
}

static struct input current;
void expect(bool right, const char *what) {
  if (right) return;
  fprintf(stderr, "fuzz: %s\n", what);
  abort();
}

static jmp_buf out;
static int ended;
_Noreturn void leave(int code) {
  ended = code;
  longjmp(out, 1);
}

// The accounts: what was made and written since the input began.
static struct {
  char *names[OPENED];
  size_t count, folders;
  uint64_t written, hash;
  bool open;
} made;
static unsigned failing;

static bool fails(void) { return failing != 0 && --failing == 0; }

static void check_inside(const char *path) {
  expect(strncmp(path, "/cache/t/", 9) == 0, "a path left the folder");
  expect(strncmp(path, "/cache/t/.ok", 12) != 0 || (path[12] != 0 && path[12] != '/'), "the marker was made by a layer");
  for (const char *at = path + 9;; at++) {
    size_t length = strcspn(at, "/");
    expect(length > 0 && length < 256 && memchr(at, '\\', length) == NULL, "a segment that is not allowed");
    expect(strncmp(at, "..", length) != 0 && strncmp(at, ".", length) != 0, "a segment of dots");
    at += length;
    if (*at == 0) break;
  }
}

static void note(const void *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) made.hash = (made.hash ^ ((const uint8_t *)bytes)[i]) * 0x100000001b3u;
}

static struct file { int nothing; } only;
struct file *create_file(const char *path, bool executable) {
  check_inside(path);
  expect(!made.open, "two files are open");
  if (is_present(path) || made.count == OPENED || fails()) return NULL;
  made.names[made.count++] = strdup(path);
  note(path, strlen(path) + 1), note(&executable, 1);
  made.open = true;
  return &only;
}
bool write_bytes(struct file *file, const void *bytes, size_t length) {
  expect(file == &only && made.open, "written into no file");
  made.written += length;
  expect(made.written <= current.layer.unpacked, "more was written than announced");
  note(bytes, length);
  return !fails();
}
bool close_file(struct file *file) {
  expect(file == &only && made.open, "closed what is not open");
  made.open = false;
  return !fails();
}
bool make_folder(const char *path) {
  check_inside(path);
  made.folders++;
  return !fails();
}
bool is_present(const char *path) {
  for (size_t i = 0; i < made.count; i++)
    if (strcmp(made.names[i], path) == 0) return true;
  return false;
}
bool read_at(struct file *file, uint64_t offset, void *bytes, size_t length) {
  (void)file;
  expect(offset >= current.layer.offset, "read before the layer");
  offset -= current.layer.offset;
  expect(offset <= current.size && length <= current.size - offset, "read behind the layer");
  memcpy(bytes, current.bytes + offset, length);
  return true;
}
struct file *open_marker(const char *path) {
  expect(strcmp(path, "/cache/t/.ok") == 0, "another file than the marker was opened");
  made.open = true;
  return &only;
}
bool is_live_marker(struct file *marker) { return marker == &only; }
bool find_size(const char *path, uint64_t *size) {
  expect(strncmp(path, "/cache/t/", 9) == 0, "a path that does not start with the tree's");
  *size = strlen(path);
  return path[strlen(path) - 1] != 'x';
}
bool name_allowed(const char *segment, size_t length) { return segment[0] != 0 || length == 0; }
char *reason(void) { return "it fails here"; }
char *self_path(void) { return "self"; }
char *variable(const char *name) { return (void)name, NULL; }
void say(const char *line) { expect(line[strlen(line) - 1] == '\n', "a sentence without end"); }
void show_failure(const char *line) { say(line); }
void drop_unfinished(void) {}
void narrate(void) {}
struct file *open_self(void) { return &only; }
uint64_t file_size(struct file *file) { return (void)file, current.size; }

// Asked for by code that no target comes to.
size_t list_places(struct place places[4]) { return (void)places, 0; }
const char *place_problem(const struct place *place, bool create) { return (void)place, (void)create, "none"; }
enum lock_state lock_file(struct file *file, bool alone) { return (void)file, (void)alone, LOCK_TAKEN; }
bool each_entry(const char *folder, entry_taker *take) { return (void)folder, (void)take, true; }
void collect(const struct place *place, bool own) { (void)place, (void)own; }

static void forget(void) {
  while (made.count > 0) free(made.names[--made.count]);
  memset(&made, 0, sizeof made);
}

/** How it ended: 0, or the exit code. `chunk`: the tar is fed in pieces of at most this. */
static int run(void (*target)(const struct input *, size_t), size_t chunk) {
  forget();
  ended = 0;
  if (setjmp(out) == 0) target(&current, chunk);
  free_all();
  return ended;
}

static void run_both(const struct target *target) {
  unsigned failure = pick(8) == 0 ? 1 + pick(20) : 0;
  failing = failure;
  int whole = run(target->run, SIZE_MAX);
  uint64_t hash = made.hash, written = made.written;
  if (whole == 0) expect(target->whole(&current, made.count, made.written), "taken, and not as announced");
  expect(whole == 0 || whole == EXIT_DAMAGED || whole == EXIT_NOT_WRITTEN, "an exit code that does not belong here");
  if (failure != 0) return;
  int pieces = run(target->run, 1 + pick(1000));
  expect(whole == pieces && (whole != 0 || (hash == made.hash && written == made.written)), "the size of the pieces made a difference");
}

static struct {
  uint8_t *bytes;
  size_t size;
} corpus[KEPT];
static size_t kept;

static void keep_input(const struct input *input) {
  if (kept == KEPT) return;
  corpus[kept].bytes = malloc(input->size + 1);
  memcpy(corpus[kept].bytes, input->bytes, input->size);
  corpus[kept++].size = input->size;
}

static const uint32_t telling[] = {0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7fffffff, 0x80000000, 0xffffffff, '.', '/', '\\'};

static const char *const words[] = {"../", "/", "..", "./", ".ok", "\\", "//", "a/", "path=", " path=/", "\n", "99 "};

// What chance takes long to come upon: names, kinds and sizes in tar headers.
static void mutate_field(struct input *input, size_t block) {
  if (block + 512 > input->size) return;
  const char *word = words[pick(12)];
  uint8_t *header = input->bytes + block;
  switch (pick(4)) {
    case 0: memcpy(header + pick(32), word, strlen(word)); break;
    case 1: memcpy(header + 345 + pick(16), word, strlen(word)); break;
    case 2: header[156] = (uint8_t)"0x5127L"[pick(7)]; break;
    case 3: header[124 + 5 + pick(6)] = (uint8_t)('0' + pick(8)); break;
  }
}

static void mutate_once(struct input *input) {
  size_t at = input->size == 0 ? 0 : pick((uint32_t)input->size), length = 1 + pick(pick(4) == 0 ? 600 : 8);
  // Long ones only for what is put in: they would take everything away.
  size_t more = pick(8) == 0 ? 1 + pick(12000) : length;
  if (length > input->size - at) length = input->size - at;
  switch (pick(9)) {
    default: mutate_field(input, at - at % 512); break;
    case 0: if (length > 0) input->bytes[at] ^= 1 << pick(8); break;
    case 1: for (size_t i = 0; i < length; i++) input->bytes[at + i] = (uint8_t)pick(256); break;
    case 2: memcpy(input->bytes + at, &telling[pick(12)], length < 4 ? length : 4); break;
    case 3: memmove(input->bytes + at, input->bytes + at + length, input->size - at - length), input->size -= length; break;
    case 4:
      if (input->size + more > LARGEST) break;
      memmove(input->bytes + at + more, input->bytes + at, input->size - at), input->size += more;
      break;
    case 5: memset(input->bytes + at, pick(3) == 0 ? 0 : (int)pick(256), length); break;
    case 6: {
      size_t from = pick((uint32_t)kept), size = corpus[from].size < LARGEST - at ? corpus[from].size : LARGEST - at;
      if (size < 512) break;
      // A piece of another input, where tar headers stay aligned.
      at -= at % 512, from = pick((uint32_t)kept), size = 512 * (1 + pick(4));
      if (corpus[from].size < size || at + size > LARGEST) break;
      memcpy(input->bytes + at, corpus[from].bytes + 512 * pick((uint32_t)((corpus[from].size - size) / 512 + 1)), size);
      if (at + size > input->size) input->size = at + size;
    }
  }
}

// As it was before it was mended: mending comes again when it is taken up.
static struct input raw;

static void make_input(const struct target *target) {
  static uint8_t bytes[LARGEST], raw_bytes[LARGEST];
  size_t from = pick((uint32_t)kept);
  current.bytes = bytes;
  current.size = corpus[from].size;
  memcpy(bytes, corpus[from].bytes, current.size);
  for (uint32_t i = 1 + pick(6); i > 0; i--) mutate_once(&current);
  memcpy(raw_bytes, bytes, current.size);
  raw = (struct input){.bytes = raw_bytes, .size = current.size};
  target->mend(&current);
}

int main(int count, char **arguments) {
  const struct target *target = count == 4 ? find_target(arguments[1]) : NULL;
  if (target == NULL) return fprintf(stderr, "Usage: fuzz locator|tar|layer|marker SECONDS SEED\n"), 2;
  state = strtoull(arguments[3], NULL, 10) * 2 + 1;
  time_t end = time(NULL) + atoi(arguments[2]);
  static uint8_t seed[LARGEST];
  current.bytes = seed;
  target->seed(&current);
  keep_input(&current);
  target->mend(&current);
  failing = 0;
  expect(run(target->run, SIZE_MAX) == 0, "the input to start from is refused");
  uint64_t tried = 0, taken = 0;
  begun = true;
  for (; time(NULL) < end; tried++) {
    make_input(target);
    run_both(target);
    taken += ended == 0;
    if (reached_more()) keep_input(&raw);
  }
  size_t branches = 0;
  for (size_t i = 0; i < MAP; i++) branches += seen[i];
  printf("%s: %llu inputs, %llu taken, %zu kept, %zu branches\n", target->name, (unsigned long long)tried, (unsigned long long)taken, kept, branches);
  return 0;
}

// One thread sees the same bytes in the same order, and can be left at any stop.
struct tokens *make_tokens(unsigned count) { return (void)count, NULL; }
void take_token(struct tokens *tokens) { (void)tokens; }
void give_token(struct tokens *tokens) { (void)tokens; }
bool start_thread(void *(*work)(void *), void *data) { return (void)work, (void)data, false; }
