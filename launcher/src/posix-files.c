// Files, the cache's private folders and locks on Linux and macOS.
#include "posix.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

struct file *wrap_descriptor(int descriptor) {
  if (descriptor < 0) return NULL;
  struct file *file = allocate(sizeof *file);
  file->descriptor = descriptor;
  return file;
}

// Without O_CLOEXEC, so that the lock lasts as long as the interpreter; above the standard streams, of which any may be closed.
struct file *open_marker(const char *path) {
  int descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor < 0 || descriptor > 2) return wrap_descriptor(descriptor);
  int higher = fcntl(descriptor, F_DUPFD, 3);
  close(descriptor);
  return wrap_descriptor(higher);
}

struct file *open_self(void) { return wrap_descriptor(open_self_descriptor()); }

// Without O_CLOEXEC, which costs a call per file in musl: none is open when a process is forked.
struct file *create_file(const char *path, bool executable) {
  return wrap_descriptor(open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, executable ? 0755 : 0644));
}

uint64_t file_size(struct file *file) {
  struct stat status;
  return fstat(file->descriptor, &status) == 0 ? (uint64_t)status.st_size : 0;
}

bool read_at(struct file *file, uint64_t offset, void *bytes, size_t length) {
  while (length > 0) {
    ssize_t count = pread(file->descriptor, bytes, length, (off_t)offset);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes = (char *)bytes + count;
    offset += (uint64_t)count;
    length -= (size_t)count;
  }
  return true;
}

bool write_bytes(struct file *file, const void *bytes, size_t length) {
  while (length > 0) {
    ssize_t count = write(file->descriptor, bytes, length);
    if (count < 0 && errno == EINTR) continue;
    // A short write says nothing yet; the next one gives the cause.
    if (count < 0) return false;
    bytes = (const char *)bytes + count;
    length -= (size_t)count;
  }
  return true;
}

bool close_file(struct file *file) {
  return close(file->descriptor) == 0;
}

bool make_folder(const char *path) { return mkdir(path, 0755) == 0 || errno == EEXIST; }
bool move_folder(const char *from, const char *to) { return rename(from, to) == 0; }

bool name_allowed(const char *segment, size_t length) {
  (void)segment, (void)length;
  return true;
}

bool is_present(const char *path) {
  struct stat status;
  return stat(path, &status) == 0;
}

// A power cut can leave an empty marker, which says of no runtime that it is needed.
static bool is_ours(const struct stat *status) { return S_ISREG(status->st_mode) && status->st_uid == geteuid() && status->st_size > 0; }

bool find_size(const char *path, uint64_t *size) {
  struct stat status;
  if (stat(path, &status) != 0) return *size = NOT_PRESENT, errno == ENOENT || errno == ENOTDIR;
  if ((status.st_mode & S_IRUSR) == 0) return false;
  *size = S_ISREG(status.st_mode) ? (uint64_t)status.st_size : 0;
  return true;
}

bool is_live_marker(struct file *marker) {
  struct stat status;
  return fstat(marker->descriptor, &status) == 0 && is_ours(&status) && status.st_nlink > 0;
}

uint64_t last_use(const char *path) {
  struct stat status;
  if (lstat(path, &status) != 0) return 0;
  return (uint64_t)(status.st_atime > status.st_mtime ? status.st_atime : status.st_mtime);
}

static bool is_dot(const char *name) { return strcmp(name, ".") == 0 || strcmp(name, "..") == 0; }

static bool remove_at(int parent, const char *name);

static bool empty_folder(int descriptor) {
  DIR *folder = fdopendir(descriptor);
  if (folder == NULL) return close(descriptor), false;
  bool all = true;
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
    if (!is_dot(entry->d_name)) all &= remove_at(dirfd(folder), entry->d_name);
  closedir(folder);
  return all;
}

// Works on open folders, so that a link put in the way is removed and never followed.
static bool remove_at(int parent, const char *name) {
  if (unlinkat(parent, name, 0) == 0) return true;
  int descriptor = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0) return errno == ENOENT;
  // Some systems list a folder wrongly while it shrinks: a second look finds the rest.
  for (int tries = 0; tries < 3; tries++) {
    empty_folder(openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (unlinkat(parent, name, AT_REMOVEDIR) == 0) return close(descriptor), true;
  }
  return close(descriptor), false;
}

bool remove_tree(const char *path) { return remove_at(AT_FDCWD, path); }

bool each_entry(const char *folder, entry_taker *take) {
  DIR *list = opendir(folder);
  if (list == NULL) return false;
  struct dirent *entry;
  errno = 0;
  while ((entry = readdir(list)) != NULL) {
    if (!is_dot(entry->d_name)) take(folder, entry->d_name);
    errno = 0;
  }
  int problem = errno;
  closedir(list);
  errno = problem;
  return problem == 0;
}

