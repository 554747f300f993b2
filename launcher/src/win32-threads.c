// A second thread on Windows, and what the two wait on.
#include "win32.h"

struct tokens {
  HANDLE handle;
};

struct tokens *make_tokens(unsigned count) {
  struct tokens *made = allocate(sizeof *made);
  made->handle = CreateSemaphoreW(NULL, (LONG)count, 1 << 16, NULL);
  return made;
}

void take_token(struct tokens *tokens) { WaitForSingleObject(tokens->handle, INFINITE); }
void give_token(struct tokens *tokens) { ReleaseSemaphore(tokens->handle, 1, NULL); }

struct work {
  void *(*run)(void *);
  void *data;
};

static DWORD WINAPI begin(void *given) {
  struct work *work = given;
  work->run(work->data);
  return 0;
}

bool start_thread(void *(*run)(void *), void *data) {
  struct work *work = allocate(sizeof *work);
  *work = (struct work){run, data};
  HANDLE thread = CreateThread(NULL, 0, begin, work, 0, NULL);
  return thread != NULL && CloseHandle(thread);
}
