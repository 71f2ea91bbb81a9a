package dev.slipway.source.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys read as folders. */
class ListingTest {
    @ParameterizedTest(name = "{0}: models {1}")
    @CsvSource({
        "m/fraud/7/model.onnx m/ads/1/model.onnx, ads fraud",
        "m/fraud.tar.gz m/ads.onnx m/readme.md m/spam.zip, ads fraud spam",
        "m/fraud/7/model.onnx m/fraud.onnx, fraud",
        "m/.git/config m/a:b/1/model.onnx m//x/1/model.onnx, ''",
        "m/fraud/7/model.onnx.tmp m/ads/1/x.part m/spam/1/, ''",
    })
    void findsARepositorysModels(String keys, String models) {
        assertThat(String.join(" ", listing("m", keys.split(" ")).models().keySet()))
                .isEqualTo(models);
    }

    @ParameterizedTest(name = "{0}: versions {1}")
    @CsvSource({
        "m/7/model.onnx m/12/model.onnx, 7 12",
        "m/model.onnx m/labels.txt, 1",
        "m/7/model.onnx m/config.pbtxt m/docs/readme.md, 7",
        "m/002/model.onnx m/2/model.onnx m/02/model.onnx, 2",
        "m/99999999999999999999/model.onnx, 1",
        "m/7/_SUCCESS, ''",
        "m, 1",
    })
    void findsAModelsVersions(String keys, String versions) {
        List<String> found = listing("m", keys.split(" ")).versions().keySet().stream()
                .map(String::valueOf)
                .toList();
        assertThat(String.join(" ", found)).isEqualTo(versions);
    }

    @Test
    void ofEqualNumbersThePlainFolderCounts() {
        Listing.Version version =
                listing("m", "m/002/model.onnx", "m/2/model.onnx").versions().get(2L);
        assertThat(version.files()).extracting(Listing.Item::path).containsExactly("2/model.onnx");
    }

    @Test
    void whatLiesBesideVersionsComesAlongButIsNoNewStateOfThem() {
        Listing.Version before = listing("m", "m/7/model.onnx").versions().get(7L);
        Listing.Version after =
                listing("m", "m/7/model.onnx", "m/config.pbtxt").versions().get(7L);
        assertThat(after.besides()).extracting(Listing.Item::path).containsExactly("config.pbtxt");
        assertThat(after.fingerprint()).isEqualTo(before.fingerprint());
        assertThat(after.contents()).isNotEqualTo(before.contents());
    }

    @Test
    void anotherTagSizeOrFileIsAnotherState() {
        StoredObject model = new StoredObject("m/7/model.onnx", "e", 5, Instant.EPOCH);
        String state = fingerprint(model);
        assertThat(fingerprint(new StoredObject(model.key(), "f", 5, Instant.EPOCH)))
                .isNotEqualTo(state);
        assertThat(fingerprint(new StoredObject(model.key(), "e", 6, Instant.EPOCH)))
                .isNotEqualTo(state);
        assertThat(fingerprint(model, new StoredObject("m/7/labels", "e", 5, Instant.EPOCH)))
                .isNotEqualTo(state);
        assertThat(fingerprint(new StoredObject(model.key(), "e", 5, Instant.MAX)))
                .isEqualTo(state);
    }

    @Test
    void aMarkerSaysThatAVersionIsCompleteAndIsNoPartOfIt() {
        Listing.Version version =
                listing("m", "m/7/model.onnx", "m/7/_SUCCESS").versions().get(7L);
        assertThat(version.isMarked()).isTrue();
        assertThat(version.files()).hasSize(1);
        assertThat(version.fingerprint())
                .isEqualTo(listing("m", "m/7/model.onnx").versions().get(7L).fingerprint());
    }

    @ParameterizedTest
    @CsvSource({"m/7/model.tar.gz, true", "m/7/model.onnx, false", "m/7/a.zip m/7/b.zip, false", "m, true"})
    void aLoneArchiveIsTakenApart(String keys, boolean isPacked) {
        assertThat(listing("m", keys.split(" ")).versions().values())
                .singleElement()
                .extracting(Listing.Version::isPacked)
                .isEqualTo(isPacked);
    }

    private static String fingerprint(StoredObject... objects) {
        return Listing.of(List.of(objects), "m").versions().get(7L).fingerprint();
    }

    private static Listing listing(String path, String... keys) {
        return Listing.of(
                Arrays.stream(keys)
                        .map(key -> new StoredObject(key, "etag", 5, Instant.EPOCH))
                        .toList(),
                path);
    }
}
