//! What the stage says of itself in words: who is with whom, and what they can do.

use super::{Studio, words};
use lightcone_sim::view::{CutKind, Stage};

/// A line of the readout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadoutLine {
    /// In bold: the members of a side.
    pub members: String,
    /// The rest.
    pub words: String,
    /// Whether this side can make progress, where that is known.
    pub able: Option<bool>,
}

impl Studio {
    /// The readout for an instant.
    pub(super) fn readout(&self, stage: &Stage) -> Vec<ReadoutLine> {
        let mut lines: Vec<ReadoutLine> = stage
            .sides
            .iter()
            .filter_map(|side| {
                // A side of clients alone has nothing to be able to; while all are together their names say nothing.
                let apart = stage.sides.len() > 1;
                let names: Vec<&str> = side.members.iter().map(|node| self.name(node)).collect();
                let ability = side.ability.as_ref();
                (apart || ability.is_some()).then(|| ReadoutLine {
                    members: if apart { names.join(" ") } else { "all together".into() },
                    words: ability.map_or("no server within reach".into(), |a| a.words.clone()),
                    able: ability.map(|a| a.able),
                })
            })
            .collect();
        lines.extend(self.ways_cut(stage));
        let hidden = self.veil_words().map(|(members, words)| ReadoutLine { members, words, able: None });
        hidden.into_iter().chain(lines).collect()
    }

    /// What becomes of messages across, and the links that are cut.
    fn ways_cut(&self, stage: &Stage) -> Option<ReadoutLine> {
        let partition = stage.cuts.iter().find(|cut| matches!(cut.what, CutKind::Partition(_)));
        let cuts = stage.cuts.iter().filter_map(|cut| match cut.what {
            CutKind::OneWay(from, to) => Some(format!("{} → {}", self.name(from), self.name(to))),
            CutKind::Partition(_) => None,
        });
        let cuts: Vec<String> = cuts.collect();
        let across = partition.map(|cut| {
            let fate = if cut.held { "held" } else { "lost" };
            format!(
                "messages across: {fate} · {}",
                cut.to.map_or("until healed".into(), |end| format!("until {}", words::time(end)))
            )
        });
        let cut = (!cuts.is_empty()).then(|| format!("cut: {}", cuts.join(", ")));
        let words: Vec<String> = across.into_iter().chain(cut).collect();
        (!words.is_empty()).then(|| ReadoutLine { members: String::new(), words: words.join(" · "), able: None })
    }
}
