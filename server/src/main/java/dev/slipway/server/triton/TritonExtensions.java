package dev.slipway.server.triton;

import dev.slipway.access.Permit;
import dev.slipway.protocol.openinference.SharedMemory;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What Triton's extensions are made of.
 *
 * @param regions null where no memory is shared
 */
public record TritonExtensions(
        TritonModels models,
        Statistics statistics,
        LogSettings logs,
        Traces traces,
        @Nullable SharedRegions regions) {
    private static final String SYSTEM_SHARED_MEMORY = "system_shared_memory";

    /** What a request may have its tensors in, by what who asks may do. */
    public SharedMemory memory(Permit permit) {
        return regions == null ? SharedMemory.OFF : new PermittedMemory(regions, permit);
    }

    /** Names of what works, {@code always} and what was turned on. */
    public List<String> names(List<String> always) {
        return regions == null
                ? always
                : Stream.concat(always.stream(), Stream.of(SYSTEM_SHARED_MEMORY))
                        .toList();
    }
}
