package dev.slipway.server.control;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.server.config.ConfigYaml;
import dev.slipway.server.config.ServingConfig;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keeps revisions as files, {@code revision-12.yaml}: comments with time and origin, then the configuration. A file is
 * whole, or not there.
 */
public final class RevisionFolder {
    private static final System.Logger LOG = System.getLogger(RevisionFolder.class.getName());
    private static final Pattern NAME = Pattern.compile("revision-([0-9]{1,18})\\.yaml");
    private static final Pattern HEAD = Pattern.compile("# time: (\\S+)\n# origin: ([^\n]*)\n");

    private final Path folder;

    /** @throws SlipwayException {@code FAILED_PRECONDITION} when the folder can't be made, or not written to */
    public RevisionFolder(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw failed("can't be made", e);
        }
        if (!Files.isWritable(folder)) {
            throw new SlipwayException(
                    ErrorCode.FAILED_PRECONDITION,
                    "state folder '%s' can't be written to (expected: a folder of the server's own)".formatted(folder));
        }
    }

    /** Those that can be read, newest first; of others the log tells. */
    List<Revision> read() {
        List<Revision> found = new ArrayList<>();
        for (long number : numbers()) {
            Path file = file(number);
            try {
                found.add(read(number, file));
            } catch (IOException | SlipwayException | DateTimeParseException e) {
                LOG.log(Level.WARNING, "{0} counts for nothing: {1}", file, e.getMessage());
            }
        }
        return found;
    }

    private Revision read(long number, Path file) throws IOException {
        String text = Files.readString(file);
        Matcher head = HEAD.matcher(text);
        if (!head.lookingAt()) {
            throw new IOException("its first lines are not '# time: ...' and '# origin: ...'");
        }
        ServingConfig config = ConfigYaml.parse(file.toString(), text, folder).serving();
        return new Revision(number, Instant.parse(head.group(1)), head.group(2), config);
    }

    /** The newest number that was given, 0 for none; that of a file that can't be read is not given again. */
    long lastNumber() {
        return numbers().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    private List<Long> numbers() {
        List<Long> numbers = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    numbers.add(Long.parseLong(name.group(1)));
                }
            }
        } catch (IOException e) {
            throw failed("can't be listed", e);
        }
        numbers.sort(Comparator.reverseOrder());
        return numbers;
    }

    /** @throws SlipwayException {@code FAILED_PRECONDITION} when it can't be written; nothing is left of it then */
    void write(Revision revision) {
        String text = "# time: %s\n# origin: %s\n%s"
                .formatted(
                        revision.time(),
                        revision.origin().replaceAll("\\s+", " "),
                        ConfigYaml.write(revision.config()));
        Path unfinished = folder.resolve("revision-%d.tmp".formatted(revision.number()));
        try {
            try (FileChannel channel = FileChannel.open(
                    unfinished,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(unfinished, file(revision.number()), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            delete(unfinished);
            throw failed("can't be written to", e);
        }
    }

    void delete(long number) {
        delete(file(number));
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "{0} can''t be deleted: {1}", file, e.toString());
        }
    }

    private Path file(long number) {
        return folder.resolve("revision-%d.yaml".formatted(number));
    }

    private SlipwayException failed(String problem, IOException cause) {
        return new SlipwayException(
                ErrorCode.FAILED_PRECONDITION, "state folder '%s' %s: %s".formatted(folder, problem, cause), cause);
    }
}
