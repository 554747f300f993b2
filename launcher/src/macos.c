// macOS: the executable's own file and where caches are.
#include "posix.h"
#include <fcntl.h>
#include <limits.h>
#include <mach-o/dyld.h>
#include <stdio.h>
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

bool exchange_folders(const char *one, const char *other) { return renamex_np(one, other, RENAME_SWAP) == 0; }

// These are asked of apps with a least glibc alone.
void ask_system(const char *folder) { (void)folder; }
void check_system(void) {}
void stop_without_glibc(void) { stop(EXIT_NOT_STARTED, "cannot start: the app was made for Linux.", NULL); }

// There is no sync of one file system here, and a whole sync waits for other people's disks.
bool settle(const char *path) { return (void)path, true; }

void end_with(pid_t parent) { (void)parent; }
