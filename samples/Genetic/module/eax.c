// Edge assembly crossover, after Nagata and Kobayashi (INFORMS Journal on Computing 25(2), 2013), its "single" strategy:
// the edges that only one parent has are cut into cycles that alternate between the parents; one such cycle at a time is
// applied to parent a; the subtours that this leaves are joined, smallest first, by the cheapest exchange of two edges.
#include "island.h"
#include <string.h>

typedef struct { int start, size; } cycle_t;

static tour_t child, best;
static uint16_t *spare[2];          // per parent, 2 per city: neighbours by edges that are not walked yet
static uint8_t *spare_count[2];
static uint16_t *path;              // cities walked since the last cycle was closed
static int32_t *seen_at[2];         // per parity of the index in the path, where a city is in it; -1 where it is not
static uint16_t *cycle_cities;      // all cycles, one after the other
static cycle_t *cycles;
static uint16_t *part;              // per city: which subtour
static int *part_size, *part_city;

void eax_prepare(const instance_t *in)
{
    size_t n = (size_t)in->cities;
    child.link = allocate(2 * n * sizeof(uint16_t));
    best.link = allocate(2 * n * sizeof(uint16_t));
    for (int p = 0; p < 2; p++) {
        spare[p] = allocate(2 * n * sizeof(uint16_t));
        spare_count[p] = allocate(n);
        seen_at[p] = allocate(n * sizeof(int32_t));
    }
    path = allocate((2 * n + 2) * sizeof(uint16_t));
    cycle_cities = allocate((2 * n + 2) * sizeof(uint16_t));
    cycles = allocate(n * sizeof(cycle_t));
    part = allocate(n * sizeof(uint16_t));
    part_size = allocate(n * sizeof(int));
    part_city = allocate(n * sizeof(int));
}

static bool linked(const tour_t *tour, int a, int b) { return tour->link[2 * a] == b || tour->link[2 * a + 1] == b; }

static void relink(uint16_t *link, int city, int from, int to)
{
    link[2 * city + (link[2 * city] == from ? 0 : 1)] = (uint16_t)to;
}

static void take(int parent, int city, int other)
{
    uint16_t *list = spare[parent] + 2 * city;
    if (list[0] == other)
        list[0] = list[1];
    spare_count[parent][city]--;
}

// Walks random alternating paths and cuts off each cycle as soon as it closes. Every city has as many spare edges of a
// as of b, so a walk ends nowhere but where it began.
static int find_cycles(const instance_t *in, rng_t *rng, const tour_t *a, const tour_t *b)
{
    int n = in->cities, count = 0, used = 0;
    const tour_t *parents[2] = { a, b };
    for (int p = 0; p < 2; p++)
        for (int city = 0; city < n; city++) {
            int have = 0;
            for (int k = 0; k < 2; k++) {
                uint16_t other = parents[p]->link[2 * city + k];
                if (!linked(parents[1 - p], city, other))
                    spare[p][2 * city + have++] = other;
            }
            spare_count[p][city] = (uint8_t)have;
            seen_at[p][city] = -1;
        }
    int offset = (int)rng_below(rng, (uint32_t)n);
    for (int i = 0; i < n; i++) {
        int start = i + offset < n ? i + offset : i + offset - n;
        while (spare_count[0][start] > 0) {
            int at = 0;
            path[0] = (uint16_t)start;
            seen_at[0][start] = 0;
            do {
                int parity = at & 1, city = path[at], have = spare_count[parity][city];
                int next = spare[parity][2 * city + (have == 2 ? (int)(rng_next(rng) >> 63) : 0)];
                take(parity, city, next);
                take(parity, next, city);
                path[++at] = (uint16_t)next;
                int first = seen_at[at & 1][next];
                if (first < 0) {
                    seen_at[at & 1][next] = at;
                    continue;
                }
                cycle_t *cycle = &cycles[count++];
                cycle->start = used;
                cycle->size = at - first;
                int shift = first & 1;           // so that the first edge is one of a
                for (int k = 0; k < cycle->size; k++)
                    cycle_cities[used++] = path[first + (k + shift) % cycle->size];
                for (int k = first + 1; k < at; k++)
                    seen_at[k & 1][path[k]] = -1;
                at = first;
            } while (at > 0);
            seen_at[0][start] = -1;
        }
    }
    return count;
}

