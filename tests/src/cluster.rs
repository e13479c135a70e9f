//! PostgreSQL servers of a test's own: a primary, and a streaming replica of it, which can be killed, stopped and started
//! again. `bin/test` says where the binaries are, and where the data may lie.

use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use commerce::config::Reader;
use commerce::kernel::id::ordered_uuid;

/// Longer than anything takes that is waited for.
const LIMIT: Duration = Duration::from_secs(120);

/// Below those that the kernel gives to whoever asks for any port: a server keeps its own while it is down.
const PORTS: u16 = 26_000;
/// So many are there for all tests.
const MOST_PORTS: u16 = 4_000;

/// Settings of every server: small, and the data goes to disk as the operating system likes.
const SETTINGS: [&str; 9] = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "fsync=off",
    "full_page_writes=off",
    "shared_buffers=32MB",
    "max_connections=60",
    "max_wal_senders=4",
    "wal_keep_size=1GB",
    "log_min_messages=fatal",
];

/// A server that runs as long as this value, unless it is killed before.
pub struct Cluster {
    folder: PathBuf,
    port: u16,
    server: Mutex<Option<Child>>,
}

/// A setting that `bin/test` makes.
fn told(name: &str) -> PathBuf {
    let value = Reader::from_environment().optional(name);
    PathBuf::from(value.unwrap_or_else(|| panic!("{name} is not set; bin/test sets it")))
}

/// One of PostgreSQL's programs, run as whom the folder of all clusters belongs to, for it refuses root. It does not
/// outlive us.
fn program(name: &str) -> Command {
    let owner = std::fs::metadata(told("POSTGRES_CLUSTERS")).expect("the folder of clusters");
    let mut command = Command::new("setpriv");
    if owner.uid() != std::fs::metadata("/proc/self").expect("a process").uid() {
        command.args([
            format!("--reuid={}", owner.uid()),
            format!("--regid={}", owner.gid()),
        ]);
        command.arg("--clear-groups");
    }
    command
        .args(["--pdeathsig", "KILL", "--"])
        .arg(told("POSTGRES_BIN").join(name))
        .current_dir("/")
        .stdin(Stdio::null());
    command
}

fn run(command: &mut Command) {
    let output = command.output().expect("PostgreSQL's programs can be run");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
}

/// A port on which nobody listens.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() % u32::from(MOST_PORTS)).unwrap_or_default();
    loop {
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        assert!(next < MOST_PORTS, "no port is free");
        let port = PORTS + (start + next) % MOST_PORTS;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// Asks again and again for what is bound to come.
fn wait_for(what: &str, mut is: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is() {
        assert!(started.elapsed() < LIMIT, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

impl Cluster {
    /// A primary without anything in it.
    #[must_use]
    pub fn primary() -> Self {
        let primary = Self::placed();
        let mut make = program("initdb");
        make.args(["-U", "cartwright", "--auth=trust", "--encoding=UTF8"]);
        make.args(["--locale=C", "--lc-ctype=C.UTF-8", "--no-sync", "-D"]);
        run(make.arg(&primary.folder));
        primary.start();
        primary
    }

    /// A replica of it, which follows it by streaming.
    #[must_use]
    pub fn replica(&self) -> Self {
        let replica = Self::placed();
        let mut copy = program("pg_basebackup");
        let primary = format!("host=127.0.0.1 port={} user=cartwright", self.port);
        copy.args(["-d", &primary, "-X", "stream", "-c", "fast", "-R"]);
        run(copy.args(["--no-sync", "-D"]).arg(&replica.folder));
        replica.start();
        replica
    }

    fn placed() -> Self {
        let name = ordered_uuid().simple().to_string();
        Self {
            folder: told("POSTGRES_CLUSTERS").join(name),
            port: free_port(),
            server: Mutex::default(),
        }
    }

    /// Where a database of it is reached.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://cartwright@127.0.0.1:{}/{database}", self.port)
    }

    /// Starts it, and waits until it takes connections.
    pub fn start(&self) {
        let pid_file = self.folder.join("postmaster.pid");
        let mut server = program("postgres");
        server.arg("-D").arg(&self.folder);
        server.args(["-p", &self.port.to_string()]);
        server.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
        server.stdout(Stdio::null()).stderr(Stdio::null());
        let mut server = server.spawn().expect("PostgreSQL can be started");
        wait_for("PostgreSQL to start", || {
            let ended = server.try_wait().expect("a child");
            assert_eq!(ended, None, "PostgreSQL did not start");
            let told = std::fs::read_to_string(&pid_file).unwrap_or_default();
            // A killed server leaves its own.
            let is_its = told.lines().next() == Some(&server.id().to_string());
            is_its
                && told
                    .lines()
                    .nth(7)
                    .is_some_and(|line| line.trim() == "ready")
        });
        *self.server() = Some(server);
    }

    fn server(&self) -> MutexGuard<'_, Option<Child>> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its processes: the first one, then those that it started.
    fn processes(&self) -> Vec<u32> {
        let Some(first) = self.server().as_ref().map(Child::id) else {
            return Vec::new();
        };
        let listed = std::fs::read_dir("/proc").expect("/proc");
        let ids = listed.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        let first_name = first.to_string();
        let children = ids.filter(|id| stat(*id, 1).is_some_and(|parent| parent == first_name));
        std::iter::once(first).chain(children).collect()
    }

    /// Kills it: nobody on it has time to say anything.
    pub fn kill(&self) {
        self.stop();
        let processes = self.processes();
        signal("KILL", &processes);
        if let Some(mut server) = self.server().take() {
            server.wait().expect("a killed process ends");
        }
        wait_for("killed processes", || {
            // One whose new parent does not look stays as a name only.
            let states = processes.iter().map(|id| stat(*id, 0));
            states.flatten().all(|state| state == "Z")
        });
    }

    /// Stops all its processes where they stand; the kernel still takes connections for it.
    pub fn stop(&self) {
        // The first one first, so that it starts no more.
        signal("STOP", self.processes().get(..1).unwrap_or_default());
        signal("STOP", &self.processes());
    }

    /// Lets it go on.
    pub fn go_on(&self) {
        signal("CONT", &self.processes());
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Asked to end, it gives its shared memory back.
        self.go_on();
        signal("QUIT", self.processes().get(..1).unwrap_or_default());
        if let Some(mut server) = self.server().take() {
            let _ended = server.wait();
        }
        let _bin_test_removes_it = std::fs::remove_dir_all(&self.folder);
    }
}

/// What the kernel says of a process, if there is one: its state is the first field, its parent the second.
fn stat(id: u32, field: usize) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The program's name stands in parentheses before.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    fields.nth(field).map(str::to_owned)
}

/// Signals each; who has ended meanwhile is not missed.
fn signal(name: &str, ids: &[u32]) {
    for id in ids {
        let mut kill = Command::new("sh");
        kill.args(["-c", "kill -s \"$0\" \"$1\"", name, &id.to_string()]);
        let _it_may_have_ended = kill.stderr(Stdio::null()).status();
    }
}
