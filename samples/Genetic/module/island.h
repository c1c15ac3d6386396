// One island of the genetic algorithm: what its parts share.
//
// A tour is held as links: link[2*c] and link[2*c+1] are the two cities beside city c, in no particular order.
// "Work" counts cities looked at; it is the module's clock, the same on every machine.
#ifndef ISLAND_H
#define ISLAND_H

#include "rng.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MIN_CITIES = 3,
    MAX_CITIES = 1000,
    MAX_TABLE_CITIES = 200,
    MAX_POPULATION = 64,
    MAX_CHILDREN = 64,
    MAX_INPUT = 48 * 1024,
    NEAR = 10,                   // neighbours kept per city
};

typedef struct {
    uint64_t seed;
    uint64_t effort;             // work after which the island ends
    int cities, population, elite, children, immigrants;
    const uint8_t *tours;        // immigrants * cities * u16
    int32_t *distance;           // cities * cities
    uint16_t *near;              // cities * near_count, nearest first
    int near_count;
} instance_t;

typedef struct {
    int64_t length;
    uint16_t *link;
} tour_t;

// fail.c
_Noreturn void fail(int code, const char *sentence);
void *allocate(size_t bytes);

// instance.c: reads and checks the input; ends the program with a sentence where it is wrong.
void instance_read(instance_t *in, const uint8_t *bytes, size_t size);
static inline int32_t distance(const instance_t *in, int a, int b) { return in->distance[(size_t)a * in->cities + b]; }

// tour.c
void tour_from_order(const instance_t *in, tour_t *tour, const uint16_t *order);
void tour_to_order(const instance_t *in, const tour_t *tour, uint16_t *order);
void tour_copy(const instance_t *in, tour_t *to, const tour_t *from);
void tour_random(const instance_t *in, rng_t *rng, tour_t *tour, uint64_t *work);

// eax.c: replaces a by the best child of a and b where one is better than a; says whether it did.
void eax_prepare(const instance_t *in);
bool eax_cross(const instance_t *in, rng_t *rng, tour_t *a, const tour_t *b, uint64_t *work);

// elite.c: the best distinct tours, in order.
void elite_prepare(const instance_t *in);
void elite_offer(const instance_t *in, const tour_t *tour);
void elite_write(const instance_t *in, uint32_t generations, uint32_t restarts);

#endif
