// What people reported of other sandboxes: each by its first argument.
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void poll_at_end(void) {
    char buffer[64];
    while (read(0, buffer, sizeof buffer) > 0) {}
    struct pollfd input = {.fd = 0, .events = POLLIN};
    int ready = poll(&input, 1, -1);
    printf("%d %d %zd\n", ready, (input.revents & POLLIN) != 0, read(0, buffer, sizeof buffer));
}

static void close_input(void) {
    int closed = fclose(stdin);
    char byte;
    ssize_t count = read(0, &byte, 1);
    printf("%d %zd %s\n", closed, count, strerror(errno));
}

static volatile int going = 1;

int main(int count, char **arguments) {
    const char *what = count > 1 ? arguments[1] : "";
    if (strcmp(what, "poll") == 0) poll_at_end();
    else if (strcmp(what, "close") == 0) close_input();
    else if (strcmp(what, "exit") == 0) return atoi(arguments[2]);
    else if (strcmp(what, "loop") == 0) {
        fprintf(stderr, "before the loop\n");
        while (going) {}
    } else if (strcmp(what, "crash") == 0) abort();
    return 0;
}
