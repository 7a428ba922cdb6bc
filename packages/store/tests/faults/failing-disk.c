/*
 * Makes chosen system calls fail, for one process (LD_PRELOAD). The file named by FAILING_DISK says which, while it is
 * there: "fsync -wal EIO" or "write -wal ENOSPC", that is: the call, how the file's name ends, and the error.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int ends_with(const char *text, const char *end) {
  size_t length = strlen(text), end_length = strlen(end);
  return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static int fails(const char *call, int fd) {
  const char *control = getenv("FAILING_DISK");
  FILE *file = control ? fopen(control, "re") : NULL;
  if (file == NULL) return 0;
  char which[16] = "", suffix[16] = "", error[16] = "";
  int fields = fscanf(file, "%15s %15s %15s", which, suffix, error);
  fclose(file);
  if (fields != 3 || strcmp(which, call) != 0) return 0;
  char link[64], name[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, name, sizeof name - 1);
  if (length < 0) return 0;
  name[length] = 0;
  if (!ends_with(name, suffix)) return 0;
  errno = strcmp(error, "ENOSPC") == 0 ? ENOSPC : EIO;
  return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int fsync(int fd) { return fails("fsync", fd) ? -1 : REAL(fsync)(fd); }
int fdatasync(int fd) { return fails("fsync", fd) ? -1 : REAL(fdatasync)(fd); }
ssize_t pwrite(int fd, const void *data, size_t n, off_t at) { return fails("write", fd) ? -1 : REAL(pwrite)(fd, data, n, at); }
ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at) { return fails("write", fd) ? -1 : REAL(pwrite64)(fd, data, n, at); }
