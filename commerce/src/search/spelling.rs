//! How far apart two spellings are, and how far is too far.

/// Letters that may be wrong in a word: none of the shortest, two of long ones.
#[must_use]
pub fn tolerated(word: &str) -> usize {
    match word.chars().count() {
        0..=2 => 0,
        3..=7 => 1,
        _ => 2,
    }
}

/// How many letters have to be put in, left out, changed or swapped with their neighbour to make one
/// word of the other (the restricted Damerau–Levenshtein distance).
#[must_use]
pub fn distance(one: &str, other: &str) -> usize {
    let one: Vec<char> = one.chars().collect();
    let other: Vec<char> = other.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (i, letter) in one.iter().enumerate() {
        let mut row = Vec::with_capacity(last.len());
        row.push(i + 1);
        for (j, wanted) in other.iter().enumerate() {
            let changed = last[j] + usize::from(letter != wanted);
            let mut least = changed.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && letter == &other[j - 1] && &one[i - 1] == wanted {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(one.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_slip_counts_once() {
        for (one, other, away) in [
            ("shirt", "shirt", 0),
            ("shrit", "shirt", 1),
            ("shit", "shirt", 1),
            ("shhirt", "shirt", 1),
            ("shert", "shirt", 1),
            ("hsirt", "shirt", 1),
            ("bakcpakc", "backpack", 2),
            ("", "mug", 3),
            ("mug", "", 3),
            ("über", "uber", 1),
        ] {
            assert_eq!(distance(one, other), away, "{one} {other}");
        }
    }
}
