// Declarations of compat.c; put before each source by -include.
#ifndef COMPAT_H
#define COMPAT_H
#include <stdio.h>
#include <sys/stat.h>
#include <sys/types.h>
int chmod(const char *, mode_t);
int fchmod(int, mode_t);
int chown(const char *, uid_t, gid_t);
int fchown(int, uid_t, gid_t);
int lchown(const char *, uid_t, gid_t);
mode_t umask(mode_t);
int system(const char *);
char *realpath(const char *, char *);
#endif
