//! What a call to a model is for and how far it is, for whoever watches.

use super::Event;

/// What the model is being asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Briefs of articles, or of their parts.
    Summarising,
    /// Briefs of briefs.
    Merging,
    /// Second tries.
    Repairing,
    /// Sentences in another language.
    Translating,
}

/// An [`Event`] with the call that it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What the call is for.
    pub stage: Stage,
    /// Requests in this call.
    pub requests: usize,
    /// What happened.
    pub event: Event,
}
