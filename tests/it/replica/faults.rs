//! A replica that is killed, stopped, late or of another release, while requests go on.

use std::cell::Cell;
use std::time::Duration;

use commerce::db::ReplicaHealth;
use serde_json::{Value, json};
use tests::caching::until;
use tests::people::Person;

use super::{CUP, Replicated, SEARCH, status_of};

/// Those who send requests, by what they do.
#[derive(Clone, Copy)]
enum Who {
    Reader,
    Merchant,
    Buyer,
    Customer,
}

/// Requests that go on and on.
struct Load<'s> {
    shop: &'s Replicated,
    person: Person,
    /// How often each has been right.
    rounds: [Cell<u64>; 4],
    /// While nothing is written, so that the replica shows everything.
    quiet: Cell<bool>,
    over: Cell<bool>,
}

impl Load<'_> {
    fn went_well(&self, who: Who) {
        let rounds = &self.rounds[who as usize];
        rounds.set(rounds.get() + 1);
    }

    async fn may_write(&self) {
        until(|| !self.quiet.get() || self.over.get()).await;
    }

    /// Whoever looks around.
    async fn reads(&self) {
        while !self.over.get() {
            for query in [CUP, SEARCH] {
                self.shop.ask(query, json!({})).await;
            }
            self.went_well(Who::Reader);
        }
    }

    /// Whoever calls things otherwise sees them so.
    async fn renames(&self) {
        let mut number = 0;
        while !self.over.get() {
            number += 1;
            let title = format!("Cup {number}");
            self.shop.call_cup(&title).await;
            assert_eq!(self.shop.cup().await, (json!(title), json!(title)));
            self.went_well(Who::Merchant);
            self.may_write().await;
        }
    }

    /// Whoever buys what is new finds it in the cart.
    async fn buys(&self) {
        let mut number = 0;
        while !self.over.get() {
            number += 1;
            let handle = format!("new-{number}");
            let bought = self.shop.buy(&handle).await;
            assert_eq!(bought, [json!(handle), json!(handle)]);
            self.went_well(Who::Buyer);
            self.may_write().await;
        }
    }

    /// Whoever changes a name has that name.
    async fn changes_name(&self) {
        const UPDATE: &str = "mutation ($token: String!, $name: String!) { \
            customerUpdate(customerAccessToken: $token, customer: { firstName: $name }) { customer { firstName } } }";
        const NAME: &str =
            "query ($token: String!) { customer(customerAccessToken: $token) { firstName } }";
        let mut number = 0;
        while !self.over.get() {
            number += 1;
            let name = json!(format!("Ann {number}"));
            let given = json!({ "token": self.person.token, "name": name });
            let updated = self.shop.ask(UPDATE, given).await;
            assert_eq!(
                updated["customerUpdate"]["customer"]["firstName"], name,
                "what was just written"
            );
            let token = json!({ "token": self.person.token });
            let read: Value = self.shop.ask(NAME, token).await;
            assert_eq!(read["customer"]["firstName"], name);
            self.went_well(Who::Customer);
            self.may_write().await;
        }
    }

    /// Everybody goes on: those who begin now come to an end.
    async fn all_go_on(&self) {
        let before: Vec<u64> = self.rounds.iter().map(Cell::get).collect();
        until(|| {
            let mut rounds = self.rounds.iter().zip(&before);
            rounds.all(|(now, before)| now.get() >= before + 2)
        })
        .await;
    }

    /// The replica is used again.
    async fn is_read(&self) {
        self.shop.is(ReplicaHealth::Ready).await;
        self.quiet.set(true);
        let before = self.shop.replica_reads();
        until(|| self.shop.replica_reads() > before).await;
        self.quiet.set(false);
        self.all_go_on().await;
    }

    /// The replica is judged so, and everybody goes on; tokens are those of the primary.
    async fn goes_on_while(&self, health: ReplicaHealth, revoked: i64, old: &str) {
        self.shop.is(health).await;
        self.all_go_on().await;
        let detail = json!({ "status": "ok", "redis": "ok", "replica": health.words() });
        self.shop.says(&detail).await;
        let (new, _) = self.shop.token().await;
        self.shop.revoke(revoked).await;
        let process = self.shop.process();
        assert_eq!(status_of(&process, &new).await, 200);
        assert_eq!(status_of(&process, old).await, 401);
    }
}

/// Does something to the replica, and undoes it.
async fn faults(load: &Load<'_>) {
    const PAUSE: &str = "SELECT pg_wal_replay_pause()";
    const RESUME: &str = "SELECT pg_wal_replay_resume()";
    let shop = load.shop;
    load.is_read().await;

    let (token, id) = shop.token().await;
    shop.replica.kill();
    load.goes_on_while(ReplicaHealth::Away, id, &token).await;
    shop.replica.start();
    load.is_read().await;

    let (token, id) = shop.token().await;
    shop.replica.stop();
    load.goes_on_while(ReplicaHealth::Away, id, &token).await;
    shop.replica.go_on();
    load.is_read().await;

    let (token, id) = shop.token().await;
    shop.on_replica(PAUSE).await;
    load.goes_on_while(ReplicaHealth::Behind, id, &token).await;
    shop.on_replica(RESUME).await;
    load.is_read().await;

    let (token, id) = shop.token().await;
    shop.on_replica("ALTER SYSTEM SET recovery_min_apply_delay = '1h'")
        .await;
    shop.on_replica("SELECT pg_reload_conf()").await;
    load.goes_on_while(ReplicaHealth::Behind, id, &token).await;
    shop.on_replica("ALTER SYSTEM RESET recovery_min_apply_delay")
        .await;
    shop.on_replica("SELECT pg_reload_conf()").await;
    load.is_read().await;

    let (token, id) = shop.token().await;
    shop.on_replica(PAUSE).await;
    shop.app
        .execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('99990101000000')")
        .await;
    load.goes_on_while(ReplicaHealth::OtherMigrations, id, &token)
        .await;
    shop.on_replica(RESUME).await;
    load.is_read().await;
    load.over.set(true);
}

#[tokio::test]
async fn whatever_becomes_of_the_replica_no_request_fails_and_nobody_sees_what_was() {
    let shop = Replicated::open(Duration::from_secs(3)).await;
    let load = Load {
        person: shop.app.person("ann").await,
        shop: &shop,
        rounds: Default::default(),
        quiet: Cell::new(false),
        over: Cell::new(false),
    };
    tokio::join!(
        load.reads(),
        load.renames(),
        load.buys(),
        load.changes_name(),
        faults(&load)
    );
}
