//! What refunded pieces come to, and where they are restocked. Pure.

use std::collections::HashMap;

/// A line as far as refunds need it; amounts are those of all its pieces, in minor units.
#[derive(Clone, Debug)]
pub struct Line {
    /// The line's number.
    pub id: i64,
    /// The variant; `None` for what only another shop had.
    pub variant: Option<i64>,
    /// The product's title.
    pub title: String,
    /// How many were bought.
    pub quantity: i32,
    /// Not sent, and not to be sent any more.
    pub removed: i32,
    /// Sent.
    pub fulfilled: i32,
    /// Sent and refunded.
    pub returned: i32,
    /// One piece.
    pub unit_price: i64,
    /// All discounts.
    pub discount: i64,
    /// The discounts on goods alone, without those on the whole order.
    pub discount_on_goods: i64,
    /// Tax.
    pub tax: i64,
    /// Duties.
    pub duty: i64,
}

impl Line {
    /// How many pieces can still be sent.
    #[must_use]
    pub const fn unsent(&self) -> i32 {
        self.quantity - self.fulfilled - self.removed
    }

    /// How many pieces can still be refunded.
    #[must_use]
    pub const fn refundable(&self) -> i32 {
        self.quantity - self.removed - self.returned
    }
}

/// What one location gave of one variant to an order.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    /// The variant.
    pub variant: i64,
    /// The location.
    pub location: i64,
    /// Its name.
    pub location_name: String,
    /// Whether it takes anything back.
    pub is_active: bool,
    /// Promised and not sent.
    pub unsent: i32,
    /// Sent and not back.
    pub sent: i32,
}

/// A refunded part of a line, as a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The order's line.
    pub line: i64,
    /// How many pieces.
    pub quantity: i32,
    /// The contract's word: `CANCEL`, `RETURN` or `NO_RESTOCK`.
    pub restock_type: &'static str,
    /// Whether they had been sent.
    pub was_fulfilled: bool,
    /// Where they are restocked.
    pub location: Option<i64>,
    /// With discounts on goods taken off.
    pub discounted_total: i64,
    /// With all discounts taken off.
    pub subtotal: i64,
    /// Their share of the tax.
    pub tax: i64,
    /// Their share of the duties.
    pub duty: i64,
}

/// The location with this name takes nothing back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inactive(pub String);

/// What so many of `quantity` pieces have of a sum, after `before` others: all pieces together have exactly all of it.
#[must_use]
pub(super) fn share(total: i64, before: i32, pieces: i32, quantity: i32) -> i64 {
    let (total, quantity) = (i128::from(total), i128::from(quantity.max(1)));
    let up_to = |pieces: i128| total * pieces / quantity;
    let before = i128::from(before);
    let part = up_to(before + i128::from(pieces)) - up_to(before);
    i64::try_from(part).unwrap_or(i64::MAX)
}

/// The rows for so many pieces of lines: unsent ones first, and for each location one.
///
/// # Errors
/// [`Inactive`] when pieces would be restocked where nothing is taken back.
pub(super) fn items(
    wanted: &[(&Line, i32)],
    taken: &[Taken],
    restock: bool,
) -> Result<Vec<Item>, Inactive> {
    let mut left: HashMap<(i64, i64, bool), i32> = HashMap::new();
    for place in taken {
        left.insert((place.variant, place.location, false), place.unsent);
        left.insert((place.variant, place.location, true), place.sent);
    }
    let mut rows = Vec::new();
    for (line, pieces) in wanted {
        let unsent = (*pieces).min(line.unsent());
        let mut before = line.removed + line.returned;
        for (quantity, was_fulfilled) in [(unsent, false), (pieces - unsent, true)] {
            let places = taken
                .iter()
                .filter(|place| Some(place.variant) == line.variant);
            let mut rest = quantity;
            for place in places {
                let Some(free) = left.get_mut(&(place.variant, place.location, was_fulfilled))
                else {
                    continue;
                };
                let part = rest.min(*free);
                if !restock || part < 1 {
                    continue;
                }
                if !place.is_active {
                    return Err(Inactive(place.location_name.clone()));
                }
                *free -= part;
                rest -= part;
                let how = (was_fulfilled, true, Some(place.location));
                rows.push(item(line, &mut before, part, how));
            }
            if rest > 0 {
                rows.push(item(
                    line,
                    &mut before,
                    rest,
                    (was_fulfilled, restock, None),
                ));
            }
        }
    }
    Ok(rows)
}

