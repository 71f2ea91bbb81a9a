package dev.slipway.transforms.image;

import dev.slipway.api.Deadline;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.util.HexFormat;
import java.util.function.Function;
import java.util.function.LongSupplier;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadProgressListener;

/** Makes pixels of files that nobody trusts. Thread-safe. */
final class Decoder {
    private static final int HEAD_SHOWN_BYTES = 4;

    private final ImageLimits limits;
    private final boolean turnsUpright;
    private final LongSupplier nanoClock;
    private final PixelBudget budget;

    /** @param turnsUpright whether pictures are turned as their camera says */
    Decoder(ImageLimits limits, boolean turnsUpright, LongSupplier nanoClock, PixelBudget budget) {
        this.limits = limits;
        this.turnsUpright = turnsUpright;
        this.nanoClock = nanoClock;
        this.budget = budget;
    }

    /**
     * Decodes a picture and has something made of it while its memory is accounted for.
     *
     * @param subject what messages call the picture
     * @param sent a file, or one in base64
     * @throws SlipwayException {@code INVALID_ARGUMENT} for what is no picture, is broken, or is beyond the limits; {@code
     *     DEADLINE_EXCEEDED}
     */
    <T> T decode(String subject, byte[] sent, Deadline deadline, Function<Picture, T> use) {
        Patience patience = new Patience(nanoClock, deadline, limits.timeMax());
        byte[] file = EncodedText.decoded(sent);
        if (file.length > limits.bytesMax()) {
            throw invalid("%s: %d bytes (expected: at most %d)".formatted(subject, file.length, limits.bytesMax()));
        }
        Format format = Format.of(file);
        if (format == null) {
            throw invalid("%s: not a JPEG, PNG, WebP or GIF (first bytes: %s)".formatted(subject, head(file)));
        }
        try {
            Cleaned cleaned = clean(format, file);
            checkSize(subject, format, cleaned);
            try (PixelBudget.Share share = budget.take(cost(cleaned), patience)) {
                if (share == null) {
                    throw patience.over(subject);
                }
                Picture picture = read(format, cleaned, patience).within(cleaned);
                T made = use.apply(turnsUpright ? picture.upright(cleaned.orientation()) : picture);
                if (patience.isOver()) {
                    throw patience.over(subject);
                }
                return made;
            }
        } catch (PictureException e) {
            throw invalid("%s: %s".formatted(subject, e.getMessage()));
        } catch (IOException e) {
            throw patience.isOver() ? patience.over(subject) : broken(subject, format, e);
        }
    }

    private static Cleaned clean(Format format, byte[] file) throws PictureException {
        return switch (format) {
            case JPEG -> new JpegCleaner(file).clean();
            case PNG -> PngCleaner.clean(file);
            case WEBP -> new WebpCleaner(file).clean();
            case GIF -> new GifCleaner(file).clean();
        };
    }

    private void checkSize(String subject, Format format, Cleaned file) {
        if ((long) file.width() * file.height() > limits.pixelsMax()) {
            throw invalid("%s: %s of %d x %d pixels (expected: at most %d pixels)"
                    .formatted(subject, format, file.width(), file.height(), limits.pixelsMax()));
        }
        if (format == Format.JPEG && file.components() != 1 && file.components() != 3 && file.components() != 4) {
            throw invalid("%s: JPEG of %d components (expected: 1, 3 or 4)".formatted(subject, file.components()));
        }
    }

    /** Of the decoded picture, and of the one that is made of it where it has to be turned, placed, or converted. */
    private long cost(Cleaned file) {
        boolean isCopied = (turnsUpright && file.orientation() > 1) || !file.isFrameAll() || file.components() != 3;
        return (long) file.width() * file.height() * (isCopied ? 8 : 3);
    }

    private static Picture read(Format format, Cleaned file, Patience patience) throws IOException {
        ImageReader reader = Readers.of(format).createReaderInstance();
        long pixels = (long) file.width() * file.height();
        try (EncodedStream stream = new EncodedStream(file.bytes(), pixels, patience)) {
            reader.addIIOReadProgressListener(new Stop(reader, patience));
            reader.setInput(stream, true, true);
            Picture picture = file.components() == 4
                    ? Rasters.inks(reader.readRaster(0, null), file.isYcck())
                    : Rasters.of(reader.read(0));
            patience.check();
            if (picture.width() != file.frame().width()
                    || picture.height() != file.frame().height()) {
                throw new PictureException("%s whose head says %d x %d pixels has %d x %d"
                        .formatted(
                                format,
                                file.frame().width(),
                                file.frame().height(),
                                picture.width(),
                                picture.height()));
            }
            return picture;
        } catch (RuntimeException e) {
            // Decoders of untrusted bytes fail in many ways, of which few are declared.
            throw new IOException(e.toString(), e);
        } finally {
            reader.dispose();
        }
    }

    private static SlipwayException broken(String subject, Format format, IOException cause) {
        String reason = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        return new SlipwayException(
                ErrorCode.INVALID_ARGUMENT,
                "%s: a broken or an unusual %s: %s".formatted(subject, format, reason),
                cause);
    }

    private static String head(byte[] file) {
        return HexFormat.ofDelimiter(" ").formatHex(file, 0, Math.min(file.length, HEAD_SHOWN_BYTES));
    }

    private static SlipwayException invalid(String message) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, message);
    }

    /** Ends what takes too long, between two rows. */
    private record Stop(ImageReader reader, Patience patience) implements IIOReadProgressListener {
        @Override
        public void imageProgress(ImageReader source, float percentage) {
            if (patience.isOver()) {
                reader.abort();
            }
        }

        @Override
        public void sequenceStarted(ImageReader source, int minIndex) {}

        @Override
        public void sequenceComplete(ImageReader source) {}

        @Override
        public void imageStarted(ImageReader source, int imageIndex) {}

        @Override
        public void imageComplete(ImageReader source) {}

        @Override
        public void thumbnailStarted(ImageReader source, int imageIndex, int thumbnailIndex) {}

        @Override
        public void thumbnailProgress(ImageReader source, float percentage) {}

        @Override
        public void thumbnailComplete(ImageReader source) {}

        @Override
        public void readAborted(ImageReader source) {}
    }
}
