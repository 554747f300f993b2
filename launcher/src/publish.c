// Unpacks both trees once: under their locks, in folders beside their final places, one sync, the markers last, then a rename
// each. Whatever ends this early (a kill, a full disk, a damaged file) leaves nothing that counts as done.
#include "launcher.h"
#include <string.h>

enum { PATIENCE = 500, POLL = 10 };

/** `folder`: where it is being unpacked; NULL before and after. */
static struct unpacking {
  enum tree mount;
  char *tree, *folder;
  struct file *lock;
  bool missing;
} runtime = {.mount = MOUNT_RUNTIME}, app = {.mount = MOUNT_APP};
static uint64_t began;
static bool narrated;

void narrate(void) {
  if (narrated || milliseconds() - began < PATIENCE) return;
  narrated = true;
  if (terminal_listens()) say(join(locator->name, ": unpacking, as this is the first start ...\n", NULL));
}

static void drop(struct unpacking *one) {
  char *folder = one->folder;
  one->folder = NULL;
  if (folder != NULL) remove_tree(folder);
}

void drop_unfinished(void) {
  drop(&runtime);
  drop(&app);
}

static const char *key_of(enum tree mount) {
  return mount == MOUNT_RUNTIME ? locator->runtime_key : locator->app_key;
}

/** NULL where the file system has no locks: everything stays correct then, work may be done twice, and nothing is collected. */
struct file *wait_for_lock(const char *path, bool alone) {
  struct file *lock = open_lock(path);
  if (lock == NULL) stop(EXIT_NOT_WRITTEN, "cannot unpack: the lock ", path, " cannot be taken: ", reason(), ".", NULL);
  for (;;) {
    enum lock_state state = lock_file(lock, alone);
    if (state == LOCK_TAKEN) return lock;
    if (state == LOCK_UNSUPPORTED) return close_file(lock), NULL;
    narrate();
    pause_milliseconds(POLL);
  }
}

static void check_space(const char *folder, enum tree mount) {
  uint64_t needed = 0, there = free_space(folder);
  for (uint32_t i = 0; i < locator->layer_count; i++)
    if (locator->layers[i].mount == mount) needed += locator->layers[i].unpacked;
  if (there >= needed + needed / 20) return;
  stop(EXIT_NOT_WRITTEN, "cannot unpack into ", folder, ": ", decimal(needed >> 20), " MiB are needed, ", decimal(there >> 20),
       " MiB are free; free some space there, or set TERRARIUM_CACHE to another folder.", NULL);
}

static void unpack_layers(struct file *self, const struct unpacking *one) {
  for (uint32_t i = 0; i < locator->layer_count; i++)
    if (locator->layers[i].mount == one->mount) unpack_layer(self, &locator->layers[i], one->folder);
}

static char *make_unfinished(const struct place *place, enum tree mount) {
  char *path = join(inside(place, "tmp/"), key_of(mount), ".", decimal(process_number()), ".", decimal(random_bits()), NULL);
  if (!make_folder(path)) stop(EXIT_NOT_WRITTEN, "cannot make the folder ", path, ": ", reason(), ".", NULL);
  return path;
}

static const char *leftover_key;

static void remove_leftover(const char *folder, const char *name) {
  size_t length = strlen(leftover_key);
  if (strncmp(name, leftover_key, length) == 0 && name[length] == '.') remove_tree(join(folder, "/", name, NULL));
}

static void unlock(struct unpacking *one) {
  if (one->lock != NULL) close_file(one->lock);
  one->lock = NULL;
}

static void unpack_tree(const struct place *place, struct file *self, struct unpacking *one, bool again) {
  one->tree = tree_path(place, one->mount);
  one->lock = wait_for_lock(join(inside(place, "locks/"), key_of(one->mount), ".lock", NULL), true);
  one->missing = again || !is_whole(one->tree, one->mount);
  if (!one->missing) return unlock(one);
  leftover_key = key_of(one->mount);
  if (one->lock != NULL) each_entry(inside(place, "tmp"), remove_leftover);
  check_space(inside(place, "tmp"), one->mount);
  one->folder = make_unfinished(place, one->mount);
  unpack_layers(self, one);
}