fn item(
    line: &Line,
    before: &mut i32,
    pieces: i32,
    (was_fulfilled, restock, location): (bool, bool, Option<i64>),
) -> Item {
    let part = |total| share(total, *before, pieces, line.quantity);
    let gross = line.unit_price.saturating_mul(i64::from(pieces));
    let row = Item {
        line: line.id,
        quantity: pieces,
        restock_type: match (restock, was_fulfilled) {
            (false, _) => "NO_RESTOCK",
            (true, false) => "CANCEL",
            (true, true) => "RETURN",
        },
        was_fulfilled,
        location,
        discounted_total: gross - part(line.discount_on_goods),
        subtotal: gross - part(line.discount),
        tax: part(line.tax),
        duty: part(line.duty),
    };
    *before += pieces;
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() -> Line {
        Line {
            id: 7,
            variant: Some(1),
            title: "Cup".to_owned(),
            quantity: 3,
            removed: 0,
            fulfilled: 1,
            returned: 0,
            unit_price: 1_000,
            discount: 500,
            discount_on_goods: 200,
            tax: 199,
            duty: 1,
        }
    }

    fn place(location: i64, unsent: i32, sent: i32) -> Taken {
        Taken {
            variant: 1,
            location,
            location_name: format!("place {location}"),
            is_active: location != 9,
            unsent,
            sent,
        }
    }

    #[test]
    fn shares_of_all_pieces_are_exactly_the_sum() {
        for (total, quantity) in [(100, 3), (1, 7), (0, 2), (i64::MAX, 1_000_000)] {
            let one_by_one: i64 = (0..quantity).map(|n| share(total, n, 1, quantity)).sum();
            assert_eq!(one_by_one, total);
            assert_eq!(share(total, 0, quantity, quantity), total);
        }
        assert_eq!([0, 1, 2].map(|n| share(100, n, 1, 3)), [33, 33, 34]);
    }

    #[test]
    fn pieces_go_back_to_where_they_were_taken_from_unsent_ones_first() {
        let taken = [place(2, 1, 0), place(1, 1, 1)];
        let rows = items(&[(&line(), 3)], &taken, true).unwrap();
        let told: Vec<_> = rows
            .iter()
            .map(|row| (row.restock_type, row.location, row.subtotal, row.tax))
            .collect();
        let expected = [
            ("CANCEL", Some(2), 834, 66),
            ("CANCEL", Some(1), 833, 66),
            ("RETURN", Some(1), 833, 67),
        ];
        assert_eq!(told, expected);
        assert_eq!(rows.iter().map(|row| row.duty).sum::<i64>(), 1);
        assert_eq!(
            rows.iter().map(|row| row.discounted_total).sum::<i64>(),
            2_800
        );
        let kept = items(&[(&line(), 3)], &taken, false).unwrap();
        let told: Vec<_> = kept
            .iter()
            .map(|row| {
                (
                    row.restock_type,
                    row.quantity,
                    row.was_fulfilled,
                    row.location,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("NO_RESTOCK", 2, false, None),
                ("NO_RESTOCK", 1, true, None)
            ]
        );
    }

    #[test]
    fn nothing_is_restocked_where_nothing_is_taken_back() {
        let refused = items(&[(&line(), 1)], &[place(9, 2, 1)], true);
        assert_eq!(refused, Err(Inactive("place 9".to_owned())));
        assert!(items(&[(&line(), 1)], &[place(9, 2, 1)], false).is_ok());
    }
}
