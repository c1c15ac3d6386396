// Five bodies, symplectic steps: square roots and divisions of doubles. nbody STEPS
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct body { double at[3], speed[3], mass; };

int main(int count, char **arguments) {
    struct body bodies[5];
    for (int i = 0; i < 5; i++)
        for (int k = 0; k < 3; k++) {
            bodies[i].at[k] = 1 + (i * 7 + k * 3) % 5 + 0.1 * i;
            bodies[i].speed[k] = 0.01 * ((i + k) % 3 - 1);
            bodies[i].mass = 0.5 + 0.1 * i;
        }
    for (int steps = count > 1 ? atoi(arguments[1]) : 1; steps > 0; steps--) {
        for (int i = 0; i < 5; i++)
            for (int j = i + 1; j < 5; j++) {
                double d[3], square = 0.01;
                for (int k = 0; k < 3; k++) {
                    d[k] = bodies[i].at[k] - bodies[j].at[k];
                    square += d[k] * d[k];
                }
                double pull = 0.001 / (square * sqrt(square));
                for (int k = 0; k < 3; k++) {
                    bodies[i].speed[k] -= d[k] * bodies[j].mass * pull;
                    bodies[j].speed[k] += d[k] * bodies[i].mass * pull;
                }
            }
        for (int i = 0; i < 5; i++)
            for (int k = 0; k < 3; k++) bodies[i].at[k] += 0.001 * bodies[i].speed[k];
    }
    printf("%.17g\n", bodies[0].at[0]);
    return 0;
}
