//! Shapes and their areas.
use std::fmt::{self, Display};

pub const PI: f64 = 3.14;
static COUNT: usize = 0;

/// Anything with an area.
pub trait Shape: Display {
    fn area(&self) -> f64;

    fn double(&self) -> f64 {
        self.area() * 2.0
    }
}

/// A circle.
#[derive(Debug, Clone)]
pub struct Circle {
    radius: f64,
}

pub enum Kind {
    Round,
    Flat(u8),
}

impl Shape for Circle {
    /// Pi r squared.
    fn area(&self) -> f64 {
        PI * square(self.radius)
    }
}

type Pair = (f64, f64);

macro_rules! shapes {
    ($($x:expr),*) => { vec![$($x),*] };
}

mod helpers {
    pub fn square(x: f64) -> f64 {
        x.powi(2)
    }
}

fn main() {
    let c = Circle { radius: 1.0 };
    println!("{}", c.area());
    let all = Vec::<Circle>::with_capacity(2);
}
