// The best distinct tours, and the output, version 1, little-endian; GeneticCodec on the C# side reads it:
//
//    0  "TSGR"
//    4  u16  version, 1
//    6  u16  cities n
//    8  u16  tours t (1 .. elite)
//   10  u16  0
//   12  u32  generations
//   16  u32  restarts: how often the population had converged and was replaced
//   20       t times: u64 length, n times u16 city; from city 0 towards the lower of its two neighbours;
//            ordered by length, then by cities; no two equal
#include "island.h"
#include <string.h>
#include <unistd.h>

typedef struct { int64_t length; uint16_t *order; } kept_t;

static kept_t kept[MAX_POPULATION + 1];
static int kept_count;

void elite_prepare(const instance_t *in)
{
    for (int i = 0; i <= in->elite; i++)
        kept[i].order = allocate((size_t)in->cities * sizeof(uint16_t));
}

static int compare(const instance_t *in, const kept_t *a, const kept_t *b)
{
    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    for (int i = 0; i < in->cities; i++)
        if (a->order[i] != b->order[i])
            return a->order[i] < b->order[i] ? -1 : 1;
    return 0;
}

void elite_offer(const instance_t *in, const tour_t *tour)
{
    if (kept_count == in->elite && tour->length > kept[kept_count - 1].length)
        return;
    kept_t fresh = { tour->length, kept[kept_count].order };
    tour_to_order(in, tour, fresh.order);
    int at = kept_count;
    for (; at > 0; at--) {
        int order = compare(in, &fresh, &kept[at - 1]);
        if (order == 0)
            return;
        if (order > 0)
            break;
    }
    memmove(&kept[at + 1], &kept[at], (size_t)(kept_count - at) * sizeof *kept);
    kept[at] = fresh;
    if (kept_count < in->elite)
        kept_count++;
}

static uint8_t *put(uint8_t *p, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        *p++ = (uint8_t)(value >> (8 * i));
    return p;
}

void elite_write(const instance_t *in, uint32_t generations, uint32_t restarts)
{
    size_t size = 20 + (size_t)kept_count * (8 + 2 * (size_t)in->cities);
    uint8_t *bytes = allocate(size), *p = bytes;
    memcpy(p, "TSGR", 4);
    p = put(p + 4, 1, 2);
    p = put(p, (uint64_t)in->cities, 2);
    p = put(p, (uint64_t)kept_count, 2);
    p = put(p, 0, 2);
    p = put(p, generations, 4);
    p = put(p, restarts, 4);
    for (int t = 0; t < kept_count; t++) {
        p = put(p, (uint64_t)kept[t].length, 8);
        for (int i = 0; i < in->cities; i++)
            p = put(p, kept[t].order[i], 2);
    }
    for (size_t done = 0; done < size;) {
        ssize_t wrote = write(1, bytes + done, size - done);
        if (wrote <= 0)
            fail(5, "standard output takes no bytes");
        done += (size_t)wrote;
    }
}