/** NULL, or why not. */
static char *replace_tree(const struct place *place, struct unpacking *one) {
  char *old = join(inside(place, "tmp/"), key_of(one->mount), ".old", decimal(random_bits()), NULL);
  if (!move_folder(one->tree, old) || !move_folder(one->folder, one->tree)) return join(reason(), NULL);
  one->folder = NULL;
  remove_tree(old);
  return NULL;
}

// What is in the way is no whole tree, or is to be replaced. Where the system can exchange two folders in one step, what runs from it never finds nothing.
static void put_in_place(const struct place *place, struct unpacking *one, bool again) {
  if (move_folder(one->folder, one->tree)) {
    one->folder = NULL;
    return;
  }
  char *why = join(reason(), NULL);
  // Without locks, somebody may have been faster.
  if ((!again && is_whole(one->tree, one->mount)) || exchange_folders(one->folder, one->tree)) return drop(one);
  if (is_present(one->tree)) why = replace_tree(place, one);
  if (why != NULL) stop(EXIT_NOT_WRITTEN, "cannot put ", one->tree, " in its place: ", why, "; end what holds it or runs from it, and start again.", NULL);
}

static void publish(const struct place *place, struct unpacking *one, bool again) {
  if (one->folder == NULL) return;
  write_marker(one->folder, one->mount);
  put_in_place(place, one, again);
  unlock(one);
}

static void settle_folder(const char *folder) {
  if (folder == NULL || settle(folder)) return;
  stop(EXIT_NOT_WRITTEN, "cannot unpack into ", folder, ": ", reason(), "; free some space there, or set TERRARIUM_CACHE to another folder.", NULL);
}

static void compile_app(void) {
  const char *arguments[9] = {"-I", "-m", "compileall", "-qq", "--invalidation-mode=unchecked-hash"};
  size_t count = 5;
  if (is_present(join(app.folder, "/app", NULL))) arguments[count++] = "app";
  if (is_present(join(app.folder, "/site-packages", NULL))) arguments[count++] = "site-packages";
  arguments[count] = NULL;
  if (count > 5) run_quietly(app.folder, arguments);
}

static void link_app(bool lasting) {
  if (!link_interpreter(app.folder, runtime.folder != NULL ? runtime.folder : runtime.tree, lasting))
    stop(EXIT_NOT_WRITTEN, "cannot link the interpreter into ", app.folder, ": ", reason(), ".", NULL);
}

// The question is asked from the app's folder, whose `._pth` keeps the interpreter from looking anywhere else, and answered during the sync.
static void settle_app(void) {
  bool asks = locator->glibc_major != 0;
  if (asks) link_app(false), ask_system(app.folder);
  // Both trees lie on one file system, and its sync covers both.
  settle_folder(app.folder);
  if (asks) check_system();
  link_app(true);
}

// The compiler is found through the links, which lead to the runtime's final place.
static void finish_app(const struct place *place, bool again) {
  settle_app();
  if ((locator->flags & FLAG_COMPILE) == 0) return;
  publish(place, &runtime, again);
  compile_app();
  settle_folder(app.folder);
}

/** Unpacks what is missing (all of it `again`, if so asked) and holds the app's tree. False when both trees were there already. */
bool unpack_into(const struct place *place, bool again) {
  began = milliseconds();
  // Windows renames no folder in which a file is open.
  release_tree();
  struct file *self = open_payload();
  // Shared by those who unpack, alone for the one that collects.
  struct file *lock = wait_for_lock(inside(place, "locks/cache.lock"), false);
  unpack_tree(place, self, &runtime, again);
  // An app that is there can be judged only with its runtime in place.
  if (runtime.folder != NULL && is_present(marker_of(tree_path(place, MOUNT_APP)))) settle_folder(runtime.folder), publish(place, &runtime, again);
  unpack_tree(place, self, &app, again);
  if (app.folder != NULL) finish_app(place, again);
  else settle_folder(runtime.folder);
  // The app's marker tells of files that its links lead to: the runtime goes first.
  publish(place, &runtime, again);
  publish(place, &app, again);
  hold_app(app.tree);
  if (lock != NULL) close_file(lock);
  close_file(self);
  if (runtime.missing || app.missing) collect(place, false);
  return runtime.missing || app.missing;
}
