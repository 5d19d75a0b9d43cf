//! A log as the papers write it: indexed from 1, appended at the end, truncated from an index on.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{
    cell::OnceCell,
    fmt,
    hash::{Hash, Hasher},
    ops::Deref,
    rc::Rc,
};

/// Entries per chunk.
const CHUNK: usize = 16;
/// Chunks per block: the pointers of one block are copied each time a chunk is full.
const BLOCK: usize = 32;

/// A vector whose clones share their memory. An empty one needs none.
struct Shared<T>(Option<Rc<Vec<T>>>);

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Shared(None)
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Shared(self.0.clone())
    }
}

impl<T> Deref for Shared<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }
}

impl<T> Shared<T> {
    /// Whether both are the same memory, and so equal without a look.
    fn same(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(a), Some(b)) => Rc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        }
    }
}

impl<T: Clone> Shared<T> {
    /// The vector to change: a copy with room for `room` parts if others share it.
    fn own(&mut self, room: usize) -> &mut Vec<T> {
        let shared = self.0.get_or_insert_with(|| Rc::new(Vec::with_capacity(room)));
        if Rc::get_mut(shared).is_none() {
            let mut copy = Vec::with_capacity(room.max(shared.len() + 1));
            copy.extend_from_slice(shared);
            *shared = Rc::new(copy);
        }
        Rc::get_mut(shared).expect("it was copied if others shared it")
    }
}

/// Room for entries, each written once. A log that is shared grows without copying: whoever is first takes the next
/// place, which the others, being shorter, do not see.
struct Chunk<T>(Rc<[OnceCell<T>; CHUNK]>);

impl<T> Clone for Chunk<T> {
    fn clone(&self) -> Self {
        Chunk(self.0.clone())
    }
}

impl<T> Chunk<T> {
    fn new() -> Self {
        Chunk(Rc::new([const { OnceCell::new() }; CHUNK]))
    }

    fn same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// Whether the entry went to this place; if another version of the log has one there, it is handed back.
    fn put(&self, place: usize, entry: T) -> Result<(), T> {
        self.0[place].set(entry)
    }
}

impl<T: Clone> Chunk<T> {
    /// Another chunk with the first `count` entries of this one.
    fn apart(&self, count: usize) -> Self {
        let places = std::array::from_fn(|place| match self.0[place].get().filter(|_| place < count) {
            Some(entry) => OnceCell::from(entry.clone()),
            None => OnceCell::new(),
        });
        Chunk(Rc::new(places))
    }
}

type Block<T> = Shared<Chunk<T>>;

/// A sequence indexed from 1 whose clones share their entries, so that a checkpoint, a persisted copy or a message
/// that holds a log costs three pointers, and so that appending to a shared log copies no entries.
#[derive(Clone)]
pub struct Log<T> {
    /// Full blocks of full chunks.
    blocks: Shared<Block<T>>,
    /// The full chunks of the block that is being filled.
    block: Block<T>,
    /// The chunk that is being filled, if one is.
    tail: Option<Chunk<T>>,
    len: u64,
}

impl<T> Default for Log<T> {
    fn default() -> Self {
        Log { blocks: Shared::default(), block: Shared::default(), tail: None, len: 0 }
    }
}

fn place(index: u64) -> usize {
    usize::try_from(index).expect("a log fits in memory")
}

/// How many of the first parts of two sequences are the same memory.
fn shared<T>(a: &Shared<T>, b: &Shared<T>, same: impl Fn(&T, &T) -> bool) -> usize {
    if a.same(b) {
        return a.len();
    }
    a.iter().zip(b.iter()).take_while(|(a, b)| same(a, b)).count()
}

impl<T: Clone> Log<T> {
    /// An empty log.
    pub fn new() -> Self {
        Self::default()
    }

    /// The index of the last entry; 0 if there is none.
    pub fn last_index(&self) -> u64 {
        self.len
    }

    /// The number of entries.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The entry at `index`, counted from 1.
    pub fn get(&self, index: u64) -> Option<&T> {
        if index == 0 || index > self.len {
            return None;
        }
        let (chunk, rest) = (place(index - 1) / CHUNK, place(index - 1) % CHUNK);
        let block = self.blocks.get(chunk / BLOCK).unwrap_or(&self.block);
        let chunk = block.get(chunk % BLOCK).or(self.tail.as_ref());
        chunk.and_then(|chunk| chunk.0[rest].get())
    }

    /// The last entry.
    pub fn last(&self) -> Option<&T> {
        self.get(self.len)
    }

    /// Appends an entry and returns its index.
    pub fn push(&mut self, entry: T) -> u64 {
        let place = place(self.len) % CHUNK;
        let tail = self.tail.get_or_insert_with(Chunk::new);
        if let Err(entry) = tail.put(place, entry) {
            *tail = tail.apart(place);
            assert!(tail.put(place, entry).is_ok(), "a copy holds only what comes before");
        }
        if place + 1 == CHUNK {
            self.block.own(BLOCK).extend(self.tail.take());
        }
        if self.block.len() == BLOCK {
            self.blocks.own(1).push(std::mem::take(&mut self.block));
        }
        self.len += 1;
        self.len
    }

