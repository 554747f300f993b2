// A tree's marker, `.ok`: that the tree was unpacked whole, whose it is, and by which entries a start sees that it still is.
// Whoever runs from an app's tree holds a shared lock on its marker.
#include "launcher.h"
#include <stdlib.h>
#include <string.h>

enum { LONGEST_MARKER = 8192, ENTRIES = 256 };

static struct file *held;

char *marker_of(const char *tree) { return join(tree, "/.ok", NULL); }

static const char *text_of(struct file *marker) {
  static char text[LONGEST_MARKER];
  uint64_t size = is_live_marker(marker) ? file_size(marker) : 0;
  text[size < LONGEST_MARKER && read_at(marker, 0, text, (size_t)size) ? size : 0] = 0;
  return text;
}

const char *read_marker(const char *tree) {
  struct file *marker = open_marker(marker_of(tree));
  if (marker == NULL) return "";
  const char *text = text_of(marker);
  close_file(marker);
  return text;
}

static const char *next_line(const char *text) {
  const char *end = strchr(text, '\n');
  return end == NULL ? text + strlen(text) : end + 1;
}

// One line: `<size> <path>`. One that was cut off does not end.
static bool is_as_listed(const char *tree, const char *line) {
  char *path;
  uint64_t size = strtoull(line, &path, 10), there;
  size_t length = strcspn(path, "\n");
  if (path == line || path[0] != ' ' || path[length] != '\n') return false;
  char *name = join(path + 1, NULL);
  name[length - 1] = 0;
  return find_size(join(tree, "/", name, NULL), &there) && there == size;
}

// Of a marker by a later launcher no more is understood than that it is there.
static bool text_holds(const char *tree, enum tree mount, const char *text) {
  if (strncmp(text, "1\n", 2) != 0) return text[0] != 0;
  const char *line = next_line(text);
  if (mount == MOUNT_APP) line = next_line(next_line(line));
  for (; *line != 0; line = next_line(line))
    if (!is_as_listed(tree, line)) return false;
  return true;
}

bool is_whole(const char *tree, enum tree mount) { return text_holds(tree, mount, read_marker(tree)); }

void release_tree(void) {
  if (held != NULL) close_file(held);
  held = NULL;
}

bool hold_app(const char *tree) {
  struct file *marker = open_marker(marker_of(tree));
  if (marker == NULL) return false;
  // Where there are no locks nothing is collected either.
  if (lock_file(marker, false) == LOCK_BUSY || !text_holds(tree, MOUNT_APP, text_of(marker))) return close_file(marker), false;
  release_tree();
  held = marker;
  return true;
}

static char *entries[ENTRIES];
static size_t entry_count;

// Sorted, as folders are listed in any order: every unpacking gives the same marker.
static void take_name(const char *folder, const char *name) {
  (void)folder;
  if (entry_count == ENTRIES || strchr(name, '\n') != NULL) return;
  size_t at = entry_count++;
  for (; at > 0 && strcmp(entries[at - 1], name) > 0; at--) entries[at] = entries[at - 1];
  entries[at] = join(name, NULL);
}

// What a start cannot do without: all that lies at the top of an app's folder, and what Python looks for before any module.
static void find_entries(const char *tree, enum tree mount) {
  entry_count = 0;
  if (mount == MOUNT_APP) {
    if (!each_entry(tree, take_name)) stop(EXIT_NOT_WRITTEN, "cannot look into ", tree, ": ", reason(), ".", NULL);
  } else {
    take_name(tree, locator->interpreter);
    take_name(tree, join("lib/", interpreter_name(), "/encodings/__init__.py", NULL));
    take_name(tree, "Lib/encodings/__init__.py");
  }
}

static char *list_entries(const char *tree, enum tree mount) {
  char *lines = join("", NULL);
  uint64_t size;
  find_entries(tree, mount);
  for (size_t i = 0; i < entry_count; i++) {
    char *path = join(tree, "/", entries[i], NULL);
    if (!find_size(path, &size)) stop(EXIT_NOT_WRITTEN, "cannot look at ", path, ": ", reason(), ".", NULL);
    if (size == NOT_PRESENT) continue;
    char *more = join(lines, decimal(size), " ", entries[i], "\n", NULL);
    if (strlen(more) < LONGEST_MARKER / 2) lines = more;
  }
  return lines;
}

void write_marker(const char *tree, enum tree mount) {
  char *whose = mount == MOUNT_APP ? join(locator->runtime_key, "\n", locator->name, "\n", NULL) : "";
  char *path = marker_of(tree), *text = join("1\n", whose, list_entries(tree, mount), NULL);
  struct file *marker = create_file(path, false);
  if (marker == NULL || !write_bytes(marker, text, strlen(text)) || !close_file(marker)) stop(EXIT_NOT_WRITTEN, "cannot write ", path, ": ", reason(), ".", NULL);
}
