package dev.slipway.source;

import dev.slipway.source.s3.S3Settings;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** A bucket named {@code bucket} in memory, behind S3Proxy on a free port of loopback. */
final class Bucket implements AutoCloseable {
    private final BlobStore store = new TransientNio2BlobStore();
    private S3Proxy proxy;
    private int port;

    Bucket() throws Exception {
        store.createContainer("bucket");
        begin();
    }

    /** Answers again, where it did before. */
    void begin() throws Exception {
        proxy = S3Proxy.builder()
                .endpoint(URI.create("http://127.0.0.1:" + port))
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, "key", "secret")
                .blobStore(store)
                .build();
        proxy.start();
        port = proxy.getPort();
    }

    /** An outage. */
    void end() throws Exception {
        proxy.stop();
    }

    void put(String key, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        put(key, bytes);
    }

    void put(String key, byte[] bytes) {
        PutObjectRequest request = PutObjectRequest.builder()
                .bucket("bucket")
                .key(key)
                .contentLength((long) bytes.length)
                .build();
        store.putBlob(request, new ByteArrayInputStream(bytes));
    }

    void remove(String key) {
        store.removeBlob("bucket", key);
    }

    /** As the environment would say it, with changes: {@code NAME=value}. */
    S3Settings settings(String... changes) {
        Map<String, String> variables = new HashMap<>(Map.of(
                "AWS_ENDPOINT_URL_S3",
                "http://127.0.0.1:" + port,
                "AWS_ACCESS_KEY_ID",
                "key",
                "AWS_SECRET_ACCESS_KEY",
                "secret",
                "GS_ENDPOINT_URL",
                "http://127.0.0.1:" + port));
        for (String change : changes) {
            variables.put(change.substring(0, change.indexOf('=')), change.substring(change.indexOf('=') + 1));
        }
        return new S3Settings(variables);
    }

    @Override
    public void close() throws Exception {
        proxy.stop();
        store.close();
    }
}
