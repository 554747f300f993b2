// macOS: the executable's own file and where caches are.
#include "posix.h"
#include <fcntl.h>
#include <limits.h>
#include <mach-o/dyld.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <unistd.h>

bool is_privileged(void) { return issetugid() != 0; }

char *find_self(void) {
  char given[4 * PATH_MAX];
  uint32_t size = sizeof given;
  if (_NSGetExecutablePath(given, &size) != 0) return NULL;
  char *whole = realpath(given, NULL);
  return whole != NULL ? whole : join(given, NULL);
}

int open_self_descriptor(void) { return open(self_path(), O_RDONLY | O_CLOEXEC); }

char *user_cache(const char *home) {
  return home != NULL && is_present(home) ? join(home, "/Library/Caches", NULL) : NULL;
}

bool runs_nothing(const char *folder) {
  struct statfs status;
  return statfs(folder, &status) == 0 && (status.f_flags & MNT_NOEXEC) != 0;
}

// There is no sync of one file system here, and a whole sync waits for other people's disks.
void settle(const char *path) { (void)path; }

void end_with(pid_t parent) { (void)parent; }
