//! Histories whose verdict is known.