static void apply_cycle(const instance_t *in, const cycle_t *cycle)
{
    const uint16_t *c = cycle_cities + cycle->start;
    for (int i = 0; i < cycle->size; i += 2) {
        int before = c[i == 0 ? cycle->size - 1 : i - 1], from = c[i], to = c[i + 1], after = c[i + 2 == cycle->size ? 0 : i + 2];
        child.length += distance(in, to, after) - distance(in, from, to);
        relink(child.link, from, to, before);
        relink(child.link, to, from, after);
    }
}

static int find_parts(int n)
{
    int parts = 0;
    memset(part, 0xff, (size_t)n * sizeof *part);
    for (int city = 0; city < n; city++) {
        if (part[city] != UINT16_MAX)
            continue;
        int size = 0, before = -1, at = city;
        do {
            part[at] = (uint16_t)parts;
            size++;
            int next = child.link[2 * at] == before ? child.link[2 * at + 1] : child.link[2 * at];
            before = at;
            at = next;
        } while (at != city);
        part_size[parts] = size;
        part_city[parts++] = city;
    }
    return parts;
}

typedef struct { int64_t cost; int city, next, other, after; } join_t;

// The cheapest way to join a city's two edges with those of one city of another subtour.
static void consider(const instance_t *in, join_t *join, int city, int other)
{
    for (int k = 0; k < 2; k++)
        for (int m = 0; m < 2; m++) {
            int next = child.link[2 * city + k], after = child.link[2 * other + m];
            int64_t cost = (int64_t)distance(in, city, other) + distance(in, next, after)
                         - distance(in, city, next) - distance(in, other, after);
            if (cost < join->cost)
                *join = (join_t){ cost, city, next, other, after };
        }
}

static void join_smallest(const instance_t *in, int parts, uint64_t *work)
{
    int smallest = -1;
    for (int p = 0; p < parts; p++)
        if (part_size[p] > 0 && (smallest < 0 || part_size[p] < part_size[smallest]))
            smallest = p;
    join_t join = { INT64_MAX, 0, 0, 0, 0 };
    for (int every = 0; every < 2 && join.cost == INT64_MAX; every++) {
        int before = -1, at = part_city[smallest];
        for (int i = 0; i < part_size[smallest]; i++) {
            int candidates = every ? in->cities : in->near_count;
            for (int k = 0; k < candidates; k++) {
                int other = every ? k : in->near[at * in->near_count + k];
                if (part[other] != smallest)
                    consider(in, &join, at, other);
            }
            *work += (uint64_t)candidates;
            int next = child.link[2 * at] == before ? child.link[2 * at + 1] : child.link[2 * at];
            before = at;
            at = next;
        }
    }
    int into = part[join.other], before = -1, at = part_city[smallest];
    for (int i = 0; i < part_size[smallest]; i++) {
        int next = child.link[2 * at] == before ? child.link[2 * at + 1] : child.link[2 * at];
        part[at] = (uint16_t)into;
        before = at;
        at = next;
    }
    relink(child.link, join.city, join.next, join.other);
    relink(child.link, join.next, join.city, join.after);
    relink(child.link, join.other, join.after, join.city);
    relink(child.link, join.after, join.other, join.next);
    child.length += join.cost;
    part_size[into] += part_size[smallest];
    part_size[smallest] = 0;
}

bool eax_cross(const instance_t *in, rng_t *rng, tour_t *a, const tour_t *b, uint64_t *work)
{
    int count = find_cycles(in, rng, a, b);
    *work += 4 * (uint64_t)in->cities;
    best.length = a->length;
    for (int k = 0; k < in->children && k < count; k++) {
        int pick = k + (int)rng_below(rng, (uint32_t)(count - k));
        cycle_t cycle = cycles[pick];
        cycles[pick] = cycles[k];
        tour_copy(in, &child, a);
        apply_cycle(in, &cycle);
        int parts = find_parts(in->cities);
        for (int p = parts; p > 1; p--)
            join_smallest(in, parts, work);
        *work += (uint64_t)in->cities;
        if (child.length < best.length)
            tour_copy(in, &best, &child);
    }
    if (best.length == a->length)
        return false;
    tour_copy(in, a, &best);
    return true;
}
