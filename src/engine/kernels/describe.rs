//! In: nothing but the processor. Out: which instruction sets it has and which kernels serve which types.

use super::layout::Packing;
use super::level::Level;
use crate::engine::formats::gguf::TensorType;

/// Names and values for a report on this machine.
pub fn describe() -> Vec<(String, String)> {
    let found: Vec<&str> = Level::available().into_iter().map(Level::name).collect();
    let best = Level::current();
    let mut lines = vec![("instruction sets".to_owned(), found.join(", "))];
    for kind in TensorType::INTEGERS {
        if let Some(packing) = Packing::of(kind) {
            let kernel = format!("{}, {}-bit integers", best.name(), packing.bits);
            lines.push((kind.name().to_owned(), kernel));
        }
    }
    lines.push(("F32, F16, BF16".to_owned(), format!("{}, floats", best.float_name())));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_a_kernel() {
        let lines = describe();
        assert!(lines[0].1.contains("portable"));
        for kind in TensorType::INTEGERS {
            assert!(lines.iter().any(|(name, _)| name == kind.name()), "{}", kind.name());
        }
    }
}
