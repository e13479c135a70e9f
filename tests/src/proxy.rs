//! A TCP proxy that can fall silent, dawdle or hang up, to stand between the shop and what it asks.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What the proxy does with what it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// It passes everything on.
    Open,
    /// It passes everything on, each time so much later.
    Slow(Duration),
    /// It takes everything and passes nothing on, as a stalled server or a cut cable would.
    Silent,
    /// It closes what is open and refuses what is new.
    Closed,
}

/// A proxy that exists as long as this value.
pub struct Proxy {
    /// Where it is reached.
    pub address: SocketAddr,
    mood: Arc<watch::Sender<Mood>>,
    work: JoinHandle<()>,
}

impl Proxy {
    /// A proxy before `server`, a `host:port`.
    pub async fn before(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let mood = Arc::new(watch::Sender::new(Mood::Open));
        let work = tokio::spawn(accept(listener, server, Arc::clone(&mood)));
        Self {
            address,
            mood,
            work,
        }
    }

    /// Changes what it does, also with connections that are open.
    pub fn turn(&self, mood: Mood) {
        self.mood.send_replace(mood);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.work.abort();
        self.mood.send_replace(Mood::Closed);
    }
}

async fn accept(listener: TcpListener, server: String, mood: Arc<watch::Sender<Mood>>) {
    while let Ok((client, _)) = listener.accept().await {
        let (mood, server) = (mood.subscribe(), server.clone());
        tokio::spawn(async move {
            if *mood.borrow() == Mood::Closed {
                return;
            }
            let Ok(server) = TcpStream::connect(server).await else {
                return;
            };
            let (from_client, to_client) = client.into_split();
            let (from_server, to_server) = server.into_split();
            tokio::join!(
                pass(from_client, to_server, mood.clone()),
                pass(from_server, to_client, mood)
            );
        });
    }
}

/// Passes bytes on until either side closes or the proxy hangs up.
async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut mood: watch::Receiver<Mood>) {
    let mut closed = mood.clone();
    let hung_up = async { closed.wait_for(|mood| *mood == Mood::Closed).await.is_ok() };
    let passing = async {
        let mut bytes = vec![0; 16 * 1024];
        loop {
            let count = from.read(&mut bytes).await.unwrap_or(0);
            // What is silent now may speak again, and then nothing has been lost.
            let speaks = mood.wait_for(|mood| *mood != Mood::Silent).await;
            let speaks = speaks.map_or(Mood::Closed, |mood| *mood);
            if let Mood::Slow(by) = speaks {
                tokio::time::sleep(by).await;
            }
            if count == 0 || speaks == Mood::Closed || to.write_all(&bytes[..count]).await.is_err()
            {
                return;
            }
        }
    };
    tokio::select! {
        _ = hung_up => {}
        () = passing => {}
    }
}
