//! Real processes: started, asked to stop, and seen to die.

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;
use commerce::config::Reader;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

/// A child process that is killed when dropped.
pub struct Process {
    name: &'static str,
    child: Child,
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// By itself, with this code.
    Exited(i32),
    /// By this signal.
    Killed(i32),
}

impl From<ExitStatus> for End {
    fn from(status: ExitStatus) -> Self {
        match (status.code(), status.signal()) {
            (Some(code), _) => Self::Exited(code),
            (None, signal) => Self::Killed(signal.unwrap_or_default()),
        }
    }
}

/// Where a binary of this build lies: where `API_BIN` or `WORKER_BIN` says, otherwise beside this
/// one, or above the folder in which cargo keeps tests.
pub fn binary(name: &str) -> anyhow::Result<PathBuf> {
    let variable = format!("{}_BIN", name.to_ascii_uppercase());
    if let Some(given) = Reader::from_environment().optional(&variable) {
        return Ok(PathBuf::from(given));
    }
    let here = std::env::current_exe()?;
    let mut folder = here.parent().unwrap_or(Path::new("."));
    if folder.ends_with("deps") {
        folder = folder.parent().unwrap_or(folder);
    }
    let path = folder.join(name);
    anyhow::ensure!(
        path.exists(),
        "{} is missing; build the workspace's binaries first",
        path.display()
    );
    Ok(path)
}

impl Process {
    /// Starts `binary arguments` with extra variables; its log goes to `log`. It does not outlive
    /// us, and should it abort, it leaves no core file behind.
    pub fn start(
        name: &'static str,
        arguments: &[&str],
        variables: &[(&str, String)],
        log: &Path,
    ) -> anyhow::Result<Self> {
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(log)?;
        let child = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "--", "sh", "-c"])
            .arg("ulimit -c 0; exec \"$0\" \"$@\"")
            .arg(binary(name)?)
            .args(arguments)
            .envs(variables.iter().map(|(k, v)| (k, v)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("start {name}"))?;
        Ok(Self { name, child })
    }

    /// Waits for a command to end well.
    pub async fn finish(mut self) -> anyhow::Result<()> {
        let status = self.child.wait().await?;
        anyhow::ensure!(status.success(), "{} ended with {status}", self.name);
        Ok(())
    }

    /// Waits until it ends by whatever cause, at most for `limit`.
    pub async fn end(&mut self, limit: Duration) -> anyhow::Result<End> {
        let ended = tokio::time::timeout(limit, self.child.wait()).await;
        let status =
            ended.with_context(|| format!("{} did not end within {limit:?}", self.name))?;
        Ok(status?.into())
    }

    /// Asks it to stop, with SIGTERM.
    pub async fn terminate(&self) -> anyhow::Result<()> {
        let id = self.child.id().context("the process has ended")?;
        let mut kill = Command::new("sh");
        kill.args(["-c", "kill -s TERM \"$0\"", &id.to_string()]);
        let status = kill.status().await?;
        anyhow::ensure!(status.success(), "{} could not be signalled", self.name);
        Ok(())
    }

    /// Resident memory in MiB, now and at its highest.
    pub fn memory(&self) -> anyhow::Result<(u64, u64)> {
        let id = self.child.id().context("the process has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let field = |name: &str| {
            status
                .lines()
                .find_map(|line| line.strip_prefix(name))
                .and_then(|rest| rest.split_whitespace().next())
                .and_then(|kib| kib.parse::<u64>().ok())
                .map(|kib| kib / 1024)
                .with_context(|| format!("no {name} for {}", self.name))
        };
        Ok((field("VmRSS:")?, field("VmHWM:")?))
    }
}

/// How long it takes until `path` on `host` answers 200.
pub async fn until_ready(host: &str, path: &str, limit: Duration) -> anyhow::Result<Duration> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let started = Instant::now();
    while started.elapsed() < limit {
        if let Ok(mut stream) = TcpStream::connect(host).await {
            let request =
                format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
            let mut answer = Vec::new();
            if stream.write_all(request.as_bytes()).await.is_ok()
                && stream.read_to_end(&mut answer).await.is_ok()
                && answer.starts_with(b"HTTP/1.1 200")
            {
                return Ok(started.elapsed());
            }
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    anyhow::bail!("{host}{path} was not ready within {limit:?}")
}
