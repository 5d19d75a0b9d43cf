//! Pure geometry: a run as lanes, arrows and bands, as marks, as SVG text.
//!
//! [`draw`] turns the plain [`Marks`](lightcone_sim::view::Marks) of a run into a [`Drawing`]: shapes with classes that
//! carry meaning (`flavour-ask`, `role-leader`, `dim`), never colour. A stylesheet gives the colours, light and dark
//! ([`STYLESHEET`] with the page's variables, or with [`THEME_LIGHT`] and [`THEME_DARK`] for a file that stands alone).
//! The same drawing answers what is under the pointer ([`Drawing::hit`]), so that what is seen is what is touched.
//!
//! Everything is laid out in two directions, *along* time and *across* the lanes; one small projection turns them into
//! x and y. This is how time can run right on a wide screen and down on a phone without a second layout.

mod area;
mod arrows;
mod axis;
mod bands;
mod bars;
mod cone;
mod crowd;
mod drag;
mod drawing;
mod events;
mod flags;
mod frame;
mod grip;
mod hash_ring;
mod hit;
mod labels;
mod lanes;
mod minimap;
mod overlay;
mod patch;
mod roam;
mod route;
mod scrub;
mod shown;
mod slices;
mod spells;
mod stamps;
mod strips;
mod svg;
mod viewport;
mod witness;
mod words;

pub use area::{Area, Point};
pub use crowd::{Crowd, Reach};
pub use drag::{ghost, stroke};
pub use drawing::{Anchor, Arrow, Class, Drawing, Font, Mark, Shape, Text};
pub use flags::{Flags, flags};
pub use frame::{Absent, Difference, Highlight, draw, lane_order, playhead};
pub use grip::{Grip, grip, handles};
pub use hash_ring::{Column as RingColumn, HUES as RING_HUES, HashRing, Key as RingKey, Member as RingMember};
pub use hit::Hit;
pub use minimap::Minimap;
pub use patch::{Patch, patch};
pub use roam::{Stop, Stops, ring};
pub use route::Route;
pub use scrub::{scrub, scrub_time_at};
pub use shown::{Filter, shown};
pub use strips::{Dot, Frame, Strip, strips};
pub use svg::px;
pub use viewport::{Axis, Orientation, STEP, Viewport};
pub use witness::{Breach, Witness, witness};
pub use words::{describe, describe_on, described};

/// The rules for every class of a drawing, in terms of CSS variables only.
pub const STYLESHEET: &str = include_str!("../diagram.css");

/// Values of the variables on a light ground, for a drawing that leaves the page.
pub const THEME_LIGHT: &str = include_str!("../theme-light.css");

/// Values of the variables on a dark ground, for a drawing that leaves the page.
pub const THEME_DARK: &str = include_str!("../theme-dark.css");
