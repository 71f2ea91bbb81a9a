package dev.slipway.core;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Loader;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.SlipwayException;
import java.util.Random;
import java.util.concurrent.CountDownLatch;

/** A {@link FakeModel} that loads, fails, breaks or waits, as a seed says. */
final class StormyModel implements Loader {
    private static final int KINDS = 10;

    private final FakeModel calm;
    private final long bytes;
    private final int kind;
    private final CountDownLatch gate;

    /** @param gate that some of them wait for, not all of which can be interrupted */
    StormyModel(long number, Random random, CountDownLatch gate) {
        this.bytes = random.nextInt(4) == 0 ? 20 : 10;
        this.kind = random.nextInt(KINDS);
        this.gate = gate;
        FakeModel fake = kind <= 1 ? FakeModel.needingUntil(number, bytes, gate) : FakeModel.needing(number, bytes);
        this.calm = kind == 1 ? fake.stubborn() : fake;
    }

    AspiredVersions.Version wish(long number, String fingerprint) {
        return new AspiredVersions.Version(number, fingerprint, this);
    }

    @Override
    public String format() {
        return calm.format();
    }

    @Override
    public ModelDescription describe() {
        if (kind == 2) {
            throw new SlipwayException(ErrorCode.INVALID_ARGUMENT, "unreadable");
        }
        return calm.describe();
    }

    @Override
    public Servable load() {
        return switch (kind) {
            case 3 -> throw new SlipwayException(ErrorCode.UNAVAILABLE, "away");
            case 4 -> throw new OutOfMemoryError("no more native memory");
            case 5 -> throw new IllegalStateException("broken");
            default -> calm.load();
        };
    }
}
