// The interpreter run on the side while an app is unpacked: what it says goes nowhere, or to whoever asked it.
#define _GNU_SOURCE
#include "posix.h"
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

/** 0, or why it could not be started. */
static int spawn(const char *folder, const char *const list[], int output, pid_t *child) {
  char *command[16] = {join(folder, "/", interpreter_name(), NULL)};
  for (size_t i = 0; list[i] != NULL; i++) command[i + 1] = (char *)list[i];
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, folder);
  int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int stream = 2; stream >= 0; stream--) {
    int source = stream > 0 && output >= 0 ? output : nothing;
    if (source >= 0) posix_spawn_file_actions_adddup2(&actions, source, stream);
  }
  int problem = posix_spawn(child, command[0], &actions, NULL, command, environ);
  if (nothing >= 0) close(nothing);
  return problem;
}

static int wait_for(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

// What the child says of files that do not compile is no reason to stop: they fail on import, as they would anywhere.
void run_quietly(const char *folder, const char *const list[]) {
  pid_t child;
  if (spawn(folder, list, -1, &child) == 0) wait_for(child);
}

static void read_answer(int descriptor, char *answer, size_t size) {
  char rest[256];
  size_t length = 0;
  for (;;) {
    bool full = length == size - 1;
    ssize_t count = full ? read(descriptor, rest, sizeof rest) : read(descriptor, answer + length, size - 1 - length);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    if (!full) length += (size_t)count;
  }
  answer[length] = 0;
}

int ask_quietly(const char *folder, const char *const list[], char *answer, size_t size, int *status) {
  int ends[2];
  pid_t child;
  answer[0] = 0;
  if (pipe(ends) != 0) return errno;
  int problem = spawn(folder, list, ends[1], &child);
  close(ends[1]);
  if (problem == 0) read_answer(ends[0], answer, size), *status = wait_for(child);
  close(ends[0]);
  return problem;
}
