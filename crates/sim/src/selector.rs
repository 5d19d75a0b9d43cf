//! How people address a message or a timer: `RequestVote term 2 from n1 to n3 #1`, `timer Election of n4 #3`.

use std::{fmt, str::FromStr};

/// A message or a timer, by what it is called and its repetition, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// What is selected.
    pub what: Selected,
    /// Which of those that are called so.
    pub nth: u32,
}

/// What a selector is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selected {
    /// A message.
    Message {
        /// Its key in words: `RequestVote term 2`.
        key: String,
        /// The sender.
        from: String,
        /// The receiver.
        to: String,
    },
    /// A timer that fires.
    Timer {
        /// Its name: `Election`.
        timer: String,
        /// Whose.
        node: String,
    },
    /// A timer that is armed, whether it fires or not.
    Arming {
        /// Its name.
        timer: String,
        /// Whose.
        node: String,
    },
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            Selected::Message { key, from, to } => write!(f, "{key} from {from} to {to}")?,
            Selected::Timer { timer, node } => write!(f, "timer {timer} of {node}")?,
            Selected::Arming { timer, node } => write!(f, "arming {timer} of {node}")?,
        }
        if self.nth > 1 { write!(f, " #{}", self.nth) } else { Ok(()) }
    }
}

impl FromStr for Selector {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "`{text}` selects nothing: write `RequestVote term 2 from n1 to n3`, `timer Election of n4` (the one that \
                 fires) or `arming Election of n4`, with #2 behind it for the second one"
            )
        };
        let (body, nth) = match text.rsplit_once('#') {
            Some((body, nth)) => (body.trim(), nth.trim().parse().map_err(|_| wrong())?),
            None => (text.trim(), 1),
        };
        if nth == 0 {
            return Err(wrong());
        }
        let what = if let Some(timer) = body.strip_prefix("timer ") {
            let (timer, node) = timer.rsplit_once(" of ").ok_or_else(wrong)?;
            Selected::Timer { timer: timer.into(), node: node.into() }
        } else if let Some(timer) = body.strip_prefix("arming ") {
            let (timer, node) = timer.rsplit_once(" of ").ok_or_else(wrong)?;
            Selected::Arming { timer: timer.into(), node: node.into() }
        } else {
            let (rest, to) = body.rsplit_once(" to ").ok_or_else(wrong)?;
            let (key, from) = rest.rsplit_once(" from ").ok_or_else(wrong)?;
            Selected::Message { key: key.into(), from: from.into(), to: to.into() }
        };
        Ok(Selector { what, nth })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_is_read_back() {
        for text in [
            "RequestVote term 2 from n1 to n3",
            "AppendEntries term 1 from n1 to n2 #7",
            "timer Election of n4 #3",
            "arming Election of n4 #17",
        ] {
            assert_eq!(text.parse::<Selector>().unwrap().to_string(), text);
        }
        for text in ["", "RequestVote", "timer Election", "x from n1 to n2 #0", "x from n1 to n2 #two"] {
            assert!(text.parse::<Selector>().unwrap_err().contains("selects nothing"), "{text}");
        }
    }
}
