//! Settings of single servers, as one text: `n2=300ms..400ms n4=1s..2s`.

use crate::{ConfigError, Micros, NodeId, Span};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

/// What some servers have for themselves, in the order of the servers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Each<T>(Vec<(NodeId, T)>);

/// What a server can have for itself.
pub trait Own: Copy + fmt::Display {
    /// An example, for error messages.
    const EXAMPLE: &str;

    /// Reads one.
    ///
    /// # Errors
    /// What is wrong with the text.
    fn read(text: &str) -> Result<Self, String>;
}

impl Own for Span {
    const EXAMPLE: &str = "300ms..400ms";

    fn read(text: &str) -> Result<Self, String> {
        text.parse()
    }
}

impl Own for u64 {
    const EXAMPLE: &str = "2";

    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| format!("`{text}` is not a whole number"))
    }
}

impl<T> Default for Each<T> {
    /// No server has anything for itself.
    fn default() -> Self {
        Each(Vec::new())
    }
}

impl<T: Copy> Each<T> {
    /// Whether no server has anything for itself.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What a server has for itself, if it has.
    pub fn get(&self, node: NodeId) -> Option<T> {
        self.0.iter().find(|(known, _)| *known == node).map(|(_, own)| *own)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (NodeId, T)> {
        self.0.iter().copied()
    }

    /// Whether there are all the servers that have something for themselves.
    ///
    /// # Errors
    /// The field, with a server that there is not.
    pub fn among(&self, field: &str, servers: u64) -> Result<(), ConfigError> {
        match self.0.iter().find(|(node, _)| u64::from(node.0) >= servers) {
            Some((node, _)) => {
                let wrong = format!("{} is not a server: there are n1 to n{servers}", name(*node));
                Err(ConfigError::new(field, wrong))
            }
            None => Ok(()),
        }
    }
}

fn name(node: NodeId) -> String {
    format!("n{}", u32::from(node.0) + 1)
}

impl<T: Own> FromStr for Each<T> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut all: Vec<(NodeId, T)> = Vec::new();
        for part in text.split_whitespace() {
            let Some((server, own)) = part.split_once('=') else {
                return Err(format!("`{part}` says nothing of a server: write it as n2={}", T::EXAMPLE));
            };
            let number = server.strip_prefix('n').and_then(|number| number.parse::<u8>().ok());
            let Some(node) = number.and_then(|number| number.checked_sub(1)).map(NodeId) else {
                return Err(format!("`{server}` is not the name of a server: they are called n1, n2 and so on"));
            };
            if all.iter().any(|(known, _)| *known == node) {
                return Err(format!("{server} is there twice"));
            }
            all.push((node, T::read(own).map_err(|wrong| format!("{server}: {wrong}"))?));
        }
        crate::order::sort_by(&mut all, |one, other| one.0.cmp(&other.0));
        Ok(Each(all))
    }
}

impl<T: Own> fmt::Display for Each<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (node, own)) in self.0.iter().enumerate() {
            let gap = if place > 0 { " " } else { "" };
            write!(f, "{gap}{}={own}", name(*node))?;
        }
        Ok(())
    }
}

impl<T: Own> Serialize for Each<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, T: Own> Deserialize<'de> for Each<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl Each<Span> {
    /// The shortest length of time in any of them.
    pub fn least(&self) -> Option<Micros> {
        self.0.iter().map(|(_, span)| span.min).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_in_the_order_of_the_servers() {
        let each: Each<Span> = " n4=1s..2s   n2=300ms..400ms".parse().unwrap();
        assert_eq!(each.to_string(), "n2=300ms..400ms n4=1s..2s");
        assert_eq!(each.get(NodeId(1)), Some(Span::ms(300, 400)));
        assert_eq!(each.get(NodeId(0)), None);
        assert_eq!(each.least(), Some(Micros::ms(300)));
        assert!("".parse::<Each<u64>>().unwrap().is_empty());
    }

    #[test]
    fn what_cannot_be_says_why() {
        let wrong = |text: &str| text.parse::<Each<u64>>().unwrap_err();
        assert_eq!(wrong("n2"), "`n2` says nothing of a server: write it as n2=2");
        assert_eq!(wrong("x=2"), "`x` is not the name of a server: they are called n1, n2 and so on");
        assert_eq!(wrong("n0=2"), "`n0` is not the name of a server: they are called n1, n2 and so on");
        assert_eq!(wrong("n1=2 n1=3"), "n1 is there twice");
        assert_eq!(wrong("n3=a"), "n3: `a` is not a whole number");
        assert!("n3=5".parse::<Each<Span>>().unwrap_err().starts_with("n3: "));
        let each: Each<u64> = "n3=1 n6=2".parse().unwrap();
        let missing = each.among("priorities", 5).unwrap_err();
        assert_eq!(missing.to_string(), "priorities: n6 is not a server: there are n1 to n5");
        assert_eq!(each.among("priorities", 6), Ok(()));
    }
}
