// Tours: conversions, and fresh ones by 2-opt from a random order.
#include "island.h"
#include <string.h>

void tour_from_order(const instance_t *in, tour_t *tour, const uint16_t *order)
{
    int n = in->cities;
    tour->length = 0;
    for (int i = 0; i < n; i++) {
        uint16_t city = order[i], next = order[i + 1 < n ? i + 1 : 0];
        tour->link[2 * city + 1] = next;
        tour->link[2 * next] = city;
        tour->length += distance(in, city, next);
    }
}

// The one order that stands for a tour: from city 0 towards the lower-numbered of its two neighbours.
void tour_to_order(const instance_t *in, const tour_t *tour, uint16_t *order)
{
    uint16_t before = 0, at = tour->link[0] < tour->link[1] ? tour->link[0] : tour->link[1];
    order[0] = 0;
    for (int i = 1; i < in->cities; i++) {
        order[i] = at;
        uint16_t next = tour->link[2 * at] == before ? tour->link[2 * at + 1] : tour->link[2 * at];
        before = at;
        at = next;
    }
}

void tour_copy(const instance_t *in, tour_t *to, const tour_t *from)
{
    to->length = from->length;
    memcpy(to->link, from->link, 2 * (size_t)in->cities * sizeof *to->link);
}

// Reverses order[from..to], cyclically; the shorter of the inside and the outside, which is the same tour.
static void reverse(int n, uint16_t *order, uint16_t *place, int from, int to, uint64_t *work)
{
    int inside = (to - from + n) % n + 1;
    if (2 * inside > n) {
        int f = from;
        from = (to + 1) % n;
        to = (f + n - 1) % n;
        inside = n - inside;
    }
    *work += (uint64_t)inside / 2;
    for (int k = inside / 2; k > 0; k--) {
        uint16_t a = order[from], b = order[to];
        order[from] = b;
        place[b] = (uint16_t)from;
        order[to] = a;
        place[a] = (uint16_t)to;
        from = from + 1 == n ? 0 : from + 1;
        to = to == 0 ? n - 1 : to - 1;
    }
}

// One improving exchange at a city, among its neighbours; towards its successor and its predecessor.
static bool improve_city(const instance_t *in, uint16_t *order, uint16_t *place, bool *quiet, int city, uint64_t *work)
{
    int n = in->cities;
    for (int forward = 1; forward >= 0; forward--) {
        int i = place[city], next = order[forward ? (i + 1) % n : (i + n - 1) % n];
        int32_t now = distance(in, city, next);
        for (int k = 0; k < in->near_count; k++) {
            int other = in->near[city * in->near_count + k];
            int32_t saved = now - distance(in, city, other);
            *work += 1;
            if (saved <= 0)
                break;
            int j = place[other], after = order[forward ? (j + 1) % n : (j + n - 1) % n];
            if (saved + distance(in, other, after) - distance(in, next, after) <= 0)
                continue;
            if (forward)
                reverse(n, order, place, (i + 1) % n, j, work);
            else
                reverse(n, order, place, j, (i + n - 1) % n, work);
            quiet[city] = quiet[next] = quiet[other] = quiet[after] = false;
            return true;
        }
    }
    return false;
}

void tour_random(const instance_t *in, rng_t *rng, tour_t *tour, uint64_t *work)
{
    static uint16_t order[MAX_CITIES], place[MAX_CITIES];
    static bool quiet[MAX_CITIES];
    int n = in->cities;
    for (int i = 0; i < n; i++)
        order[i] = (uint16_t)i;
    for (int i = n - 1; i > 0; i--) {
        int j = (int)rng_below(rng, (uint32_t)i + 1);
        uint16_t swap = order[i];
        order[i] = order[j];
        order[j] = swap;
    }
    for (int i = 0; i < n; i++)
        place[order[i]] = (uint16_t)i;
    memset(quiet, 0, sizeof quiet);
    for (bool moved = true; moved;) {
        moved = false;
        for (int city = 0; city < n; city++) {
            *work += 1;
            if (quiet[city])
                continue;
            quiet[city] = true;
            while (improve_city(in, order, place, quiet, city, work))
                moved = true;
        }
    }
    tour_from_order(in, tour, order);
}
