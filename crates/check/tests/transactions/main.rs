//! Histories of transactions: known ones, those of stores of every level, and tiny ones compared with trying every order.

mod examples;
mod levels;
mod lines;
mod oracle;
mod store;
mod tiny;
