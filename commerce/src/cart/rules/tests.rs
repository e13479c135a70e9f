use super::*;
use crate::catalog::quantities::{PriceBreak, Quantities};
use crate::kernel::{Currency, Money};

fn merchandise(id: i64, available: Option<i64>) -> Merchandise {
    Merchandise {
        variant_id: Id::new(id),
        product_id: Id::new(id),
        title: format!("Cup {id}"),
        variant_title: "Blue".into(),
        sku: None,
        image_url: None,
        price: Money::new(1_000, Currency::USD),
        compare_at: None,
        has_market_price: false,
        quantities: Quantities::default(),
        requires_shipping: true,
        taxable: true,
        is_gift_card: false,
        grams: 0,
        delivery_profile: None,
        available,
    }
}

fn catalog(entries: &[(i64, Option<i64>)]) -> Catalog {
    entries
        .iter()
        .map(|(id, available)| (Id::new(*id), merchandise(*id, *available)))
        .collect()
}

fn draft(id: i64, quantity: i32, note: Option<&str>) -> LineDraft {
    LineDraft {
        merchandise_id: Id::<ProductVariant>::new(id).gid(),
        quantity,
        attributes: note
            .map(|value| Attribute {
                key: "note".into(),
                value: value.into(),
            })
            .into_iter()
            .collect(),
        selling_plan: false,
        parent: false,
    }
}

fn edit(line: &Line, merchandise: Option<i64>, quantity: Option<i32>) -> LineEdit {
    LineEdit {
        id: Some(line.id),
        merchandise_id: merchandise.map(|id| Id::<ProductVariant>::new(id).gid()),
        quantity,
        attributes: None,
        selling_plan: false,
    }
}

fn added(drafts: &[LineDraft], catalog: &Catalog) -> Result<Plan, Refusals> {
    let path = Path::root("lines");
    let mut plan = Plan::of(Vec::new(), Vec::new());
    plan.add(drafts, catalog, &path);
    plan.finish(&path, 1_000_000)
}

fn edited(lines: Vec<Line>, edits: &[LineEdit], catalog: &Catalog) -> Result<Plan, Refusals> {
    let path = Path::root("lines");
    let mut plan = Plan::of(lines, Vec::new());
    plan.edit(edits, catalog, &path);
    plan.finish(&path, 1_000_000)
}

fn quantities(plan: &Plan) -> Vec<(i64, i32)> {
    plan.lines
        .iter()
        .map(|line| (line.merchandise.variant_id.value, line.quantity))
        .collect()
}

#[test]
fn equal_lines_merge() {
    let catalog = catalog(&[(1, None), (2, None)]);
    let drafts = [
        draft(1, 1, None),
        draft(2, 1, None),
        draft(1, 2, None),
        draft(1, 1, Some("gift")),
    ];
    let plan = added(&drafts, &catalog).unwrap();
    assert_eq!(quantities(&plan), [(1, 3), (2, 1), (1, 1)]);
    assert_eq!(plan.touched.len(), 3);
}

#[test]
fn stock_is_shared_between_the_lines_of_a_variant() {
    let catalog = catalog(&[(1, Some(3))]);
    let drafts = [
        draft(1, 2, None),
        draft(1, 2, Some("gift")),
        draft(1, 5, Some("me")),
    ];
    let plan = added(&drafts, &catalog).unwrap();
    assert_eq!(quantities(&plan), [(1, 2), (1, 1), (1, 0)]);
    let warnings: Vec<_> = plan.warnings.iter().map(|w| (w.code, w.target)).collect();
    assert_eq!(
        warnings,
        [
            (
                WarningCode::MerchandiseNotEnoughStock,
                Some(plan.lines[1].id)
            ),
            (WarningCode::MerchandiseOutOfStock, Some(plan.lines[2].id)),
        ]
    );
}

#[test]
fn nothing_is_added_when_one_line_is_refused() {
    let refusals = added(
        &[draft(1, 1, None), draft(9, 1, None), draft(1, 0, None)],
        &catalog(&[(1, None)]),
    )
    .unwrap_err();
    let fields: Vec<_> = refusals.iter().map(|r| r.field.0.join(".")).collect();
    assert_eq!(fields, ["lines.1.merchandiseId", "lines.2.quantity"]);
}

