// The interpreter run on the side while an app is unpacked: what it says goes nowhere, or to whoever asked it.
#define _GNU_SOURCE
#include "posix.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

static int wait_for(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

static _Noreturn void become(const char *folder, char **command, int output, pid_t parent, int report) {
  end_with(parent);
  int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int stream = 2; stream >= 0; stream--) {
    int source = stream > 0 && output >= 0 ? output : nothing;
    if (source >= 0) dup2(source, stream);
  }
  if (chdir(folder) == 0) execve(command[0], command, environ);
  int problem = errno;
  write(report, &problem, sizeof problem);
  _exit(127);
}

/** 0, or why it could not be started. (posix_spawn cannot tie the child to this process.) */
static int spawn(const char *folder, const char *const list[], int output, pid_t *child) {
  char *command[16] = {join(folder, "/", interpreter_name(), NULL)};
  int report[2], problem = 0;
  for (size_t i = 0; list[i] != NULL; i++) command[i + 1] = (char *)list[i];
  if (pipe(report) != 0) return errno;
  for (int end = 0; end < 2; end++) fcntl(report[end], F_SETFD, FD_CLOEXEC);
  pid_t parent = getpid();
  *child = fork();
  if (*child == 0) become(folder, command, output, parent, report[1]);
  if (*child < 0) problem = errno;
  close(report[1]);
  bool failed = *child > 0 && read(report[0], &problem, sizeof problem) == sizeof problem;
  close(report[0]);
  if (failed) wait_for(*child);
  return problem;
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
