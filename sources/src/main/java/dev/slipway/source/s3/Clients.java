package dev.slipway.source.s3;

import io.minio.MinioClient;
import io.minio.credentials.AwsConfigProvider;
import io.minio.credentials.ChainedProvider;
import io.minio.credentials.IamAwsProvider;
import io.minio.credentials.Provider;
import io.minio.credentials.StaticProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import org.jspecify.annotations.Nullable;

/** Makes MinIO's client, with the credentials that AWS's own tools would take. */
final class Clients {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);

    private Clients() {}

    static MinioClient of(Endpoint endpoint, S3Settings settings) {
        OkHttpClient http = http();
        MinioClient.Builder builder =
                MinioClient.builder().endpoint(endpoint.url()).httpClient(http, true);
        if (!endpoint.region().isEmpty()) {
            builder.region(endpoint.region());
        }
        Provider credentials = endpoint.store() == S3Location.Store.GS
                ? keys(settings, "GS_ACCESS_KEY_ID", "GS_SECRET_ACCESS_KEY")
                : amazon(endpoint, settings, http);
        if (credentials != null) {
            builder.credentialsProvider(credentials);
        }
        return builder.build();
    }

    /** In the order of AWS's tools: keys, a profile, the machine's or the pod's own role. Null for nobody's. */
    private static @Nullable Provider amazon(Endpoint endpoint, S3Settings settings, OkHttpClient http) {
        Provider keys = keys(settings, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");
        if (keys != null) {
            return keys;
        }
        List<Provider> providers = new ArrayList<>();
        Optional<Path> file = credentialsFile(settings);
        String profile = settings.first("AWS_PROFILE");
        if (file.isPresent() && Files.isReadable(file.get())) {
            providers.add(new AwsConfigProvider(file.get().toString(), profile.isEmpty() ? "default" : profile));
        }
        boolean hasRole = !settings.first(
                        "AWS_WEB_IDENTITY_TOKEN_FILE",
                        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                        "AWS_CONTAINER_CREDENTIALS_FULL_URI")
                .isEmpty();
        boolean mayAskMachine = !settings.first("AWS_EC2_METADATA_DISABLED").equalsIgnoreCase("true");
        if (hasRole || (endpoint.isAmazon() && mayAskMachine && profile.isEmpty())) {
            providers.add(new IamAwsProvider(null, http));
        }
        return providers.isEmpty() ? null : new ChainedProvider(providers.toArray(new Provider[0]));
    }

    private static @Nullable Provider keys(S3Settings settings, String key, String secret) {
        if (settings.first(key).isEmpty() || settings.first(secret).isEmpty()) {
            return null;
        }
        String token = key.startsWith("AWS_") ? settings.first("AWS_SESSION_TOKEN") : "";
        return new StaticProvider(settings.first(key), settings.first(secret), token.isEmpty() ? null : token);
    }

    private static Optional<Path> credentialsFile(S3Settings settings) {
        String named = settings.first("AWS_SHARED_CREDENTIALS_FILE");
        if (!named.isEmpty()) {
            return Optional.of(Path.of(named));
        }
        String home = settings.first("HOME");
        return home.isEmpty() ? Optional.empty() : Optional.of(Path.of(home, ".aws", "credentials"));
    }

    /** Threads that don't keep the process alive, and timeouts that end. */
    private static OkHttpClient http() {
        ThreadPoolExecutor threads =
                new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "slipway-s3");
                    thread.setDaemon(true);
                    return thread;
                });
        return new OkHttpClient.Builder()
                .dispatcher(new Dispatcher(threads))
                .protocols(List.of(Protocol.HTTP_1_1))
                .connectTimeout(CONNECT_TIMEOUT)
                .readTimeout(READ_TIMEOUT)
                .writeTimeout(READ_TIMEOUT)
                .build();
    }
}
