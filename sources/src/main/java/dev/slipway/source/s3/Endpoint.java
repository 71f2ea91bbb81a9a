package dev.slipway.source.s3;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.source.http.HttpLocation;

/**
 * Where a store listens.
 *
 * @param store whose keys count there
 * @param url its base
 * @param region to sign for; empty when the client is to ask
 */
record Endpoint(S3Location.Store store, String url, String region) {
    static final String AMAZON = "https://s3.amazonaws.com";
    private static final String GOOGLE = "https://storage.googleapis.com";

    static Endpoint of(S3Location.Store store, S3Settings settings) {
        if (store == S3Location.Store.GS) {
            String named = settings.first("GS_ENDPOINT_URL");
            return checked(new Endpoint(store, named.isEmpty() ? GOOGLE : named, "auto"));
        }
        String named = settings.first("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL");
        String region = settings.first("AWS_REGION", "AWS_DEFAULT_REGION");
        // Stores that are not Amazon's have one region, which most call like Amazon's first.
        boolean asks = named.isEmpty() || !region.isEmpty();
        return checked(new Endpoint(store, named.isEmpty() ? AMAZON : named, asks ? region : "us-east-1"));
    }

    boolean isAmazon() {
        return url.equals(AMAZON) || url.contains(".amazonaws.com");
    }

    String shown() {
        return HttpLocation.parse(url).shown();
    }

    private static Endpoint checked(Endpoint endpoint) {
        HttpLocation location = HttpLocation.parse(endpoint.url);
        if (!location.authorization().isEmpty() || location.uri().getQuery() != null) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "endpoint %s has a password or a query (expected: scheme, host and port)".formatted(location));
        }
        return endpoint;
    }
}
