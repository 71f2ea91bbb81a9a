package dev.slipway.server.config;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A file of settings. It is read at every look, since its time of change tells too little of
 * a small file; a broken one leaves what it said before, and is told of once. Used by one thread at a time.
 *
 * @param <T> what it says
 */
final class SettingsFile<T> {
    private static final System.Logger LOG = System.getLogger(SettingsFile.class.getName());
    private static final int BYTES_MAX = 1 << 20;

    /** For so long a file that said something must be seen empty until that counts: a writer empties it before it fills it. */
    static final Duration EMPTY_TIME = Duration.ofSeconds(1);

    private final Path path;
    private final boolean isRequired;
    private final BiFunction<String, String, T> reader;
    private final LongSupplier clock;

    /** What was parsed last, well or not; null when it is to be parsed whatever it is. */
    private @Nullable String text;

    /** Whether it was empty at the last look, though it said something before. */
    private boolean isEmptied;

    /** Since when, by the clock; while it is emptied. */
    private long emptiedAt;

    private @Nullable T said;
    private @Nullable SlipwayException fault;

    /**
     * @param isRequired whether it is a fault that there is no such file
     * @param reader makes settings of what errors call the file, and its text
     */
    SettingsFile(Path path, boolean isRequired, BiFunction<String, String, T> reader) {
        this(path, isRequired, reader, System::nanoTime);
    }

    /** @param clock in nanoseconds, from any moment on */
    SettingsFile(Path path, boolean isRequired, BiFunction<String, String, T> reader, LongSupplier clock) {
        this.path = path;
        this.isRequired = isRequired;
        this.reader = reader;
        this.clock = clock;
    }

    Path path() {
        return path;
    }

    /** What it says, or said when it was sound; null when it says nothing. */
    @Nullable
    T said() {
        return said;
    }

    /** What is wrong with it now; null when nothing is. */
    @Nullable
    SlipwayException fault() {
        return fault;
    }

    /** Reads it again; answers whether {@link #said()} or {@link #fault()} may have changed. */
    boolean look() {
        if (!isRequired && !Files.isDirectory(folder())) {
            // A model that is a file has none; where a whole folder is gone, what it said stays with what is served.
            return false;
        }
        String found;
        try {
            found = read();
        } catch (NoSuchFileException e) {
            text = null;
            return isRequired ? failed(invalid("is not there", e)) : gone();
        } catch (CharacterCodingException e) {
            text = null;
            return failed(invalid("is not text (expected: text in UTF-8)", e));
        } catch (IOException e) {
            text = null;
            return failed(invalid("can't be read: " + e, e));
        }
        // What a broken one names beside it may be there now.
        boolean isKnown = found.equals(text) && fault == null;
        if (isBeingWritten(found) || isKnown) {
            return false;
        }
        text = found;
        try {
            said = reader.apply(path.toString(), found);
            fault = null;
            return true;
        } catch (SlipwayException e) {
            return failed(e);
        }
    }

    private boolean isBeingWritten(String found) {
        boolean wasEmptied = isEmptied;
        isEmptied = found.isBlank() && text != null && !text.isBlank();
        if (isEmptied && !wasEmptied) {
            emptiedAt = clock.getAsLong();
        }
        return isEmptied && clock.getAsLong() - emptiedAt < EMPTY_TIME.toNanos();
    }

    private Path folder() {
        return Objects.requireNonNullElse(path.toAbsolutePath().getParent(), path);
    }

    private String read() throws IOException {
        if (Files.size(path) > BYTES_MAX) {
            throw new IOException("%d bytes (expected: at most %d)".formatted(Files.size(path), BYTES_MAX));
        }
        return Files.readString(path, StandardCharsets.UTF_8);
    }

    private boolean gone() {
        boolean changed = said != null || fault != null;
        said = null;
        fault = null;
        return changed;
    }

    private boolean failed(SlipwayException found) {
        boolean isKnown = fault != null && fault.getMessage().equals(found.getMessage());
        fault = found;
        if (!isKnown) {
            LOG.log(
                    Level.ERROR,
                    "{0}; {1}",
                    found.getMessage(),
                    said == null ? "it counts for nothing" : "what it said before stays");
        }
        return !isKnown;
    }

    private SlipwayException invalid(String problem, IOException cause) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, "%s: %s".formatted(path, problem), cause);
    }
}
