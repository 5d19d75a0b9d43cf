//! The table of the benchmarks: medians, natively and in the browser side by side.

use std::fmt;

use serde_json::Value;

use crate::Outcome;

/// Work is disturbed if the yardstick around it took so many times the least that it ever took: 5 % more.
const DISTURBED: f64 = 1.05;

/// Where a figure was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    /// By a program of this machine.
    Native,
    /// In the browser.
    Wasm,
}

/// What numbers mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Nanoseconds,
    PerSecond,
    Bytes,
    Times,
}

/// One line.
#[derive(Debug, PartialEq)]
struct Row {
    name: String,
    note: String,
    unit: Unit,
    native: Option<f64>,
    wasm: Option<f64>,
}

/// The lines, in the order in which they were first measured.
#[derive(Debug, Default)]
pub struct Table(Vec<Row>);

impl Table {
    /// Takes in one figure, as the benchmarks print it: `name`, `note`, `measure`, `samples` in nanoseconds for a piece
    /// of work, in bytes or in times, and the `side`, which is the browser unless it is `native`. There may be more samples than
    /// their `count`: then they were taken in several passes, and `yardsticks` tell how disturbed each was.
    pub fn add(&mut self, figure: &Value) -> Outcome {
        let text = |field: &str| figure[field].as_str().ok_or_else(|| format!("no {field} in {figure}"));
        let (name, note, measure) = (text("name")?, text("note")?, text("measure")?);
        let numbers = |field: &str| -> Vec<f64> {
            figure[field].as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
        };
        let count = figure["count"].as_u64().and_then(|count| usize::try_from(count).ok());
        let (taken, yardsticks) = (numbers("samples"), numbers("yardsticks"));
        let all = taken.len();
        let samples = match measure {
            "rate" => undisturbed(taken, &yardsticks),
            _ => of_passes(taken, &yardsticks, count),
        };
        let samples = sorted(samples);
        let middle = median(&samples);
        let side = if figure["side"] == "native" { Side::Native } else { Side::Wasm };
        match measure {
            "rate" => {
                let rate = |nanoseconds: f64| 1e9 / nanoseconds;
                self.put(side, name, note, Unit::PerSecond, middle.map(rate));
                let best = samples.first().copied().map(rate);
                let place = if side == Side::Native { "native" } else { "wasm" };
                let note = match &yardsticks[..] {
                    [] => format!("of {all} {place} samples"),
                    _ => format!("{} of {all} {place} samples undisturbed", samples.len()),
                };
                self.put(side, &format!("{name}, best"), &note, Unit::PerSecond, best);
            }
            "time" => self.put(side, name, note, Unit::Nanoseconds, middle),
            "worst-time" => {
                self.put(side, name, note, Unit::Nanoseconds, middle);
                let worst = format!("{name}, worst");
                self.put(
                    side,
                    &worst,
                    &format!("of {} places", samples.len()),
                    Unit::Nanoseconds,
                    samples.last().copied(),
                );
            }
            "spread-time" => {
                self.put(side, name, note, Unit::Nanoseconds, middle);
                let note = format!("of {} samples", samples.len());
                self.put(side, &format!("{name}, 95th percentile"), &note, Unit::Nanoseconds, high(&samples));
            }
            "memory" => self.put(side, name, note, Unit::Bytes, middle),
            "ratio" => self.put(side, name, note, Unit::Times, middle),
            other => return Err(format!("{name} measures `{other}`, which the table does not know").into()),
        }
        Ok(())
    }

