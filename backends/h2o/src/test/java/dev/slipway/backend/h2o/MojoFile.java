package dev.slipway.backend.h2o;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes MOJOs, good ones and others. */
final class MojoFile {
    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private final Map<String, String> info = new LinkedHashMap<>();
    private String rest = "";

    private MojoFile(String algo, String category, int classes) {
        info.put("h2o_version", "3.46.0.12");
        info.put("mojo_version", "1.40");
        info.put("algo", algo);
        info.put("algorithm", algo.equals("glm") ? "Generalized Linear Modeling" : "Gradient Boosting Machine");
        info.put("endianness", "LITTLE_ENDIAN");
        info.put("category", category);
        info.put("uuid", "1");
        info.put("supervised", "true");
        info.put("n_features", "2");
        info.put("n_classes", String.valueOf(classes));
        info.put("n_columns", "3");
        info.put("n_domains", "2");
        info.put("balance_classes", "false");
        info.put("default_threshold", "0.5");
        info.put("prior_class_distrib", "null");
        info.put("model_class_distrib", "null");
        info.put("escape_domain_values", "true");
    }

    /** Says yes with the probability sigmoid(2 [color = red] + x / 2 - 1). */
    static MojoFile binomial() {
        MojoFile file = new MojoFile("glm", "Binomial", 2);
        file.info.put("mojo_version", "1.00");
        file.info.put("use_all_factor_levels", "false");
        file.info.put("cats", "1");
        file.info.put("cat_modes", "[0]");
        file.info.put("cat_offsets", "[0, 1]");
        file.info.put("nums", "1");
        file.info.put("num_means", "[4.0]");
        file.info.put("mean_imputation", "true");
        file.info.put("beta", "[2.0, 0.5, -1.0]");
        file.info.put("family", "binomial");
        file.info.put("link", "logit");
        file.info.put("tweedie_link_power", "1.0");
        file.rest = "\n[columns]\ncolor\nx\ny\n\n[domains]\n0: 2 d000.txt\n2: 2 d001.txt\n";
        return file.entry("domains/d000.txt", "blue\nred\n").entry("domains/d001.txt", "no\nyes\n");
    }

    /** 10 + (x < 0.5 or missing ? -1 : 1). */
    static MojoFile tree() {
        MojoFile file = new MojoFile("gbm", "Regression", 1);
        file.info.put("n_domains", "0");
        file.info.put("n_trees", "1");
        file.info.put("n_trees_per_class", "1");
        file.info.put("_genmodel_encoding", "AUTO");
        file.info.put("distribution", "gaussian");
        file.info.put("link_function", "identity");
        file.info.put("init_f", "10.0");
        file.rest = "\n[columns]\nx\nz\ny\n\n[domains]\n";
        return file.tree(0xf0, new byte[0]).entry("trees/t00_000_aux.bin", new byte[40]);
    }

    /** @param type of the one node; both of its sides are leaves with 0xf0 */
    MojoFile tree(int type, byte[] more) {
        ByteBuffer bytes = ByteBuffer.allocate(16 + more.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put((byte) type)
                .putShort((short) 0)
                .put((byte) 2)
                .putFloat(0.5f)
                .put(more)
                .putFloat(-1)
                .putFloat(1);
        return entry("trees/t00_000.bin", bytes.array());
    }

    MojoFile info(String key, String value) {
        info.put(key, value);
        return this;
    }

    MojoFile entry(String name, String text) {
        return entry(name, text.getBytes(StandardCharsets.UTF_8));
    }

    MojoFile entry(String name, byte[] bytes) {
        entries.put(name, bytes);
        return this;
    }

    Path write(Path path) throws IOException {
        return Files.write(path, toBytes());
    }

    byte[] toBytes() {
        StringBuilder ini = new StringBuilder("[info]\n");
        info.forEach((key, value) -> ini.append(key).append(" = ").append(value).append('\n'));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> one : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(one.getKey()));
                zip.write(one.getValue());
            }
            zip.putNextEntry(new ZipEntry(ModelIni.ENTRY));
            zip.write(ini.append(rest).toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
