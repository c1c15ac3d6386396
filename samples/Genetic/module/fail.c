#include "island.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Noreturn void fail(int code, const char *sentence)
{
    // Nothing can be done about an error stream that takes no bytes: the exit code says the rest.
    if (write(2, "genetic: ", 9) == 9 && write(2, sentence, strlen(sentence)) > 0)
        (void)!write(2, "\n", 1);
    _Exit(code);
}

void *allocate(size_t bytes)
{
    void *p = calloc(1, bytes);
    if (!p)
        fail(4, "out of memory");
    return p;
}
