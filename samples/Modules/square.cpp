#include <cstdio>
#include <string>

int main()
{
    std::string text;
    for (int c; (c = std::getchar()) != EOF;)
        text += static_cast<char>(c);
    double x;
    if (std::sscanf(text.c_str(), "%lf", &x) != 1) {
        std::fprintf(stderr, "square: standard input is no number\n");
        return 1;
    }
    std::printf("%.17g\n", x * x);
}
