//! The levels of isolation as models beside one another: which implies which, and what each says of a history.

use super::{Level, Transaction, Verdict, judge};
use crate::opinions::{Model, Opinion, Stance};

const fn model(level: Level, place: &'static str, words: &'static str, implies: &'static [usize]) -> Model {
    Model { name: level.name(), place, words, implies }
}

/// The levels, the strongest first.
pub static LEVELS: [Model; 6] = [
    model(
        Level::StrictSerializability,
        "Papadimitriou 1979; Herlihy and Wing 1990",
        "Some order of the transactions, one after the other, explains every read, and what was over before another was \
         asked for comes before it.",
        &[1],
    ),
    model(
        Level::SessionSerializability,
        "Daudjee and Salem 2004",
        "Some order of the transactions, one after the other, explains every read and keeps each client's own.",
        &[2, 3],
    ),
    model(
        Level::Serializability,
        "Adya 1999, PL-3",
        "Some order of the transactions, one after the other, explains every read.",
        &[4],
    ),
    model(
        Level::SessionSnapshotIsolation,
        "Daudjee and Salem 2006",
        "Each transaction reads from a snapshot that holds what its client did before, and of two that overlap and write \
         the same only one commits.",
        &[4],
    ),
    model(
        Level::SnapshotIsolation,
        "Berenson et al. 1995; Adya 1999, PL-SI",
        "Each transaction reads from a snapshot, and of two that overlap and write the same only one commits.",
        &[5],
    ),
    model(
        Level::ReadCommitted,
        "Adya 1999, PL-2",
        "What is read was committed, and transactions that wrote or read what others wrote depend on one another in no \
         circle.",
        &[],
    ),
];

/// What each of [`LEVELS`] says of a history, which is in the order of asking.
pub fn opinions(history: &[Transaction]) -> Vec<Opinion> {
    let report = judge(history);
    let asked = |place: &usize| history[*place].asked.event;
    let of = |model: &Model| {
        let level = Level::ALL.into_iter().find(|level| level.name() == model.name).expect("each model is a level");
        let (stance, words, about) = match report.verdict(level) {
            Verdict::Holds => (Stance::Holds, "Nothing that was read is against it.".into(), Vec::new()),
            Verdict::Unbroken => {
                let unsure: Vec<String> =
                    report.unordered.iter().map(|one| format!("of {}, {}", one.key, one.why.words())).collect();
                (Stance::Untold, format!("Nothing that was read is against it, but {}.", unsure.join("; ")), Vec::new())
            }
            Verdict::Broken(anomaly) => {
                let about = anomaly.transactions().iter().map(asked).collect();
                (Stance::Broken, format!("{}. T1 is what was asked for first.", anomaly.words(history)), about)
            }
        };
        Opinion { about, ..Opinion::new(stance, words) }
    };
    LEVELS.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Moment,
        transactions::{End, Micro, Seen},
    };
    use lightcone_core::Micros;

    fn transaction(process: u64, event: u32, ops: Vec<Micro>) -> Transaction {
        let moment = |event| Moment { event, at: Micros::ZERO };
        Transaction { process, asked: moment(event), end: End::Committed(moment(event + 10)), ops }
    }

    #[test]
    fn write_skew_breaks_the_serial_levels_alone_and_no_level_implies_one_that_is_broken() {
        let append = |key: &str| Micro::Append { key: key.into(), value: "1".into() };
        let empty = |key: &str| Micro::Read { key: key.into(), seen: Seen::Nothing };
        let history =
            [transaction(0, 1, vec![empty("x"), append("y")]), transaction(1, 2, vec![empty("y"), append("x")])];
        let said = opinions(&history);
        let broken: Vec<&str> = LEVELS
            .iter()
            .zip(&said)
            .filter(|(_, one)| one.stance == Stance::Broken)
            .map(|(level, _)| level.name)
            .collect();
        assert_eq!(broken, ["strict serializability", "serializability with sessions", "serializability"]);
        assert_eq!(said[2].about, [1, 2]);
        for (level, one) in LEVELS.iter().zip(&said).filter(|(_, one)| one.stance == Stance::Holds) {
            assert!(
                level.implies.iter().all(|weaker| said[*weaker].stance == Stance::Holds),
                "{}: {}",
                level.name,
                one.words
            );
        }
    }
}
