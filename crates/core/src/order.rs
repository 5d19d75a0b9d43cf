//! Sorting with one copy of the code for all types, which the standard library's sorts are not: each of their copies is
//! larger than a small protocol. Where a run spends its time, those are the right ones all the same.

use std::cmp::Ordering;

/// Sorts by a key. What is equal stays in its order.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(items, |one, other| key(one).cmp(&key(other)));
}

/// Sorts by the order of the type. What is equal stays in its order.
pub fn sort<T: Ord>(items: &mut [T]) {
    sort_by(items, T::cmp);
}

/// Sorts as `compare` says. What is equal stays in its order.
pub fn sort_by<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let mut places = ranks(items.len(), &|one, other| compare(&items[one], &items[other]).is_gt());
    // What is at `places[n]` belongs to `n`: each ring of such moves is gone round once.
    for start in 0..items.len() {
        let mut here = start;
        loop {
            let next = std::mem::replace(&mut places[here], here);
            if next == start {
                break;
            }
            items.swap(here, next);
            here = next;
        }
    }
}

/// The places from 0 to `count`, in the order of what is there: runs of doubling length are merged.
fn ranks(count: usize, is_after: &dyn Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut ranks: Vec<usize> = (0..count).collect();
    let mut merged = Vec::with_capacity(count);
    let mut run = 1;
    while run < count {
        for pair in ranks.chunks(2 * run) {
            let (mut left, mut right) = pair.split_at(run.min(pair.len()));
            while let ([one, rest @ ..], [other, others @ ..]) = (left, right) {
                if is_after(*one, *other) {
                    merged.push(*other);
                    right = others;
                } else {
                    merged.push(*one);
                    left = rest;
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        std::mem::swap(&mut ranks, &mut merged);
        merged.clear();
        run *= 2;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers without a pattern, many of them equal.
    fn jumble(count: u64) -> Vec<(u64, String)> {
        (0..count).map(|n| (n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 61, n.to_string())).collect()
    }

    #[test]
    fn it_sorts_as_the_standard_library_does_and_keeps_equals_in_their_order() {
        for count in (0..40).chain([64, 65, 100, 1000]) {
            let (mut ours, mut theirs) = (jumble(count), jumble(count));
            sort_by_key(&mut ours, |(number, _)| *number);
            theirs.sort_by_key(|(number, _)| *number);
            assert_eq!(ours, theirs);
            sort(&mut ours);
            theirs.sort();
            assert_eq!(ours, theirs);
        }
    }
}
