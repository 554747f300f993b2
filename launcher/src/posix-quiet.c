// The interpreter run on the side while an app is unpacked: what it says goes nowhere, or to whoever asked it.
#define _GNU_SOURCE
#include "posix.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static int wait_for(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

static _Noreturn void become(const char *folder, char **command, int output, pid_t parent, int *problem) {
  end_with(parent);
  int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int stream = 2; stream >= 0; stream--) {
    int source = stream > 0 && output >= 0 ? output : nothing;
    if (source >= 0) dup2(source, stream);
  }
  if (chdir(folder) == 0) execve(command[0], command, environ);
  *problem = errno;
  _exit(127);
}

/** A number that a child can set. */
static int *share_number(void) {
  void *page = mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANON, -1, 0);
  return page == MAP_FAILED ? NULL : page;
}

/** The child, or 0; `problem` says why it could not be started. (posix_spawn cannot tie the child to this process.) */
static pid_t start_child(const char *folder, const char *const list[], int output, int *problem) {
  char *command[16] = {join(folder, "/", interpreter_name(), NULL)};
  for (size_t i = 0; list[i] != NULL; i++) command[i + 1] = (char *)list[i];
  pid_t parent = getpid(), child = fork();
  if (child == 0) become(folder, command, output, parent, problem);
  if (child > 0) return child;
  *problem = errno;
  return 0;
}

// What the child says of files that do not compile is no reason to stop: they fail on import, as they would anywhere.
void run_quietly(const char *folder, const char *const list[]) {
  int *problem = share_number();
  pid_t child = problem != NULL ? start_child(folder, list, -1, problem) : 0;
  if (child != 0) wait_for(child);
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

// Neither end blocks: an answer that is too long for the pipe is cut, and whatever holds the other end open is not waited for.
bool ask_quietly(const char *folder, const char *const list[], struct question *question) {
  int ends[2];
  question->problem = share_number();
  if (question->problem == NULL || pipe(ends) != 0) return false;
  for (int end = 0; end < 2; end++) fcntl(ends[end], F_SETFL, O_NONBLOCK), fcntl(ends[end], F_SETFD, FD_CLOEXEC);
  question->child = start_child(folder, list, ends[1], question->problem);
  question->from = ends[0];
  close(ends[1]);
  return true;
}

int hear_answer(const struct question *question, char *answer, size_t size, int *status) {
  *status = question->child != 0 ? wait_for(question->child) : 0;
  read_answer(question->from, answer, size);
  close(question->from);
  return *question->problem;
}
