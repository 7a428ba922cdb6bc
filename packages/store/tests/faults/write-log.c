/*
 * Keeps a log of all that one process does to its database files, in order (LD_PRELOAD): what it writes, truncates and
 * syncs, and what it says on its standard output. The log is the file named by WRITE_LOG; each entry is
 *   operation (1 byte: W, T, S or A), file (1 byte: d for the database, w for its log), offset (8), length (4), data.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int log_fd(void) {
  static int fd = -1;
  if (fd == -1) fd = open(getenv("WRITE_LOG"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  return fd;
}

static char file_of(int fd) {
  char link[64], name[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, name, sizeof name - 1);
  if (length < 4) return 0;
  name[length] = 0;
  if (strcmp(name + length - 4, "-wal") == 0) return 'w';
  return strcmp(name + length - 3, ".db") == 0 ? 'd' : 0;
}

static void keep(char operation, char file, int64_t offset, const void *data, uint32_t length) {
  char *entry = malloc(14 + length);
  entry[0] = operation;
  entry[1] = file;
  memcpy(entry + 2, &offset, 8);
  memcpy(entry + 10, &length, 4);
  if (length > 0) memcpy(entry + 14, data, length);
  if (REAL(write)(log_fd(), entry, 14 + length) < 0) abort();
  free(entry);
}

static ssize_t keep_write(int fd, const void *data, ssize_t written, int64_t offset) {
  char file = file_of(fd);
  if (file && written > 0) keep('W', file, offset, data, written);
  return written;
}

static int keep_sync(int fd, int result) {
  char file = file_of(fd);
  if (file && result == 0) keep('S', file, 0, NULL, 0);
  return result;
}

static int keep_truncate(int fd, int64_t size, int result) {
  char file = file_of(fd);
  if (file && result == 0) keep('T', file, size, NULL, 0);
  return result;
}

ssize_t pwrite(int fd, const void *data, size_t n, off_t at) { return keep_write(fd, data, REAL(pwrite)(fd, data, n, at), at); }
ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at) { return keep_write(fd, data, REAL(pwrite64)(fd, data, n, at), at); }
int fsync(int fd) { return keep_sync(fd, REAL(fsync)(fd)); }
int fdatasync(int fd) { return keep_sync(fd, REAL(fdatasync)(fd)); }
int ftruncate(int fd, off_t size) { return keep_truncate(fd, size, REAL(ftruncate)(fd, size)); }
int ftruncate64(int fd, off64_t size) { return keep_truncate(fd, size, REAL(ftruncate64)(fd, size)); }

ssize_t write(int fd, const void *data, size_t n) {
  if (fd == 1) keep('A', 0, 0, data, n);
  return REAL(write)(fd, data, n);
}
