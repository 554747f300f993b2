// What posix.c asks of linux.c and macos.c.
#pragma once
#include "launcher.h"
#include <sys/types.h>

struct file {
  int descriptor;
};
extern char **environ;

struct file *wrap_descriptor(int descriptor);
struct question {
  pid_t child;
  int from, *problem;
};
/** Starts the interpreter in `folder` and goes on. False when it cannot be asked. */
bool ask_quietly(const char *folder, const char *const arguments[], struct question *question);
/** Waits. 0 and how it ended, with what it printed first; or why it could not be started. */
int hear_answer(const struct question *question, char *answer, size_t size, int *status);
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
