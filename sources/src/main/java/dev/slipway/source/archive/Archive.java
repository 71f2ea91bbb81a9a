package dev.slipway.source.archive;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Takes apart what was downloaded: a tar.gz, tar or zip (a {@code .mar} is one), or a single file. */
public final class Archive {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private final ArchiveLimits limits;

    public Archive(ArchiveLimits limits) {
        this.limits = limits;
    }

    /**
     * Takes {@code file} apart, or moves it when it is a single file, into {@code folder}, and says where the model is.
     *
     * @param name what the file is called where it comes from
     * @param folder an empty folder; holds anything after an error
     * @param version which of several numbered folders is meant; the one with the highest number when empty or not there
     * @return the folder in which a model's files lie, below folders that hold nothing else; or the single file
     * @throws SlipwayException {@code INVALID_ARGUMENT} for a broken or hostile archive; {@code UNIMPLEMENTED} for
     *     compressions that are not known; {@code CANCELLED} when interrupted; {@code UNAVAILABLE} when the folder
     *     can't be written
     */
    public Path unpack(Path file, String name, Path folder, OptionalLong version) {
        try {
            Format format = Format.of(file, name);
            if (format == Format.SINGLE) {
                return Files.move(file, SafePath.below(folder, name), StandardCopyOption.ATOMIC_MOVE);
            }
            Extraction extraction = new Extraction(folder, Files.size(file), limits);
            switch (format) {
                case TAR -> tar(Files.newInputStream(file), extraction);
                case TAR_GZ -> tar(new GZIPInputStream(Files.newInputStream(file), 1 << 16), extraction);
                default -> ZipArchive.extract(file, extraction, limits.entriesMax());
            }
            if (extraction.isEmpty()) {
                throw Extraction.invalid("archive '%s' is empty".formatted(SafePath.shown(name)));
            }
            return modelIn(folder, version);
        } catch (ClosedByInterruptException e) {
            throw new SlipwayException(ErrorCode.CANCELLED, "interrupted while taking an archive apart", e);
        } catch (FileSystemException e) {
            throw new SlipwayException(
                    ErrorCode.UNAVAILABLE,
                    "archive '%s' can't be written to disk: %s".formatted(name, e.getReason()),
                    e);
        } catch (IOException | IllegalArgumentException e) {
            // The library tells of nonsense in headers by either.
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "archive '%s' is %s: %s"
                            .formatted(
                                    SafePath.shown(name),
                                    e instanceof EOFException ? "cut off" : "damaged",
                                    SafePath.shown(String.valueOf(e.getMessage()))),
                    e);
        }
    }

    private static void tar(InputStream in, Extraction extraction) throws IOException {
        try (InputStream buffered = new BufferedInputStream(in, 1 << 16)) {
            TarArchive.extract(buffered, extraction);
        }
    }

    /** Goes down through {@code NAME/}, {@code NAME/VERSION/} and the like to where a model's files are. */
    private static Path modelIn(Path folder, OptionalLong version) throws IOException {
        Path model = folder;
        while (true) {
            List<Path> visible = new ArrayList<>();
            NavigableMap<Long, Path> numbered = new TreeMap<>();
            try (Stream<Path> children = Files.list(model)) {
                children.filter(child -> !child.getFileName().toString().startsWith("."))
                        .forEach(visible::add);
            }
            visible.stream()
                    .filter(child -> Files.isDirectory(child)
                            && NUMBER.matcher(child.getFileName().toString()).matches())
                    .forEach(child ->
                            numbered.put(Long.parseLong(child.getFileName().toString()), child));
            if (!numbered.isEmpty()) {
                Path named = version.isPresent() ? numbered.get(version.getAsLong()) : null;
                return named != null ? named : numbered.lastEntry().getValue();
            }
            if (visible.size() != 1 || !Files.isDirectory(visible.get(0))) {
                return model;
            }
            model = visible.get(0);
        }
    }
}
