//! XXH3 (64 bits, without a seed) of a few 64-bit words: what the library computes from their bytes, for the names and
//! draws that every event needs. From the words alone it is several times quicker where there is no product of 128 bits.

use xxhash_rust::xxh3::xxh3_64;

/// The beginning of XXH3's secret, as words.
const SECRET: [u64; 8] = [
    0xbe4b_a423_396c_feb8,
    0x1cad_21f7_2c81_017c,
    0xdb97_9083_e96d_d4de,
    0x1f67_b3b7_a4a4_4072,
    0x78e5_c0cc_4ee6_79cb,
    0x2172_ffcc_7dd0_5a82,
    0x8e24_43f7_7446_08b8,
    0x4c26_3a81_e690_35e0,
];
const PRIME: u64 = 0x9e37_79b1_85eb_ca87;
const AVALANCHE: u64 = 0x1656_6791_9e37_79f9;

/// The hash of the bytes of these words, the lowest byte of each first.
#[inline]
pub(crate) fn hash<const N: usize>(words: [u64; N]) -> u64 {
    if !(3..=8).contains(&N) {
        return xxh3_64(words.map(u64::to_le_bytes).as_flattened());
    }
    let mix = |place: usize, secret: usize| fold(words[place] ^ SECRET[secret], words[place + 1] ^ SECRET[secret + 1]);
    let mut sum = (N as u64 * 8).wrapping_mul(PRIME).wrapping_add(mix(0, 0)).wrapping_add(mix(N - 2, 2));
    if N > 4 {
        sum = sum.wrapping_add(mix(2, 4)).wrapping_add(mix(N - 4, 6));
    }
    sum = (sum ^ (sum >> 37)).wrapping_mul(AVALANCHE);
    sum ^ (sum >> 32)
}

/// Both halves of a product on top of each other.
#[inline]
fn fold(a: u64, b: u64) -> u64 {
    if cfg!(target_arch = "wasm32") { fold_by_halves(a, b) } else { fold_at_once(a, b) }
}

#[inline]
fn fold_at_once(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product >> 64) as u64 ^ product as u64
}

#[inline]
fn fold_by_halves(a: u64, b: u64) -> u64 {
    const LOW: u64 = u32::MAX as u64;
    let (a_high, a_low, b_high, b_low) = (a >> 32, a & LOW, b >> 32, b & LOW);
    let cross = (a_low * b_low >> 32) + a_high * b_low;
    let other = (cross & LOW) + a_low * b_high;
    let high = (cross >> 32) + (other >> 32) + a_high * b_high;
    high ^ a.wrapping_mul(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

    fn check<const N: usize>() {
        for seed in 0..500 {
            // Small, large and mixed words.
            let words: [u64; N] = std::array::from_fn(|i| (seed * 8 + i as u64).wrapping_mul(STEP) >> (seed % 64));
            assert_eq!(hash(words), xxh3_64(words.map(u64::to_le_bytes).as_flattened()), "{words:?}");
        }
    }

    #[test]
    fn it_is_what_the_library_computes() {
        check::<2>();
        check::<3>();
        check::<4>();
        check::<5>();
        check::<6>();
        check::<7>();
        check::<8>();
        check::<9>();
    }

    #[test]
    fn both_ways_to_fold_a_product_agree() {
        for i in 0..2_000 {
            let (a, b) = (STEP.wrapping_mul(i) >> (i % 64), !STEP.wrapping_mul(i * i) >> (i % 61));
            assert_eq!(fold_by_halves(a, b), fold_at_once(a, b), "{a} and {b}");
        }
        assert_eq!(fold_by_halves(u64::MAX, u64::MAX), fold_at_once(u64::MAX, u64::MAX));
    }
}
