//! What a call to a model is for and how far it is, for whoever watches.

use super::Event;

/// What the model is being asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Summarising,
    Merging,
    Repairing,
    Translating,
}

/// An [`Event`] with the call that it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub step: Step,
    /// Requests in this call.
    pub requests: usize,
    pub event: Event,
}
