// Whether this system has what the app needs: asked of the unpacked interpreter itself, before the app's tree counts. The
// launcher is static and would start anywhere; what else is said of a too old C library comes from the loader, in its words.
#include "posix.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static char *needed_version(void) { return join("glibc >= ", decimal(locator->glibc_major), ".", decimal(locator->glibc_minor), NULL); }

void stop_without_glibc(void) {
  stop(EXIT_NOT_STARTED, "cannot start: the app needs ", needed_version(), ", and this system lacks the GNU C library; run it on a system that has it.", NULL);
}

static _Noreturn void stop_too_old(const char *found) {
  stop(EXIT_NOT_STARTED, "cannot start: the app needs ", needed_version(), ", and this system's is too old (", found, "); run it on a newer system.", NULL);
}

// Its words, as far as they fit into a sentence.
static _Noreturn void stop_refused(char *answer, int status) {
  answer[strcspn(answer, "\n")] = 0;
  if (strstr(answer, "GLIBC_") != NULL) stop_too_old(answer);
  char *end = WIFSIGNALED(status) ? join("signal ", decimal((uint64_t)WTERMSIG(status)), NULL) : join("exit code ", decimal((uint64_t)WEXITSTATUS(status)), NULL);
  bool illegal = WIFSIGNALED(status) && WTERMSIG(status) == SIGILL;
  stop(EXIT_NOT_STARTED, "cannot start: its interpreter does not run on this system (", end, answer[0] != 0 ? ": " : "", answer, ")",
       illegal ? "; it was built for a newer processor." : "; run it on another one.", NULL);
}

/** `glibc 2.36`. Anything else is of no C library that we know, and nothing is concluded from it. */
static void check_version(char *answer) {
  char *end;
  answer[strcspn(answer, "\n")] = 0;
  if (strncmp(answer, "glibc ", 6) != 0) return;
  unsigned long major = strtoul(answer + 6, &end, 10), minor = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;
  if (major < locator->glibc_major || (major == locator->glibc_major && minor < locator->glibc_minor)) stop_too_old(answer);
}

static struct question open_question;
static bool is_open;

void ask_system(const char *folder) {
  static const char *const words[] = {"-I", "-S", "-c", "import posix; print(posix.confstr('CS_GNU_LIBC_VERSION'))", NULL};
  is_open = ask_quietly(folder, words, &open_question);
}

void check_system(void) {
  char answer[512];
  if (!is_open) return;
  int status = 0, problem = hear_answer(&open_question, answer, sizeof answer, &status);
  if (problem == ENOENT) stop_without_glibc();
  if (problem == EACCES || problem == ENOEXEC) stop(EXIT_NOT_STARTED, "cannot start: its interpreter cannot be run (", strerror(problem), "); run it on another system, or set TERRARIUM_CACHE to another folder.", NULL);
  // Any other cause (no more processes) says nothing of the app.
  if (problem != 0) return;
  if (status != 0) stop_refused(answer, status);
  check_version(answer);
}
