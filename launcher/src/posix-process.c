// The process on Linux and macOS: environment, messages, time, and its end as the interpreter.
#include "posix.h"
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int argument_count;
static char **arguments;
static mode_t inherited_mask;

// Modes of unpacked files are the tar's; the folder around them is private whatever the mask. The app gets its own mask back.
void platform_begin(int argc, char **argv) {
  argument_count = argc;
  arguments = argv;
  inherited_mask = umask(022);
}

void refuse_privileges(void) {
  if (getuid() == geteuid() && getgid() == getegid()) return;
  stop(EXIT_REFUSED, "refuses to run setuid or setgid: what it unpacks belongs to one user and must not act for another.", NULL);
}

// A privileged process (file capabilities) takes no orders from the environment of whoever started it.
char *variable(const char *name) {
  if (is_privileged()) return NULL;
  char *value = getenv(name);
  return value != NULL && value[0] != 0 ? value : NULL;
}

char *home_folder(void) {
  char *home = variable("HOME");
  if (home != NULL && home[0] == '/') return home;
  struct passwd *user = getpwuid(geteuid());
  return user != NULL && user->pw_dir != NULL && user->pw_dir[0] == '/' ? user->pw_dir : NULL;
}

char *self_path(void) {
  static char *path;
  if (path == NULL) path = find_self();
  return path != NULL ? path : arguments[0] != NULL ? arguments[0] : "terrarium";
}

static bool write_all(int descriptor, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t written = write(descriptor, bytes, length);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes += written;
    length -= (size_t)written;
  }
  return true;
}

void say(const char *line) { write_all(2, line, strlen(line)); }
void show_failure(const char *line) { say(line); }
bool print_bytes(const void *bytes, size_t length) { return write_all(1, bytes, length); }
bool terminal_listens(void) { return isatty(2); }
char *reason(void) { return strerror(errno); }
void leave(int code) { _exit(code); }
uint64_t process_number(void) { return (uint64_t)getpid(); }

uint64_t milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

uint64_t seconds(void) { return (uint64_t)time(NULL); }

void pause_milliseconds(unsigned count) {
  struct timespec time = {count / 1000, (long)(count % 1000) * 1000000};
  nanosleep(&time, NULL);
}

// Only tells folders of one moment apart; the folder around them is private, so that it need not be unguessable.
uint64_t random_bits(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return ((uint64_t)now.tv_sec << 30 ^ (uint64_t)now.tv_nsec) * 0x9e3779b97f4a7c15u >> 16;
}

static void silence(int descriptor) {
  int nothing = open("/dev/null", O_RDWR);
  if (nothing >= 0) dup2(nothing, descriptor);
}

static _Noreturn void become_quiet(const char *folder, const char *const list[], pid_t parent) {
  end_with(parent);
  char *command[16] = {join(folder, "/", interpreter_name(), NULL)};
  for (size_t i = 0; list[i] != NULL; i++) command[i + 1] = (char *)list[i];
  for (int descriptor = 0; descriptor < 3; descriptor++) silence(descriptor);
  if (chdir(folder) == 0) execve(command[0], command, environ);
  _exit(127);
}

// What the child says of files that do not compile is no reason to stop: they fail on import, as they would anywhere.
void run_quietly(const char *folder, const char *const list[]) {
  int status;
  pid_t parent = getpid(), child = fork();
  if (child == 0) become_quiet(folder, list, parent);
  while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
}

static char **make_command(const char *app, const char *script) {
  char **command = calloc((size_t)argument_count + 4, sizeof *command), **next = command;
  if (command == NULL) stop(EXIT_NOT_STARTED, "cannot start: no memory left.", NULL);
  *next++ = join(app, "/", interpreter_name(), NULL);
  if (script != NULL) *next++ = "-I", *next++ = join(app, "/", script, NULL);
  for (int i = 1; i < argument_count; i++) *next++ = arguments[i];
  return command;
}

// Removed first, as an environment can hold a name more than once and only one of them is overwritten.
static void set_variable(const char *name, const char *value) {
  unsetenv(name);
  setenv(name, value, 1);
}

// TERRARIUM_COMMAND is read by boot.py; without it, another packed app that is started would take it for its own.
static void set_variables(const char *app, const char *script) {
  set_variable("TERRARIUM", self_path());
  set_variable("TERRARIUM_ARGV0", argument_count > 0 ? arguments[0] : "");
  set_variable("TERRARIUM_DIR", app);
  unsetenv("TERRARIUM_INTERPRETER");
  if (script == NULL) unsetenv("TERRARIUM_COMMAND");
}

void start_interpreter(const char *app, const char *script) {
  char **command = make_command(app, script);
  set_variables(app, script);
  umask(inherited_mask);
  // Scanners and processes forked meanwhile can hold a file that was just written open for a moment.
  for (int tries = 0; tries < 10; tries++) {
    execve(command[0], command, environ);
    if (errno != ETXTBSY) break;
    pause_milliseconds(100);
  }
  umask(022);
  if (errno == ENOENT || errno == ENOTDIR) return;
  stop(EXIT_NOT_STARTED, "cannot start ", command[0], ": ", reason(),
       errno == EACCES ? "; if the folder is mounted noexec, set TERRARIUM_CACHE to another one." : ".", NULL);
}
