//! Metrics as text with aligned columns, for the terminal.

use super::{Losses, Metrics, Spread, Tally, operations::Group};
use lightcone_core::{Flavour, Micros};

impl Metrics {
    /// The metrics as text: tables with aligned columns, times in milliseconds. Operations are told together only.
    pub fn table(&self) -> String {
        let (from, to) = (Micros(self.from), Micros(self.to));
        let mut parts = vec![format!("{from} to {to}: {}\n", counted(self.events, "event")), self.message_table()];
        if self.operations.all.asked > 0 {
            parts.extend([self.latency_table(), self.request_table(), self.client_words()]);
        }
        parts.push(self.leader_words());
        parts.push(self.participant_table());
        parts.retain(|part| !part.is_empty());
        parts.join("\n")
    }

    fn message_table(&self) -> String {
        let mut rows = vec![row(&["messages", "", "sent", "copies", "delivered", "lost", "under way"])];
        let cells = |name: &str, flavour: &str, tally: &Tally| {
            let counts = [tally.sent, tally.copies, tally.delivered, tally.lost.total(), tally.under_way];
            [name, flavour].into_iter().map(String::from).chain(counts.map(|count| count.to_string())).collect()
        };
        for one in &self.messages.by_kind {
            rows.push(cells(one.kind, word(one.flavour), &one.tally));
        }
        rows.push(cells("all", "", &self.messages.total));
        grid(&rows, 2) + &lost_words(&self.messages.total.lost)
    }

    fn latency_table(&self) -> String {
        let head = ["operations", "asked", "answered", "p50 ms", "p90 ms", "p99 ms", "max ms", "rounds p50", "max"];
        let mut rows = vec![row(&head)];
        let groups = [("reads", &self.operations.reads), ("writes", &self.operations.writes)];
        for (name, group) in groups.into_iter().chain([("all", &self.operations.all)]) {
            let Group { asked, latency, rounds, .. } = group;
            let mut cells = vec![name.to_string(), asked.to_string(), latency.count.to_string()];
            cells.extend(spread(latency));
            cells.extend([rounds.p50.to_string(), rounds.max.to_string()]);
            rows.push(cells);
        }
        grid(&rows, 1)
    }

    fn request_table(&self) -> String {
        let mut rows = vec![row(&["for each operation", "", "messages p50", "p99", "max", "rounds p50", "p99", "max"])];
        let all = &self.operations.all;
        let cells = |name: &str, flavour: &str, messages: &Spread, rounds: &Spread| {
            let numbers = [messages, rounds].into_iter().flat_map(|s| [s.p50, s.p99, s.max]);
            [name, flavour].into_iter().map(String::from).chain(numbers.map(|n| n.to_string())).collect()
        };
        for one in &all.by_kind {
            rows.push(cells(one.kind, word(one.flavour), &one.messages, &one.rounds));
        }
        rows.push(cells("all", "", &all.messages, &all.rounds));
        grid(&rows, 2)
    }

    fn client_words(&self) -> String {
        let (errors, throughput, availability) = (&self.errors, &self.throughput, &self.availability);
        let mut text = format!("{} answered, {} a second\n", throughput.answered, throughput.per_second);
        let unanswered = counted(errors.unanswered, "operation");
        text += &format!("{unanswered} unanswered, {} open at the end of the window\n", errors.open);
        let (retried, retries) = (counted(errors.retried, "operation"), counted(errors.retries, "time"));
        text += &format!("{retried} asked again after a timeout, {retries} in all; {} otherwise\n", errors.further);
        let (requests, responses) =
            (counted(errors.requests_lost, "request"), counted(errors.responses_lost, "answer"));
        text += &format!("{requests} and {responses} lost; {} among servers\n", counted(errors.refusals, "refusal"));
        let patience = Micros(availability.patience);
        for one in &availability.clients {
            let (waited, kept) = (ms(one.waited), ms(one.kept));
            let share = percent(one.kept_per_mille);
            text += &format!("{} waited for {waited} ms, of which {kept} ms ({share}) beyond {patience}\n", one.client);
        }
        let share = percent(availability.out_per_mille);
        text += &format!("nobody was answered for {} ms ({share})", ms(availability.out));
        let outages: Vec<String> =
            availability.outages.iter().map(|one| format!("{} to {}", Micros(one.from), Micros(one.to))).collect();
        text + &if outages.is_empty() { "\n".into() } else { format!(": {}\n", outages.join(", ")) }
    }

    fn leader_words(&self) -> String {
        let Some(one) = self.leadership else { return String::new() };
        let (began, changes) = (counted(one.began, "time"), counted(one.changes, "time"));
        let share = percent(one.without_per_mille);
        let (without, several) = (ms(one.without), ms(one.several));
        format!(
            "someone began to lead {began}, another than before {changes}\n\
             nobody led for {without} ms ({share}), several at once for {several} ms\n"
        )
    }

    fn participant_table(&self) -> String {
        let head = ["participants", "events", "sent", "handled", "crashes", "down ms", "down", "paused ms"];
        let waits = ["wait p50 ms", "p90 ms", "p99 ms", "max ms"];
        let mut rows = vec![row(&[&head[..], &waits[..]].concat())];
        for one in &self.participants {
            let counts = [one.events, one.sent, one.handled, one.crashes].map(|count| count.to_string());
            let down = [ms(one.down), percent(one.down_per_mille), ms(one.paused)];
            let mut cells = vec![one.name.clone()];
            cells.extend(counts.into_iter().chain(down).chain(spread(&one.waits)));
            rows.push(cells);
        }
        grid(&rows, 1)
    }
}

fn lost_words(lost: &Losses) -> String {
    let reasons = lost.each().into_iter().filter(|(count, _)| *count > 0);
    let words: Vec<String> = reasons.map(|(count, reason)| format!("{count} {reason}")).collect();
    if words.is_empty() { String::new() } else { format!("lost: {}\n", words.join(", ")) }
}

/// The percentiles of some times in milliseconds.
fn spread(times: &Spread) -> [String; 4] {
    [times.p50, times.p90, times.p99, times.max].map(ms)
}

fn row(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| cell.to_string()).collect()
}

fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Microseconds as milliseconds, always with three places.
fn ms(micros: u64) -> String {
    format!("{}.{:03}", micros / 1_000, micros % 1_000)
}

/// Per mille as per cent.
fn percent(per_mille: u64) -> String {
    format!("{}.{} %", per_mille / 10, per_mille % 10)
}

fn word(flavour: Flavour) -> &'static str {
    match flavour {
        Flavour::Ask => "asks",
        Flavour::Grant => "grants",
        Flavour::Refuse => "refuses",
        Flavour::Carry => "carries",
        Flavour::Periodic => "periodic",
        Flavour::Request => "request",
        Flavour::Response => "response",
    }
}

/// Rows with columns of one width: the first ones are words and start on the left, the others are numbers.
fn grid(rows: &[Vec<String>], words: usize) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).enumerate();
        let cells = cells.map(|(place, (cell, width))| match place < words {
            true => format!("{cell:<width$}"),
            false => format!("{cell:>width$}"),
        });
        text += cells.collect::<Vec<_>>().join("  ").trim_end();
        text += "\n";
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let rows = [row(&["kind", "sent"]), row(&["a", "1"]), row(&["bcdef", "12345"])];
        assert_eq!(grid(&rows, 1), "kind    sent\na          1\nbcdef  12345\n");
        assert_eq!((ms(12_345), ms(7), percent(555)), ("12.345".into(), "0.007".into(), "55.5 %".into()));
    }
}
