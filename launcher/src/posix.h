// What posix.c asks of linux.c and macos.c.
#pragma once
#include "launcher.h"
#include <sys/types.h>

struct file {
  int descriptor;
};
extern char **environ;

struct file *wrap_descriptor(int descriptor);
char *home_folder(void);
bool is_privileged(void);

/** Absolute path of the executable, links resolved; NULL when the system does not tell. */
char *find_self(void);
int open_self_descriptor(void);
/** The user's cache folder below `home`. */
char *user_cache(const char *home);
bool runs_nothing(const char *folder);
/** Lets this process be killed when its parent ends, where the system can do that. */
void end_with(pid_t parent);
