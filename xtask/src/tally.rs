//! How many checks passed and failed, read from what test programs print.

use std::fmt;
use std::ops::AddAssign;

/// Checks that passed and checks that failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Checks that held.
    pub passed: u64,
    /// Checks that did not.
    pub failed: u64,
}

impl Tally {
    /// One check that held.
    pub const PASS: Self = Self { passed: 1, failed: 0 };
    /// One check that did not.
    pub const FAIL: Self = Self { passed: 0, failed: 1 };
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Reads `test result: ok. 3 passed; 0 failed; ...`, the summary of Rust's test programs, native and in the browser.
pub fn of_cargo(line: &str) -> Tally {
    let Some((_, counts)) = line.split_once("test result: ") else {
        return Tally::default();
    };
    let count = |word: &str| -> u64 {
        let before = counts.split_once(word).map_or("", |(before, _)| before);
        before.split_whitespace().next_back().and_then(|number| number.parse().ok()).unwrap_or(0)
    };
    Tally { passed: count(" passed"), failed: count(" failed") }
}

/// Reads `# pass 3`, `# fail 1` and `# cancelled 1`, the summary of Node's test runner in its TAP and spec forms.
pub fn of_node(line: &str) -> Tally {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words[..] {
        ["#" | "ℹ", what, number] => {
            let number = number.parse().unwrap_or(0);
            match what {
                "pass" => Tally { passed: number, failed: 0 },
                "fail" | "cancelled" => Tally { passed: 0, failed: number },
                _ => Tally::default(),
            }
        }
        _ => Tally::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_of_a_rust_test_program_is_counted() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out";
        assert_eq!(of_cargo(line), Tally { passed: 12, failed: 3 });
    }

    #[test]
    fn the_summary_of_a_node_test_program_is_counted() {
        let mut tally = Tally::default();
        for line in ["ℹ tests 5", "ℹ pass 3", "ℹ fail 1", "# cancelled 1", "ℹ duration_ms 12.5"] {
            tally += of_node(line);
        }
        assert_eq!(tally, Tally { passed: 3, failed: 2 });
    }

    #[test]
    fn other_lines_count_nothing() {
        for line in ["", "test a ... ok", "running 3 tests", "3 passed", "# Subtest: pass 4"] {
            assert_eq!(of_cargo(line), Tally::default());
            assert_eq!(of_node(line), Tally::default());
        }
    }
}
