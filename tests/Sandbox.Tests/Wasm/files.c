// Goes through the files of a program by the C library; prints what it finds.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void check(const char *what, int answer) { printf("%s %d %s\n", what, answer, answer < 0 ? strerror(errno) : "-"); }

static void list(const char *path)
{
    DIR *directory = opendir(path);
    printf("%s:", path);
    for (struct dirent *entry; (entry = readdir(directory));)
        printf(" %s%s", entry->d_name, entry->d_type == DT_DIR ? "/" : "");
    printf("\n");
    closedir(directory);
}

int main(int count, char **arguments)
{
    for (int i = 0; i < count; i++)
        printf("argument %d %s\n", i, arguments[i]);
    printf("MODE %s\n", getenv("MODE"));
    char line[64];
    FILE *data = fopen("data/cities.txt", "r");
    while (fgets(line, sizeof line, data))
        printf("line %s", line);
    fseek(data, 2, SEEK_SET);
    printf("at %ld", ftell(data));
    printf(" %c\n", fgetc(data));
    fclose(data);
    printf("stdin %s\n", fgets(line, sizeof line, stdin));
    list("/");
    list("data");
    check("mkdir", mkdir("/tmp/d", 0777));
    FILE *file = fopen("/tmp/d/x", "w+");
    fprintf(file, "one two three");
    fflush(file);
    fseek(file, 4, SEEK_SET);
    fprintf(file, "TWO");
    rewind(file);
    printf("got %s\n", fgets(line, sizeof line, file));
    check("pwrite", (int)pwrite(fileno(file), "!", 1, 20));
    check("pread", (int)pread(fileno(file), line, 63, 13));
    check("truncate", ftruncate(fileno(file), 7));
    fclose(file);
    struct stat stat_;
    check("stat", stat("/tmp/d/x", &stat_));
    printf("size %lld type %d\n", (long long)stat_.st_size, S_ISREG(stat_.st_mode));
    int appended = open("/tmp/d/x", O_WRONLY | O_APPEND);
    check("append", (int)write(appended, "+", 1));
    check("read", (int)read(appended, line, 1));
    close(appended);
    check("rename", rename("/tmp/d/x", "/out/result"));
    check("rmdir", rmdir("/tmp/d"));
    check("unlink", unlink("/tmp/none"));
    check("write", open("/data/cities.txt", O_WRONLY));
    check("create", open("/data/new", O_WRONLY | O_CREAT, 0666));
    check("symlink", symlink("/data", "/tmp/link"));
    check("escape", open("../../etc/passwd", O_RDONLY));
    check("access", access("data/cities.txt", R_OK));
    mkdir("/out/sub", 0777);
    FILE *more = fopen("/out/sub/more", "w");
    fputs("more", more);
    fclose(more);
    fprintf(stderr, "done\n");
    return 300;
}
