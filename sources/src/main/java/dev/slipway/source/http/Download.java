package dev.slipway.source.http;

import dev.slipway.api.ByteSize;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * Fetches files by HTTP: goes on where it was cut off, checks what comes, and never takes more than it may. Thread-safe;
 * a thread that is interrupted stops at once, and what it has fetched stays for the next.
 */
public final class Download {
    private static final Duration PAUSE_MAX = Duration.ofMinutes(1);
    private static final int DOUBLINGS_MAX = 16;

    /** From here on, even attempts that bring much count as failures. */
    private static final int ATTEMPTS_MAX = 1000;

    /** An attempt that brought as much was no failure of the server's. */
    private static final long WORTHWHILE_BYTES = 1 << 20;

    private final DownloadLimits limits;
    private final Pauses pauses;
    private final Hops hops;

    public Download(DownloadLimits limits) {
        this(limits, pause -> Thread.sleep(pause.toMillis()));
    }

    Download(DownloadLimits limits, Pauses pauses) {
        this.limits = limits;
        this.pauses = pauses;
        this.hops = new Hops(limits);
    }

    /** Waits between attempts. */
    interface Pauses {
        void pause(Duration duration) throws InterruptedException;
    }

    /** Hears how many bytes are here, and how many there are; -1 while nobody has said. */
    @FunctionalInterface
    public interface Listener {
        void at(long doneBytes, long totalBytes);
    }

    /**
     * One file.
     *
     * @param location asked before each attempt, since signed URLs expire
     * @param etag that it must have; empty for any
     * @param bytes that it must have; -1 for any
     */
    public record Request(Supplier<HttpLocation> location, String etag, long bytes) {
        /** Whatever is there. */
        public static Request of(HttpLocation location) {
            return new Request(() -> location, "", -1);
        }
    }

    /**
     * A file that is here, whole.
     *
     * @param validator what its server said of it
     */
    public record Fetched(Path path, Validator validator) {}

    /**
     * Fetches a file into {@code folder}, whose files that begin with {@code name} are this download's own.
     *
     * @throws SlipwayException {@code NOT_FOUND}, {@code UNAUTHENTICATED}, {@code PERMISSION_DENIED} or
     *     {@code FAILED_PRECONDITION} as the server answers; {@code UNAVAILABLE} when it does not, or the file changes
     *     under our hands; {@code INVALID_ARGUMENT} when the file is too large or not the one that was meant;
     *     {@code CANCELLED} when interrupted
     */
    public Fetched fetch(Request request, Path folder, String name, Listener listener) {
        Part part = new Part(folder, name);
        int failures = 0;
        try {
            for (int attempt = 1; !Files.exists(part.done()); attempt++) {
                long before = part.bytes();
                try {
                    attempt(request, part, listener);
                    complete(request, part);
                } catch (PassingException | IOException e) {
                    if (e instanceof FileSystemException || e instanceof ClosedByInterruptException) {
                        throw (IOException) e;
                    }
                    boolean isWorthwhile = part.bytes() - before >= WORTHWHILE_BYTES && attempt < ATTEMPTS_MAX;
                    failures = isWorthwhile ? 1 : failures + 1;
                    giveUpOrPause(request, failures, e);
                }
            }
            Validator validator = part.notes().validator();
            listener.at(Files.size(part.done()), Files.size(part.done()));
            return new Fetched(part.done(), validator);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SlipwayException(ErrorCode.CANCELLED, "interrupted while fetching " + shown(request), e);
        } catch (ClosedByInterruptException e) {
            throw new SlipwayException(ErrorCode.CANCELLED, "interrupted while fetching " + shown(request), e);
        } catch (IOException e) {
            throw new SlipwayException(
                    ErrorCode.UNAVAILABLE, "%s can't be written to disk: %s".formatted(shown(request), e), e);
        }
    }

    /**
     * Asks what there is, without fetching it.
     *
     * @throws SlipwayException as {@link #fetch}
     */
    public Validator probe(HttpLocation location) {
        try {
            HttpResponse<Void> head = hops.send("HEAD", location, Map.of(), HttpResponse.BodyHandlers.discarding());
            if (head.statusCode() / 100 == 2) {
                return Validator.of(head.statusCode(), head.headers());
            }
            if (head.statusCode() / 100 == 4 && head.statusCode() != 404 && head.statusCode() != 429) {
                // Some don't know the method, and a signed URL may be good for GET alone.
                return probeByByte(location);
            }
            throw Answers.passing(head.statusCode(), head.headers(), location);
        } catch (PassingException e) {
            throw SlipwayException.passing(ErrorCode.UNAVAILABLE, String.valueOf(e.getMessage()), e.retryAfter());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SlipwayException(ErrorCode.CANCELLED, "interrupted while asking for " + location, e);
        } catch (IOException e) {
            throw new SlipwayException(ErrorCode.UNAVAILABLE, location + " is out of reach: " + words(e), e);
        }
    }

    private Validator probeByByte(HttpLocation location) throws IOException, InterruptedException, PassingException {
        Map<String, String> firstByte = Map.of("Range", "bytes=0-0");
        HttpResponse<InputStream> answer =
                hops.send("GET", location, firstByte, HttpResponse.BodyHandlers.ofInputStream());
        answer.body().close();
        if (answer.statusCode() != 200 && answer.statusCode() != 206) {
            throw Answers.passing(answer.statusCode(), answer.headers(), location);
        }
        return Validator.of(answer.statusCode(), answer.headers());
    }

