//! `lightcone ledger`: what one situation comes to for clients under several protocols.

use crate::{Failure, args::LedgerOptions, find};
use lightcone_catalog::{
    Scenario,
    side::{COLUMNS, CONTENDERS, SITUATIONS, Situation, cells, ledger},
};
use std::io::Write;

/// Prints a table for each situation that was asked for.
pub fn tables(options: &LedgerOptions, out: &mut dyn Write) -> Result<(), Failure> {
    let seed = options.seed;
    let drawn = |situation: &Situation| (situation.words, situation.scenario(seed.unwrap_or(1)));
    match options.what.as_deref() {
        None => SITUATIONS.iter().try_for_each(|situation| {
            let (words, base) = drawn(situation);
            table(words, &base, out)
        }),
        Some(what) => match Situation::named(what) {
            Some(situation) => {
                let (words, base) = drawn(situation);
                table(words, &base, out)
            }
            None => {
                let found = find::find(what)?.with(seed, None)?;
                table("Its requests and faults, under each protocol.", &found.scenario, out)
            }
        },
    }
}

/// A row for each protocol that can be asked that.
fn table(words: &str, base: &Scenario, out: &mut dyn Write) -> Result<(), Failure> {
    writeln!(out, "{}\n{words}\n", base.title)?;
    let heads = COLUMNS.map(|(head, _)| head.to_string());
    write_row(out, "", &heads)?;
    for contender in &CONTENDERS {
        match ledger(&contender.scenario(base)) {
            Ok(ledger) => write_row(out, contender.name, &cells(&ledger))?,
            Err(wrong) => writeln!(out, "{:<34} {wrong}", contender.name)?,
        }
    }
    writeln!(out)?;
    Ok(())
}

fn write_row(out: &mut dyn Write, name: &str, cells: &[String]) -> Result<(), Failure> {
    write!(out, "{name:<34}")?;
    cells.iter().try_for_each(|cell| write!(out, " {cell:>12}"))?;
    writeln!(out)?;
    Ok(())
}
