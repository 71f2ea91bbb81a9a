package dev.slipway.server.backend;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongConsumer;

/**
 * A repository on the network, laid out as Maven's are. Goes through the proxy that the JVM was told of.
 *
 * @param address of its root
 */
record RepositorySource(URI address) implements ArtifactSource {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int TRIES = 3;
    private static final int BUFFER_BYTES = 1 << 16;

    @Override
    public String name() {
        return address.toString();
    }

    @Override
    public String fetch(Artifact artifact, Path target, LongConsumer progress) throws IOException {
        String root = address.toString();
        URI file = URI.create((root.endsWith("/") ? root : root + "/") + artifact.repositoryPath());
        HttpClient client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(PATIENCE)
                .build();
        String reason = "";
        for (int i = 0; i < TRIES; i++) {
            try (InputStream body = open(client, file)) {
                return save(body, artifact.bytes(), target, progress);
            } catch (NetworkException e) {
                if (e.isFinal) {
                    return e.reason;
                }
                reason = e.reason;
            }
        }
        return "%s (tried %d times)".formatted(reason, TRIES);
    }

    private static InputStream open(HttpClient client, URI file) {
        try {
            HttpResponse<InputStream> response = client.send(
                    HttpRequest.newBuilder(file).timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofInputStream());
            if (response.statusCode() != 200) {
                response.body().close();
                throw new NetworkException(
                        "it answered %d to %s".formatted(response.statusCode(), file.getPath()), true);
            }
            return response.body();
        } catch (IOException e) {
            throw new NetworkException(e.toString(), false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NetworkException("interrupted", true);
        }
    }

    /** Takes no more than there should be: a file of another size is another file. */
    private static String save(InputStream body, long most, Path target, LongConsumer progress) throws IOException {
        try (OutputStream out = Files.newOutputStream(target)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            long done = 0;
            for (int read = read(body, buffer); read >= 0; read = read(body, buffer)) {
                done += read;
                if (done > most) {
                    return "it sent more than %d bytes".formatted(most);
                }
                out.write(buffer, 0, read);
                progress.accept(done);
            }
            return "";
        }
    }

    private static int read(InputStream body, byte[] buffer) {
        try {
            return body.read(buffer);
        } catch (IOException e) {
            throw new NetworkException(e.toString(), false);
        }
    }

    /** So that a connection that breaks is told from a disk that is full. */
    private static final class NetworkException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final String reason;

        /** Whether trying again is of no use. */
        private final boolean isFinal;

        NetworkException(String reason, boolean isFinal) {
            super(reason);
            this.reason = reason;
            this.isFinal = isFinal;
        }
    }
}
