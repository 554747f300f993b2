// Unpacks a tree once: under its lock, in a folder beside its final place, the marker last, then one rename. Whatever
// ends this early (a kill, a full disk, a damaged file) leaves nothing that counts as done.
#include "launcher.h"
#include <string.h>

enum { PATIENCE = 500, POLL = 10 };

static char *unfinished;
static uint64_t began;
static bool narrated;

void narrate(void) {
  if (narrated || milliseconds() - began < PATIENCE) return;
  narrated = true;
  if (terminal_listens()) say(join(locator->name, ": unpacking, as this is the first start ...\n", NULL));
}

void drop_unfinished(void) {
  char *folder = unfinished;
  unfinished = NULL;
  if (folder != NULL) remove_tree(folder);
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

static void unpack_layers(struct file *self, enum tree mount) {
  for (uint32_t i = 0; i < locator->layer_count; i++)
    if (locator->layers[i].mount == mount) unpack_layer(self, &locator->layers[i], unfinished);
}

static void compile_app(void) {
  const char *arguments[9] = {"-I", "-m", "compileall", "-qq", "--invalidation-mode=unchecked-hash"};
  size_t count = 5;
  if (is_present(join(unfinished, "/app", NULL))) arguments[count++] = "app";
  if (is_present(join(unfinished, "/site", NULL))) arguments[count++] = "site";
  arguments[count] = NULL;
  if (count > 5) run_quietly(unfinished, arguments);
}

static void finish_app(const struct place *place) {
  if (!link_interpreter(unfinished, tree_path(place, MOUNT_RUNTIME)))
    stop(EXIT_NOT_WRITTEN, "cannot link the interpreter into ", unfinished, ": ", reason(), ".", NULL);
  if (locator->glibc_major != 0) check_system(unfinished);
  if (locator->flags & FLAG_COMPILE) compile_app();
}

static char *make_unfinished(const struct place *place, enum tree mount) {
  char *path = join(inside(place, "tmp/"), key_of(mount), ".", decimal(process_number()), ".", decimal(random_bits()), NULL);
  if (!make_folder(path)) stop(EXIT_NOT_WRITTEN, "cannot make the folder ", path, ": ", reason(), ".", NULL);
  return path;
}

/** NULL, or why not. */
static char *replace_tree(const struct place *place, const char *tree, enum tree mount) {
  char *old = join(inside(place, "tmp/"), key_of(mount), ".old", decimal(random_bits()), NULL);
  if (!move_folder(tree, old) || !move_folder(unfinished, tree)) return join(reason(), NULL);
  unfinished = NULL;
  remove_tree(old);
  return NULL;
}

// What is in the way is no whole tree, or is to be replaced. Where the system can exchange two folders in one step, what runs from it never finds nothing.
static void publish(const struct place *place, enum tree mount, bool again) {
  char *tree = tree_path(place, mount);
  if (move_folder(unfinished, tree)) {
    unfinished = NULL;
    return;
  }
  char *why = join(reason(), NULL);
  // Without locks, somebody may have been faster.
  if ((!again && is_whole(tree, mount)) || exchange_folders(unfinished, tree)) return drop_unfinished();
  if (is_present(tree)) why = replace_tree(place, tree, mount);
  if (why != NULL) stop(EXIT_NOT_WRITTEN, "cannot put ", tree, " in its place: ", why, "; end what holds it or runs from it, and start again.", NULL);
}

static const char *leftover_key;

static void remove_leftover(const char *folder, const char *name) {
  size_t length = strlen(leftover_key);
  if (strncmp(name, leftover_key, length) == 0 && name[length] == '.') remove_tree(join(folder, "/", name, NULL));
}

static bool unpack_tree(const struct place *place, struct file *self, enum tree mount, bool again) {
  struct file *lock = wait_for_lock(join(inside(place, "locks/"), key_of(mount), ".lock", NULL), true);
  bool missing = again || !is_whole(tree_path(place, mount), mount);
  if (missing) {
    leftover_key = key_of(mount);
    if (lock != NULL) each_entry(inside(place, "tmp"), remove_leftover);
    check_space(inside(place, "tmp"), mount);
    unfinished = make_unfinished(place, mount);
    unpack_layers(self, mount);
    if (mount == MOUNT_APP) finish_app(place);
    settle(unfinished);
    write_marker(unfinished, mount);
    publish(place, mount, again);
  }
  if (lock != NULL) close_file(lock);
  return missing;
}

/** Unpacks what is missing (all of it `again`, if so asked) and holds the app's tree. False when both trees were there already. */
bool unpack_into(const struct place *place, bool again) {
  began = milliseconds();
  // Windows renames no folder in which a file is open.
  release_tree();
  struct file *self = open_payload();
  // Shared by those who unpack, alone for the one that collects.
  struct file *lock = wait_for_lock(inside(place, "locks/cache.lock"), false);
  bool runtime = unpack_tree(place, self, MOUNT_RUNTIME, again);
  bool app = unpack_tree(place, self, MOUNT_APP, again);
  hold_app(tree_path(place, MOUNT_APP));
  if (lock != NULL) close_file(lock);
  close_file(self);
  if (runtime || app) collect(place, false);
  return runtime || app;
}
