//! The tokens of an output → where its text ends: before a stop string, or before a loop.

/// Rounds that make a loop.
const ROUNDS: usize = 4;
/// Tokens that they have together at least: "ha ha ha ha" may be meant.
const LOOP_TOKENS: usize = 16;
/// Tokens of the longest round that is looked for.
const LONGEST_ROUND: usize = 64;

/// How many tokens are left of an output that ends in a loop, the first round included.
pub(super) fn loop_start(tokens: &[u32]) -> Option<usize> {
    (1..=LONGEST_ROUND.min(tokens.len() / ROUNDS)).find_map(|round| {
        let pairs = tokens.iter().rev().zip(tokens.iter().rev().skip(round));
        let repeated = pairs.take_while(|(later, earlier)| later == earlier).count() + round;
        let enough = repeated >= (ROUNDS * round).max(LOOP_TOKENS);
        enough.then_some(tokens.len() - repeated + round)
    })
}

/// The first place in `text` where one of `stops` begins.
pub(super) fn stop_start(text: &str, stops: &[String]) -> Option<usize> {
    stops.iter().filter(|stop| !stop.is_empty()).filter_map(|stop| text.find(stop.as_str())).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loops_end_after_their_first_round() {
        let mut tokens = vec![5, 6, 7];
        tokens.extend([1, 2, 3].repeat(6));
        assert_eq!(loop_start(&tokens), Some(6));
        // A loop that was cut in the middle of a round.
        tokens.push(1);
        assert_eq!(loop_start(&tokens), Some(6));
        assert_eq!(loop_start(&[4; 30]), Some(1));
    }

    #[test]
    fn short_repeats_and_past_ones_are_no_loops() {
        assert_eq!(loop_start(&[4; 15]), None);
        assert_eq!(loop_start(&[1, 2, 3].repeat(3)), None);
        let mut tokens = vec![4; 30];
        tokens.push(9);
        assert_eq!(loop_start(&tokens), None);
        assert_eq!(loop_start(&[]), None);
    }

    #[test]
    fn the_first_stop_wins() {
        let stops = ["c".to_string(), String::new(), "bc".to_string()];
        assert_eq!(stop_start("abcc", &stops), Some(1));
        assert_eq!(stop_start("ab", &stops), None);
    }
}
