/*
 * A disk that loses power, for a process that is started with this library preloaded. Every write and truncation of a
 * file below POWER_LOSS_DIR is remembered until the file is synced. Once the file POWER_LOSS_TRIGGER exists, the
 * POWER_LOSS_AFTER-th write or sync from then on is the moment: all that was not synced is taken back, then each
 * un-synced write independently comes back whole, torn at a sector, or not at all (as a disk may have written any of them),
 * and the process ends at once. POWER_LOSS_KEEP=0 brings none back. POWER_LOSS_LIE=1 is a disk that only claims to
 * sync: the control that shows that a loss would be noticed.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR 512

struct change {
  struct change *older, *newer;
  char path[512];
  off_t at, size_before;
  size_t before_length, length;
  char *before, *after; /* `after` is NULL for a truncation to `at`. */
};

static struct change *newest, *oldest;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long countdown = -1;

static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_write)(int, const void *, size_t);
static int (*real_truncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);

__attribute__((constructor)) static void load(void) {
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_write = dlsym(RTLD_NEXT, "write");
  real_truncate = dlsym(RTLD_NEXT, "ftruncate64");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
}

static int is_set(const char *name, const char *value) {
  const char *found = getenv(name);
  return found && strcmp(found, value) == 0;
}

/* Fills in the path of a file that is on our disk; the index of the log is shared memory and dies with the process. */
static int watched(int fd, char *path) {
  const char *dir = getenv("POWER_LOSS_DIR");
  char link[64];
  if (!dir || fd < 0) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, 511);
  if (length <= 0) return 0;
  path[length] = 0;
  return strncmp(path, dir, strlen(dir)) == 0 && !(length > 4 && strcmp(path + length - 4, "-shm") == 0);
}

static char *copy(const void *from, size_t length) {
  char *to = malloc(length ? length : 1);
  if (!to) abort();
  memcpy(to, from, length);
  return to;
}

static void remember(const char *path, int fd, off_t at, const void *after, size_t length) {
  struct stat state;
  if (fstat(fd, &state) != 0) abort();
  struct change *c = calloc(1, sizeof *c);
  if (!c) abort();
  strcpy(c->path, path);
  c->at = at;
  c->size_before = state.st_size;
  c->length = length;
  c->after = after ? copy(after, length) : NULL;
  size_t covered = after ? length : (size_t)-1;
  size_t there = state.st_size > at ? (size_t)(state.st_size - at) : 0;
  c->before_length = there < covered ? there : covered;
  c->before = malloc(c->before_length ? c->before_length : 1);
  /* SQLite opens its files for reading and writing, so the old bytes can be had from the same descriptor. */
  if (!c->before || pread(fd, c->before, c->before_length, at) != (ssize_t)c->before_length) abort();
  c->older = newest;
  if (newest) newest->newer = c; else oldest = c;
  newest = c;
}

static void forget(const char *path) {
  for (struct change *c = oldest, *next; c; c = next) {
    next = c->newer;
    if (strcmp(c->path, path) != 0) continue;
    if (c->older) c->older->newer = c->newer; else oldest = c->newer;
    if (c->newer) c->newer->older = c->older; else newest = c->older;
    free(c->before);
    free(c->after);
    free(c);
  }
}

static int open_again(const struct change *c) {
  int fd = open(c->path, O_RDWR);
  if (fd < 0) abort(); /* The log never deletes a file while it runs. */
  return fd;
}

static void take_back(const struct change *c) {
  int fd = open_again(c);
  if (real_pwrite(fd, c->before, c->before_length, c->at) != (ssize_t)c->before_length) abort();
  if (real_truncate(fd, c->size_before) != 0) abort();
  close(fd);
}

static void bring_back(const struct change *c) {
  int chance = rand() % 3;
  if (chance == 0) return;
  int fd = open_again(c);
  if (!c->after) {
    if (real_truncate(fd, c->at) != 0) abort();
  } else {
    size_t length = c->length;
    if (chance == 1 && length > SECTOR) length = SECTOR * (1 + rand() % (length / SECTOR));
    if (real_pwrite(fd, c->after, length, c->at) != (ssize_t)length) abort();
  }
  close(fd);
}

static void lose_power(void) {
  for (struct change *c = newest; c; c = c->older) take_back(c);
  if (!is_set("POWER_LOSS_KEEP", "0"))
    for (struct change *c = oldest; c; c = c->newer) bring_back(c);
  kill(getpid(), SIGKILL);
}

/* Is called before every write and every sync, with the lock held. */
static void tick(void) {
  const char *trigger = getenv("POWER_LOSS_TRIGGER"), *after = getenv("POWER_LOSS_AFTER");
  if (countdown < 0) {
    if (!trigger || !after || access(trigger, F_OK) != 0) return;
    countdown = atol(after);
    srand((unsigned)countdown);
  }
  if (countdown-- == 0) lose_power();
}

static ssize_t write_at(int fd, const void *data, size_t length, off_t at) {
  char path[512];
  if (!watched(fd, path)) return real_pwrite(fd, data, length, at);
  pthread_mutex_lock(&lock);
  tick();
  remember(path, fd, at, data, length);
  ssize_t written = real_pwrite(fd, data, length, at);
  pthread_mutex_unlock(&lock);
  return written;
}

ssize_t pwrite64(int fd, const void *data, size_t length, off_t at) { return write_at(fd, data, length, at); }
ssize_t pwrite(int fd, const void *data, size_t length, off_t at) { return write_at(fd, data, length, at); }

ssize_t write(int fd, const void *data, size_t length) {
  char path[512];
  if (!watched(fd, path)) return real_write(fd, data, length);
  pthread_mutex_lock(&lock);
  tick();
  remember(path, fd, lseek(fd, 0, SEEK_CUR), data, length);
  ssize_t written = real_write(fd, data, length);
  pthread_mutex_unlock(&lock);
  return written;
}

static int truncate_to(int fd, off_t length) {
  char path[512];
  if (!watched(fd, path)) return real_truncate(fd, length);
  pthread_mutex_lock(&lock);
  tick();
  remember(path, fd, length, NULL, 0);
  int result = real_truncate(fd, length);
  pthread_mutex_unlock(&lock);
  return result;
}

int ftruncate64(int fd, off_t length) { return truncate_to(fd, length); }
int ftruncate(int fd, off_t length) { return truncate_to(fd, length); }

static int sync_with(int (*real)(int), int fd) {
  char path[512];
  if (!watched(fd, path)) return real(fd);
  pthread_mutex_lock(&lock);
  tick();
  int result = real(fd);
  if (result == 0 && !is_set("POWER_LOSS_LIE", "1")) forget(path);
  pthread_mutex_unlock(&lock);
  return result;
}

int fsync(int fd) { return sync_with(real_fsync, fd); }
int fdatasync(int fd) { return sync_with(real_fdatasync, fd); }
