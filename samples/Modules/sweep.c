// One point of a parameter sweep: how well does a line of this slope fit the points in points.csv?
// Arguments: --slope=NUMBER. It prints the slope, the best intercept and the squared error, and leaves the residuals in /out.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX = 10000 };
static double x[MAX], y[MAX];

int main(int count, char **arguments)
{
    double slope;
    if (count != 2 || sscanf(arguments[1], "--slope=%lf", &slope) != 1) {
        fprintf(stderr, "usage: sweep --slope=NUMBER\n");
        return 2;
    }
    FILE *points = fopen("points.csv", "r");
    if (!points) {
        perror("points.csv");
        return 1;
    }
    int n = 0;
    double intercept = 0;
    for (; n < MAX && fscanf(points, "%lf,%lf", &x[n], &y[n]) == 2; n++)
        intercept += y[n] - slope * x[n];
    fclose(points);
    intercept /= n;

    FILE *residuals = fopen("/out/residuals.csv", "w");
    double error = 0;
    for (int i = 0; i < n; i++) {
        double residual = y[i] - slope * x[i] - intercept;
        error += residual * residual;
        fprintf(residuals, "%.17g,%.17g\n", x[i], residual);
    }
    fclose(residuals);
    printf("%.17g %.17g %.17g\n", slope, intercept, error);
    return 0;
}
