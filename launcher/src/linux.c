// Linux: the executable's own file, where caches are, and a sync that covers one file system.
#define _GNU_SOURCE
#include "posix.h"
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <unistd.h>

bool is_privileged(void) { return getauxval(AT_SECURE) != 0; }

static char *started_as(void) {
  char folder[4096], *name = (char *)getauxval(AT_EXECFN);
  if (name == NULL || name[0] == '/') return name;
  return getcwd(folder, sizeof folder) == NULL ? name : join(folder, "/", name, NULL);
}

// The kernel marks what has no name any more (deleted, or never had one); then the name it was started by is better.
char *find_self(void) {
  static char path[4096];
  static const char mark[] = " (deleted)";
  ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  if (length <= 0) return started_as();
  path[length] = 0;
  size_t tail = sizeof mark - 1;
  return (size_t)length > tail && strcmp(path + length - tail, mark) == 0 ? started_as() : path;
}

// Through /proc it opens even when it was renamed or deleted.
int open_self_descriptor(void) {
  int descriptor = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  return descriptor >= 0 ? descriptor : open(self_path(), O_RDONLY | O_CLOEXEC);
}

char *user_cache(const char *home) {
  char *given = variable("XDG_CACHE_HOME");
  if (given != NULL && given[0] == '/') return given;
  return home != NULL && is_present(home) ? join(home, "/.cache", NULL) : NULL;
}

bool runs_nothing(const char *folder) {
  struct statvfs status;
  return statvfs(folder, &status) == 0 && (status.f_flag & ST_NOEXEC) != 0;
}

// So that a power cut cannot leave files behind a marker that says they are whole.
void settle(const char *path) {
  int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  syncfs(descriptor);
  close(descriptor);
}

// A compiler that goes on in a work folder would be in the way of whoever clears it.
void end_with(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
}
