#!/usr/bin/env python3
"""Proves the optimum of a small symmetric TSPLIB instance (EUC_2D, CEIL_2D, GEO, ATT) with GLPK.

    python3 prove.py ../data/us-capitals48.tsp

Needs Python 3 and glpsol (Debian: glpk-utils). The model is the one of Dantzig, Fulkerson and Johnson (1954): every city
has two edges, and every set of cities that a solution cuts off must be left by at least two. Such cuts are added where
they are violated: first to the linear relaxation (found as minimum cuts, Stoer and Wagner 1997), then to the integer
programme. Its last solution has no subtour left: it is a tour, and no tour is shorter, because every tour is feasible
in the relaxed programme that it is an optimum of. Nothing here knows the genetic algorithm or its result.
"""
import math
import os
import subprocess
import sys
import tempfile


def read(path):
    kind, cities, reading = None, [], False
    with open(path, encoding="utf-8") as lines:
        for line in map(str.strip, lines):
            if line.startswith("EDGE_WEIGHT_TYPE"):
                kind = line.split(":")[1].strip()
            elif line == "NODE_COORD_SECTION":
                reading = True
            elif line == "EOF":
                break
            elif reading and line:
                cities.append(tuple(float(part) for part in line.split()[1:3]))
    return kind, cities


def radians(value):
    degrees = int(value)
    return 3.141592 * (degrees + 5.0 * (value - degrees) / 3.0) / 180.0


def distance(kind, a, b):
    """Reinelt, TSPLIB 95, section 2."""
    if kind == "GEO":
        (lat_a, lon_a), (lat_b, lon_b) = map(radians, a), map(radians, b)
        q1, q2, q3 = math.cos(lon_a - lon_b), math.cos(lat_a - lat_b), math.cos(lat_a + lat_b)
        return int(6378.388 * math.acos(0.5 * ((1.0 + q1) * q2 - (1.0 - q1) * q3)) + 1.0)
    square = (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2
    if kind == "EUC_2D":
        return int(math.sqrt(square) + 0.5)
    if kind == "CEIL_2D":
        return math.ceil(math.sqrt(square))
    if kind == "ATT":
        r = math.sqrt(square / 10.0)
        t = int(r + 0.5)
        return t + 1 if t < r else t
    raise SystemExit(f"EDGE_WEIGHT_TYPE {kind} is not supported")


def solve(n, cost, cuts, integer, folder):
    """Writes the programme in CPLEX LP format, runs glpsol, and gives the value and the edges of the solution."""
    model, answer = os.path.join(folder, "model.lp"), os.path.join(folder, "answer.txt")

    def total(edges):
        return " + ".join(f"x{i}_{j}" for i, j in edges)

    with open(model, "w", encoding="ascii") as out:
        out.write("Minimize\n length: " + "\n + ".join(f"{c} x{i}_{j}" for (i, j), c in cost.items()) + "\nSubject To\n")
        for city in range(n):
            out.write(f" degree{city}: " + total(e for e in cost if city in e) + " = 2\n")
        for number, inside in enumerate(cuts):
            leaving = [e for e in cost if (e[0] in inside) != (e[1] in inside)]
            out.write(f" cut{number}: " + "\n + ".join(f"x{i}_{j}" for i, j in leaving) + " >= 2\n")
        out.write("Bounds\n" + "".join(f" 0 <= x{i}_{j} <= 1\n" for i, j in cost))
        if integer:
            out.write("Binary\n" + "".join(f" x{i}_{j}\n" for i, j in cost))
        out.write("End\n")
    options = ["--cuts"] if integer else ["--nomip"]
    run = subprocess.run(["glpsol", "--lp", model, "--write", answer, *options], stdout=subprocess.PIPE, text=True, check=True)
    value, edges, names = None, {}, list(cost)
    with open(answer, encoding="ascii") as lines:
        for line in map(str.split, lines):
            if line[0] == "s":
                status, value = (line[4], float(line[5])) if integer else (line[4] + line[5], float(line[6]))
                if status != ("o" if integer else "ff"):
                    raise SystemExit("glpsol did not find an optimum:\n" + run.stdout)
            elif line[0] == "j":
                amount = float(line[2]) if integer else float(line[3])
                if amount > 1e-7:
                    edges[names[int(line[1]) - 1]] = amount
    return value, edges


def components(n, edges):
    group = list(range(n))

    def find(city):
        while group[city] != city:
            city = group[city]
        return city

    for i, j in edges:
        group[find(i)] = find(j)
    parts = {}
    for city in range(n):
        parts.setdefault(find(city), set()).add(city)
    return list(parts.values())


def minimum_cut(n, edges):
    weight = [[0.0] * n for _ in range(n)]
    for (i, j), amount in edges.items():
        weight[i][j] = weight[j][i] = amount
    merged, alive, best = [{i} for i in range(n)], list(range(n)), (math.inf, set())
    while len(alive) > 1:
        tie = {city: 0.0 for city in alive}
        before = last = None
        while tie:
            before, last = last, max(tie, key=tie.get)
            strength = tie.pop(last)
            for city in tie:
                tie[city] += weight[last][city]
        best = min(best, (strength, merged[last]), key=lambda cut: cut[0])
        merged[before] = merged[before] | merged[last]
        for city in alive:
            weight[before][city] = weight[city][before] = weight[before][city] + weight[last][city]
        alive.remove(last)
    return best


def order(n, edges):
    beside = {city: [] for city in range(n)}
    for i, j in edges:
        beside[i].append(j)
        beside[j].append(i)
    tour, at = [0], min(beside[0])
    while at != 0:
        before = tour[-1]
        tour.append(at)
        at = beside[at][0] if beside[at][1] == before else beside[at][1]
    return tour


def main(path):
    kind, cities = read(path)
    n = len(cities)
    cost = {(i, j): distance(kind, cities[i], cities[j]) for i in range(n) for j in range(i + 1, n)}
    cuts, integer = [], False
    with tempfile.TemporaryDirectory() as folder:
        while True:
            value, edges = solve(n, cost, cuts, integer, folder)
            parts = components(n, edges)
            fresh = [part for part in parts if len(part) <= n // 2] if len(parts) > 1 else []
            if not fresh and not integer:
                strength, part = minimum_cut(n, edges)
                fresh = [part] if strength < 2 - 1e-6 else []
            print(f"{'integer' if integer else 'linear'}: {value:.3f} with {len(cuts)} cuts, {len(fresh)} violated", flush=True)
            if any(part in cuts for part in fresh):
                raise SystemExit("a cut that is in the programme already is violated: glpsol's answer was misread")
            cuts += fresh
            if not fresh and integer:
                break
            integer = integer or not fresh
    tour = order(n, edges)
    length = sum(distance(kind, cities[tour[i - 1]], cities[tour[i]]) for i in range(n))
    if len(tour) != n or length != round(value):
        raise SystemExit("the solution is no tour of the stated length")
    print(f"optimum: {length}")
    print("tour: " + " ".join(str(city + 1) for city in tour))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
