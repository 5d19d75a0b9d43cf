//! Taking away what a failure does not need.

use lightcone_sim::Intervention;

/// The interventions without those that `fails` can do without: none of the rest can be left out alone.
pub fn shrink(interventions: &[Intervention], fails: impl Fn(&[Intervention]) -> bool) -> Vec<Intervention> {
    let mut fewer = Fewer::new(interventions.to_vec());
    while let Some(without) = fewer.next() {
        let fails = fails(&without);
        fewer.answer(without, fails);
    }
    fewer.kept
}

/// The same, question by question: whoever asks may do other things in between.
pub struct Fewer {
    /// What could not be left out so far.
    pub kept: Vec<Intervention>,
    /// So many are left out at once. Halves and quarters go first, so that long lists shrink quickly.
    size: usize,
    /// From here on.
    place: usize,
    /// How many there were when this size was begun with.
    before: usize,
}

impl Fewer {
    /// Nothing is left out yet.
    pub fn new(interventions: Vec<Intervention>) -> Fewer {
        let count = interventions.len();
        Fewer { kept: interventions, size: count.div_ceil(2).max(1), place: 0, before: count }
    }

    /// What to try next. None once nothing more can be left out.
    #[allow(clippy::should_implement_trait, reason = "it goes on only when it is answered")]
    pub fn next(&mut self) -> Option<Vec<Intervention>> {
        if self.place >= self.kept.len() {
            if self.size == 1 && self.kept.len() == self.before {
                return None;
            }
            self.size = self.size.div_ceil(2);
            (self.place, self.before) = (0, self.kept.len());
        }
        (!self.kept.is_empty()).then(|| [&self.kept[..self.place], &self.kept[self.end()..]].concat())
    }

    /// Whether it fails with so few.
    pub fn answer(&mut self, without: Vec<Intervention>, fails: bool) {
        if fails { self.kept = without } else { self.place = self.end() }
    }

    fn end(&self) -> usize {
        (self.place + self.size).min(self.kept.len())
    }
}
