//! Times and lists in words.

use lightcone_core::Micros;

/// An instant as people read it: `512.4 ms`, at most two decimals.
pub fn time(at: Micros) -> String {
    format!("{} ms", number(at))
}

/// An instant in ms without its unit, at most two decimals.
pub fn number(at: Micros) -> String {
    let hundredths = (at.0 + 5) / 10;
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// An instant for the clock of the page: always two decimals, so that it does not jump.
pub fn clock(at: Micros) -> String {
    format!("{}.{:02}", at.0 / 1_000, at.0 % 1_000 / 10)
}

/// A length of time for a choice of speeds: `20 ms`, `1 s`.
pub fn speed(per_second: u64) -> String {
    if per_second >= 1_000_000 { format!("{} s", per_second / 1_000_000) } else { format!("{} ms", per_second / 1_000) }
}
