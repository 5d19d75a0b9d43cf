//! How long messages fly: constant, anything in a range, or mostly in a range with a long tail. All in whole numbers.

use crate::name::scaled;
use lightcone_core::{Micros, Span};
use std::{fmt, str::FromStr};

/// How long messages fly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Latency {
    /// The usual times, all alike probable.
    pub span: Span,
    /// The longest time, if there is a tail: each doubling of the excess over the shortest time is reached a quarter
    /// as often.
    pub tail: Option<Micros>,
}

impl Latency {
    /// Anything in a range.
    pub const fn span(span: Span) -> Self {
        Latency { span, tail: None }
    }

    /// The shortest time.
    pub const fn min(self) -> Micros {
        self.span.min
    }

    /// The longest time.
    pub fn max(self) -> Micros {
        self.tail.unwrap_or(self.span.max)
    }

    /// The time that two drawn numbers stand for: `place` falls anywhere in the range, and each pair of leading zeros of
    /// `depth` doubles the excess.
    pub fn drawn(self, place: u64, depth: u64) -> Micros {
        let Span { min, max } = self.span;
        let width = (max.0 - min.0).saturating_add(1);
        let excess = scaled(place, width);
        let Some(tail) = self.tail else { return min.plus(Micros(excess)) };
        let doublings = depth.leading_zeros() / 2;
        // In an octave beyond the range the excess falls anywhere between its bounds.
        let (width, excess) = (u128::from(width), u128::from(excess));
        let excess = if doublings == 0 { excess } else { (width + excess) << (doublings - 1) };
        let most = u128::from(tail.0 - min.0);
        min.plus(Micros(excess.min(most) as u64))
    }
}

impl From<Span> for Latency {
    fn from(span: Span) -> Self {
        Latency::span(span)
    }
}

impl fmt::Display for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.tail {
            None => write!(f, "{}", self.span),
            Some(tail) => write!(f, "{} tail {tail}", self.span),
        }
    }
}

impl FromStr for Latency {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((span, tail)) = text.split_once(" tail ") else { return text.parse().map(Latency::span) };
        let (span, tail): (Span, Micros) = (span.parse()?, tail.parse()?);
        if tail < span.max {
            return Err(format!("`{text}`: the tail ends before the usual times do"));
        }
        Ok(Latency { span, tail: Some(tail) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_is_read_back() {
        for text in ["5ms", "5ms..20ms", "5ms..20ms tail 1s"] {
            assert_eq!(text.parse::<Latency>().unwrap().to_string(), text);
        }
        assert!("5ms..20ms tail 10ms".parse::<Latency>().unwrap_err().contains("before the usual"));
    }

    #[test]
    fn a_tail_is_long_and_thin() {
        let latency: Latency = "1ms..2ms tail 100ms".parse().unwrap();
        let at = |place, depth| latency.drawn(place, depth).0;
        assert_eq!((at(0, u64::MAX), at(u64::MAX, u64::MAX)), (1_000, 2_000));
        assert_eq!(at(0, u64::MAX >> 2), 2_001, "the first octave begins where the range ends");
        assert_eq!(at(u64::MAX, u64::MAX >> 2), 3_001);
        assert_eq!(at(u64::MAX, 0), 100_000, "nothing is later than the tail's end");
    }
}
