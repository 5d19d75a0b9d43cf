//! The native driver.

use lightcone_bench::{FIGURES, Figure, Measure, WARM_AFTER};
use serde_json::json;
use std::{env, error::Error, fs, time::Instant};

/// Measures the figure whose number is given.
pub fn main() -> Result<(), Box<dyn Error>> {
    let number = env::args().nth(1).and_then(|number| number.parse().ok());
    let figure = number.and_then(|number: usize| FIGURES.get(number)).ok_or("there is no such figure")?;
    let samples = if figure.measure == Measure::Memory { memory(figure) } else { times(figure) };
    let mut line = figure.about();
    line["samples"] = json!(samples);
    println!("{line}");
    Ok(())
}

/// Nanoseconds for each piece of work.
fn times(figure: &Figure) -> Vec<f64> {
    let mut workload = (figure.make)();
    let mut timed = |nth| {
        workload.prepare(nth);
        let start = Instant::now();
        let pieces = workload.sample(nth);
        start.elapsed().as_nanos() as f64 / f64::from(pieces)
    };
    let start = Instant::now();
    while start.elapsed().as_millis() < u128::from(WARM_AFTER) {
        (0..figure.warmup).for_each(|nth| _ = timed(nth));
    }
    (0..figure.samples).map(timed).collect()
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
