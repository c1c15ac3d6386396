// The primes below 4,000,000, again and again: bytes and loops. sieve ROUNDS
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 4000000 };
static unsigned char divided[MOST];

int main(int count, char **arguments) {
    long found = 0;
    for (int rounds = count > 1 ? atoi(arguments[1]) : 1; rounds > 0; rounds--) {
        memset(divided, 0, sizeof divided);
        found = 0;
        for (long i = 2; i < MOST; i++) {
            if (divided[i]) continue;
            found++;
            if (i > MOST / i) continue; // a long has 32 bits in wasm: the square would not fit
            for (long k = i * i; k < MOST; k += i) divided[k] = 1;
        }
    }
    printf("%ld\n", found);
    return 0;
}
