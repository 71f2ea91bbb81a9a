package dev.slipway.server.triton;

import dev.slipway.api.ServableId;
import dev.slipway.protocol.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** When one request got how far. For one thread at a time. */
public final class Trace {
    /** What is to be added to {@link System#nanoTime} for nanoseconds since 1970. */
    private static final long EPOCH_NANOS = epochNanos() - System.nanoTime();

    private final long number;
    private final Sampler sampler;
    private final List<Stamp> stamps = new ArrayList<>();

    /** A point in time, by {@link System#nanoTime}. */
    private record Stamp(String name, long nanos) {}

    Trace(long number, Sampler sampler) {
        this.number = number;
        this.sampler = sampler;
    }

    private static long epochNanos() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000 + now.getNano();
    }

    /**
     * Notes a point in time.
     *
     * @param name as Triton has it: {@code QUEUE_START}
     * @param nanos of {@link System#nanoTime}
     */
    public void stamp(String name, long nanos) {
        stamps.add(new Stamp(name, nanos));
    }

    Sampler sampler() {
        return sampler;
    }

    /** Two elements or more of Triton's array, without brackets. */
    byte[] text(ServableId id) {
        JsonWriter out = new JsonWriter(512);
        out.beginArray().beginObject().name("id").number(number);
        out.name("model_name").string(id.model());
        out.name("model_version").number(id.version()).endObject();
        for (Stamp stamp : stamps) {
            out.beginObject().name("id").number(number).name("timestamps").beginArray();
            out.beginObject().name("name").string(stamp.name);
            out.name("ns").number(stamp.nanos + EPOCH_NANOS).endObject();
            out.endArray().endObject();
        }
        out.endArray();
        String text = StandardCharsets.UTF_8.decode(out.toByteBuffer()).toString();
        return text.substring(1, text.length() - 1).getBytes(StandardCharsets.UTF_8);
    }
}
