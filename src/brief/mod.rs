//! [`Article`](crate::article::Article) → [`Brief`](crate::document::Brief).

pub mod ask;
mod assignment;
pub mod compose;
pub mod evidence;
pub mod extractive;
pub mod fit;
pub mod gate;
pub mod parse;
pub mod polish;
pub mod review;
pub mod self_judge;
mod shares;
