//! A GPU → its name and how much of its memory is free; nothing for a device that does not tell.

use candle_core::Device;

/// What a GPU says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphicsMemory {
    /// What the driver calls the card.
    pub name: String,
    /// Bytes that are free.
    pub free: usize,
}

/// What `device` says of itself now.
pub fn graphics_memory(device: &Device) -> Option<GraphicsMemory> {
    match device {
        #[cfg(feature = "cuda")]
        Device::Cuda(device) => {
            let stream = device.cuda_stream();
            let (free, _) = stream.context().mem_get_info().ok()?;
            Some(GraphicsMemory { name: stream.context().name().ok()?, free })
        }
        #[cfg(feature = "metal")]
        Device::Metal(device) => {
            // Main memory, of which the system recommends a part for the GPU.
            let device = device.metal_device();
            let recommended = device.recommended_max_working_set_size();
            let free = recommended.saturating_sub(device.current_allocated_size());
            Some(GraphicsMemory { name: "Metal".to_string(), free })
        }
        Device::Cpu => None,
        #[allow(unreachable_patterns)]
        _ => None,
    }
}