    /// Removes the entry at `index` and all that follow it.
    pub fn truncate_from(&mut self, index: u64) {
        assert!(index >= 1, "a log is truncated from an index, and indices start at 1");
        if index > self.len {
            return;
        }
        self.len = index - 1;
        let keep = place(self.len);
        let chunks = keep / CHUNK;
        if chunks / BLOCK < self.blocks.len() {
            self.block = self.blocks[chunks / BLOCK].clone();
            self.blocks.own(1).truncate(chunks / BLOCK);
        }
        if chunks % BLOCK < self.block.len() {
            self.tail = Some(self.block[chunks % BLOCK].clone());
            self.block.own(BLOCK).truncate(chunks % BLOCK);
        }
    }

    /// The entries from `index` on.
    pub fn iter_from(&self, index: u64) -> impl Iterator<Item = &T> {
        (index.max(1)..=self.len).filter_map(|i| self.get(i))
    }

    /// All entries, in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.iter_from(1)
    }

    /// The length of the longest common prefix. Chunks that both logs share are passed over without a look, so that for
    /// two versions of one log the cost is that of their difference.
    pub fn common_prefix(&self, other: &Log<T>) -> u64
    where
        T: PartialEq,
    {
        if self.same_as(other) {
            return self.len;
        }
        let blocks = shared(&self.blocks, &other.blocks, Shared::same);
        let (mine, theirs) = (self.blocks.get(blocks), other.blocks.get(blocks));
        let chunks = shared(mine.unwrap_or(&self.block), theirs.unwrap_or(&other.block), Chunk::same);
        let chunks = blocks * BLOCK + chunks;
        let mut common = (chunks * CHUNK) as u64;
        while common < self.len.min(other.len) && self.get(common + 1) == other.get(common + 1) {
            common += 1;
        }
        common
    }

    /// Whether `other` shares this log's memory, so that they are known to be equal without a look.
    pub fn same_as(&self, other: &Log<T>) -> bool {
        self.len == other.len
            && match (&self.tail, &other.tail) {
                (Some(mine), Some(theirs)) => mine.same(theirs),
                // Nothing stands in a tail that one of two logs of a length does not have.
                _ => true,
            }
            && self.block.same(&other.block)
            && self.blocks.same(&other.blocks)
    }
}

impl<T: Clone + fmt::Debug> fmt::Debug for Log<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<T: Clone + PartialEq> PartialEq for Log<T> {
    fn eq(&self, other: &Self) -> bool {
        self.same_as(other) || (self.len == other.len && self.iter().eq(other.iter()))
    }
}

impl<T: Clone + Eq> Eq for Log<T> {}

impl<T: Clone + Hash> Hash for Log<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.len.hash(state);
        self.iter().for_each(|entry| entry.hash(state));
    }
}

impl<T: Clone> FromIterator<T> for Log<T> {
    fn from_iter<I: IntoIterator<Item = T>>(entries: I) -> Self {
        let mut log = Log::new();
        for entry in entries {
            log.push(entry);
        }
        log
    }
}

impl<T: Clone + Serialize> Serialize for Log<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeSeq;
        let len = usize::try_from(self.len).expect("a log fits in memory");
        let mut seq = to.serialize_seq(Some(len))?;
        for entry in self.iter() {
            seq.serialize_element(entry)?;
        }
        seq.end()
    }
}

impl<'de, T: Clone + Deserialize<'de>> Deserialize<'de> for Log<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Vec::<T>::deserialize(from)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_start_at_one_and_clones_do_not_see_later_changes() {
        let mut log: Log<u32> = (1..=40).collect();
        let before = log.clone();
        log.truncate_from(17);
        log.push(99);
        assert_eq!((log.get(0), log.get(1), log.get(17), log.get(18)), (None, Some(&1), Some(&99), None));
        assert_eq!((before.last_index(), before.get(17)), (40, Some(&17)));
        let mut other = before.clone();
        other.push(41);
        let mut third = before.clone();
        third.push(42);
        assert_eq!((other.get(41), third.get(41), before.get(41)), (Some(&41), Some(&42), None));
        assert_ne!(other, third);
        assert_eq!(format!("{third:?}").matches(',').count(), 40, "only what the log holds is printed");
        log.truncate_from(1);
        assert!(log.is_empty() && log == Log::new());
        assert_eq!(before.iter_from(39).copied().collect::<Vec<_>>(), [39, 40]);
    }

    #[test]
    fn the_common_prefix_is_found_whether_or_not_memory_is_shared() {
        let old: Log<u64> = (1..=600).collect();
        for from in 1..=601 {
            let mut new = old.clone();
            new.truncate_from(from);
            assert_eq!(old.common_prefix(&new), from - 1);
            new.push(9_999);
            let apart: Log<u64> = new.iter().copied().collect();
            assert_eq!((old.common_prefix(&new), apart.common_prefix(&old)), (from - 1, from - 1));
        }
    }

    #[test]
    fn truncation_at_every_length_agrees_with_a_vector() {
        for len in (0..50u64).chain([255, 256, 257, 300, 512, 513]) {
            for from in 1..=len + 2 {
                let mut log: Log<u64> = (0..len).collect();
                log.truncate_from(from);
                log.push(7);
                let mut plain: Vec<u64> = (0..len).collect();
                plain.truncate(from as usize - 1);
                plain.push(7);
                assert!(log.iter().eq(plain.iter()), "len {len} from {from}");
            }
        }
    }
}
