package dev.slipway.backend.process;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/** Says what a model's workers are expected to hold; nobody knows before they run, but for those who wrote them. */
final class MemoryEstimate {
    /** Of an interpreter with a library for numbers: Python with NumPy has 30 MiB, with scikit-learn 110. */
    static final long WORKER_BYTES = 64L << 20;

    private static final int FILES_MAX = 10_000;
    private static final int DEPTH_MAX = 8;

    private MemoryEstimate() {}

    /** In bytes: what people said of one worker, else its limit, else what the folder's files are and some for the program. */
    static long of(Path folder, WorkerSpec.Limits limits) {
        long one = limits.memoryBytes() > 0
                ? limits.memoryBytes()
                : limits.memoryBytesMax() > 0 ? limits.memoryBytesMax() : WORKER_BYTES + fileBytes(folder);
        return Math.multiplyExact(one, limits.workers());
    }

    private static long fileBytes(Path folder) {
        long[] bytes = {0, 0};
        try {
            Files.walkFileTree(folder, Set.<FileVisitOption>of(), DEPTH_MAX, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    bytes[0] += attributes.isRegularFile() ? attributes.size() : 0;
                    return ++bytes[1] < FILES_MAX ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
                }
            });
        } catch (IOException e) {
            throw new SlipwayException(ErrorCode.UNAVAILABLE, "%s can't be looked through: %s".formatted(folder, e), e);
        }
        return bytes[0];
    }
}
