namespace AkkaCompute.Genetic.Drawing;

/// <summary>Where a city's name goes: its left end and baseline.</summary>
internal readonly record struct Label(double X, double Y, string Text);

/// <summary>
/// Puts names beside dots, one after the other, each on the place around its dot that covers least: names count most,
/// then dots, then the tour's lines.
/// </summary>
internal sealed class LabelPlacer(IReadOnlyList<Dot> dots, IReadOnlyList<int> tour, double fontSize, double width)
{
    private readonly List<Box> _taken = [];

    public IReadOnlyList<Label> Place(IReadOnlyList<string> names)
    {
        // Crowded dots choose first: the others have room anyway.
        var order = Enumerable.Range(0, dots.Count).OrderBy(i => Nearest(i)).ThenBy(i => i);
        return [.. order.Select(i => Place(dots[i], names[i]))];
    }

    private Label Place(Dot dot, string name)
    {
        double wide = name.Length * fontSize * 0.62, tall = fontSize, gap = fontSize * 0.65;
        Box? best = null;
        var least = double.MaxValue;
        foreach (var far in (ReadOnlySpan<double>)[1, 1.6])
        {
            for (var step = 0; step < 12; step++)
            {
                var angle = Math.PI * step / 6;
                double x = dot.X + (Math.Cos(angle) * (gap * far + (wide / 2))) - (wide / 2);
                double y = dot.Y + (Math.Sin(angle) * (gap * far + (tall / 2))) - (tall / 2);
                var box = new Box(x, y, x + wide, y + tall);
                // Beside is easier to read than above or below, and near is better than far.
                var cost = Cost(box) + (Math.Abs(Math.Sin(angle)) * 2) + ((far - 1) * 8);
                if (cost < least)
                    (least, best) = (cost, box);
            }
        }
        _taken.Add(best!.Value);
        return new Label(best.Value.Left, best.Value.Bottom - (fontSize * 0.2), name);
    }

    private double Cost(Box box)
    {
        var cost = box.Left < 4 || box.Right > width - 4 ? 500.0 : 0;
        cost += _taken.Sum(other => 100 * box.Overlap(other) / (fontSize * fontSize));
        cost += 60 * dots.Count(dot => dot.X > box.Left - 4 && dot.X < box.Right + 4 && dot.Y > box.Top - 4 && dot.Y < box.Bottom + 4);
        for (var i = 0; i < tour.Count; i++)
            cost += box.Crosses(dots[tour[i]], dots[tour[i + 1 < tour.Count ? i + 1 : 0]]) ? 12 : 0;
        return cost;
    }

    private double Nearest(int city) =>
        Enumerable.Range(0, dots.Count).Where(i => i != city).Min(i => Math.Pow(dots[i].X - dots[city].X, 2) + Math.Pow(dots[i].Y - dots[city].Y, 2));

    private readonly record struct Box(double Left, double Top, double Right, double Bottom)
    {
        public double Overlap(Box other) =>
            Math.Max(0, Math.Min(Right, other.Right) - Math.Max(Left, other.Left)) * Math.Max(0, Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top));

        /// <summary>Liang and Barsky's test: the part of the segment within each of the four sides must not be empty.</summary>
        public bool Crosses(Dot from, Dot to)
        {
            double enter = 0, leave = 1, dx = to.X - from.X, dy = to.Y - from.Y;
            return Clip(-dx, from.X - Left, ref enter, ref leave) && Clip(dx, Right - from.X, ref enter, ref leave)
                && Clip(-dy, from.Y - Top, ref enter, ref leave) && Clip(dy, Bottom - from.Y, ref enter, ref leave);
        }

        private static bool Clip(double direction, double distance, ref double enter, ref double leave)
        {
            if (direction == 0)
                return distance >= 0;
            if (direction < 0)
                enter = Math.Max(enter, distance / direction);
            else
                leave = Math.Min(leave, distance / direction);
            return enter <= leave;
        }
    }
}