#[test]
fn an_edited_line_merges_into_its_equal() {
    let catalog = catalog(&[(1, None), (2, None)]);
    let lines = added(&[draft(1, 1, None), draft(2, 4, None)], &catalog)
        .unwrap()
        .lines;
    let moved = lines[0].id;
    let plan = edited(lines.clone(), &[edit(&lines[0], Some(2), None)], &catalog).unwrap();
    assert_eq!(quantities(&plan), [(2, 5)]);
    assert_eq!(plan.dropped, [moved]);
}

#[test]
fn lines_change_by_their_ids_before_they_merge() {
    let catalog = catalog(&[(1, None), (2, None)]);
    let lines = added(&[draft(1, 1, None), draft(2, 2, None)], &catalog)
        .unwrap()
        .lines;
    let swap = [
        edit(&lines[0], Some(2), Some(1)),
        edit(&lines[1], Some(1), Some(2)),
    ];
    for edits in [swap.to_vec(), swap.iter().rev().cloned().collect()] {
        let plan = edited(lines.clone(), &edits, &catalog).unwrap();
        assert_eq!(quantities(&plan), [(2, 1), (1, 2)]);
        assert_eq!(plan.dropped, [lines[0].id, lines[1].id]);
    }
    // What the other line is asked to have is added to, not lost.
    let grown = [
        edit(&lines[0], Some(2), Some(3)),
        edit(&lines[1], None, Some(5)),
    ];
    for edits in [grown.to_vec(), grown.iter().rev().cloned().collect()] {
        let plan = edited(lines.clone(), &edits, &catalog).unwrap();
        assert_eq!(quantities(&plan), [(2, 8)]);
        assert_eq!(plan.lines[0].id, lines[1].id);
    }
    // Notes are swapped as well.
    let noted = added(
        &[draft(1, 1, Some("me")), draft(1, 4, Some("you"))],
        &catalog,
    );
    let noted = noted.unwrap().lines;
    let swap: Vec<LineEdit> = [(0, 1), (1, 0)]
        .map(|(at, from): (usize, usize)| LineEdit {
            attributes: Some(noted[from].attributes.clone()),
            ..edit(&noted[at], None, None)
        })
        .to_vec();
    let plan = edited(noted.clone(), &swap, &catalog).unwrap();
    assert_eq!(quantities(&plan), [(1, 1), (1, 4)]);
    assert_eq!(plan.lines[0].attributes, noted[1].attributes);
    assert_eq!(plan.lines[1].attributes, noted[0].attributes);
    // A line that is taken out takes nothing along.
    let moved = [
        edit(&lines[1], None, Some(0)),
        edit(&lines[0], Some(2), Some(7)),
    ];
    let plan = edited(lines.clone(), &moved, &catalog).unwrap();
    assert_eq!(quantities(&plan), [(2, 7)]);
}

#[test]
fn merged_lines_have_no_more_pieces_than_one_may_have() {
    let catalog = catalog(&[(1, None)]);
    let full = [
        draft(1, MAX_QUANTITY - 1, Some("me")),
        draft(1, 1, Some("you")),
    ];
    let lines = added(&full, &catalog).unwrap().lines;
    let mut same = edit(&lines[1], None, Some(2));
    same.attributes = Some(lines[0].attributes.clone());
    let refusals = edited(lines, &[same], &catalog).unwrap_err();
    let refusals: Vec<_> = refusals.into_iter().map(|r| (r.code, r.field.0)).collect();
    let at = ["lines", "0", "quantity"].map(str::to_owned).to_vec();
    assert_eq!(refusals, [(Code::MaximumExceeded, at)]);
}

/// What a line holds, as few as there can be so that lines often come to be equal.
type Holds = (i64, u8);
/// What is asked of a line.
type Asked = (Option<i64>, Option<u8>, Option<i32>);

fn note(of: u8) -> Vec<Attribute> {
    let named = |text: &str| draft(1, 1, Some(text)).attributes;
    match of {
        0 => Vec::new(),
        1 => named("me"),
        _ => named("you"),
    }
}

