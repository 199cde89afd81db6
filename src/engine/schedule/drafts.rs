//! Tokens so far → a guess at those that follow, which the model then checks in one pass.

/// Continues `tokens` by what followed the last occurrence of its final tokens: up to `most`
/// draft tokens (prompt-lookup decoding, Saxena 2023).
pub fn look_up_draft(tokens: &[u32], most: usize) -> &[u32] {
    const KEY: usize = 3;
    if tokens.len() <= KEY {
        return &[];
    }
    let key = &tokens[tokens.len() - KEY..];
    let found = tokens[..tokens.len() - 1].windows(KEY).rposition(|window| window == key);
    match found {
        Some(start) => {
            let from = start + KEY;
            &tokens[from..(from + most).min(tokens.len())]
        }
        None => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drafts_continue_the_last_occurrence() {
        assert_eq!(look_up_draft(&[1, 2, 3, 4, 5, 9, 1, 2, 3], 2), [4, 5]);
        assert!(look_up_draft(&[1, 2, 3, 4], 2).is_empty());
    }
}
