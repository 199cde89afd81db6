//! The `bulletin` program: arguments in; text, files and an exit code out.

mod allocator;
mod cli;
mod commands;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    allocator::keep_freed_memory();
    commands::run(cli::Cli::parse())
}
