//! Our CPU kernels as Candle operations: each maps the rows of a matrix to rows of another.

use std::cell::RefCell;

use candle_core::{
    CpuStorage, CustomOp1, InplaceOp1, InplaceOp2, Layout, Result, Shape, Tensor, bail,
};

use super::kernels::{self, ThreadPool};

/// `run(input, rows, output)` as a Candle operation: `input` is (rows, n), `output` (rows, outputs).
struct RowKernel<F> {
    name: &'static str,
    outputs: usize,
    run: F,
}

impl<F: Fn(&[f32], usize, &mut [f32])> CustomOp1 for RowKernel<F> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (rows, _) = layout.shape().dims2()?;
        let Some((start, end)) = layout.contiguous_offsets() else {
            bail!("{}: rows must lie one after another", self.name)
        };
        let input = &storage.as_slice::<f32>()?[start..end];
        let mut output = vec![0.0; rows * self.outputs];
        (self.run)(input, rows, &mut output);
        Ok((CpuStorage::F32(output), Shape::from((rows, self.outputs))))
    }
}

/// Applies `run` to a contiguous F32 matrix (rows, n) on the CPU and gives (rows, `outputs`).
///
/// # Errors
/// When the tensor is not such a matrix.
pub fn map_rows(
    input: &Tensor,
    name: &'static str,
    outputs: usize,
    run: impl Fn(&[f32], usize, &mut [f32]),
) -> Result<Tensor> {
    input.apply_op1_no_bwd(&RowKernel { name, outputs, run })
}

/// `run(values)` as a Candle operation that changes its matrix.
struct InPlace<F> {
    name: &'static str,
    run: RefCell<F>,
}

impl<F: FnMut(&mut [f32])> InplaceOp1 for InPlace<F> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        let (CpuStorage::F32(values), Some((start, end))) = (storage, layout.contiguous_offsets())
        else {
            bail!("{}: a contiguous F32 matrix on the CPU was expected", self.name)
        };
        (self.run.borrow_mut())(&mut values[start..end]);
        Ok(())
    }
}

/// Lets `run` change a contiguous F32 matrix on the CPU.
///
/// # Errors
/// When the tensor is not such a matrix.
pub fn edit(matrix: &Tensor, name: &'static str, run: impl FnMut(&mut [f32])) -> Result<()> {
    matrix.inplace_op1(&InPlace { name, run: RefCell::new(run) })
}

/// `total += addend`, both (rows, n).
struct Add<'a>(&'a ThreadPool);

impl InplaceOp2 for Add<'_> {
    fn name(&self) -> &'static str {
        "add"
    }

    fn cpu_fwd(
        &self,
        total: &mut CpuStorage,
        to: &Layout,
        addend: &CpuStorage,
        from: &Layout,
    ) -> Result<()> {
        let (CpuStorage::F32(total), Some((start, end)), Some((first, last))) =
            (total, to.contiguous_offsets(), from.contiguous_offsets())
        else {
            bail!("add: contiguous F32 matrices on the CPU were expected")
        };
        kernels::add_in_place(
            &mut total[start..end],
            &addend.as_slice::<f32>()?[first..last],
            self.0,
        );
        Ok(())
    }
}

/// Adds `addend` to `total` in place; Candle's own addition wakes a second pool of threads, which
/// spins beside ours.
///
/// # Errors
/// When they are not contiguous F32 matrices of one shape on the CPU.
pub fn add_to(total: &Tensor, addend: &Tensor, pool: &ThreadPool) -> Result<()> {
    total.inplace_op2(addend, &Add(pool))
}