uint64_t free_space(const char *path) {
  struct statvfs status;
  return statvfs(path, &status) == 0 ? (uint64_t)status.f_bavail * status.f_frsize : UINT64_MAX;
}

static char *shared_place(const char *parent) { return join(parent, "/terrarium-", decimal(geteuid()), NULL); }

size_t list_places(struct place places[4]) {
  size_t count = 0;
  char *given = variable("TERRARIUM_CACHE"), *home = home_folder(), *temporary = variable("TMPDIR");
  if (given != NULL && given[0] != '/') stop(EXIT_NO_PLACE, "cannot use TERRARIUM_CACHE=", given, ": it is no absolute path.", NULL);
  // A place that was asked for is the only one: another would fill a disk that was meant to be spared.
  if (given != NULL) return places[0] = (struct place){given, false}, 1;
  char *cache = user_cache(home);
  if (cache != NULL) places[count++] = (struct place){cache, false};
  places[count++] = (struct place){shared_place("/var/tmp"), true};
  if (temporary != NULL && temporary[0] == '/') places[count++] = (struct place){shared_place(temporary), true};
  places[count++] = (struct place){shared_place("/tmp"), true};
  return count;
}

static const char *folder_problem(const char *path, bool ours, bool follow) {
  struct stat status;
  if ((follow ? stat : lstat)(path, &status) != 0) return reason();
  if (!S_ISDIR(status.st_mode)) return "it is no folder";
  if (ours && status.st_uid != geteuid()) return "it belongs to somebody else";
  if (ours && (status.st_mode & 022) != 0) return "others can write to it";
  if (status.st_uid != geteuid() && status.st_uid != 0) return "it belongs to somebody else";
  if ((status.st_mode & 02) != 0 && (status.st_mode & S_ISVTX) == 0) return "everybody can write to it";
  return NULL;
}

static bool make_private(const char *path) { return mkdir(path, 0700) == 0 || errno == EEXIST; }

static bool make_all(const char *path) {
  char *part = join(path, NULL);
  for (char *at = part + 1; *at != 0; at++) {
    if (*at != '/') continue;
    *at = 0;
    make_private(part);
    *at = '/';
  }
  return make_private(part);
}

static const char *writing_problem(const char *folder) {
  static const char *const parts[] = {"/runtimes", "/apps", "/locks", "/tmp"};
  for (size_t i = 0; i < 4; i++) {
    char *part = join(folder, parts[i], NULL);
    if (!make_private(part)) return reason();
    const char *problem = folder_problem(part, true, false);
    if (problem != NULL) return problem;
    if (access(part, W_OK | X_OK) != 0) return reason();
  }
  return runs_nothing(folder) ? "it is mounted noexec" : NULL;
}

// What is to be made belongs below a folder that could be used itself: root makes nothing in the home of another user.
static const char *nearest_problem(const char *path) {
  char *part = join(path, NULL);
  while (!is_present(part) && errno == ENOENT && part[1] != 0) {
    char *end = strrchr(part, '/');
    end[end == part] = 0;
  }
  return folder_problem(part, false, true);
}

const char *place_problem(const struct place *place, bool create) {
  char *folder = join(place->cache, "/terrarium", NULL);
  const char *problem = create ? nearest_problem(place->cache) : NULL;
  if (problem != NULL) return problem;
  if (create && !make_all(place->cache)) return reason();
  problem = folder_problem(place->cache, place->shared, !place->shared);
  if (problem != NULL) return problem;
  if (create && !make_private(folder)) return reason();
  problem = folder_problem(folder, true, false);
  return problem != NULL || !create ? problem : writing_problem(folder);
}

struct file *open_lock(const char *path) { return wrap_descriptor(open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600)); }

enum lock_state lock_file(struct file *file, bool alone) {
  if (flock(file->descriptor, (alone ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0) return LOCK_TAKEN;
  return errno == EWOULDBLOCK || errno == EINTR ? LOCK_BUSY : LOCK_UNSUPPORTED;
}

// Both trees are two levels below the same folder as the one being made is, so that these links hold before and after the rename.
static bool link_anew(const char *target, const char *path) {
  unlink(path);
  return symlink(target, path) == 0;
}

bool link_interpreter(const char *folder, const char *runtime, bool lasting) {
  const char *base = lasting ? join("../../runtimes/", locator->runtime_key, NULL) : runtime;
  return link_anew(join(base, "/", locator->interpreter, NULL), join(folder, "/", interpreter_name(), NULL)) &&
         link_anew(join(base, "/lib", NULL), join(folder, "/lib", NULL));
}
