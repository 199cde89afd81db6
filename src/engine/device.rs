//! Where models run: decided once, when an engine is made.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use candle_core::Device;

use super::kernels::ThreadPool;

mod graphics_memory;

pub use graphics_memory::GraphicsMemory;

/// What the user asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeviceChoice {
    /// A GPU that this build can use, else the CPU.
    #[default]
    Auto,
    /// The processor, with the kernels of this crate.
    Cpu,
    /// An NVIDIA card, by its number.
    Cuda(usize),
    /// The GPU of an Apple computer.
    Metal,
}

impl FromStr for DeviceChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            None if text == "auto" => Ok(Self::Auto),
            None if text == "cpu" => Ok(Self::Cpu),
            None if text == "cuda" => Ok(Self::Cuda(0)),
            None if text == "metal" => Ok(Self::Metal),
            Some(("cuda", number)) => number
                .parse()
                .map(Self::Cuda)
                .map_err(|_| format!("'{number}' is not a device number")),
            _ => Err(format!("'{text}' is not a device; use auto, cpu, cuda, cuda:N or metal")),
        }
    }
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => formatter.write_str("auto"),
            Self::Cpu => formatter.write_str("cpu"),
            Self::Cuda(number) => write!(formatter, "cuda:{number}"),
            Self::Metal => formatter.write_str("metal"),
        }
    }
}

/// How models compute.
#[derive(Clone)]
pub enum Compute {
    /// On the CPU with our own kernels.
    Kernels(Arc<ThreadPool>),
    /// With Candle's operations on a device: a GPU, or the CPU to compare with the kernels.
    Device(Device),
}

impl Compute {
    /// # Errors
    /// When the device that was asked for is not there or not in this build.
    pub fn new(choice: DeviceChoice, threads: usize) -> Result<Self> {
        let kernels = || Self::Kernels(Arc::new(ThreadPool::new(threads)));
        match choice {
            DeviceChoice::Cpu => Ok(kernels()),
            DeviceChoice::Auto => Ok(first_gpu().map_or_else(kernels, Self::Device)),
            DeviceChoice::Cuda(number) => {
                if !candle_core::utils::cuda_is_available() {
                    bail!(
                        "this build has no CUDA support; build with --features cuda, or use --device cpu"
                    );
                }
                let device = Device::new_cuda(number).with_context(|| {
                    format!("cannot use cuda:{number}; is the driver installed?")
                })?;
                Ok(Self::Device(device))
            }
            DeviceChoice::Metal => {
                if !candle_core::utils::metal_is_available() {
                    bail!(
                        "this build has no Metal support; build with --features metal, or use --device cpu"
                    );
                }
                Ok(Self::Device(Device::new_metal(0).context("cannot use the Metal device")?))
            }
        }
    }

    /// The Candle device on which tensors live.
    pub fn device(&self) -> &Device {
        match self {
            Self::Kernels(_) => &Device::Cpu,
            Self::Device(device) => device,
        }
    }

    /// What the GPU says of itself now, where there is one that does.
    pub fn graphics_memory(&self) -> Option<GraphicsMemory> {
        match self {
            Self::Kernels(_) => None,
            Self::Device(device) => graphics_memory::graphics_memory(device),
        }
    }

    /// For people: `cpu (2 threads)`, `cuda:0`.
    pub fn describe(&self) -> String {
        match self {
            Self::Kernels(pool) => format!("cpu ({} threads)", pool.threads()),
            Self::Device(device) => format!("{:?}", device.location()).to_lowercase(),
        }
    }
}

fn first_gpu() -> Option<Device> {
    if candle_core::utils::cuda_is_available() {
        return Device::new_cuda(0).ok();
    }
    if candle_core::utils::metal_is_available() {
        return Device::new_metal(0).ok();
    }
    None
}

/// Threads to use when the user names no number: the processors that the process may run on.
pub fn default_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
