// The input, version 1, little-endian; GeneticCodec on the C# side writes it:
//
//    0  "TSGA"
//    4  u16  version, 1
//    6  u8   distances: 1 EUC_2D, 2 CEIL_2D, 3 ATT (from coordinates), 4 a table
//    7  u8   0
//    8  u64  seed
//   16  u32  effort, in thousands of cities looked at (1 .. 10 000 000)
//   20  u16  cities n (3 .. 1000; 3 .. 200 with a table)
//   22  u16  population (2 .. 64)
//   24  u16  elite: tours wanted back, at most (1 .. 64)
//   26  u16  children per pair of parents (1 .. 64)
//   28  u16  immigrants k: tours that the population starts with (0 .. population)
//   30  u16  0
//   32       1, 2, 3: n times f64 x, f64 y, each finite and within -1e7 .. 1e7
//            4: the lower triangle of the table, n (n-1) / 2 times u16: d(1,0), d(2,0), d(2,1), ...
//    …       k tours of n times u16, each a permutation of 0 .. n-1
//
// The functions are those of Reinelt, TSPLIB 95. They use +, *, / and sqrt only, which IEEE 754 rounds in one way, so
// that every engine and the C# side get the same integers; GEO needs cos and acos, and comes as a table instead.
#include "island.h"
#include <math.h>
#include <string.h>

enum { HEADER = 32 };

static uint32_t u16_at(const uint8_t *p) { return p[0] | (uint32_t)p[1] << 8; }
static uint32_t u32_at(const uint8_t *p) { return u16_at(p) | u16_at(p + 2) << 16; }
static uint64_t u64_at(const uint8_t *p) { return u32_at(p) | (uint64_t)u32_at(p + 4) << 32; }

static double coordinate_at(const uint8_t *p)
{
    uint64_t bits = u64_at(p);
    double value;
    memcpy(&value, &bits, sizeof value);
    if (!(value >= -1e7 && value <= 1e7))
        fail(3, "a coordinate is not within -1e7 .. 1e7");
    return value;
}

static int32_t between(int kind, double dx, double dy)
{
    double square = dx * dx + dy * dy;
    if (kind == 1)
        return (int32_t)(sqrt(square) + 0.5);
    if (kind == 2)
        return (int32_t)ceil(sqrt(square));
    double r = sqrt(square / 10.0);
    int32_t t = (int32_t)(r + 0.5);
    return t < r ? t + 1 : t;
}

static void read_coordinates(instance_t *in, int kind, const uint8_t *p)
{
    static double x[MAX_CITIES], y[MAX_CITIES];
    int n = in->cities;
    for (int i = 0; i < n; i++, p += 16) {
        x[i] = coordinate_at(p);
        y[i] = coordinate_at(p + 8);
        for (int j = 0; j < i; j++)
            in->distance[(size_t)i * n + j] = in->distance[(size_t)j * n + i] = between(kind, x[i] - x[j], y[i] - y[j]);
    }
}

static void read_table(instance_t *in, const uint8_t *p)
{
    int n = in->cities;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++, p += 2)
            in->distance[(size_t)i * n + j] = in->distance[(size_t)j * n + i] = (int32_t)u16_at(p);
}

// The nearest NEAR cities of each, ties by number: an insertion sort that keeps the front only.
static void find_neighbours(instance_t *in)
{
    int n = in->cities, keep = n - 1 < NEAR ? n - 1 : NEAR;
    in->near_count = keep;
    in->near = allocate((size_t)n * keep * sizeof *in->near);
    for (int i = 0; i < n; i++) {
        uint16_t *list = in->near + (size_t)i * keep;
        int have = 0;
        for (int j = 0; j < n; j++) {
            if (j == i || (have == keep && distance(in, i, j) >= distance(in, i, list[keep - 1])))
                continue;
            int at = have < keep ? have++ : keep - 1;
            for (; at > 0 && distance(in, i, j) < distance(in, i, list[at - 1]); at--)
                list[at] = list[at - 1];
            list[at] = (uint16_t)j;
        }
    }
}

static int field(const uint8_t *p, uint32_t least, uint32_t most, const char *sentence)
{
    uint32_t value = u16_at(p);
    if (value < least || value > most)
        fail(3, sentence);
    return (int)value;
}

static void check_tours(const instance_t *in)
{
    bool seen[MAX_CITIES];
    for (int t = 0; t < in->immigrants; t++) {
        memset(seen, 0, sizeof seen);
        for (int i = 0; i < in->cities; i++) {
            uint32_t city = u16_at(in->tours + 2 * ((size_t)t * in->cities + i));
            if (city >= (uint32_t)in->cities || seen[city])
                fail(3, "an immigrant is not a permutation of the cities");
            seen[city] = true;
        }
    }
}

void instance_read(instance_t *in, const uint8_t *bytes, size_t size)
{
    if (size < HEADER || memcmp(bytes, "TSGA", 4) != 0)
        fail(2, "the input does not start with TSGA and a header of 32 bytes");
    if (u16_at(bytes + 4) != 1)
        fail(2, "the input is not of version 1");
    int kind = bytes[6];
    if (kind < 1 || kind > 4)
        fail(3, "the kind of distances is not 1 .. 4");
    if (bytes[7] != 0 || u16_at(bytes + 30) != 0)
        fail(3, "a reserved field is not 0");
    in->seed = u64_at(bytes + 8);
    uint32_t effort = u32_at(bytes + 16);
    if (effort < 1 || effort > 10000000)
        fail(3, "effort is not within 1 .. 10000000");
    in->effort = effort * UINT64_C(1000);
    in->cities = kind == 4 ? field(bytes + 20, MIN_CITIES, MAX_TABLE_CITIES, "cities is not within 3 .. 200, the limit of a table")
                           : field(bytes + 20, MIN_CITIES, MAX_CITIES, "cities is not within 3 .. 1000");
    in->population = field(bytes + 22, 2, MAX_POPULATION, "population is not within 2 .. 64");
    in->elite = field(bytes + 24, 1, MAX_POPULATION, "elite is not within 1 .. 64");
    in->children = field(bytes + 26, 1, MAX_CHILDREN, "children is not within 1 .. 64");
    in->immigrants = field(bytes + 28, 0, (uint32_t)in->population, "there are more immigrants than the population holds");
    size_t n = (size_t)in->cities, distances = kind == 4 ? n * (n - 1) : 16 * n;
    if (size != HEADER + distances + 2 * n * (size_t)in->immigrants)
        fail(2, "the input's size does not fit the numbers in its header");
    in->tours = bytes + HEADER + distances;
    check_tours(in);
    in->distance = allocate(n * n * sizeof *in->distance);
    if (kind == 4)
        read_table(in, bytes + HEADER);
    else
        read_coordinates(in, kind, bytes + HEADER);
    find_neighbours(in);
}