proptest::proptest! {
    #[test]
    fn lines_hold_what_was_asked_whatever_the_order(
        held in proptest::collection::btree_map((1_i64..4, 0_u8..3), 1_i32..9, 1..7),
        asked in proptest::collection::vec((
            proptest::option::of(1_i64..4), proptest::option::of(0_u8..3), proptest::option::of(0_i32..9)), 7),
        named in proptest::collection::vec(proptest::bool::ANY, 7),
        seed in proptest::num::usize::ANY,
    ) {
        let catalog = catalog(&[(1, None), (2, None), (3, None)]);
        let drafts: Vec<LineDraft> = held
            .iter()
            .map(|((id, of), quantity)| LineDraft { attributes: note(*of), ..draft(*id, *quantity, None) })
            .collect();
        let lines = added(&drafts, &catalog).unwrap().lines;
        let mut expected: HashMap<Holds, i32> = HashMap::new();
        let mut edits = Vec::new();
        for (place, (holds, quantity)) in held.iter().enumerate() {
            let (id, of, asked): Asked = match named[place] {
                true => asked[place],
                false => (None, None, None),
            };
            let becomes = (id.unwrap_or(holds.0), of.unwrap_or(holds.1));
            *expected.entry(becomes).or_default() += asked.unwrap_or(*quantity);
            if named[place] {
                edits.push(LineEdit { attributes: of.map(note), ..edit(&lines[place], id, asked) });
            }
        }
        expected.retain(|_, quantity| *quantity > 0);
        let outcome = |edits: &[LineEdit]| {
            let plan = edited(lines.clone(), edits, &catalog).unwrap();
            let dropped: HashSet<Uuid> = plan.dropped.iter().copied().collect();
            let held: Vec<_> = plan.lines.iter()
                .map(|line| (line.id, line.merge_key(), line.quantity)).collect();
            (held, dropped)
        };
        let (held, dropped) = outcome(&edits);
        let found: HashMap<Vec<u8>, i32> = held.iter().map(|(_, key, quantity)| (key.clone(), *quantity)).collect();
        let wanted: HashMap<Vec<u8>, i32> = expected.iter()
            .map(|((id, of), quantity)| (merge_key(Id::new(*id), &note(*of)), *quantity)).collect();
        proptest::prop_assert_eq!(found.len(), held.len(), "equal lines are one");
        proptest::prop_assert_eq!(&found, &wanted);
        let mut turned = edits.clone();
        if !turned.is_empty() {
            let by = seed % turned.len();
            turned.rotate_left(by);
        }
        proptest::prop_assert_eq!(&outcome(&turned), &(held.clone(), dropped.clone()));
        turned.reverse();
        proptest::prop_assert_eq!(&outcome(&turned), &(held, dropped));
    }
}

#[test]
fn zero_removes_and_negative_is_refused() {
    let catalog = catalog(&[(1, None)]);
    let lines = added(&[draft(1, 1, None)], &catalog).unwrap().lines;
    let plan = edited(lines.clone(), &[edit(&lines[0], None, Some(0))], &catalog).unwrap();
    assert_eq!(quantities(&plan), []);
    let refusals = edited(lines.clone(), &[edit(&lines[0], None, Some(-1))], &catalog).unwrap_err();
    assert_eq!(refusals[0].field.0, ["lines", "0", "quantity"]);
}

#[test]
fn amounts_and_numbers_have_a_ceiling() {
    let mut dear = catalog(&[(1, None)]);
    for entry in dear.values_mut() {
        entry.price = Money::new(i64::MAX, Currency::USD);
    }
    let refused =
        |drafts: &[LineDraft], catalog: &Catalog| added(drafts, catalog).unwrap_err()[0].code;
    assert_eq!(refused(&[draft(1, 2, None)], &dear), Code::CartTooLarge);
    assert_eq!(
        refused(&[draft(1, MAX_QUANTITY + 1, None)], &catalog(&[(1, None)])),
        Code::MaximumExceeded
    );
}

/// Sold by the half dozen, at most 24 at once, at 9.00 from a dozen on.
fn eggs() -> Catalog {
    let mut eggs = catalog(&[(1, None)]);
    for entry in eggs.values_mut() {
        entry.quantities = Quantities {
            rule: QuantityRule {
                minimum: 6,
                maximum: Some(24),
                increment: 6,
            },
            breaks: vec![PriceBreak {
                minimum: 12,
                price: Money::new(900, Currency::USD),
            }],
        };
    }
    eggs
}

#[test]
fn a_variant_is_sold_in_the_numbers_that_its_rule_allows() {
    let eggs = eggs();
    let refused = |quantity| {
        let refusals = added(&[draft(1, quantity, None)], &eggs).unwrap_err();
        assert_eq!(refusals[0].field.0, ["lines", "0", "quantity"]);
        refusals[0].code
    };
    assert_eq!(refused(5), Code::MinimumNotMet);
    assert_eq!(refused(10), Code::InvalidIncrement);
    assert_eq!(refused(30), Code::MaximumExceeded);
    // The maximum is one for all lines of the variant.
    let two = [draft(1, 18, None), draft(1, 12, Some("gift"))];
    assert_eq!(
        added(&two, &eggs).unwrap_err()[0].code,
        Code::MaximumExceeded
    );
    let lines = added(&[draft(1, 6, None)], &eggs).unwrap().lines;
    let refused = edited(lines.clone(), &[edit(&lines[0], None, Some(7))], &eggs).unwrap_err();
    assert_eq!(refused[0].code, Code::InvalidIncrement);
}

