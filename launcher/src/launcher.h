// Everything the launcher's files know of each other. The core (main, locator, place, text, tar, unpack, marker, publish, collect) is the same
// everywhere; posix.c, macos.c, linux.c and win32*.c give it the functions below "platform". Strings are UTF-8, paths
// are absolute with '/' between, memory is never freed: the process turns into the interpreter within milliseconds.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// sysexits.h, so that a calling script can tell the launcher's stops from most of an app's own codes.
enum { EXIT_DAMAGED = 70, EXIT_NOT_STARTED = 71, EXIT_NO_PLACE = 73, EXIT_NOT_WRITTEN = 74, EXIT_REFUSED = 77 };

enum { FLAG_WINDOWED = 1, FLAG_COMPILE = 2, FLAG_SELF = 4, KNOWN_FLAGS = 7 };
enum tree { MOUNT_RUNTIME = 0, MOUNT_APP = 1 };

// FORMAT.md, "Locator". All targets are little-endian, so the file's bytes are the structure.
struct layer {
  uint64_t offset, size, unpacked;
  uint32_t files, mount;
  uint8_t digest[32];
  char name[32];
  uint8_t reserved[32];
};
struct locator {
  uint8_t magic[16];
  uint32_t version, length, flags, layer_count;
  uint64_t file_size, manifest_offset, manifest_size, reserved1;
  char runtime_key[64], app_key[64], interpreter[64], name[64];
  uint16_t glibc_major, glibc_minor;
  uint8_t manifest_digest[32], reserved2[28];
  struct layer layers[4];
  uint8_t reserved3[124];
  uint32_t crc32;
};
_Static_assert(sizeof(struct layer) == 128, "FORMAT.md: a layer entry has 128 bytes");
_Static_assert(sizeof(struct locator) == 1024, "FORMAT.md: the locator has 1024 bytes");
_Static_assert(offsetof(struct locator, layers) == 384, "FORMAT.md: layers at 384");
_Static_assert(offsetof(struct locator, crc32) == 1020, "FORMAT.md: crc32 at 1020");

// A folder that may hold `terrarium/`. `shared`: its parent is open to everybody, so that it must be ours alone.
struct place {
  char *cache;
  bool shared;
};
struct file;

// text.c: lists of strings end with NULL
/** Never NULL, never freed. */
void *allocate(size_t size);
char *join(const char *first, ...);
char *decimal(uint64_t number);
bool asked(const char *variable_name);
_Noreturn void stop(int code, const char *first, ...);

// locator.c
extern const struct locator *locator;
void load_locator(void);
const char *interpreter_name(void);

// place.c
char *tree_path(const struct place *place, enum tree mount);
char *inside(const struct place *place, const char *name);
bool find_warm_place(struct place *found);
void find_writable_place(struct place *found);
void clean_places(void);

// unpack.c, tar.c
struct file *open_payload(void);
void unpack_layer(struct file *self, const struct layer *layer, const char *folder);
struct tar;
struct tar *tar_begin(const char *folder, const struct layer *layer);
void tar_feed(struct tar *tar, const uint8_t *bytes, size_t length);
void tar_end(struct tar *tar);
_Noreturn void stop_damaged(const struct layer *layer, const char *detail);

// Made by tools/launcher/write-notices.mjs: the licence texts of what is linked in.
extern const char notices[];

// marker.c
char *marker_of(const char *tree);
/** "" when there is none; good until the next call. */
const char *read_marker(const char *tree);
/** Unpacked to its end, and nothing is missing that a start cannot do without. */
bool is_whole(const char *tree, enum tree mount);
void write_marker(const char *tree, enum tree mount);
/** False when the app's tree is not whole, not ours, or on its way out. */
bool hold_app(const char *tree);
void release_tree(void);

// publish.c
bool unpack_into(const struct place *place, bool again);
struct file *wait_for_lock(const char *path, bool alone);
void drop_unfinished(void);
void narrate(void);

// collect.c
void collect(const struct place *place, bool own);

// platform: process
void platform_begin(int argc, char **argv);
void refuse_privileges(void);
char *variable(const char *name);
char *self_path(void);
void say(const char *line);
void show_failure(const char *line);
bool terminal_listens(void);
uint64_t milliseconds(void);
/** Since 1970. */
uint64_t seconds(void);
void pause_milliseconds(unsigned count);
uint64_t random_bits(void);
uint64_t process_number(void);
char *reason(void);
_Noreturn void leave(int code);

// platform: a second thread
struct tokens;
struct tokens *make_tokens(unsigned count);
void take_token(struct tokens *tokens);
void give_token(struct tokens *tokens);
/** False when there is none to be had; then nothing was started. */
bool start_thread(void *(*work)(void *), void *data);

// platform: files. Functions that return bool leave the cause to reason().
struct file *open_self(void);
/** For reading, no link followed; stays open in the interpreter. */
struct file *open_marker(const char *path);
struct file *create_file(const char *path, bool executable);
uint64_t file_size(struct file *file);
bool read_at(struct file *file, uint64_t offset, void *bytes, size_t length);
bool write_bytes(struct file *file, const void *bytes, size_t length);
bool close_file(struct file *file);
bool print_bytes(const void *bytes, size_t length);
bool make_folder(const char *path);
bool name_allowed(const char *segment, size_t length);
bool is_present(const char *path);
/** Of a file that may be read; of a folder 0; NOT_PRESENT. Links are followed. False when that cannot be told. */
#define NOT_PRESENT UINT64_MAX
bool find_size(const char *path, uint64_t *size);
/** Of an open file: ours, and still to be found by its name. */
bool is_live_marker(struct file *marker);
/** When it was last read or written, as far as the system keeps note; 0 when it is not there. */
uint64_t last_use(const char *path);
bool move_folder(const char *from, const char *to);
/** In one step; false where that cannot be done. */
bool exchange_folders(const char *one, const char *other);
bool remove_tree(const char *path);
typedef void entry_taker(const char *folder, const char *name);
/** False when not all could be listed. */
bool each_entry(const char *folder, entry_taker *take);
uint64_t free_space(const char *path);
/** False when the disk tells of an error that writing did not meet. */
bool settle(const char *path);

// platform: cache and lock
size_t list_places(struct place places[4]);
const char *place_problem(const struct place *place, bool create);
enum lock_state { LOCK_TAKEN, LOCK_BUSY, LOCK_UNSUPPORTED };
struct file *open_lock(const char *path);
/** Does not wait. Closing the file lets go. */
enum lock_state lock_file(struct file *file, bool alone);

// platform: the app's folder and its interpreter
/** `lasting`: for the time when both trees are in their places; else as the runtime lies now, at `runtime`. */
bool link_interpreter(const char *folder, const char *runtime, bool lasting);
void run_quietly(const char *folder, const char *const arguments[]);
/** Asks the interpreter in the app's `folder`, once, while unpacking; it answers on the side. */
void ask_system(const char *folder);
/** Hears the answer. Stops, with a sentence, when the system cannot run that interpreter, or lacks what the app needs. */
void check_system(void);
_Noreturn void stop_without_glibc(void);
enum failure { NOT_THERE, NO_PROGRAM };
/** `script` is in the app's folder; NULL: the bare interpreter. Returns only when other files could make a difference. */
enum failure start_interpreter(const char *app, const char *script);
