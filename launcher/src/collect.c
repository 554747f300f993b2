// After something was unpacked, trees that nobody holds (marker.c) and that have not been used for a month are removed:
// other versions of this app, and runtimes that no app names.
#include "launcher.h"
#include <string.h>

enum { KEY = 32, DAY = 24 * 60 * 60, KEPT_DAYS = 30 };

static const struct place *collected;
static bool own_too, named;

static bool starts_with_key(const char *name) { return strspn(name, "0123456789abcdef") == KEY; }
static bool is_key(const char *name) { return starts_with_key(name) && name[KEY] == 0; }

static bool was_used(const char *path) { return !own_too && seconds() < last_use(path) + KEPT_DAYS * DAY; }

// The marker goes first: from then on the tree counts as nothing, whatever happens next, and nobody can come to hold it.
static void drop_tree(const char *tree, const char *key) {
  struct file *marker = open_marker(marker_of(tree));
  bool free = marker == NULL || (lock_file(marker, true) == LOCK_TAKEN && remove_tree(marker_of(tree)));
  if (marker != NULL) close_file(marker);
  char *away = join(inside(collected, "tmp/"), key, ".old", decimal(random_bits()), NULL);
  if (!free || !move_folder(tree, away)) return;
  remove_tree(away);
  remove_tree(join(inside(collected, "locks/"), key, ".lock", NULL));
}

static void consider_leftover(const char *folder, const char *name) {
  bool unpacked = starts_with_key(name) && name[KEY] == '.', compared = own_too && strncmp(name, "self.", 5) == 0;
  if (unpacked || compared) remove_tree(join(folder, "/", name, NULL));
}

static void consider_app(const char *folder, const char *key) {
  char *tree = join(folder, "/", key, NULL), *tail = join("\n", locator->name, "\n", NULL);
  const char *text = read_marker(tree);
  if (!is_key(key) || (!own_too && strcmp(key, locator->app_key) == 0)) return;
  bool same = strncmp(text, "1\n", 2) == 0 && strlen(text) > 2 + KEY && strncmp(text + 2 + KEY, tail, strlen(tail)) == 0;
  if (same && !was_used(join(tree, "/boot.py", NULL))) drop_tree(tree, key);
}

static const char *asked_runtime;

static void look_for_runtime(const char *folder, const char *key) {
  const char *text = read_marker(join(folder, "/", key, NULL));
  if (strlen(text) > 2 + KEY && strncmp(text + 2, asked_runtime, KEY) == 0) named = true;
}

static void consider_runtime(const char *folder, const char *key) {
  char *tree = join(folder, "/", key, NULL);
  if (!is_key(key) || (!own_too && strcmp(key, locator->runtime_key) == 0) || was_used(marker_of(tree))) return;
  asked_runtime = key;
  named = false;
  if (each_entry(inside(collected, "apps"), look_for_runtime) && !named) drop_tree(tree, key);
}

/** `own`: this app's own tree goes as well, and its other versions and what nothing else needs, however lately used. */
void collect(const struct place *place, bool own) {
  struct file *lock = open_lock(inside(place, "locks/cache.lock"));
  if (lock == NULL) return;
  collected = place;
  own_too = own;
  enum lock_state state;
  // While somebody else unpacks, it is left to a later start, unless it was asked for.
  while ((state = lock_file(lock, true)) == LOCK_BUSY && own) pause_milliseconds(10);
  if (state == LOCK_TAKEN) {
    each_entry(inside(place, "tmp"), consider_leftover);
    each_entry(inside(place, "apps"), consider_app);
    each_entry(inside(place, "runtimes"), consider_runtime);
  }
  close_file(lock);
}
