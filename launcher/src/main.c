// The launcher's whole way: locator, cache, unpack when needed, start.
#include "launcher.h"
#include <stdlib.h>
#include <string.h>

static void inspect(void) {
  struct file *self = open_payload();
  size_t size = (size_t)locator->manifest_size;
  char *manifest = malloc(size + 1);
  if (manifest == NULL || !read_at(self, locator->manifest_offset, manifest, size)) stop(EXIT_DAMAGED, "cannot read the manifest in ", self_path(), ".", NULL);
  manifest[size] = '\n';
  leave(print_bytes(manifest, size + 1) ? 0 : EXIT_NOT_WRITTEN);
}

static void print_text(const char *text) { leave(print_bytes(text, strlen(text)) ? 0 : EXIT_NOT_WRITTEN); }

static _Noreturn void stop_not_started(const char *app, enum failure failure, const char *why) {
  char *interpreter = join(app, "/", interpreter_name(), NULL);
  if (failure == NO_PROGRAM) stop(EXIT_NOT_STARTED, "cannot start ", interpreter, ": ", why, ".", NULL);
  // There, and yet not found: what is missing is the loader that it names.
  if (is_present(interpreter) && locator->glibc_major != 0) stop_without_glibc();
  stop(EXIT_NOT_STARTED, "cannot start ", interpreter, ": it is not there.", NULL);
}

// Files that were fine when they were unpacked may be broken since: once, and not when they are new, others are tried.
static _Noreturn void start(const struct place *place, const char *script, bool fresh) {
  char *app = tree_path(place, MOUNT_APP);
  enum failure failure = start_interpreter(app, script);
  char *why = join(reason(), NULL);
  const char *problem = fresh ? NULL : place_problem(place, true);
  if (problem != NULL) stop(EXIT_NOT_STARTED, "cannot start ", app, "/", interpreter_name(), ": ", why, " (", place->cache, ": ", problem, "); set TERRARIUM_CACHE to another folder.", NULL);
  if (!fresh && unpack_into(place, failure == NO_PROGRAM)) {
    failure = start_interpreter(app, script);
    why = join(reason(), NULL);
  }
  stop_not_started(app, failure, why);
}

// "" when the app is to start. What needs no interpreter, or must work with a broken one, is done here; the rest by self.py.
static const char *self_command(int argc, char **argv) {
  if (asked("TERRARIUM_SELF")) return variable("TERRARIUM_SELF");
  if ((locator->flags & FLAG_SELF) == 0 || argc < 2 || strcmp(argv[1], "self") != 0) return "";
  return argc > 2 ? argv[2] : "self";
}

static const char *script_for(const char *command) {
  if (command[0] != 0) return "self.py";
  return asked("TERRARIUM_INTERPRETER") ? NULL : "boot.py";
}

static void clean(void) {
  clean_places();
  leave(0);
}

int main(int argc, char **argv) {
  struct place place;
  platform_begin(argc, argv);
  load_locator();
  refuse_privileges();
  const char *command = self_command(argc, argv);
  if (asked("TERRARIUM_INSPECT")) inspect();
  if (strcmp(command, "notices") == 0) print_text(notices);
  if (strcmp(command, "clean") == 0) clean();
  bool repair = strcmp(command, "repair") == 0;
  bool warm = find_warm_place(&place);
  if (!warm) find_writable_place(&place);
  bool fresh = (!warm || repair) && unpack_into(&place, repair);
  if (repair || asked("TERRARIUM_UNPACK")) print_text(join(tree_path(&place, MOUNT_APP), "\n", NULL));
  start(&place, script_for(command), fresh);
}