#[test]
fn what_is_left_is_sold_in_allowed_numbers_too() {
    let mut eggs = eggs();
    for (left, sold) in [(17, 12), (5, 0)] {
        for entry in eggs.values_mut() {
            entry.available = Some(left);
        }
        let plan = added(&[draft(1, 24, None)], &eggs).unwrap();
        assert_eq!(quantities(&plan), [(1, sold)]);
        assert_eq!(plan.warnings.len(), 1);
    }
}

#[test]
fn larger_numbers_cost_less_over_all_lines_of_a_variant() {
    let eggs = eggs();
    let minor = |drafts: &[LineDraft]| {
        let lines = added(drafts, &eggs).unwrap().lines;
        let subtotals = lines.iter().map(|line| line.subtotal().unwrap().minor);
        subtotals.collect::<Vec<_>>()
    };
    assert_eq!(minor(&[draft(1, 6, None)]), [6_000]);
    assert_eq!(minor(&[draft(1, 12, None)]), [10_800]);
    let two = [draft(1, 6, None), draft(1, 6, Some("gift"))];
    assert_eq!(minor(&two), [5_400, 5_400]);
}

#[test]
fn numbers_are_judged_by_what_comes_of_all_changes() {
    let eggs = eggs();
    // Twice a half of what is sold.
    let lines = added(&[draft(1, 3, None), draft(1, 3, None)], &eggs);
    assert_eq!(quantities(&lines.unwrap()), [(1, 6)]);
    let lines = added(&[draft(1, 18, None), draft(1, 6, Some("gift"))], &eggs);
    let lines = lines.unwrap().lines;
    let swap = [
        edit(&lines[1], None, Some(18)),
        edit(&lines[0], None, Some(6)),
    ];
    let swapped = edited(lines.clone(), &swap, &eggs).unwrap();
    assert_eq!(quantities(&swapped), [(1, 6), (1, 18)]);
    // All of it on one line is as much as before.
    let mut merged = edit(&lines[1], None, None);
    merged.attributes = Some(Vec::new());
    let merged = edited(lines, &[merged], &eggs).unwrap();
    assert_eq!(quantities(&merged), [(1, 24)]);
}

#[test]
fn what_is_not_asked_for_is_not_refused() {
    let mut line = added(&[draft(1, 6, None)], &eggs()).unwrap().lines;
    // Sold out, or in a number that was allowed once: a note can be changed all the same.
    for quantity in [0, 5] {
        line[0].quantity = quantity;
        let mut noted = edit(&line[0], None, None);
        noted.attributes = Some(draft(1, 1, Some("gift")).attributes);
        let plan = edited(line.clone(), &[noted], &eggs()).unwrap();
        assert_eq!(quantities(&plan), [(1, quantity)]);
    }
}

#[test]
fn an_order_has_a_most_of_pieces() {
    let catalog = catalog(&[(1, None), (2, None)]);
    let lines = Path::root("lines");
    let most = |before: Vec<Line>, drafts: &[LineDraft]| {
        let mut plan = Plan::of(before, Vec::new());
        plan.add(drafts, &catalog, &lines);
        plan.finish(&lines, 10)
    };
    let full = most(Vec::new(), &[draft(1, 4, None), draft(2, 6, None)]).unwrap();
    let refused = most(full.lines.clone(), &[draft(1, 1, None), draft(2, 1, None)]).unwrap_err();
    let expected = "an order has at most 10 pieces; the cart would have 12";
    assert_eq!(
        refused,
        [Refusal::new(
            Code::MaximumExceeded,
            lines.index(1).key("quantity"),
            expected
        )]
    );
    // A cart that has more, from before, may become smaller.
    let mut plan = Plan::of(full.lines, Vec::new());
    plan.edit(
        &[edit(&plan.lines[1].clone(), None, Some(5))],
        &catalog,
        &lines,
    );
    assert_eq!(pieces(&plan.finish(&lines, 3).unwrap().lines), 9);
}
