use super::super::tests::Random;
use super::*;

const SHAPES: [(usize, usize); 6] = [(1, 1), (1, 640), (3, 33), (7, 100), (40, 576), (1, 20_000)];

fn close(ours: f32, exact: f64, size: f64) {
    assert!((f64::from(ours) - exact).abs() <= 2e-6 * size + 1e-30, "{ours}, not {exact}");
}

fn mean(x: &[f32], f: impl Fn(f64) -> f64) -> f64 {
    x.iter().map(|&value| f(f64::from(value))).sum::<f64>() / x.len() as f64
}

#[test]
fn norms_equal_their_definitions() {
    let pool = ThreadPool::new(2);
    for (rows, columns) in SHAPES {
        let x = Random(1).floats(rows * columns);
        let (weight, bias) = (Random(2).floats(columns), Random(3).floats(columns));
        let (mut rms, mut layer) = (vec![0.0; rows * columns], x.clone());
        rms_norm(&x, &weight, 1e-6, (rows, columns), &mut rms, &pool);
        layer_norm_in_place(&mut layer, (&weight, &bias), 1e-5);
        for (i, &value) in x.iter().enumerate() {
            let row = &x[i / columns * columns..][..columns];
            let (weight, bias) = (f64::from(weight[i % columns]), f64::from(bias[i % columns]));
            let exact = f64::from(value) / (mean(row, |x| x * x) + 1e-6).sqrt() * weight;
            close(rms[i], exact, exact.abs());
            let center = mean(row, |x| x);
            let spread = (mean(row, |x| (x - center) * (x - center)) + 1e-5).sqrt();
            let exact = (f64::from(value) - center) / spread * weight;
            close(layer[i], exact + bias, (center.abs() + 1.0) / spread + bias.abs());
        }
    }
}

#[test]
fn gates_equal_their_definitions() {
    let pool = ThreadPool::new(2);
    for (rows, features) in SHAPES {
        let both: Vec<f32> =
            Random(1).floats(2 * rows * features).iter().map(|x| x * 6.0).collect();
        let (mut swish, mut gelu) = (vec![0.0; rows * features], vec![0.0; rows * features]);
        swiglu(&both, features, &mut swish, &pool);
        gelu_tanh_glu(&both, features, &mut gelu, &pool);
        for i in 0..rows * features {
            let row = &both[i / features * 2 * features..][..2 * features];
            let gate = f64::from(row[i % features]);
            let up = f64::from(row[features + i % features]);
            let exact = gate / (1.0 + (-gate).exp()) * up;
            close(swish[i], exact, exact.abs());
            let u = (2.0 / std::f64::consts::PI).sqrt() * (gate + 0.044715 * gate.powi(3));
            let exact = gate * 0.5 * (1.0 + u.tanh()) * up;
            close(gelu[i], exact, up.abs());
        }
    }
}

#[test]
fn sums_and_shares() {
    let pool = ThreadPool::new(2);
    for length in [0, 1, 100, 100_000] {
        let (x, y) = (Random(1).floats(length), Random(2).floats(length));
        let mut sum = x.clone();
        add_in_place(&mut sum, &y, &pool);
        assert!(sum.iter().zip(x.iter().zip(&y)).all(|(sum, (x, y))| *sum == x + y));
    }
    for length in [1, 5, 32, 1000] {
        let mut x: Vec<f32> = Random(1).floats(length).iter().map(|x| x * 30.0).collect();
        x.push(f32::NEG_INFINITY);
        let largest = x.iter().fold(f64::MIN, |largest, &value| largest.max(value.into()));
        let shares: Vec<f64> = x.iter().map(|&value| (f64::from(value) - largest).exp()).collect();
        let total: f64 = shares.iter().sum();
        softmax(&mut x);
        x.iter().zip(&shares).for_each(|(&x, share)| close(x, share / total, 2.0 * share / total));
        assert_eq!(x[length], 0.0);
    }
    let mut masked = [f32::NEG_INFINITY; 3];
    softmax(&mut masked);
    assert_eq!(masked, [0.0; 3]);
}

#[test]
#[should_panic(expected = "twice as many")]
fn wrong_lengths_are_refused() {
    swiglu(&[0.0; 3], 2, &mut [0.0; 2], &ThreadPool::new(1));
}
