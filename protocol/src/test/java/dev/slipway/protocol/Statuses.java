package dev.slipway.protocol;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Split;
import dev.slipway.api.TensorSpec;
import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Models to describe in tests. */
public final class Statuses {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    /** Version 2 is served and labelled, 3 failed to load, 1 retires. */
    public static final ModelStatus FRAUD = new ModelStatus(
            "fraud",
            List.of(
                    new VersionStatus(1, VersionState.UNLOADING, NOON, "onnx", 10, null, null),
                    new VersionStatus(2, VersionState.AVAILABLE, NOON, "onnx", 123, null, null),
                    new VersionStatus(
                            3,
                            VersionState.QUARANTINED,
                            NOON,
                            "onnx",
                            0,
                            new SlipwayException(ErrorCode.INVALID_ARGUMENT, "truncated"),
                            NOON.plusSeconds(5))),
            Map.of("stable", Split.of(2)),
            Map.of("canary", Split.of(3)),
            Map.of(),
            null);

    /** A model that cannot be seen. */
    public static final ModelStatus LOST = new ModelStatus(
            "lost",
            List.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            new SlipwayException(ErrorCode.UNAVAILABLE, "no such directory"));

    /** Two inputs and two outputs of all sorts of shapes. */
    public static final ModelDescription DESCRIPTION = new ModelDescription(
            "onnxruntime_onnx",
            Map.of(
                    Signature.DEFAULT,
                    new Signature(
                            Signature.DEFAULT,
                            List.of(
                                    new TensorSpec("x", DType.FP32, Shape.of(-1, 4)),
                                    new TensorSpec("s", DType.STRING, Shape.SCALAR)),
                            List.of(
                                    new TensorSpec("p", DType.MAP, Shape.of(-1)),
                                    new TensorSpec("any", DType.BF16, Shape.ANY)))),
            0,
            Map.of());

    private Statuses() {}
}
