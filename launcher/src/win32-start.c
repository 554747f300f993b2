// The interpreter on Windows: links to it in the app's folder, and a child process that stands in for this one. A child
// rather than python3xx.dll in this process, because one way then serves every Python version (PEP 741 came with 3.14).
#include "win32.h"
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static bool ends_with(const wchar_t *name, const wchar_t *tail) {
  size_t length = wcslen(name), size = wcslen(tail);
  return length > size && _wcsicmp(name + length - size, tail) == 0;
}

static bool link_or_copy(const char *from, const char *to) {
  return CreateHardLinkW(wide_path(to), wide_path(from), NULL) || CopyFileW(wide_path(from), wide_path(to), TRUE);
}

// The dynamic libraries have to lie beside the executable that loads them, and beside its ._pth.
bool link_interpreter(const char *folder, const char *runtime, bool lasting) {
  (void)lasting;
  WIN32_FIND_DATAW found;
  bool all = true;
  HANDLE search = FindFirstFileW(wide_path(join(runtime, "/*", NULL)), &found);
  if (search == INVALID_HANDLE_VALUE) return false;
  do {
    if (!ends_with(found.cFileName, L".exe") && !ends_with(found.cFileName, L".dll")) continue;
    char *name = narrow(found.cFileName);
    all = link_or_copy(join(runtime, "/", name, NULL), join(folder, "/", name, NULL));
  } while (all && FindNextFileW(search, &found));
  FindClose(search);
  return all;
}

static wchar_t *backslashed(const char *path) {
  wchar_t *result = wide(path);
  for (wchar_t *at = result; *at != 0; at++)
    if (*at == L'/') *at = L'\\';
  return result;
}

// The arguments as they were typed: whatever their quoting, the child splits them as this process would have.
static const wchar_t *typed_arguments(void) {
  const wchar_t *at = GetCommandLineW();
  for (bool quoted = false; *at != 0 && (quoted || (*at != L' ' && *at != L'\t')); at++)
    if (*at == L'"') quoted = !quoted;
  return at;
}

static wchar_t *first_argument(void) {
  const wchar_t *line = GetCommandLineW(), *end = typed_arguments();
  wchar_t *result = calloc((size_t)(end - line) + 1, sizeof *result), *to = result;
  if (result == NULL) leave(EXIT_NOT_STARTED);
  for (; line < end; line++)
    if (*line != L'"') *to++ = *line;
  return result;
}

static wchar_t *make_command(const char *program, const char *before, const wchar_t *after) {
  wchar_t *head = wide(join("\"", program, "\"", before, NULL));
  wchar_t *line = calloc(wcslen(head) + wcslen(after) + 1, sizeof *line);
  if (line == NULL) leave(EXIT_NOT_STARTED);
  wcscpy(line, head);
  return wcscat(line, after);
}

static char *program_of(const char *app) {
  char *windowed = join(app, "/pythonw.exe", NULL);
  bool wanted = (locator->flags & FLAG_WINDOWED) != 0 && is_present(windowed);
  return narrow(backslashed(wanted ? windowed : join(app, "/", interpreter_name(), NULL)));
}

// Nothing outlives this process unless the app itself detached it.
static HANDLE make_job(void) {
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
  limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK;
  HANDLE job = CreateJobObjectW(NULL, NULL);
  if (job != NULL) SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits);
  return job;
}

static HANDLE child;

// The child gets the same event from the console and decides; this process only has to be there for its exit code.
static BOOL WINAPI outlast(DWORD event) {
  if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT && child != NULL) WaitForSingleObject(child, INFINITE);
  return TRUE;
}

