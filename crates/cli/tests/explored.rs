//! The searches that cards speak of come to their end, find nothing, and see as many states as the cards say.

use lightcone_catalog::PROTOCOLS;
use serde_json::Value;

/// Larger ones would take longer than a test should. `lightcone explore` repeats them with the bounds that a card names.
const MOST_STATES: u64 = 150_000;

#[test]
fn searches_see_as_many_states_as_cards_say() {
    let mut repeated = 0;
    for about in PROTOCOLS.iter().map(|entry| entry.about) {
        for explored in about.card.explored.iter().filter(|explored| explored.states <= MOST_STATES) {
            let args = ["explore", about.id].into_iter().chain(explored.bounds.split(' ')).chain(["--json"]);
            let (mut out, mut err) = (Vec::new(), Vec::new());
            lightcone_cli::launch(args.map(Into::into), &mut out, &mut err);
            let what = format!("{} {}: {}", about.id, explored.bounds, String::from_utf8_lossy(&err));
            let told: Value = serde_json::from_slice(&out).unwrap_or_else(|wrong| panic!("{what} {wrong}"));
            assert_eq!(
                (&told["verdict"], told["states"].as_u64()),
                (&"impossible".into(), Some(explored.states)),
                "{what}"
            );
            repeated += 1;
        }
    }
    assert!(repeated > 0, "no card speaks of a search that is small enough");
}