    private void attempt(Request request, Part part, Listener listener)
            throws IOException, InterruptedException, PassingException {
        HttpLocation location = request.location().get();
        Validator known = part.notes().validator();
        long have = known.forRange().isEmpty() ? 0 : part.bytes();
        if (have > 0 && have == known.bytes()) {
            return;
        }
        Map<String, String> headers = new HashMap<>();
        if (have > 0) {
            headers.put("Range", "bytes=" + have + "-");
            headers.put("If-Range", known.forRange());
        }
        if (!request.etag().isEmpty()) {
            headers.put("If-Match", request.etag());
        }
        HttpResponse<Flow.Publisher<List<ByteBuffer>>> answer =
                hops.send("GET", location, headers, HttpResponse.BodyHandlers.ofPublisher());
        try (Body body = new Body(limits.stallTimeout())) {
            answer.body().subscribe(body);
            begin(answer, location, request.bytes(), part);
            receive(body, location, part, listener);
        }
    }

    /** Decides from the answer's head whether the bytes that follow are wanted, and where they go. */
    private void begin(HttpResponse<?> answer, HttpLocation location, long expected, Part part)
            throws IOException, PassingException {
        long have = part.bytes();
        int status = answer.statusCode();
        Validator found = Validator.of(status, answer.headers());
        if (status == 206) {
            boolean goesOn = Validator.rangeBegin(answer.headers()) == have
                    && !part.notes().validator().contradicts(found);
            if (!goesOn) {
                part.drop();
                throw new PassingException(location + " does not go on where it was cut off", Duration.ZERO);
            }
        } else if (status == 200) {
            part.begin(new Part.Notes(found, Digests.of(answer.headers())));
        } else {
            if (status == 416) {
                part.drop();
                throw new PassingException(location + " does not go on where it was cut off", Duration.ZERO);
            }
            throw Answers.passing(status, answer.headers(), location);
        }
        if (found.bytes() > limits.bytesMax()) {
            part.drop();
            throw tooLarge(location, ByteSize.format(found.bytes()));
        }
        if (expected >= 0 && found.bytes() >= 0 && expected != found.bytes()) {
            part.drop();
            throw new PassingException(location + " has changed since it was listed", Duration.ZERO);
        }
    }

    private void receive(Body body, HttpLocation location, Part part, Listener listener)
            throws IOException, InterruptedException {
        long total = part.notes().validator().bytes();
        try (FileChannel file = FileChannel.open(part.data(), StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            long done = file.size();
            listener.at(done, total);
            for (List<ByteBuffer> bytes = body.next(); !bytes.isEmpty(); bytes = body.next()) {
                for (ByteBuffer buffer : bytes) {
                    done += buffer.remaining();
                    if (done > limits.bytesMax()) {
                        part.drop();
                        throw tooLarge(location, "more");
                    }
                    part.write(buffer, file);
                }
                listener.at(done, total);
            }
        }
    }

    private void complete(Request request, Part part) throws IOException, PassingException {
        HttpLocation location = request.location().get();
        Part.Notes notes = part.notes();
        long bytes = part.bytes();
        long expected = notes.validator().bytes() >= 0 ? notes.validator().bytes() : request.bytes();
        if (expected >= 0 && bytes != expected) {
            if (bytes > expected) {
                part.drop();
            }
            throw new PassingException(
                    "%s ended after %d bytes (expected: %d)".formatted(location, bytes, expected), Duration.ZERO);
        }
        Optional<String> mismatch = notes.digests().mismatch(part.data());
        if (mismatch.isPresent()) {
            part.drop();
            throw new PassingException("%s came damaged: %s".formatted(location, mismatch.get()), Duration.ZERO);
        }
        if (location.sha256().isPresent()) {
            String found = Digests.digest("SHA-256", part.data());
            if (!found.equals(location.sha256().get())) {
                part.drop();
                throw new SlipwayException(
                        ErrorCode.INVALID_ARGUMENT,
                        "%s has sha256 %s (expected: %s)"
                                .formatted(location, found, location.sha256().get()));
            }
        }
        part.complete();
    }

    private void giveUpOrPause(Request request, int failures, Exception e) throws InterruptedException {
        Duration asked = e instanceof PassingException passing ? passing.retryAfter() : Duration.ZERO;
        if (failures >= limits.attemptsMax()) {
            String what = e instanceof PassingException
                    ? String.valueOf(e.getMessage())
                    : "%s is out of reach: %s".formatted(shown(request), words(e));
            throw SlipwayException.passing(ErrorCode.UNAVAILABLE, "%s (attempts: %d)".formatted(what, failures), asked);
        }
        long doubled = limits.firstPause().toMillis() << Math.min(failures - 1, DOUBLINGS_MAX);
        double jittered = Math.min(doubled, PAUSE_MAX.toMillis())
                * (0.5 + ThreadLocalRandom.current().nextDouble());
        pauses.pause(Duration.ofMillis(Math.max((long) jittered, asked.toMillis())));
    }

    private SlipwayException tooLarge(HttpLocation location, String found) {
        return new SlipwayException(
                ErrorCode.INVALID_ARGUMENT,
                "%s has %s (expected: at most %s)".formatted(location, found, ByteSize.format(limits.bytesMax())));
    }

    private static String shown(Request request) {
        return request.location().get().shown();
    }

    private static String words(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
