//! Virtual time in whole microseconds, with a text form that people write: `300ms`, `1.5s`, `150ms..300ms`.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

/// An instant of virtual time or a length of it, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Micros(pub u64);

impl Micros {
    /// The start of every run.
    pub const ZERO: Micros = Micros(0);

    /// So many milliseconds.
    pub const fn ms(ms: u64) -> Self {
        Micros(ms * 1_000)
    }

    /// The sum, or the end of time.
    pub const fn plus(self, other: Micros) -> Micros {
        Micros(self.0.saturating_add(other.0))
    }

    /// The difference, or zero.
    pub const fn minus(self, other: Micros) -> Micros {
        Micros(self.0.saturating_sub(other.0))
    }

    /// In milliseconds as people read it, with as many decimals as it has: `512.4 ms`.
    pub fn words(self) -> String {
        let (whole, rest) = (self.0 / 1_000, self.0 % 1_000);
        if rest == 0 {
            return format!("{whole} ms");
        }
        format!("{whole}.{} ms", format!("{rest:03}").trim_end_matches('0'))
    }
}

impl fmt::Display for Micros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, scale) = match self.0 {
            0 => ("ms", 1_000),
            t if t % 10_000 != 0 && t % 1_000 != 0 && t < 1_000 => ("us", 1),
            t if t >= 1_000_000 && t % 100_000 == 0 => ("s", 1_000_000),
            _ => ("ms", 1_000),
        };
        let (whole, rest) = (self.0 / scale, self.0 % scale);
        if rest == 0 {
            return write!(f, "{whole}{unit}");
        }
        let digits = format!("{rest:0width$}", width = scale.ilog10() as usize);
        write!(f, "{whole}.{}{unit}", digits.trim_end_matches('0'))
    }
}

impl FromStr for Micros {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a time: write a number with us, ms or s, such as 300ms or 1.5s");
        let text = text.trim();
        let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
        let number = &text[..text.len() - unit.len()];
        if number.starts_with('-') {
            return Err(format!("`{text}` is negative: times start at 0"));
        }
        let scale: u64 = match unit.trim() {
            "us" | "µs" => 1,
            "ms" => 1_000,
            "s" => 1_000_000,
            _ => return Err(wrong()),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let places = scale.ilog10() as usize;
        if fraction.len() > places || whole.is_empty() {
            return Err(wrong());
        }
        let whole: u64 = whole.parse().map_err(|_| wrong())?;
        let part: u64 = format!("{fraction:0<places$}0").parse().map_err(|_| wrong())?;
        whole.checked_mul(scale).and_then(|us| us.checked_add(part / 10)).map(Micros).ok_or_else(wrong)
    }
}

impl Serialize for Micros {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() { to.collect_str(self) } else { to.serialize_u64(self.0) }
    }
}

impl<'de> Deserialize<'de> for Micros {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        if !from.is_human_readable() {
            return u64::deserialize(from).map(Micros);
        }
        String::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

/// A range of lengths of time, both ends included, out of which the seeded world, or a search, picks one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// The shortest.
    pub min: Micros,
    /// The longest.
    pub max: Micros,
}

impl Span {
    /// From `min` to `max` milliseconds.
    pub const fn ms(min: u64, max: u64) -> Self {
        Span { min: Micros::ms(min), max: Micros::ms(max) }
    }

    /// Always the same length.
    pub const fn exactly(length: Micros) -> Self {
        Span { min: length, max: length }
    }

    /// How many lengths there are to choose from.
    pub const fn choices(self) -> u64 {
        self.max.0 - self.min.0 + 1
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.min == self.max { write!(f, "{}", self.min) } else { write!(f, "{}..{}", self.min, self.max) }
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (min, max) = text.split_once("..").unwrap_or((text, text));
        let (min, max): (Micros, Micros) = (min.parse()?, max.parse()?);
        if min > max {
            return Err(format!("`{text}` ends before it starts: write the shorter time first"));
        }
        Ok(Span { min, max })
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() { to.collect_str(self) } else { (self.min, self.max).serialize(to) }
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        if !from.is_human_readable() {
            let (min, max) = Deserialize::deserialize(from)?;
            return Ok(Span { min, max });
        }
        String::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_is_read_back() {
        for us in [0, 1, 999, 1_000, 1_500, 12_345, 300_000, 512_400, 1_000_000, 1_500_000, 5_000_000, 61_234_567] {
            let text = Micros(us).to_string();
            assert_eq!(text.parse(), Ok(Micros(us)), "{text}");
        }
        assert_eq!(Micros(512_400).to_string(), "512.4ms");
        assert_eq!(Micros(5_000_000).to_string(), "5s");
        assert_eq!("150ms..300ms".parse(), Ok(Span::ms(150, 300)));
    }

    #[test]
    fn bad_times_are_refused_with_a_reason() {
        assert!("-5ms".parse::<Micros>().unwrap_err().contains("negative"));
        assert!("5".parse::<Micros>().unwrap_err().contains("not a time"));
        assert!("1.2345ms".parse::<Micros>().is_err());
        assert!("99999999999999999999s".parse::<Micros>().is_err());
        assert!("9ms..3ms".parse::<Span>().unwrap_err().contains("ends before"));
    }
}
