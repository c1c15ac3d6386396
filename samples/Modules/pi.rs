// A share of a Monte Carlo estimate of π: how many of so many random points lie in the circle?
// Arguments: POINTS SEED. Each task has another seed, {input}.
use std::env;

// SplitMix64 (Steele, Lea, Flood, 2014): the same numbers on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

fn main() {
    let numbers: Vec<u64> = env::args().skip(1).map(|text| text.trim().parse().expect("POINTS SEED are numbers")).collect();
    let mut random = Random(numbers[1].wrapping_mul(0xD134_2543_DE82_EF95));
    let inside = (0..numbers[0])
        .filter(|_| {
            let (x, y) = (random.next(), random.next());
            x * x + y * y < 1.0
        })
        .count();
    println!("{}", inside);
}
