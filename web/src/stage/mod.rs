//! The cluster as a picture: where everyone sits, where walls run, what is under the pointer. Pure geometry, no page.

pub mod flights;
pub mod link;
pub mod picture;
pub mod seats;
pub mod sides;
pub mod wall;

#[cfg(test)]
mod tests;

pub use link::{Spot, spot};
pub use picture::{Flown, Picture};
pub use seats::{Seats, Size};
pub use wall::Wall;
