//! Runs a test program, shows its output as it comes, and counts what it reports.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use xshell::Cmd;

use crate::Outcome;
use crate::tally::Tally;

/// Runs `command` and adds up what `count` reads from each line of its standard output. A program that fails
/// without reporting a failed test, as when it does not compile, counts as one failure.
pub fn count(command: Cmd, count: impl Fn(&str) -> Tally) -> Outcome<Tally> {
    eprintln!("$ {command}");
    let mut child = Command::from(command).stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let mut tally = Tally::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = line?;
            show(&line)?;
            tally += count(&String::from_utf8_lossy(&line));
        }
    }
    if !child.wait()?.success() && tally.failed == 0 {
        tally += Tally::FAIL;
    }
    Ok(tally)
}

fn show(line: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(line)?;
    out.write_all(b"\n")?;
    out.flush()
}
