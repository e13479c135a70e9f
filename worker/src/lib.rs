//! Runs the jobs that requests leave behind.
