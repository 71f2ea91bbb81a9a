package dev.slipway.source;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.Loader;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Notes what a source states. */
final class Wishes implements Source.Target {
    final List<String> events = new ArrayList<>();
    private final Map<String, AspiredVersions> latest = new TreeMap<>();
    private final Map<String, SlipwayException> unseen = new TreeMap<>();

    @Override
    public synchronized void aspire(AspiredVersions versions) {
        latest.put(versions.model(), versions);
        unseen.remove(versions.model());
        events.add(versions.model() + numbers(versions));
    }

    @Override
    public synchronized void unseen(String model, SlipwayException reason) {
        unseen.put(model, reason);
        events.add(model + " unseen");
    }

    /** Versions that are wanted now; nothing when none was ever stated. */
    synchronized SortedSet<Long> versions(String model) {
        AspiredVersions stated = latest.get(model);
        return stated == null ? new TreeSet<>() : numbers(stated);
    }

    synchronized SlipwayException unseen(String model) {
        return unseen.get(model);
    }

    synchronized Loader loader(String model, long number) {
        return version(model, number).loader();
    }

    synchronized String fingerprint(String model, long number) {
        return version(model, number).fingerprint();
    }

    private AspiredVersions.Version version(String model, long number) {
        return latest.get(model).versions().stream()
                .filter(version -> version.number() == number)
                .findFirst()
                .orElseThrow();
    }

    private static SortedSet<Long> numbers(AspiredVersions stated) {
        SortedSet<Long> numbers = new TreeSet<>();
        stated.versions().forEach(version -> numbers.add(version.number()));
        return numbers;
    }
}