    fn put(&mut self, side: Side, name: &str, note: &str, unit: Unit, value: Option<f64>) {
        let place = self.0.iter().position(|row| row.name == name).unwrap_or_else(|| {
            self.0.push(Row { name: name.to_owned(), note: note.to_owned(), unit, native: None, wasm: None });
            self.0.len() - 1
        });
        let row = &mut self.0[place];
        if row.note != note {
            row.note = format!("{}; {note}", row.note);
        }
        match side {
            Side::Native => row.native = value,
            Side::Wasm => row.wasm = value,
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        let widest = self.0.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
        let mut line = |name: &str, native: &str, wasm: &str, ratio: &str, note: &str| {
            let line = format!("{name:<widest$}  {native:>14}  {wasm:>14}  {ratio:>11}  {note}");
            writeln!(f, "{}", line.trim_end())
        };
        line("benchmark", "native median", "wasm median", "wasm/native", "note")?;
        for Row { name, note, unit, native, wasm } in &self.0 {
            let words = |value: &Option<f64>| value.map_or_else(|| "-".to_owned(), |value| in_words(*unit, value));
            let ratio = wasm.zip(*native).map_or_else(|| "-".to_owned(), |(wasm, native)| ratio(wasm, native));
            line(name, &words(native), &words(wasm), &ratio, note)?;
        }
        Ok(())
    }
}

/// One number for each of `count` samples: the middle one of the passes that nobody disturbed, or of the three that were
/// least disturbed. Nothing is chosen for what was measured itself. Without yardsticks all passes count.
fn of_passes(samples: Vec<f64>, yardsticks: &[f64], count: Option<usize>) -> Vec<f64> {
    let Some(count) = count.filter(|count| (1..samples.len()).contains(count)) else { return samples };
    let calm = calm(yardsticks);
    let nth = |nth| {
        let passes = || (nth..samples.len()).step_by(count);
        let yardstick = |place: usize| yardsticks.get(place).copied().unwrap_or_default();
        let third = sorted(passes().map(yardstick).collect()).get(2).copied();
        let bar = third.map_or(f64::INFINITY, |third| third.max(calm));
        median(&sorted(passes().filter(|place| yardstick(*place) <= bar).map(|place| samples[place]).collect()))
    };
    (0..count).filter_map(nth).collect()
}

/// The samples that nobody disturbed: what they say is the same wherever they were taken.
fn undisturbed(samples: Vec<f64>, yardsticks: &[f64]) -> Vec<f64> {
    let calm = calm(yardsticks);
    let kept = |place: usize| yardsticks.get(place).is_none_or(|yardstick| *yardstick <= calm);
    samples.into_iter().enumerate().filter(|(place, _)| kept(*place)).map(|(_, sample)| sample).collect()
}

/// What the yardstick takes at most when nobody disturbs.
fn calm(yardsticks: &[f64]) -> f64 {
    least(yardsticks.iter().copied()) * DISTURBED
}

/// The least of some numbers that are not negative; 0 if there are none.
fn least(numbers: impl Iterator<Item = f64>) -> f64 {
    numbers.min_by(f64::total_cmp).unwrap_or_default()
}

fn sorted(mut numbers: Vec<f64>) -> Vec<f64> {
    numbers.sort_by(f64::total_cmp);
    numbers
}

/// The middle of sorted numbers.
fn median(sorted: &[f64]) -> Option<f64> {
    let (low, high) = (sorted.get(sorted.len().saturating_sub(1) / 2)?, sorted.get(sorted.len() / 2)?);
    Some(f64::midpoint(*low, *high))
}

/// The least number that is not exceeded by 95 of 100 sorted numbers.
fn high(sorted: &[f64]) -> Option<f64> {
    sorted.get((sorted.len() * 95).div_ceil(100).checked_sub(1)?).copied()
}

fn ratio(wasm: f64, native: f64) -> String {
    format!("{:.2}", wasm / native)
}

fn in_words(unit: Unit, value: f64) -> String {
    match unit {
        Unit::PerSecond => format!("{:.2} M/s", value / 1e6),
        Unit::Bytes => format!("{:.1} MB", value / 1e6),
        Unit::Times => format!("{value:.2} times"),
        Unit::Nanoseconds => duration(value),
    }
}

fn duration(nanoseconds: f64) -> String {
    match nanoseconds {
        n if n < 1e4 => format!("{n:.0} ns"),
        n if n < 1e6 => format!("{:.1} µs", n / 1e3),
        n if n < 1e9 => format!("{:.2} ms", n / 1e6),
        n => format!("{:.2} s", n / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn figure(side: &str, measure: &str, samples: &[f64]) -> Value {
        json!({ "name": "it", "note": "said", "side": side, "measure": measure, "samples": samples })
    }

    #[test]
    fn durations_are_read_in_a_fitting_unit() {
        assert_eq!(duration(720.4), "720 ns");
        assert_eq!(duration(98_599.0), "98.6 µs");
        assert_eq!(duration(16_000_000.0), "16.00 ms");
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0]), Some(3.0));
        assert_eq!(median(&[1.0, 3.0, 9.0]), Some(3.0));
        assert_eq!(median(&[1.0, 3.0, 5.0, 9.0]), Some(4.0));
    }

