package dev.slipway.server.backend;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Where Maven Central is: Maven's own super POM says it, the first of its repositories. */
final class MavenCentral {
    private static final String SUPER_POM = "/org/apache/maven/model/pom-4.0.0.xml";

    private MavenCentral() {}

    static URI address() {
        try (InputStream pom = MavenCentral.class.getResourceAsStream(SUPER_POM)) {
            if (pom == null) {
                throw new IllegalStateException("no %s on the class path".formatted(SUPER_POM));
            }
            XMLStreamReader reader = XMLInputFactory.newDefaultFactory().createXMLStreamReader(pom);
            while (reader.hasNext()) {
                if (reader.next() == XMLStreamReader.START_ELEMENT
                        && reader.getLocalName().equals("url")) {
                    return URI.create(reader.getElementText().strip());
                }
            }
            throw new IllegalStateException("%s names no repository".formatted(SUPER_POM));
        } catch (IOException | XMLStreamException e) {
            throw new IllegalStateException("%s can't be read: %s".formatted(SUPER_POM, e), e);
        }
    }
}
