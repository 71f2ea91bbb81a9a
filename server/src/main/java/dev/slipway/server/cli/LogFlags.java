package dev.slipway.server.cli;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.server.config.LoggingConfig;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What may be said of what is logged. */
final class LogFlags {
    @Option(
            names = "--log_format",
            paramLabel = "text|json",
            description =
                    "How lines of the log look: text, or a JSON object each (text, or as SLIPWAY_LOG_FORMAT says).")
    private @Nullable String format;

    @Option(
            names = "--access_log",
            paramLabel = "off|on|FILE",
            description = "Whether a line is written for each request: to standard output (on) or a file (off).")
    private @Nullable String access;

    LoggingConfig choose() {
        Boolean isJson = null;
        if (format != null) {
            Map<String, Boolean> formats = Map.of("text", false, "json", true);
            isJson = formats.get(format.toLowerCase(Locale.ROOT));
            if (isJson == null) {
                throw new SlipwayException(
                        ErrorCode.INVALID_ARGUMENT, "--log_format is '%s' (expected: text or json)".formatted(format));
            }
        }
        String place = access == null || access.isEmpty()
                ? null
                : LoggingConfig.Access.place(access, Path.of("").toAbsolutePath());
        return new LoggingConfig(isJson, null, Map.of(), null, new LoggingConfig.Access(place, null, null, null, null));
    }
}