    #[test]
    fn a_sample_is_what_most_passes_say() {
        let three = vec![1.0, 5.0, 1.0, 90.0, 2.0, 6.0];
        assert_eq!(of_passes(three.clone(), &[], Some(2)), [1.0, 6.0]);
        assert_eq!(of_passes(three.clone(), &[], Some(6)), three);
        assert_eq!(of_passes(three.clone(), &[], None), three);
    }

    #[test]
    fn the_passes_count_that_were_least_disturbed() {
        let passes = vec![1.0, 5.0, 2.0, 90.0, 3.0, 6.0, 4.0, 7.0];
        let yardsticks = [9.0, 9.0, 1.0, 8.0, 1.05, 2.0, 7.0, 3.0];
        // Of the first place two passes were calm, and one more counts; of the second none was, and three count.
        assert_eq!(of_passes(passes.clone(), &yardsticks, Some(2)), [3.0, 7.0]);
        assert_eq!(undisturbed(passes, &yardsticks), [2.0, 3.0]);
    }

    #[test]
    fn both_sides_share_a_row() {
        let mut table = Table::default();
        table.add(&figure("native", "rate", &[400.0, 500.0, 1_000.0])).unwrap();
        table.add(&figure("wasm", "rate", &[1_000.0])).unwrap();
        let text = table.to_string();
        let rows: Vec<Vec<String>> = text.lines().skip(1).map(split).collect();
        let best = split("it, best 2.50 M/s 1.00 M/s 0.40 of 3 native samples; of 1 wasm samples");
        assert_eq!(rows, [split("it 2.00 M/s 1.00 M/s 0.50 said"), best]);
    }

    #[test]
    fn the_worst_has_a_row_of_its_own_and_what_is_missing_a_dash() {
        let mut table = Table::default();
        table.add(&figure("wasm", "worst-time", &[9_000.0, 1_000.0, 2_000.0])).unwrap();
        let rows: Vec<Vec<String>> = table.to_string().lines().skip(1).map(split).collect();
        assert_eq!(rows, [split("it - 2000 ns - said"), split("it, worst - 9000 ns - of 3 places")]);
    }

    #[test]
    fn the_95th_percentile_leaves_out_the_worst_of_twenty() {
        let upwards: Vec<f64> = (1..=20).map(f64::from).collect();
        assert_eq!(high(&[]), None);
        assert_eq!(high(&upwards[..1]), Some(1.0));
        assert_eq!(high(&upwards), Some(19.0));
        let mut table = Table::default();
        table.add(&figure("wasm", "spread-time", &upwards)).unwrap();
        let rows: Vec<Vec<String>> = table.to_string().lines().skip(1).map(split).collect();
        assert_eq!(rows, [split("it - 10 ns - said"), split("it, 95th percentile - 19 ns - of 20 samples")]);
    }

    #[test]
    fn a_ratio_is_in_times() {
        let mut table = Table::default();
        table.add(&figure("native", "ratio", &[1.5, 1.75, 1.8])).unwrap();
        let rows: Vec<Vec<String>> = table.to_string().lines().skip(1).map(split).collect();
        assert_eq!(rows, [split("it 1.75 times - - said")]);
    }

    fn split(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn a_figure_of_an_unknown_kind_is_refused() {
        assert!(Table::default().add(&figure("native", "taste", &[1.0])).is_err());
    }
}
