package dev.slipway.transforms.image;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/** The decoders: looked up once, since looking costs more than decoding. */
final class Readers {
    private static final Map<Format, ImageReaderSpi> BY_FORMAT = new EnumMap<>(Format.class);

    static {
        BY_FORMAT.put(Format.WEBP, new WebPImageReaderSpi());
        BY_FORMAT.put(Format.JPEG, ofJdk("jpeg"));
        BY_FORMAT.put(Format.PNG, ofJdk("png"));
        BY_FORMAT.put(Format.GIF, ofJdk("gif"));
    }

    private Readers() {}

    static ImageReaderSpi of(Format format) {
        return Objects.requireNonNull(BY_FORMAT.get(format));
    }

    /** Others on the class path may have other semantics. */
    private static ImageReaderSpi ofJdk(String name) {
        Iterator<ImageReaderSpi> all = IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, true);
        while (all.hasNext()) {
            ImageReaderSpi spi = all.next();
            if (spi.getClass().getName().startsWith("com.sun.imageio.")
                    && List.of(spi.getFormatNames()).contains(name)) {
                return spi;
            }
        }
        throw new IllegalStateException(
                "this Java has no decoder for %s (expected: the module java.desktop)".formatted(name));
    }
}
