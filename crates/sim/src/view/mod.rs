//! A run as plain data for pictures and panels: times, places, words. No protocol type appears here.

mod causal;
mod columns;
mod diagram;
mod explain;
mod stage;

pub use causal::*;
pub use columns::{Columns, STEP};
pub use diagram::*;
pub use explain::*;
pub use stage::*;
