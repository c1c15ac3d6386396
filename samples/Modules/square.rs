use std::io::{self, Read};
use std::process::exit;

fn main() {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).expect("standard input is text");
    match text.trim().parse::<f64>() {
        Ok(x) => println!("{}", x * x),
        Err(why) => {
            eprintln!("square: {}", why);
            exit(1);
        }
    }
}
