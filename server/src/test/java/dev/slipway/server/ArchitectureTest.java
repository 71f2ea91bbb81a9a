package dev.slipway.server;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.slipway.api.ForwardingServable;
import dev.slipway.api.Servable;

/** The rules that carry the weight of the architecture. */
@AnalyzeClasses(packages = "dev.slipway", importOptions = ArchitectureTest.WithoutTests.class)
class ArchitectureTest {
    /** Tests of other modules come as jars. */
    static final class WithoutTests implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/test-classes/") && !location.contains("-tests.jar");
        }
    }

    private static final String[] WORDS_OF_NO_MEANING = {"Helper", "Util", "Utils", "Info", "Data", "Impl", "Processor"
    };

    /** Else the core would leak into its servables, as TensorFlow Serving's did. */
    @ArchTest
    static final ArchRule BACKENDS_SEE_ONLY_THE_API = noClasses()
            .that()
            .resideInAPackage("dev.slipway.backend..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "dev.slipway.core..", "dev.slipway.protocol..", "dev.slipway.server..", "dev.slipway.client.."));

    /** Sources fetch; what becomes of it is the core's. */
    @ArchTest
    static final ArchRule SOURCES_SEE_ONLY_THE_API = noClasses()
            .that()
            .resideInAPackage("dev.slipway.source..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "dev.slipway.core..",
                    "dev.slipway.protocol..",
                    "dev.slipway.server..",
                    "dev.slipway.client..",
                    "dev.slipway.backend..",
                    "io.vertx..",
                    "io.netty.."));

    /** What the SPI gains is then handed on by all of them: ForwardingTest holds the one to the whole of it. */
    @ArchTest
    static final ArchRule WHAT_STANDS_AROUND_A_MODEL_HANDS_ON_ALL_THAT_IT_DOES_NOT_CHANGE = classes()
            .that()
            .implement(Servable.class)
            .and(describe("have a servable within", ArchitectureTest::hasServableWithin))
            .should()
            .beAssignableTo(ForwardingServable.class);

    private static boolean hasServableWithin(JavaClass type) {
        return type.getAllFields().stream().anyMatch(field -> field.getRawType().isEquivalentTo(Servable.class));
    }

    /** They stand between people and any model: of protocols they know how JSON is read, no more. */
    @ArchTest
    static final ArchRule TRANSFORMS_SEE_ONLY_THE_API = noClasses()
            .that()
            .resideInAPackage("dev.slipway.transforms..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "dev.slipway.core..",
                    "dev.slipway.protocol.tfserving..",
                    "dev.slipway.protocol.openinference..",
                    "dev.slipway.protocol.proto..",
                    "dev.slipway.server..",
                    "dev.slipway.client..",
                    "dev.slipway.backend..",
                    "io.vertx..",
                    "io.netty.."));

    /** Who asks for no traces loads nothing of it. */
    @ArchTest
    static final ArchRule ONLY_TRACES_SEE_OPENTELEMETRY = noClasses()
            .that()
            .resideInAPackage("dev.slipway..")
            .and()
            .haveNameNotMatching("dev\\.slipway\\.server\\.tracing\\.(Otel.*|SpanQueue)")
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.opentelemetry.."));

    /** Another decoder could take its place. */
    @ArchTest
    static final ArchRule ONLY_ONE_PACKAGE_DECODES_PICTURES = noClasses()
            .that()
            .resideInAPackage("dev.slipway..")
            .and()
            .resideOutsideOfPackage("dev.slipway.transforms.image..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("javax.imageio..", "java.awt..", "com.twelvemonkeys.."));

    /** Another client could take its place. */
    @ArchTest
    static final ArchRule ONLY_ONE_PACKAGE_KNOWS_THE_CLIENT_OF_OBJECT_STORES = noClasses()
            .that()
            .resideInAPackage("dev.slipway..")
            .and()
            .resideOutsideOfPackage("dev.slipway.source.s3..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.minio..", "okhttp3.."));

    @ArchTest
    static final ArchRule THE_CORE_KNOWS_NO_WIRE_FORM_TRANSPORT_OR_METRICS = classes()
            .that()
            .resideInAPackage("dev.slipway.core..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "java..",
                    // The JVM's own commands tell where its heap is.
                    "javax.management..",
                    "org.jspecify.annotations..",
                    "dev.slipway.api..",
                    "dev.slipway.core.."));

    /** All else takes records through constructors; only who starts native code may ask what machine and Java this is. */
    @ArchTest
    static final ArchRule ONLY_THE_SERVER_READS_CONFIGURATION = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.slipway.api..",
                    "dev.slipway.core..",
                    "dev.slipway.protocol..",
                    "dev.slipway.transforms..",
                    "dev.slipway.source..",
                    "dev.slipway.access..",
                    "dev.slipway.monitoring..",
                    "dev.slipway.backend..")
            .and()
            .haveNameNotMatching(
                    // Where Java and temporary files are, and what the server's environment hands on to its children.
                    "dev\\.slipway\\.(transforms\\.text\\.(NativeTokenizers|TrialRun)"
                            + "|backend\\.(common\\.TrialProcess|process\\.(ProcessBackend|Workplace)))")
            .should()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "getProperty", String.class)
            .orShould()
            .callMethod(System.class, "getProperty", String.class, String.class);

    @ArchTest
    static final ArchRule THE_API_USES_NOTHING = classes()
            .that()
            .resideInAPackage("dev.slipway.api..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage("java..", "org.jspecify.annotations..", "dev.slipway.api.."));

    /** It is told what happened, and could be told by any server. */
    @ArchTest
    static final ArchRule MONITORING_SEES_ONLY_THE_API_AND_WIRE_FORMS = noClasses()
            .that()
            .resideInAPackage("dev.slipway.monitoring..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "dev.slipway.core..",
                    "dev.slipway.access..",
                    "dev.slipway.server..",
                    "dev.slipway.client..",
                    "dev.slipway.backend..",
                    "io.vertx..",
                    "io.netty.."));

    @ArchTest
    static final ArchRule PROTOCOLS_SEE_ONLY_THE_API = noClasses()
            .that()
            .resideInAPackage("dev.slipway.protocol..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "dev.slipway.core..", "dev.slipway.server..", "dev.slipway.backend..", "io.vertx..", "io.netty.."));

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("dev.slipway.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NAMES_MEAN_SOMETHING = noClasses()
            .that()
            .resideOutsideOfPackage("dev.slipway.protocol.proto..")
            .should()
            .haveNameMatching(".*(" + String.join("|", WORDS_OF_NO_MEANING) + ")$");

    /** Of bytes that strangers sent, these make objects of any class there is, or run what they say. */
    @ArchTest
    static final ArchRule NOTHING_IS_DESERIALIZED = noClasses()
            .that()
            .resideInAPackage("dev.slipway..")
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.io\\.ObjectInput.*|java\\.beans\\.XMLDecoder|javax\\.management\\.loading\\..*")
            .orShould()
            .dependOnClassesThat(resideInAnyPackage("java.rmi..", "javax.naming..", "javax.script.."));

    /** Who makes a parser otherwise forgets one of the settings that keep entities out. */
    @ArchTest
    static final ArchRule ONLY_ONE_CLASS_MAKES_PARSERS_OF_XML = noClasses()
            .that()
            .resideInAPackage("dev.slipway..")
            .and()
            .doNotHaveFullyQualifiedName("dev.slipway.backend.common.PlainXml")
            .should()
            .dependOnClassesThat()
            .haveNameMatching("javax\\.xml\\..*Factory")
            .orShould()
            .dependOnClassesThat(resideInAnyPackage("org.xml.sax..", "javax.xml.bind..", "jakarta.xml.bind.."));
}
