//! A lean HTTP/1.1 client: the load generator shares two cores with what it measures, so every
//! microsecond it saves is one that the server can show.

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One kept-alive connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    host: String,
}

/// One answer.
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
    /// SQL statements that the server says it took, from its `server-timing` header.
    pub statements: Option<u64>,
}

impl Connection {
    /// Connects to `host:port`.
    pub async fn open(host: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(host)
            .await
            .with_context(|| format!("connect to {host}"))?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(64 * 1024),
            host: host.to_owned(),
        })
    }

    /// Posts JSON and reads the whole answer; anything but 200 is an error.
    pub async fn post(&mut self, path: &str, json: &str) -> anyhow::Result<Reply> {
        self.post_with(path, "", json).await
    }

    /// The same with more headers, each line ended by `\r\n`.
    pub async fn post_with(
        &mut self,
        path: &str,
        headers: &str,
        json: &str,
    ) -> anyhow::Result<Reply> {
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n{headers}\
             content-length: {}\r\n\r\n{json}",
            self.host,
            json.len()
        );
        let reply = self.send(request.as_bytes()).await?;
        if reply.status != 200 {
            bail!("{}: {}", reply.status, String::from_utf8_lossy(&reply.body));
        }
        Ok(reply)
    }

    /// Sends bytes that ask for one answer, and reads it whatever it is.
    pub async fn send(&mut self, request: &[u8]) -> anyhow::Result<Reply> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let head_end = loop {
            if let Some(at) = find(&self.buffer, b"\r\n\r\n") {
                break at + 4;
            }
            self.fill().await?;
        };
        let head = String::from_utf8_lossy(&self.buffer[..head_end]).to_ascii_lowercase();
        let length: usize = header(&head, "content-length")
            .and_then(|text| text.parse().ok())
            .context("the answer has no content-length")?;
        while self.buffer.len() < head_end + length {
            self.fill().await?;
        }
        let body = self.buffer[head_end..head_end + length].to_vec();
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let statements = header(&head, "server-timing")
            .and_then(|timing| timing.split("statements=").nth(1))
            .and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next())
            .and_then(|digits| digits.parse().ok());
        Ok(Reply {
            status: status.context("the answer has no status")?,
            body,
            statements,
        })
    }

    async fn fill(&mut self) -> anyhow::Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            bail!("the server closed the connection");
        }
        Ok(())
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.trim())
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}
