//! Keys and values of decoded tokens, in cells that hypotheses share.
//!
//! A cell holds what every layer keeps of one token. A hypothesis is a list of cells, so that one
//! which splits in two, or moves to another place in the beam, copies numbers and no values.

/// The cells of one decoding run.
pub(super) struct Cache {
    /// For each layer, cells of `width` values.
    layers: Vec<Vec<f32>>,
    /// Keys and values of one token in one layer.
    width: usize,
    /// Hypotheses that hold the cell.
    holders: Vec<u32>,
    free: Vec<u32>,
}

impl Cache {
    /// A cache with room for `cells` before it has to grow.
    pub fn new(layers: usize, width: usize, cells: usize) -> Self {
        Self {
            layers: (0..layers).map(|_| Vec::with_capacity(cells * width)).collect(),
            width,
            holders: Vec::with_capacity(cells),
            free: Vec::new(),
        }
    }

    /// A cell for a new token, held once.
    pub fn take(&mut self) -> u32 {
        if let Some(cell) = self.free.pop() {
            self.holders[cell as usize] = 1;
            return cell;
        }
        self.holders.push(1);
        for layer in &mut self.layers {
            layer.resize(self.holders.len() * self.width, 0.0);
        }
        (self.holders.len() - 1) as u32
    }

    /// One more hypothesis holds these cells.
    pub fn share(&mut self, cells: &[u32]) {
        for &cell in cells {
            self.holders[cell as usize] += 1;
        }
    }

    /// A hypothesis that held these cells is gone; those that nobody holds are used again.
    pub fn release(&mut self, cells: &[u32]) {
        for &cell in cells {
            let holders = &mut self.holders[cell as usize];
            *holders -= 1;
            if *holders == 0 {
                self.free.push(cell);
            }
        }
    }

    /// All cells of a layer, one after another.
    pub fn layer(&self, layer: usize) -> &[f32] {
        &self.layers[layer]
    }

    pub fn write(&mut self, layer: usize, cell: u32, values: &[f32]) {
        let start = cell as usize * self.width;
        self.layers[layer][start..start + self.width].copy_from_slice(values);
    }

    #[cfg(test)]
    pub fn held(&self) -> usize {
        self.holders.len() - self.free.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_cells_live_until_the_last_holder_is_gone() {
        let mut cache = Cache::new(2, 4, 1);
        let (first, second) = (cache.take(), cache.take());
        cache.write(1, second, &[1.0, 2.0, 3.0, 4.0]);
        cache.share(&[first]);
        cache.release(&[first, second]);
        assert_eq!(cache.held(), 1);
        assert_eq!(cache.take(), second);
        assert_eq!(cache.layer(1)[4..], [1.0, 2.0, 3.0, 4.0]);
        cache.release(&[first]);
        assert_eq!(cache.take(), first);
    }
}
