package dev.slipway.access.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.access.Action;
import dev.slipway.access.Credentials;
import dev.slipway.access.Grant;
import dev.slipway.access.Pattern;
import dev.slipway.access.Principal;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiKeysTest {
    private static final Instant START = Instant.parse("2026-11-22T04:30:00Z");
    private static final KeyRights DEPLOYER =
            new KeyRights(Set.of("deployer"), Set.of(new Pattern("fraud-*")), Set.of(Action.PREDICT));

    @TempDir
    private Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private KeyEditor editor;
    private String key;
    private KeyFile file;
    private ApiKeys keys;

    @BeforeEach
    void makeKey() throws IOException {
        editor = new KeyEditor(folder.resolve("keys"));
        key = create("ci", Duration.ofDays(90));
        file = KeyFile.open(editor.path());
        keys = new ApiKeys(file::keys, now::get);
    }

    private String create(String name, Duration life) throws IOException {
        return editor.create(name, DEPLOYER, new Lifetime(START, START.plus(life), null), new SecureRandom());
    }

    private Principal as(String shown) {
        return keys.known(Credentials.of(null, shown, null));
    }

    private void refuses(String shown, String message) {
        assertThatThrownBy(() -> as(shown))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAUTHENTICATED))
                .hasMessage(message);
    }

    @Test
    void knowsAKeyInEitherHeader() {
        Principal expected =
                new Principal("key:ci", Set.of(), Set.of("deployer"), Set.of(Grant.of("fraud-*", Action.PREDICT)));
        assertThat(key).matches("slipway_[a-z2-7]{12}_[A-Za-z0-9_-]{43}");
        assertThat(as(key)).isEqualTo(expected);
        assertThat(keys.authenticate(Credentials.of("Bearer " + key, null, null)))
                .isEqualTo(expected);
        assertThat(keys.known(Credentials.of("Bearer " + key, key, null))).isEqualTo(expected);
    }

    @Test
    void takesWhatSaysThatItIsAKeyAndLeavesTokensToOthers() {
        assertThat(keys.takes(Credentials.of(null, "anything", null))).isTrue();
        assertThat(keys.takes(Credentials.of("Bearer slipway_", null, null))).isTrue();
        assertThat(keys.takes(Credentials.of("Bearer eyJhbGciOi", null, null))).isFalse();
        assertThat(keys.takes(Credentials.NONE)).isFalse();
    }

    @Test
    void aKeyWithAnyCharacterChangedOrCutIsNotKnown() {
        for (int at = 0; at < key.length(); at++) {
            char other = key.charAt(at) == 'a' ? 'b' : 'a';
            refuses(key.substring(0, at) + other + key.substring(at + 1), "the API key is not known");
            refuses(key.substring(0, at), "the API key is not known");
            refuses(key.substring(0, at) + "\u00e9" + key.substring(at + 1), "the API key is not known");
        }
        refuses(key + "a", "the API key is not known");
        refuses(" " + key, "the API key is not known");
        refuses("slipway_" + "a".repeat(1_000_000), "the API key is not known");
        refuses("", "the API key is not known");
    }

    @Test
    void oneKeysSecretIsNotGoodWithAnothersId() throws IOException {
        String other = create("root", Duration.ofDays(1));
        file.refresh();
        refuses(other.substring(0, 21) + key.substring(21), "the API key is not known");
        assertThat(as(other).name()).isEqualTo("key:root");
    }

    @Test
    void expiresToTheSecond() {
        Instant end = START.plus(Duration.ofDays(90));
        now.set(end.minusMillis(1));
        assertThat(as(key).name()).isEqualTo("key:ci");
        now.set(end);
        refuses(key, "the API key '%s' expired at 2027-02-20T04:30:00Z".formatted(key.substring(8, 20)));
        // Who does not have it is not told.
        refuses(key.substring(0, 21) + "a".repeat(43), "the API key is not known");
    }

    @Test
    void keysTakeTurnsWithoutARestart() throws IOException {
        String next = create("ci", Duration.ofDays(180));
        refuses(next, "the API key is not known");
        assertThat(file.refresh()).isTrue();
        assertThat(as(next).name()).isEqualTo("key:ci");
        assertThat(as(key).name()).isEqualTo("key:ci");
        editor.withdraw(key.substring(8, 20), START.plusSeconds(5));
        assertThat(file.refresh()).isTrue();
        refuses(key, "the API key '%s' was withdrawn at 2026-11-22T04:30:05Z".formatted(key.substring(8, 20)));
        assertThat(as(next).name()).isEqualTo("key:ci");
    }

    @Test
    void theFileHoldsAHashThatAnyShellCanCompute() throws Exception {
        String hash = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.US_ASCII)));
        assertThat(editor.path())
                .content()
                .contains("sha256=" + hash)
                .doesNotContain(key.substring(21))
                .contains("name=ci roles=deployer models=fraud-* actions=predict created=2026-11-22T04:30:00Z");
    }

    @Test
    void aKeyThatWasShownOnceIsLookedAtAsCloselyAsTheFirstTime() {
        assertThat(as(key).name()).isEqualTo("key:ci");
        assertThat(as(key).name()).isEqualTo("key:ci");
        for (int at = 0; at < key.length(); at++) {
            // Another letter, and one whose low eight bits are the same.
            for (char other : new char[] {key.charAt(at) == 'a' ? 'b' : 'a', (char) (key.charAt(at) + 256)}) {
                refuses(key.substring(0, at) + other + key.substring(at + 1), "the API key is not known");
            }
        }
        refuses(key + "a", "the API key is not known");
        refuses(key.substring(1), "the API key is not known");
        assertThat(as(key).name()).isEqualTo("key:ci");
    }

    @Test
    void secretsStayOutOfTexts() {
        assertThat(String.valueOf(KeyText.read(key))).doesNotContain(key.substring(21));
    }
}
