// A second thread on Linux and macOS, and what the two wait on. (macOS has no unnamed POSIX semaphores.)
#include "posix.h"
#include <pthread.h>

struct tokens {
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  unsigned count;
};

struct tokens *make_tokens(unsigned count) {
  struct tokens *made = allocate(sizeof *made);
  *made = (struct tokens){.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER, .count = count};
  return made;
}

void take_token(struct tokens *tokens) {
  pthread_mutex_lock(&tokens->mutex);
  while (tokens->count == 0) pthread_cond_wait(&tokens->changed, &tokens->mutex);
  tokens->count--;
  pthread_mutex_unlock(&tokens->mutex);
}

void give_token(struct tokens *tokens) {
  pthread_mutex_lock(&tokens->mutex);
  tokens->count++;
  pthread_cond_signal(&tokens->changed);
  pthread_mutex_unlock(&tokens->mutex);
}

bool start_thread(void *(*work)(void *), void *data) {
  pthread_t thread;
  return pthread_create(&thread, NULL, work, data) == 0 && pthread_detach(thread) == 0;
}
