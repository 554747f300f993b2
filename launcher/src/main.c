// The launcher's whole way: locator, cache, unpack when needed, start.
#include "launcher.h"
#include <stdlib.h>

static void inspect(void) {
  struct file *self = open_payload();
  size_t size = (size_t)locator->manifest_size;
  char *manifest = malloc(size + 1);
  if (manifest == NULL || !read_at(self, locator->manifest_offset, manifest, size)) stop(EXIT_DAMAGED, "cannot read the manifest in ", self_path(), ".", NULL);
  manifest[size] = '\n';
  leave(print_bytes(manifest, size + 1) ? 0 : EXIT_NOT_WRITTEN);
}

static void print_app(const char *app) {
  char *line = join(app, "\n", NULL);
  size_t length = 0;
  while (line[length] != 0) length++;
  leave(print_bytes(line, length) ? 0 : EXIT_NOT_WRITTEN);
}

static _Noreturn void stop_not_found(const char *app) {
  char *interpreter = join(app, "/", interpreter_name(), NULL);
  if (locator->glibc_major == 0) stop(EXIT_NOT_STARTED, "cannot start ", interpreter, ": it is not there.", NULL);
  stop(EXIT_NOT_STARTED, "cannot start ", interpreter, ": this system lacks the GNU C library; the app needs glibc >= ",
       decimal(locator->glibc_major), ".", decimal(locator->glibc_minor), ".", NULL);
}

int main(int argc, char **argv) {
  struct place place;
  platform_begin(argc, argv);
  load_locator();
  refuse_privileges();
  if (asked("TERRARIUM_INSPECT")) inspect();
  if (!find_warm_place(&place)) {
    find_writable_place(&place);
    unpack_into(&place);
  }
  char *app = tree_path(&place, MOUNT_APP);
  if (asked("TERRARIUM_UNPACK")) print_app(app);
  start_interpreter(app);
  // The markers are there and the interpreter is not: somebody deleted it.
  if (unpack_into(&place)) start_interpreter(app);
  stop_not_found(app);
}
