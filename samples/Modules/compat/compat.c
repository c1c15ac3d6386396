// What programs for POSIX call and WASI has not: there are no modes, no owners and no other programs.
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

int chmod(const char *path, mode_t mode) { return access(path, F_OK); }
int fchmod(int file, mode_t mode) { return 0; }
int chown(const char *path, uid_t user, gid_t group) { return access(path, F_OK); }
int fchown(int file, uid_t user, gid_t group) { return 0; }
int lchown(const char *path, uid_t user, gid_t group) { return access(path, F_OK); }
mode_t umask(mode_t mode) { return 022; }

int system(const char *command)
{
    if (!command)
        return 0;
    errno = ENOSYS;
    return -1;
}

char *realpath(const char *path, char *resolved)
{
    if (access(path, F_OK))
        return NULL;
    if (!resolved && !(resolved = malloc(PATH_MAX)))
        return NULL;
    return strcpy(resolved, path); // there are no links
}
