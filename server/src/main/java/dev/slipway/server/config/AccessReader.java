package dev.slipway.server.config;

import dev.slipway.access.AccessRules;
import dev.slipway.access.Action;
import dev.slipway.access.Grant;
import dev.slipway.access.Pattern;
import dev.slipway.access.Principal;
import dev.slipway.access.audit.AuditKey;
import dev.slipway.access.audit.AuditSettings;
import dev.slipway.access.certificate.CertificateName;
import dev.slipway.access.token.ClaimNames;
import dev.slipway.access.token.KeySource;
import dev.slipway.access.token.Times;
import dev.slipway.access.token.TokenIssuer;
import dev.slipway.api.SlipwayException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads {@code access.yaml}: who may do what, and by what they are known. */
final class AccessReader {
    private static final String ANONYMOUS = Principal.ANONYMOUS.name();

    private final Section root;
    private final Path base;

    private AccessReader(Section root, Path base) {
        this.root = root;
        this.base = base;
    }

    /**
     * What a file says.
     *
     * @param subject what errors call it
     * @param base the folder that its paths are relative to
     * @throws SlipwayException {@code INVALID_ARGUMENT} with a line for each fault
     */
    static AccessDocument parse(String subject, String text, Path base) {
        Faults faults = new Faults(subject);
        YamlValue content = YamlFile.read(subject, text, faults);
        ConfigSchema.access().check(content, faults);
        faults.check();
        AccessReader reader = new AccessReader(new Section(content, faults), base);
        AccessRules rules = reader.rules();
        AccessDocument said = new AccessDocument(
                rules,
                reader.keys(),
                reader.issuers(),
                reader.certificateNames(),
                new SharingReader(reader.root).read(rules),
                reader.audit());
        faults.check();
        return said;
    }

    private AccessRules rules() {
        Map<String, List<Grant>> roles = new TreeMap<>();
        Section written = root.section("roles");
        written.forEach((name, value) -> roles.put(name, grants(value)));
        Map<String, Set<String>> members = new TreeMap<>();
        root.section("members").forEach((name, value) -> members.put(name, names(value)));
        YamlValue anonymous = root.get(ANONYMOUS);
        if (anonymous != null) {
            members.put(ANONYMOUS, names(anonymous));
        }
        try {
            return new AccessRules(roles, members);
        } catch (IllegalArgumentException e) {
            root.problem(String.valueOf(e.getMessage()));
            return AccessRules.NOTHING;
        }
    }

    private @Nullable Path keys() {
        String place = ModelReader.location(root, "keys", base);
        return place.isEmpty() ? null : Path.of(place);
    }

    private List<TokenIssuer> issuers() {
        List<TokenIssuer> issuers = new ArrayList<>();
        YamlValue list = root.get("issuers");
        if (list != null) {
            for (YamlValue item : list.list()) {
                try {
                    issuers.add(issuer(new Section(item, root.faults())));
                } catch (IllegalArgumentException e) {
                    root.faults().problem(item, String.valueOf(e.getMessage()));
                }
            }
        }
        long different = issuers.stream().map(TokenIssuer::issuer).distinct().count();
        if (list != null && different < issuers.size()) {
            root.faults().problem(list, "an issuer twice (expected: once)");
        }
        return issuers;
    }

    private TokenIssuer issuer(Section said) {
        String issuer = said.text("issuer", "");
        String place = ModelReader.location(said, "jwks", base);
        KeySource keys = place.isEmpty()
                ? KeySource.discovered(issuer)
                : place.contains("://") ? KeySource.at(URI.create(place)) : KeySource.file(Path.of(place));
        Section claims = said.section("claims");
        ClaimNames byDefault = ClaimNames.DEFAULT;
        String roles = claims.text("roles", "");
        Times times = Times.DEFAULT;
        return new TokenIssuer(
                issuer,
                keys,
                names(said.get("audiences")),
                new ClaimNames(
                        claims.text("principal", byDefault.principal()),
                        claims.text("groups", byDefault.groups()),
                        roles.isEmpty() ? null : roles,
                        claims.text("prefix", byDefault.prefix())),
                new Times(
                        said.time("clock_skew", times.skew()),
                        said.time("refresh", times.refresh()),
                        said.time("stale", times.stale())));
    }

    /** In the order in which they are written. */
    private List<CertificateName> certificateNames() {
        List<CertificateName> names = new ArrayList<>();
        YamlValue list = root.get("certificates");
        if (list != null) {
            list.list()
                    .forEach(word -> names.add(CertificateName.valueOf(
                            String.valueOf(word.content()).toUpperCase(Locale.ROOT))));
        }
        return names;
    }

    private AccessDocument.@Nullable Audit audit() {
        Section said = root.section("audit");
        String folder = ModelReader.location(said, "folder", base);
        if (folder.isEmpty()) {
            return null;
        }
        AuditSettings byDefault = AuditSettings.of(Path.of(folder));
        try {
            String key = ModelReader.location(said, "key", base);
            AuditSettings settings = byDefault
                    .withKey(key.isEmpty() ? null : AuditKey.read(Path.of(key)))
                    .withFiles(
                            said.size("file_size", byDefault.fileBytesMax()),
                            said.whole("files", 2, byDefault.filesMax()));
            YamlValue actions = said.get("actions");
            return new AccessDocument.Audit(settings, actions == null ? byDefault.needed() : actions(actions));
        } catch (IllegalArgumentException | SlipwayException e) {
            said.problem(String.valueOf(e.getMessage()));
            return null;
        }
    }

    private static Set<Action> actions(@Nullable YamlValue words) {
        Set<Action> actions = EnumSet.noneOf(Action.class);
        names(words).forEach(word -> actions.add(Action.valueOf(word.toUpperCase(Locale.ROOT))));
        return actions;
    }

    private static List<Grant> grants(YamlValue list) {
        List<Grant> grants = new ArrayList<>();
        list.list().forEach(item -> grants.add(grant(item)));
        return grants;
    }

    /** What the schema has found to be one. */
    private static Grant grant(YamlValue value) {
        Map<String, YamlValue> keys = value.map();
        Set<Long> versions = new TreeSet<>();
        YamlValue numbers = keys.get("versions");
        if (numbers != null) {
            numbers.list()
                    .forEach(number -> Section.whole(number, 0, Long.MAX_VALUE).ifPresent(versions::add));
        }
        return new Grant(
                new Pattern(String.join("", names(keys.get("models")))),
                versions,
                names(keys.get("labels")),
                actions(keys.get("actions")));
    }

    /** One name, or several. */
    static Set<String> names(@Nullable YamlValue value) {
        Set<String> names = new TreeSet<>();
        if (value != null && value.content() instanceof String one) {
            names.add(one);
        } else if (value != null) {
            value.list().forEach(item -> names.add(String.valueOf(item.content())));
        }
        return names;
    }
}
