//! Taking away what a failure does not need.

use lightcone_sim::Intervention;

/// The interventions without those that `fails` can do without: none of the rest can be left out alone.
pub fn shrink(interventions: &[Intervention], fails: impl Fn(&[Intervention]) -> bool) -> Vec<Intervention> {
    let mut kept = interventions.to_vec();
    // Halves and quarters go first, so that long lists shrink quickly; single ones again until none can go.
    let mut size = kept.len().div_ceil(2).max(1);
    loop {
        let before = kept.len();
        let mut place = 0;
        while place < kept.len() {
            let end = (place + size).min(kept.len());
            let without: Vec<Intervention> = [&kept[..place], &kept[end..]].concat();
            if fails(&without) { kept = without } else { place = end }
        }
        if size > 1 {
            size = size.div_ceil(2);
        } else if kept.len() == before {
            return kept;
        }
    }
}
