//! Histories that this program did not make: their events, the operations that these are, and what models say of them.

mod alike;
mod drawn;
mod events;
mod json;
mod models;
mod steps;
mod transactions;

use alike::refuse_lookalikes;
pub use drawn::{Judgement, Stamped, events_of, judge, models, opinions, sketch_of};
pub use events::{Ended, Event, Kind, Malformed, Pair, pairs};
pub use json::{line, object, read};
pub use models::{Readable, moment, operations, text};
pub use transactions::{Keys, transactions};
