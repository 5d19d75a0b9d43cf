//! Chaos: faults from a seed, written into the scene.

use super::{
    Draft, Studio,
    settings::{text_of, whole},
};
use crate::engine;
use lightcone_catalog::ScenarioError;
use lightcone_core::{Micros, Sorted};
use serde_json::Value;

/// How faults are drawn from a seed, and which of the scene's were.
#[derive(Clone, Debug, Default)]
pub struct Chaos {
    /// What was written in the form when it was last used.
    texts: Sorted<String, String>,
    /// The interventions that it wrote.
    ids: Vec<u32>,
}

const SEED: &str = "chaos.seed";

impl Chaos {
    /// What stands in the form when it opens.
    pub(super) fn draft(&self) -> Draft {
        let mut texts = Sorted::new();
        texts.insert(SEED.to_string(), "1".to_string());
        if let Ok(Value::Object(defaults)) = serde_json::to_value(engine::chaos_defaults()) {
            texts.extend(defaults.iter().map(|(name, value)| (format!("chaos.{name}"), text_of(value))));
        }
        texts.extend(self.texts.clone());
        Draft { texts, wrong: None }
    }
}

impl Studio {
    /// Draws faults as the form says and puts them in place of those drawn before.
    pub(super) fn unleash(&mut self) {
        let given =
            self.draft.texts.iter().filter_map(|(name, text)| Some((name.strip_prefix("chaos.")?, text.trim())));
        let seed = whole(self.draft.text(SEED), 0, u64::MAX).map_err(|wrong| ScenarioError::field(SEED, wrong));
        let settings = seed.and_then(|seed| {
            let given = given.filter(|(name, _)| *name != "seed");
            Ok((lightcone_catalog::chaos_settings(given)?, seed))
        });
        match settings {
            Err(error) => self.refuse_beside(error),
            Ok((settings, seed)) => {
                let texts = self.draft.texts.clone();
                let mut faults = self.lab.chaos(&settings, seed);
                // Ids are never used again, even after an edit was taken back.
                faults.iter_mut().for_each(|fault| fault.id = self.edits.fresh());
                let mut all = self.scenario().run.interventions.clone();
                all.retain(|one| !self.chaos.ids.contains(&one.id));
                let ids: Vec<u32> = faults.iter().map(|fault| fault.id).collect();
                let plural = if faults.len() == 1 { "" } else { "s" };
                let words = format!("chaos of seed {seed}: {} fault{plural}", faults.len());
                all.extend(faults);
                if self.intervene(all, &words, Micros::ZERO) {
                    self.chaos = super::Chaos { texts, ids };
                    self.dialog = None;
                }
            }
        }
    }
}