static HANDLE inherited(DWORD which) {
  HANDLE handle = GetStdHandle(which);
  if (handle != NULL && handle != INVALID_HANDLE_VALUE) SetHandleInformation(handle, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
  return handle;
}

// Window state, title and C descriptors go on as they came.
static STARTUPINFOW pass_on(void) {
  STARTUPINFOW startup;
  GetStartupInfoW(&startup);
  startup.lpReserved = NULL;
  startup.dwFlags |= STARTF_USESTDHANDLES;
  startup.hStdInput = inherited(STD_INPUT_HANDLE);
  startup.hStdOutput = inherited(STD_OUTPUT_HANDLE);
  startup.hStdError = inherited(STD_ERROR_HANDLE);
  return startup;
}

// Whoever reads the child's output waits until the last holder lets go, and that must be the child.
static void let_go(const STARTUPINFOW *startup) {
  CloseHandle(startup->hStdInput);
  CloseHandle(startup->hStdOutput);
  CloseHandle(startup->hStdError);
}

static _Noreturn void await(PROCESS_INFORMATION process, const STARTUPINFOW *startup) {
  DWORD code = EXIT_NOT_STARTED;
  HANDLE job = make_job();
  // Refused inside some older jobs; the app runs all the same then.
  if (job != NULL) AssignProcessToJobObject(job, process.hProcess);
  child = process.hProcess;
  ResumeThread(process.hThread);
  let_go(startup);
  WaitForSingleObject(process.hProcess, INFINITE);
  GetExitCodeProcess(process.hProcess, &code);
  ExitProcess(code);
}

// TERRARIUM_COMMAND is read by boot.py; without it, another packed app that is started would take it for its own.
static void set_variables(const char *app, const char *script) {
  SetEnvironmentVariableW(L"TERRARIUM", self_path() == NULL ? L"" : wide(self_path()));
  SetEnvironmentVariableW(L"TERRARIUM_ARGV0", first_argument());
  SetEnvironmentVariableW(L"TERRARIUM_DIR", backslashed(app));
  SetEnvironmentVariableW(L"TERRARIUM_INTERPRETER", NULL);
  if (script == NULL) SetEnvironmentVariableW(L"TERRARIUM_COMMAND", NULL);
}

enum failure start_interpreter(const char *app, const char *script) {
  char *program = program_of(app);
  char *before = script == NULL ? "" : join(" -I \"", narrow(backslashed(join(app, "/", script, NULL))), "\"", NULL);
  wchar_t *command = make_command(program, before, typed_arguments());
  PROCESS_INFORMATION process;
  STARTUPINFOW startup = pass_on();
  set_variables(app, script);
  SetConsoleCtrlHandler(outlast, TRUE);
  if (CreateProcessW(wide(program), command, NULL, NULL, TRUE, CREATE_SUSPENDED, NULL, NULL, &startup, &process)) await(process, &startup);
  DWORD error = GetLastError();
  if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND) return NOT_THERE;
  if (error == ERROR_BAD_EXE_FORMAT || error == ERROR_ACCESS_DENIED || error == ERROR_EXE_MARKED_INVALID || error == ERROR_INVALID_EXE_SIGNATURE) return SetLastError(error), NO_PROGRAM;
  stop(EXIT_NOT_STARTED, "cannot start ", program, ": ", reason(), ".", NULL);
}

// These are asked of apps with a least glibc alone.
void ask_system(const char *folder) { (void)folder; }
void check_system(void) {}
void stop_without_glibc(void) { stop(EXIT_NOT_STARTED, "cannot start: the app was made for Linux.", NULL); }

void run_quietly(const char *folder, const char *const arguments[]) {
  char *program = join(folder, "/", interpreter_name(), NULL), *line = "";
  for (size_t i = 0; arguments[i] != NULL; i++) line = join(line, " ", arguments[i], NULL);
  STARTUPINFOW startup = {.cb = sizeof startup};
  PROCESS_INFORMATION process;
  wchar_t *command = make_command(program, line, L"");
  if (!CreateProcessW(wide(program), command, NULL, NULL, FALSE, CREATE_NO_WINDOW, NULL, wide(folder), &startup, &process)) return;
  WaitForSingleObject(process.hProcess, INFINITE);
}
