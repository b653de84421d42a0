#include <stdio.h>
#include "loop.h"

#define MAX_EVENTS 64
#define LOOP_CHECK(x) do { if (!(x)) abort(); } while (0)

/* One watcher. */
struct watcher {
  int fd;
  void (*callback)(int fd);
};

typedef struct watcher watcher_t;
typedef int (*compare_fn)(const void *, const void *);

enum state { IDLE, RUNNING };

union value { int i; float f; };

static int counter = 0;

int loop_run(struct loop *loop);

/* Starts a watcher.
 * Returns 0 on success. */
int watcher_start(watcher_t *w, int fd) {
  if (w == NULL)
    return -1;
  w->fd = fd;
  return loop_add(w, MAX_EVENTS);
}

static char *name_of(enum state s) {
  switch (s) {
    case IDLE: return "idle";
    default: return "running";
  }
}
