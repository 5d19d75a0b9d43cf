//! The native driver.

use lightcone_bench::{FIGURES, Figure, Measure, WARM_AFTER, yardstick::Yardstick};
use serde_json::json;
use std::{env, error::Error, fs, time::Instant};

/// Measures the figure whose number is given.
pub fn main() -> Result<(), Box<dyn Error>> {
    let number = env::args().nth(1).and_then(|number| number.parse().ok());
    let figure = number.and_then(|number: usize| FIGURES.get(number)).ok_or("there is no such figure")?;
    let mut line = figure.about();
    if figure.measure == Measure::Memory {
        line["samples"] = json!(memory(figure));
    } else {
        let (samples, yardsticks): (Vec<f64>, Vec<f64>) = times(figure).into_iter().unzip();
        line["samples"] = json!(samples);
        line["yardsticks"] = json!(yardsticks);
    }
    println!("{line}");
    Ok(())
}

/// Nanoseconds for each piece of work, with what the yardstick took around it.
fn times(figure: &Figure) -> Vec<(f64, f64)> {
    let mut workload = (figure.make)();
    let mut yardstick = Yardstick::new();
    let mut timed = |nth| {
        workload.prepare(nth);
        let before = walked(&mut yardstick);
        let (pieces, taken) = nanoseconds(|| workload.sample(nth));
        let after = walked(&mut yardstick);
        (taken / f64::from(pieces), before + after)
    };
    let start = Instant::now();
    while start.elapsed().as_millis() < u128::from(WARM_AFTER) {
        (0..figure.warmup).for_each(|nth| _ = timed(nth));
    }
    (0..figure.samples).map(timed).collect()
}

/// Nanoseconds of a walk, when the table is there.
fn walked(yardstick: &mut Yardstick) -> f64 {
    yardstick.walk();
    nanoseconds(|| yardstick.walk()).1
}

/// What a piece of work gives, and how long it takes.
fn nanoseconds<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let made = work();
    (made, start.elapsed().as_nanos() as f64)
}

/// Bytes, as far as the system tells: by how much the largest extent of this process grew.
fn memory(figure: &Figure) -> Vec<f64> {
    let mut workload = (figure.make)();
    let before = extent();
    workload.prepare(0);
    workload.sample(0);
    extent().zip(before).map(|(after, before)| after - before).into_iter().collect()
}

/// Linux says in a file how much memory a process has had at most.
fn extent() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024.0)
}
