//! Directed links as people write them: `n1 -> n2`, `n1 <-> n2`, `* -> n2`.

use std::{fmt, str::FromStr};

/// Some directed links. `*` stands for everyone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Links {
    /// The senders' side: a participant, or `*`.
    pub from: String,
    /// The receivers' side: a participant, or `*`.
    pub to: String,
    /// Whether the opposite direction is meant, too.
    pub both: bool,
}

/// Stands for everyone.
pub const EVERYONE: &str = "*";

impl Links {
    /// One direction of one link.
    pub fn one_way(from: impl Into<String>, to: impl Into<String>) -> Self {
        Links { from: from.into(), to: to.into(), both: false }
    }

    /// Every link.
    pub fn all() -> Self {
        Links::one_way(EVERYONE, EVERYONE)
    }
}

impl fmt::Display for Links {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.from, if self.both { "<->" } else { "->" }, self.to)
    }
}

impl FromStr for Links {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no link: write `n1 -> n2`, `n1 <-> n2` or `* -> n2`");
        let (from, to, both) = match text.split_once("<->") {
            Some((from, to)) => (from, to, true),
            None => text.split_once("->").map(|(from, to)| (from, to, false)).ok_or_else(wrong)?,
        };
        let (from, to) = (from.trim(), to.trim());
        if from.is_empty() || to.is_empty() || to.contains("->") {
            return Err(wrong());
        }
        Ok(Links { from: from.into(), to: to.into(), both })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_is_read_back() {
        for text in ["n1 -> n2", "n1 <-> n2", "* -> n2", "* -> *"] {
            assert_eq!(text.parse::<Links>().unwrap().to_string(), text);
        }
        for text in ["", "n1", "n1 ->", "-> n2", "n1 -> n2 -> n3"] {
            assert!(text.parse::<Links>().unwrap_err().contains("is no link"), "{text}");
        }
    }
}
