package dev.slipway.source.s3;

import dev.slipway.source.cache.Hashes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What lies at a place in an object store, read as a model's or a repository's folder.
 *
 * @param items objects by their paths below the place; one with an empty path is the place itself
 */
public record Listing(List<Item> items) {
    /** An object with this name in a version's folder says that the version is complete. */
    public static final String MARKER = "_SUCCESS";

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
    private static final List<String> PACKED = List.of(".tar.gz", ".tgz", ".tar", ".zip");
    private static final List<String> SINGLE = List.of(".mar", ".onnx");
    private static final List<String> UNFINISHED = List.of(".part", ".partial", ".tmp", "~");

    /**
     * One object.
     *
     * @param path below the place, with {@code /}; not checked
     */
    public record Item(String path, StoredObject object) {}

    /**
     * One version of a model.
     *
     * @param folder its folder below the model's; empty when the model's is its own
     * @param files what it is made of
     * @param besides files that lie beside the versions, and speak of all of them; they come along, but their change
     *     is no new state of the version
     * @param isMarked whether somebody said that it is complete
     */
    public record Version(long number, String folder, List<Item> files, List<Item> besides, boolean isMarked) {
        /** Changes when its files do. */
        public String fingerprint() {
            return digest(files);
        }

        /** Changes when anything does that comes along. */
        public String contents() {
            return digest(files) + digest(besides);
        }

        /** When its newest file was written. */
        public Instant changed() {
            return files.stream()
                    .map(item -> item.object().changed())
                    .max(Comparator.naturalOrder())
                    .orElse(Instant.EPOCH);
        }

        /** Whether it is one file to be taken apart: the place itself, or a lone archive in the folder. */
        public boolean isPacked() {
            return files.size() == 1
                    && (files.get(0).path().isEmpty()
                            || endsWithAny(files.get(0).path(), PACKED));
        }

        private static String digest(List<Item> items) {
            StringBuilder text = new StringBuilder();
            items.stream()
                    .sorted(Comparator.comparing(Item::path))
                    .forEach(item -> text.append(item.path())
                            .append('|')
                            .append(item.object().etag())
                            .append('|')
                            .append(item.object().bytes())
                            .append('\n'));
            return Hashes.sha256(text.toString());
        }
    }

    /** @param path of the place, as {@link S3Location#path()} has it */
    public static Listing of(List<StoredObject> objects, String path) {
        List<Item> items = new ArrayList<>();
        for (StoredObject object : objects) {
            String below =
                    object.key().equals(path) ? "" : object.key().substring(path.isEmpty() ? 0 : path.length() + 1);
            // Consoles make an empty object for a folder.
            if (!below.endsWith("/") && !endsWithAny(below, UNFINISHED)) {
                items.add(new Item(below, object));
            }
        }
        return new Listing(List.copyOf(items));
    }

    /** Whether there is nothing that could be a model's. */
    public boolean isEmpty() {
        return items.isEmpty();
    }

    /** The models of a repository: each folder, and each archive or model file. */
    public SortedMap<String, Listing> models() {
        SortedMap<String, List<Item>> models = new TreeMap<>();
        for (Item item : items) {
            int slash = item.path().indexOf('/');
            String first = slash < 0 ? item.path() : item.path().substring(0, slash);
            if (slash >= 0 && isName(first)) {
                models.computeIfAbsent(first, name -> new ArrayList<>())
                        .add(new Item(item.path().substring(slash + 1), item.object()));
            }
        }
        for (Item item : items) {
            String name = withoutEnding(item.path());
            if (item.path().indexOf('/') < 0 && isName(name) && !name.equals(item.path())) {
                models.putIfAbsent(name, List.of(new Item("", item.object())));
            }
        }
        SortedMap<String, Listing> listings = new TreeMap<>();
        models.forEach((name, found) -> listings.put(name, new Listing(List.copyOf(found))));
        return listings;
    }

    /** The versions of a model: numbered folders; without any, all that is there is version 1. */
    public SortedMap<Long, Version> versions() {
        SortedMap<Long, String> folders = new TreeMap<>();
        for (Item item : items) {
            int slash = item.path().indexOf('/');
            String first = slash < 0 ? "" : item.path().substring(0, slash);
            if (NUMBER.matcher(first).matches()) {
                // Of "2" and "002" the plain one counts.
                folders.merge(Long.parseLong(first), first, (a, b) -> a.length() <= b.length() ? a : b);
            }
        }
        SortedMap<Long, Version> versions = new TreeMap<>();
        if (folders.isEmpty() && !items.isEmpty()) {
            versions.put(1L, version(1, "", items, List.of()));
        }
        List<Item> besides =
                items.stream().filter(item -> item.path().indexOf('/') < 0).toList();
        folders.forEach((number, folder) -> {
            List<Item> files = items.stream()
                    .filter(item -> item.path().startsWith(folder + "/"))
                    .toList();
            versions.put(number, version(number, folder, files, besides));
        });
        versions.values().removeIf(version -> version.files().isEmpty());
        return versions;
    }

    private static Version version(long number, String folder, List<Item> all, List<Item> besides) {
        String marker = folder.isEmpty() ? MARKER : folder + "/" + MARKER;
        List<Item> files =
                all.stream().filter(item -> !item.path().equals(marker)).toList();
        return new Version(number, folder, files, besides, files.size() < all.size());
    }

    private static boolean isName(String name) {
        return !name.isEmpty() && !name.startsWith(".") && name.indexOf(':') < 0;
    }

    private static String withoutEnding(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        for (List<String> endings : List.of(PACKED, SINGLE)) {
            for (String ending : endings) {
                if (lower.endsWith(ending)) {
                    return name.substring(0, name.length() - ending.length());
                }
            }
        }
        return name;
    }

    private static boolean endsWithAny(String name, List<String> endings) {
        String lower = name.toLowerCase(Locale.ROOT);
        return endings.stream().anyMatch(lower::endsWith);
    }
}
