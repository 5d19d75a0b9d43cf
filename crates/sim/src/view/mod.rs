//! A run as plain data for pictures and panels: times, places, words. No protocol type appears here.

mod causal;
mod diagram;
mod explain;
mod stage;

pub use causal::*;
pub use diagram::*;
pub use explain::*;
pub use stage::*;
