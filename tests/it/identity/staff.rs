//! Staff: the model that a later API stands on.

use std::collections::BTreeSet;

use commerce::staff::{Scope, scopes};
use tests::TestApp;

#[tokio::test]
async fn scopes_are_those_of_all_roles_and_of_nobody_who_left() {
    let app = TestApp::new().await;
    let words: Vec<&str> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
    // The database knows the same words, no more and no fewer.
    let all = words.join("', '");
    app.execute(&format!(
        "UPDATE staff_roles SET scopes = ARRAY['{all}'] WHERE name = 'owner'"
    ))
    .await;
    let allowed = "SELECT count(*) FROM pg_constraint, regexp_matches(pg_get_constraintdef(oid), '''([a-z_]+)''', 'g') \
                   WHERE conname = 'staff_roles_scopes_check'";
    assert_eq!(
        app.count(allowed).await,
        i64::try_from(Scope::ALL.len()).unwrap()
    );
    app.execute(
        "INSERT INTO staff (email, name, created_at) VALUES ('eve@shop.example', 'Eve', now()), ('ned@shop.example', 'Ned', now()); \
         INSERT INTO staff_roles (name, scopes) VALUES ('stock', '{write_inventory}'); \
         INSERT INTO staff_memberships SELECT 1, id FROM staff_roles WHERE name IN ('support', 'stock'); \
         INSERT INTO staff_memberships SELECT 2, id FROM staff_roles WHERE name = 'owner'; \
         UPDATE staff SET active = false WHERE id = 2",
    )
    .await;
    let conn = &mut app.conn().await;
    let eve = scopes(conn, 1).await.unwrap();
    let wanted = [
        Scope::ReadProducts,
        Scope::ReadInventory,
        Scope::WriteInventory,
        Scope::ReadOrders,
        Scope::ReadCustomers,
        Scope::ReadContent,
    ];
    assert_eq!(eve, BTreeSet::from(wanted));
    assert_eq!(scopes(conn, 2).await.unwrap(), BTreeSet::new());
    assert_eq!(scopes(conn, 3).await.unwrap(), BTreeSet::new());
}
