use super::*;
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
        requires_shipping: true,
        taxable: true,
        grams: 0,
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
    let mut plan = Plan::of(Vec::new());
    plan.add(drafts, catalog, &path);
    plan.finish(&path)
}

fn edited(lines: Vec<Line>, edits: &[LineEdit], catalog: &Catalog) -> Result<Plan, Refusals> {
    let path = Path::root("lines");
    let mut plan = Plan::of(lines);
    plan.edit(edits, catalog, &path);
    plan.finish(&path)
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
