package dev.slipway.source.s3;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.source.http.HttpLocation;
import io.minio.GetPresignedObjectUrlArgs;
import io.minio.Http;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.Result;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An object store that speaks S3: lists it, and signs the URLs that its objects are fetched by. Thread-safe. */
public final class ObjectStore implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ObjectStore.class.getName());
    private static final int OBJECTS_MAX = 1_000_000;
    private static final int SIGNED_HOURS = 12;

    private final MinioClient client;
    private final String shown;

    private ObjectStore(MinioClient client, String shown) {
        this.client = client;
        this.shown = shown;
    }

    /** @throws SlipwayException {@code INVALID_ARGUMENT} when the settings make no sense */
    public static ObjectStore open(S3Location.Store store, S3Settings settings) {
        Endpoint endpoint = Endpoint.of(store, settings);
        try {
            MinioClient client = Clients.of(endpoint, settings);
            return new ObjectStore(client, endpoint.shown());
        } catch (IllegalArgumentException e) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "object store %s, region '%s': %s".formatted(endpoint.shown(), endpoint.region(), e.getMessage()),
                    e);
        }
    }

    /**
     * All objects at a place: the one that has just this key, and those below it.
     *
     * @throws SlipwayException {@code UNAVAILABLE} when the store can't be reached, {@code UNAUTHENTICATED},
     *     {@code PERMISSION_DENIED} or {@code NOT_FOUND} as it answers; {@code RESOURCE_EXHAUSTED} above 1,000,000
     */
    public List<StoredObject> list(S3Location location) {
        ListObjectsArgs all = ListObjectsArgs.builder()
                .bucket(location.bucket())
                .prefix(location.path())
                .recursive(true)
                .build();
        List<StoredObject> objects = new ArrayList<>();
        try {
            for (Result<Item> result : client.listObjects(all)) {
                Item item = result.get();
                if (!item.isDir() && isBelow(location.path(), item.objectName())) {
                    String etag = item.etag() == null ? "" : item.etag().replace("\"", "");
                    objects.add(new StoredObject(
                            item.objectName(),
                            etag,
                            item.size(),
                            item.lastModified().toInstant()));
                }
                if (objects.size() > OBJECTS_MAX) {
                    throw new SlipwayException(
                            ErrorCode.RESOURCE_EXHAUSTED,
                            "%s holds more than %d objects".formatted(location, OBJECTS_MAX));
                }
            }
        } catch (MinioException e) {
            throw failed(location, e);
        } catch (IllegalStateException e) {
            // How the client tells that nobody listens.
            throw outOfReach(location, e);
        }
        return objects;
    }

    /**
     * A URL that an object can be fetched by for some hours.
     *
     * @throws SlipwayException as {@link #list}
     */
    public HttpLocation signed(String bucket, String key) {
        try {
            GetPresignedObjectUrlArgs args = GetPresignedObjectUrlArgs.builder()
                    .method(Http.Method.GET)
                    .bucket(bucket)
                    .object(key)
                    .expiry(SIGNED_HOURS, TimeUnit.HOURS)
                    .build();
            return HttpLocation.of(URI.create(client.getPresignedObjectUrl(args)));
        } catch (MinioException e) {
            throw failed(new S3Location(S3Location.Store.S3, bucket, key), e);
        } catch (IllegalStateException e) {
            throw outOfReach(new S3Location(S3Location.Store.S3, bucket, key), e);
        } catch (IllegalArgumentException e) {
            // Without the cause, which repeats the URL.
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT, "object with key '%s' has no usable URL".formatted(key));
        }
    }

    /** Which store it is, without anything secret. */
    @Override
    public String toString() {
        return shown;
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (Exception e) {
            LOG.log(Level.DEBUG, "the client of " + shown + " could not be closed", e);
        }
    }

    /** A listing of {@code fraud} finds {@code fraud2} too. */
    private static boolean isBelow(String path, String key) {
        return path.isEmpty() || key.equals(path) || key.startsWith(path + "/");
    }

    private SlipwayException failed(S3Location location, MinioException e) {
        if (e instanceof ErrorResponseException answered) {
            String code = String.valueOf(answered.errorResponse().code());
            int status = answered.response() == null ? 0 : answered.response().code();
            return new SlipwayException(category(code, status), "%s at %s: %s".formatted(location, shown, code), e);
        }
        return outOfReach(location, e);
    }

    private SlipwayException outOfReach(S3Location location, Exception e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        String words = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new SlipwayException(
                ErrorCode.UNAVAILABLE, "%s at %s is out of reach: %s".formatted(location, shown, words), e);
    }

    private static ErrorCode category(String code, int status) {
        return switch (code) {
            case "InvalidAccessKeyId",
                    "SignatureDoesNotMatch",
                    "ExpiredToken",
                    "InvalidToken",
                    "TokenRefreshRequired" -> ErrorCode.UNAUTHENTICATED;
            case "AccessDenied", "AllAccessDisabled" -> ErrorCode.PERMISSION_DENIED;
            case "NoSuchBucket", "NoSuchKey" -> ErrorCode.NOT_FOUND;
            default ->
                status == 401
                        ? ErrorCode.UNAUTHENTICATED
                        : status == 403 ? ErrorCode.PERMISSION_DENIED : ErrorCode.UNAVAILABLE;
        };
    }
}
