//! A server that takes whatever is posted to it and keeps it.

use std::sync::{Arc, Mutex};

use poem::listener::{Acceptor, Listener, TcpListener};
use poem::web::Data;
use poem::{EndpointExt, Request, handler};

/// One request.
#[derive(Clone, Debug)]
pub struct Posted {
    /// Where to.
    pub path: String,
    /// The headers, one a line.
    pub headers: String,
    /// The body.
    pub body: Vec<u8>,
}

/// A server that lives as long as the test's runtime.
#[derive(Clone)]
pub struct Sink {
    /// `host:port`.
    pub address: String,
    posted: Arc<Mutex<Vec<Posted>>>,
}

impl Sink {
    /// Starts one.
    pub async fn start() -> Self {
        let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await;
        let acceptor = acceptor.expect("a port");
        let address = acceptor.local_addr()[0].to_string();
        let posted = Arc::default();
        let routes = keep.data(Arc::clone(&posted));
        tokio::spawn(poem::Server::new_with_acceptor(acceptor).run(routes));
        Self {
            address: address.replace("socket://", ""),
            posted,
        }
    }

    /// Everything that came, in order.
    #[must_use]
    pub fn posted(&self) -> Vec<Posted> {
        self.posted.lock().expect("nobody panicked").clone()
    }
}

#[handler]
async fn keep(request: &Request, body: Vec<u8>, posted: Data<&Arc<Mutex<Vec<Posted>>>>) {
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap_or("?")));
    let one = Posted {
        path: request.uri().path().to_owned(),
        headers: headers.collect::<Vec<_>>().join("\n"),
        body,
    };
    posted.lock().expect("nobody panicked").push(one);
}
