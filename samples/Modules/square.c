#include <stdio.h>

int main(void)
{
    double x;
    if (scanf("%lf", &x) != 1) {
        fprintf(stderr, "square: standard input is no number\n");
        return 1;
    }
    printf("%.17g\n", x * x);
    return 0;
}
