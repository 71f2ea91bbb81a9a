package dev.slipway.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.access.AccessRules;
import dev.slipway.access.Action;
import dev.slipway.access.Credentials;
import dev.slipway.access.Need;
import dev.slipway.access.Principal;
import dev.slipway.access.key.KeyEditor;
import dev.slipway.access.key.KeyRights;
import dev.slipway.access.key.Lifetime;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionChoice;
import dev.slipway.server.config.StartConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessControlTest {
    private static final Need PREDICT = Need.of(Action.PREDICT, "iris");
    private static final Need CONFIGURE = Need.ofServer(Action.ADMINISTER);

    @TempDir
    Path folder;

    private static AccessControl open(StartConfig.Callers callers, String host) {
        return AccessControl.open(callers, host);
    }

    private static StartConfig.Callers anonymous(String role) {
        return new StartConfig.Callers(null, role);
    }

    private static boolean allows(AccessControl access, Need need) {
        return access.policy().rules().allows(Principal.ANONYMOUS, need);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "::1", "127.8.8.8"})
    void thisMachineMayDoEverythingUnlessSomebodySaysOtherwise(String host) {
        assertThat(open(StartConfig.Callers.NONE, host).policy()).isSameAs(Policy.OPEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1", "::zz"})
    void othersAreNotLetInUnlessSomebodySaysWhatTheyMayDo(String host) {
        assertThatThrownBy(() -> open(StartConfig.Callers.NONE, host))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION))
                .hasMessageContaining("listening on " + host)
                .hasMessageContaining("access:\n    anonymous: caller")
                .hasMessageContaining("--anonymous=caller");
        assertThat(open(anonymous("caller"), host).policy()).isNotSameAs(Policy.OPEN);
    }

    @ParameterizedTest
    @CsvSource({"nobody, false, false", "reader, false, false", "caller, true, false", "admin, true, true"})
    void aRoleForEverybodyIsEnough(String role, boolean predicts, boolean configures) {
        AccessControl access = open(anonymous(role), "0.0.0.0");
        assertThat(allows(access, PREDICT)).isEqualTo(predicts);
        assertThat(allows(access, CONFIGURE)).isEqualTo(configures);
    }

    @Test
    void aRoleThatThereIsNotIsRefused() {
        assertThatThrownBy(() -> open(anonymous("boss"), "localhost"))
                .hasMessage("anonymous is 'boss' (expected: reader, caller, deployer, admin or nobody)");
    }

    @Test
    void changesOfTheFileCountAndFaultsDoNot() throws IOException {
        Path file = Files.writeString(folder.resolve("access.yaml"), "anonymous: caller\n");
        try (AccessControl access = open(new StartConfig.Callers(file.toString(), null), "0.0.0.0")) {
            AccessRules first = access.policy().rules();
            assertThat(allows(access, PREDICT)).isTrue();
            access.look();
            assertThat(access.policy().rules()).isSameAs(first);

            Files.writeString(file, "anonymous: reader\n");
            access.look();
            assertThat(allows(access, PREDICT)).isFalse();

            Files.writeString(file, "anonymous: [reader, boss]\n");
            access.look();
            assertThat(allows(access, PREDICT)).isFalse();
            assertThat(allows(access, Need.of(Action.READ, "iris"))).isTrue();
            assertThat(access.fault()).contains("'anonymous' has the role 'boss'");

            Files.delete(file);
            access.look();
            assertThat(allows(access, Need.of(Action.READ, "iris"))).isTrue();
            assertThat(access.fault()).contains("is not there");

            Files.writeString(file, "anonymous: [caller]\n");
            access.look();
            assertThat(allows(access, PREDICT)).isTrue();
            assertThat(access.fault()).isNull();
        }
    }

    @Test
    void rulesThatNameKeysWhichComeLaterCountOnceTheseAreThere() throws IOException {
        Path file = Files.writeString(folder.resolve("access.yaml"), "anonymous: caller\n");
        try (AccessControl access = open(new StartConfig.Callers(file.toString(), null), "0.0.0.0")) {
            Files.writeString(file, "keys: keys.txt\n");
            for (int look = 0; look < 3; look++) {
                access.look();
                assertThat(access.fault()).as("look %d", look).contains("keys.txt");
                assertThat(allows(access, PREDICT)).isTrue();
            }
            Files.writeString(folder.resolve("keys.txt"), "");
            access.look();
            assertThat(access.fault()).isNull();
            assertThat(allows(access, PREDICT)).isFalse();
        }
    }

    @Test
    void aKeyThatIsWithdrawnIsSoWhileTheRulesNameAFileThatIsNotThere() throws IOException {
        Path rules = Files.writeString(folder.resolve("access.yaml"), "keys: keys.txt\n");
        KeyEditor editor = new KeyEditor(folder.resolve("keys.txt"));
        String key = create(editor, "caller");
        Credentials shown = new Credentials(null, key, null);
        try (AccessControl access = open(new StartConfig.Callers(rules.toString(), null), "0.0.0.0")) {
            assertThat(access.policy().authenticator().authenticate(shown).name())
                    .isEqualTo("key:ci");
            Files.writeString(rules, "keys: other.txt\n");
            access.look();
            assertThat(access.fault()).contains("other.txt");
            assertThat(access.policy().authenticator().authenticate(shown).name())
                    .isEqualTo("key:ci");

            editor.withdraw(key.split("_")[1], Instant.now());
            access.look();
            assertThat(access.fault()).contains("other.txt");
            assertThatThrownBy(() -> access.policy().authenticator().authenticate(shown))
                    .hasMessageContaining("was withdrawn");
        }
    }

    @Test
    void aKeyWithARoleThatThereIsNotIsToldOfUntilThereIsOrItIsWithdrawn() throws IOException {
        Path rules = Files.writeString(folder.resolve("access.yaml"), "keys: keys.txt\n");
        KeyEditor editor = new KeyEditor(folder.resolve("keys.txt"));
        String key = create(editor, "boss");
        try (AccessControl access = open(new StartConfig.Callers(rules.toString(), null), "0.0.0.0")) {
            String told = "of 'ci' has the role 'boss' (expected: one of [admin, caller, deployer, reader])";
            assertThat(access.fault()).contains(told);
            access.look();
            assertThat(access.fault()).contains(told);
            Files.writeString(rules, "keys: keys.txt\nroles: {boss: [{models: iris, actions: [read]}]}\n");
            access.look();
            assertThat(access.fault()).isNull();

            Files.writeString(rules, "keys: keys.txt\n");
            access.look();
            assertThat(access.fault()).contains(told);
            editor.withdraw(key.split("_")[1], Instant.now());
            access.look();
            assertThat(access.fault()).isNull();
        }
    }

    private static String create(KeyEditor editor, String role) throws IOException {
        KeyRights rights = new KeyRights(Set.of(role), Set.of(), Set.of());
        return editor.create("ci", rights, new Lifetime(Instant.now(), null, null), new SecureRandom());
    }

    @Test
    void rulesWhoseAuditKeyComesBackCountOnceItDoes() throws IOException {
        String audit = "audit: {folder: audit, key: audit.key}\n";
        Path file = Files.writeString(folder.resolve("access.yaml"), "anonymous: caller\n" + audit);
        Path key = Files.writeString(folder.resolve("audit.key"), "ab".repeat(32));
        try (AccessControl access = open(new StartConfig.Callers(file.toString(), null), "0.0.0.0")) {
            Files.delete(key);
            Files.writeString(file, "anonymous: reader\n" + audit);
            for (int look = 0; look < 3; look++) {
                access.look();
                assertThat(access.fault()).as("look %d", look).contains("audit.key");
                assertThat(allows(access, PREDICT)).isTrue();
            }
            Files.writeString(key, "ab".repeat(32));
            access.look();
            assertThat(access.fault()).isNull();
            assertThat(allows(access, PREDICT)).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            anonymus: caller                                        | :1: unknown key 'anonymus' (nearest: anonymous)
            anonymous: {a: b}                                       | :1: anonymous: a map (expected: a role, or a list of roles)
            roles: {a: [{models: x}]}                               | (expected: models and actions
            roles: {a: [{models: x, actions: [fly]}]}               | 'fly' (expected: a list of predict, explain, read, deploy, administer)
            roles: {a: [{models: '', actions: [read]}]}             | '' (expected: a name, with * for any characters)
            roles: {a: [{models: x, actions: []}]}                  | (expected: a list of predict
            roles: {a: [{models: x, actions: [read], version: 3}]}  | unknown key 'version' (nearest: versions)
            roles: {admin: [{models: x, actions: [read]}]}          | role 'admin' is built in
            members: {'key:ci': boss}                               | 'key:ci' has the role 'boss' (expected: one of [admin, caller, deployer, reader])
            """)
    void aBrokenFileIsBetterNoServerThanAnOpenOne(String text, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("access.yaml"), text + "\n");
        assertThatThrownBy(() -> open(new StartConfig.Callers(file.toString(), null), "localhost"))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining(message);
    }

    @Test
    void grantsForVersionsAndLabelsAreRead() throws IOException {
        Path file = Files.writeString(folder.resolve("access.yaml"), """
                anonymous: [canaries]
                roles:
                  canaries:
                    - {models: 'fraud-*', labels: [canary], versions: [3, 4], actions: [predict]}
                """);
        AccessRules rules = open(new StartConfig.Callers(file.toString(), null), "localhost")
                .policy()
                .rules();
        assertThat(rules.allows(Principal.ANONYMOUS, new Need(Action.PREDICT, "fraud-eu", new VersionChoice.Exact(4))))
                .isTrue();
        assertThat(rules.allows(
                        Principal.ANONYMOUS, new Need(Action.PREDICT, "fraud-eu", new VersionChoice.Label("canary"))))
                .isTrue();
        assertThat(rules.allows(Principal.ANONYMOUS, Need.of(Action.PREDICT, "fraud-eu")))
                .isFalse();
    }
}
