package dev.slipway.source.http;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file behind an HTTP URL. The fragment says what the server need not know:
 * {@code https://host/fraud.tar.gz#sha256=<64 hexadecimal digits>&version=7}.
 *
 * @param uri what is asked for: without user, password and fragment
 * @param authorization for the header of that name, from {@code user:password@}; empty for none
 * @param sha256 of the file's bytes, 64 lower-case hexadecimal digits; empty when it is not known
 * @param version its number; empty when nothing was said
 */
public record HttpLocation(URI uri, String authorization, Optional<String> sha256, OptionalLong version) {
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    /** @throws SlipwayException {@code INVALID_ARGUMENT} with the reason, which holds nothing secret */
    public static HttpLocation parse(String text) {
        int hash = text.indexOf('#');
        URI uri;
        try {
            uri = new URI(hash < 0 ? text : text.substring(0, hash));
        } catch (URISyntaxException e) {
            // Neither the message nor the cause may repeat the text, which may hold a password.
            throw invalid("URL has a bad character at place %d (expected: RFC 3986)".formatted(e.getIndex()));
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (uri.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
            throw invalid("URL with scheme '%s' and host '%s' (expected: http or https, and a host)"
                    .formatted(scheme, uri.getHost()));
        }
        Optional<String> sha256 = Optional.empty();
        OptionalLong version = OptionalLong.empty();
        for (String part : hash < 0 ? new String[0] : text.substring(hash + 1).split("&", -1)) {
            if (part.startsWith("sha256=")) {
                sha256 = Optional.of(sha256(part.substring("sha256=".length())));
            } else if (part.startsWith("version=")) {
                version = OptionalLong.of(number(part.substring("version=".length())));
            } else {
                throw invalid("fragment of URL %s has '%s' (expected: sha256=... or version=...)"
                        .formatted(shown(uri), part));
            }
        }
        return new HttpLocation(bare(uri), authorization(uri.getUserInfo()), sha256, version);
    }

    /** One without anything said beside the URL. */
    public static HttpLocation of(URI uri) {
        return new HttpLocation(bare(uri), authorization(uri.getUserInfo()), Optional.empty(), OptionalLong.empty());
    }

    /** The last part of the path; {@code model} when there is none that could be a file's name. */
    public String fileName() {
        String path = uri.getPath() == null ? "" : uri.getPath();
        String name = path.substring(path.lastIndexOf('/') + 1);
        boolean isUsable = !name.isEmpty()
                && !name.startsWith(".")
                && name.indexOf('\\') < 0
                && name.chars().noneMatch(Character::isISOControl);
        return isUsable ? name : "model";
    }

    /** As messages show it: without the query, which may be a signature. */
    public String shown() {
        return shown(uri);
    }

    @Override
    public String toString() {
        return shown();
    }

    static String shown(URI uri) {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return uri.getScheme() + "://" + uri.getHost() + port + (uri.getRawPath() == null ? "" : uri.getRawPath());
    }

    private static URI bare(URI uri) {
        String text = uri.toString();
        String userInfo = uri.getRawUserInfo();
        return URI.create(userInfo == null ? text : text.replaceFirst(Pattern.quote(userInfo + "@"), ""));
    }

    private static String authorization(@Nullable String userInfo) {
        return userInfo == null
                ? ""
                : "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
    }

    private static String sha256(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (!SHA_256.matcher(lower).matches()) {
            throw invalid("sha256 '%s' (expected: 64 hexadecimal digits)".formatted(text));
        }
        return lower;
    }

    private static long number(String text) {
        try {
            long number = Long.parseLong(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT, "version '%s' (expected: a number)".formatted(text), e);
        }
        throw invalid("version '%s' (expected: at least 0)".formatted(text));
    }

    private static SlipwayException invalid(String message) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, message);
    }
}
