//! Files that hold a certificate and a key, or something else.

use std::path::Path;

use api::connections::{Certificate, Files};
use tests::Scratch;

use super::Made;

async fn refused(files: &Files) -> String {
    Certificate::load(files.clone())
        .await
        .unwrap_err()
        .to_string()
}

#[tokio::test]
async fn files_that_cannot_be_used_are_named_with_their_variable() {
    let folder = Scratch::new();
    let (one, other) = (Made::new(), Made::new());
    let files = one.put(&folder);
    let certificate = files.certificate.display().to_string();
    let key = files.key.display().to_string();
    let missing = Files {
        certificate: folder.path().join("missing.pem"),
        ..files.clone()
    };
    let expected = format!(
        "TLS_CERTIFICATE_FILE: `{}` cannot be read: No such file or directory (os error 2)",
        missing.certificate.display()
    );
    assert_eq!(refused(&missing).await, expected);
    let directory = Files {
        key: folder.path(),
        ..files.clone()
    };
    let expected = format!(
        "TLS_KEY_FILE: `{}` cannot be read: Is a directory (os error 21)",
        directory.key.display()
    );
    assert_eq!(refused(&directory).await, expected);

    let no_certificate = format!("TLS_CERTIFICATE_FILE: `{certificate}` has no certificate as PEM");
    let no_key = format!("TLS_KEY_FILE: `{key}` has no private key as PEM");
    let another =
        format!("TLS_KEY_FILE: `{key}` is not the key of the certificate in `{certificate}`");
    let half = &one.certificate[..one.certificate.len() / 2];
    for (first, second, expected) in [
        ("", one.key.as_str(), &no_certificate),
        (&one.key, &one.key, &no_certificate),
        (half, &one.key, &no_certificate),
        (&one.certificate, "", &no_key),
        (&one.certificate, "hunter2", &no_key),
        (&one.certificate, &one.certificate, &no_key),
        (&one.certificate, &other.key, &another),
        (&other.certificate, &one.key, &another),
    ] {
        write(&files.certificate, first);
        write(&files.key, second);
        assert_eq!(refused(&files).await, *expected);
    }
    let no_der = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    write(&files.certificate, no_der);
    write(&files.key, &one.key);
    let fault = refused(&files).await;
    let expected = format!("TLS_CERTIFICATE_FILE: `{certificate}` has a certificate that cannot");
    assert!(fault.starts_with(&expected), "{fault}");
    let no_kind = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    write(&files.certificate, &one.certificate);
    write(&files.key, no_kind);
    let expected = format!("TLS_KEY_FILE: `{key}` has a key of a kind that TLS does not use");
    assert_eq!(refused(&files).await, expected);
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
}

#[tokio::test]
async fn a_change_is_taken_or_refused_once() {
    let folder = Scratch::new();
    let (one, other) = (Made::new(), Made::new());
    let certificate = Certificate::load(one.put(&folder)).await.unwrap();
    assert_eq!(certificate.refresh().await, Ok(false));
    let files = other.put(&folder);
    assert_eq!(certificate.refresh().await, Ok(true));
    assert_eq!(certificate.refresh().await, Ok(false));
    // The certificate is there and its key is still to come.
    write(&files.certificate, &one.certificate);
    assert!(certificate.refresh().await.is_err());
    assert_eq!(certificate.refresh().await, Ok(false));
    write(&files.key, &one.key);
    assert_eq!(certificate.refresh().await, Ok(true));
    std::fs::remove_file(&files.key).unwrap();
    let missing = certificate.refresh().await.unwrap_err().to_string();
    assert!(missing.starts_with("TLS_KEY_FILE: "), "{missing}");
    assert_eq!(certificate.refresh().await, Ok(false));
    one.put(&folder);
    assert_eq!(certificate.refresh().await, Ok(true));
    // A key is never told.
    assert!(!format!("{certificate:?}").contains("PRIVATE"));
}
