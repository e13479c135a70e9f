//! Everything that leaves the machine: payment providers and mail.
