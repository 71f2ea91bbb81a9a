package dev.slipway.backend.trees;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.RESOURCE_EXHAUSTED;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The formats of files, told apart by their first bytes: names are shared by several, and by others' formats. */
enum TreeFormat {
    XGBOOST_JSON,
    XGBOOST_UBJSON,
    XGBOOST_BINARY,
    LIGHTGBM;

    private static final int HEAD_BYTES = 512;
    /** Where the old binary format has the length of the objective's name. */
    private static final int OBJECTIVE_AT = 136;

    private static final Pattern DOCUMENT =
            Pattern.compile("\\s*\\{\\s*\"(learner\"|version\"\\s*:\\s*\\[).*", Pattern.DOTALL);
    private static final Pattern DUMP = Pattern.compile("\\s*\\[\\s*\\{\\s*\"nodeid\".*", Pattern.DOTALL);
    private static final Pattern OBJECTIVE = Pattern.compile("[a-z]+:[a-z]+");

    /** The format of a file; empty where it is none of these. */
    static Optional<TreeFormat> of(Path path) {
        ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(path)) {
            while (head.hasRemaining() && channel.read(head) >= 0) {}
        } catch (IOException e) {
            throw new SlipwayException(UNAVAILABLE, "'%s' can't be read: %s".formatted(path.getFileName(), e), e);
        }
        head.flip();
        String text = StandardCharsets.ISO_8859_1.decode(head.duplicate()).toString();
        String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
        if (text.startsWith("tree\n") || text.startsWith("tree\r\n")) {
            return Optional.of(LIGHTGBM);
        } else if (text.startsWith("{L") || name.endsWith(".ubj")) {
            return Optional.of(XGBOOST_UBJSON);
        } else if (DOCUMENT.matcher(text).matches() || DUMP.matcher(text).matches()) {
            return Optional.of(XGBOOST_JSON);
        } else if (isBinary(head, text)) {
            return Optional.of(XGBOOST_BINARY);
        }
        // Nobody else's files have these names; what is wrong with them is better said than left unsaid.
        return name.equals("model.txt") || name.endsWith(".lgb") ? Optional.of(LIGHTGBM) : Optional.empty();
    }

    private static boolean isBinary(ByteBuffer head, String text) {
        int at = OBJECTIVE_AT + (text.startsWith("binf") ? 4 : 0);
        if (head.limit() < at + Long.BYTES) {
            return text.startsWith("binf");
        }
        long length = head.getLong(at);
        int start = at + Long.BYTES;
        return length > 0
                && length < 64
                && start + length <= head.limit()
                && OBJECTIVE
                        .matcher(text.substring(start, start + (int) length))
                        .matches();
    }

    /**
     * Reads and checks a model.
     *
     * @param isBest whether only XGBoost's iterations up to the best one count, where early stopping named it
     * @throws SlipwayException as {@link dev.slipway.api.Loader#describe}
     */
    TreeModel read(Path path, boolean isBest) {
        String kind = this == LIGHTGBM ? "LightGBM model" : "XGBoost model";
        try (FileBytes bytes = new FileBytes(path, kind)) {
            return switch (this) {
                case XGBOOST_JSON -> XgboostModel.of(new XgboostDocument(new JsonEvents(bytes)).read(), isBest);
                case XGBOOST_UBJSON -> XgboostModel.of(new XgboostDocument(new UbjsonEvents(bytes)).read(), isBest);
                case XGBOOST_BINARY -> XgboostModel.of(new XgboostBinary(bytes).read(), isBest);
                case LIGHTGBM -> new LightgbmReader(bytes).read();
            };
        } catch (OutOfMemoryError e) {
            throw new SlipwayException(
                    RESOURCE_EXHAUSTED, "'%s' takes more memory than there is".formatted(path.getFileName()), e);
        } catch (ArithmeticException | IndexOutOfBoundsException e) {
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "'%s' is no %s: its numbers contradict each other (%s)"
                            .formatted(path.getFileName(), kind, e.getMessage()),
                    e);
        }
    }
}
