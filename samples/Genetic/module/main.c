// One task of the genetic algorithm for the travelling salesman: an island. A WASI preview 1 command that reads its
// input on stdin (instance.c), breeds a population until its effort is spent, and writes its best tours to stdout
// (elite.c). Exit codes: 2 the input has the wrong form, 3 a field is out of its limits, 4 memory, 5 input or output
// failed; each with a sentence on stderr.
#include "island.h"
#include <unistd.h>

static uint8_t input[MAX_INPUT + 1];
static tour_t population[MAX_POPULATION];
static int turn[MAX_POPULATION];

static size_t read_input(void)
{
    size_t size = 0;
    while (size < sizeof input) {
        ssize_t got = read(0, input + size, sizeof input - size);
        if (got < 0)
            fail(5, "standard input can not be read");
        if (got == 0)
            return size;
        size += (size_t)got;
    }
    fail(2, "the input is larger than 49152 bytes");
}

static void settle(const instance_t *in, rng_t *rng, int immigrants, uint64_t *work)
{
    uint16_t order[MAX_CITIES];
    for (int t = 0; t < in->population; t++) {
        if (t >= immigrants) {
            tour_random(in, rng, &population[t], work);
            continue;
        }
        const uint8_t *p = in->tours + 2 * (size_t)t * in->cities;
        for (int i = 0; i < in->cities; i++, p += 2)
            order[i] = (uint16_t)(p[0] | p[1] << 8);
        tour_from_order(in, &population[t], order);
    }
}

// Every tour is once the first parent, with the next in a random ring as the second.
static bool breed(const instance_t *in, rng_t *rng, uint64_t *work)
{
    bool better = false;
    for (int i = in->population - 1; i > 0; i--) {
        int j = (int)rng_below(rng, (uint32_t)i + 1), swap = turn[i];
        turn[i] = turn[j];
        turn[j] = swap;
    }
    for (int i = 0; i < in->population && *work < in->effort; i++)
        better |= eax_cross(in, rng, &population[turn[i]], &population[turn[(i + 1) % in->population]], work);
    return better;
}

static const tour_t *best_of(const instance_t *in)
{
    const tour_t *best = &population[0];
    for (int t = 1; t < in->population; t++)
        if (population[t].length < best->length)
            best = &population[t];
    return best;
}

int main(void)
{
    static instance_t in;
    instance_read(&in, input, read_input());
    rng_t rng;
    rng_seed(&rng, in.seed);
    eax_prepare(&in);
    elite_prepare(&in);
    for (int t = 0; t < in.population; t++) {
        population[t].link = allocate(2 * (size_t)in.cities * sizeof(uint16_t));
        turn[t] = t;
    }
    uint64_t work = 0;
    uint32_t generations = 0, restarts = 0;
    settle(&in, &rng, in.immigrants, &work);
    while (work < in.effort) {
        generations++;
        if (breed(&in, &rng, &work) || work >= in.effort)
            continue;
        elite_offer(&in, best_of(&in));
        restarts++;
        settle(&in, &rng, 0, &work);
    }
    for (int t = 0; t < in.population; t++)
        elite_offer(&in, &population[t]);
    elite_write(&in, generations, restarts);
    return 0;
}
