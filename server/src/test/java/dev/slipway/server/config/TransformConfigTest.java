package dev.slipway.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.transforms.InputSettings;
import dev.slipway.transforms.table.Encoding;
import dev.slipway.transforms.table.Scaling;
import dev.slipway.transforms.table.TableColumn;
import dev.slipway.transforms.table.TableInput;
import dev.slipway.transforms.text.Lengths;
import dev.slipway.transforms.text.TextInput;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables and texts, as files say them. */
class TransformConfigTest {
    private static InputSettings parse(String text) {
        return ConfigYaml.parseModel("f", text, Path.of("/srv")).form().chain().input();
    }

    @Test
    void everyKeyOfATableIsRead() {
        assertThat(parse("""
                input:
                  type: table
                  tensor: X
                  columns:
                    - {name: a}
                    - {name: b, type: integer, missing: nan, scale: {min: 0, max: 10}}
                    - {name: c, default: -1.5, scale: {mean: 1, std: 2}}
                    - {name: d, type: category, categories: [x, 7], encode: one_hot, unknown: zeros}
                    - {name: e, type: category, categories: e.txt, unknown: -1}
                    - {name: f, type: text, default: none}
                    - {name: g, type: boolean}
                """))
                .isEqualTo(new TableInput(
                        List.of(
                                TableColumn.plain("a", TableColumn.Type.NUMBER, false),
                                new TableColumn(
                                        "b",
                                        TableColumn.Type.INTEGER,
                                        TableColumn.Missing.KEPT,
                                        null,
                                        new Scaling(true, 0, 10)),
                                new TableColumn(
                                        "c",
                                        TableColumn.Type.NUMBER,
                                        new TableColumn.Missing(true, -1.5),
                                        null,
                                        new Scaling(false, 1, 2)),
                                category("d", new Encoding(Encoding.Form.ONE_HOT, List.of("x", "7"), null, 0)),
                                category("e", new Encoding(Encoding.Form.INDEX, List.of(), Path.of("e.txt"), -1)),
                                new TableColumn(
                                        "f", TableColumn.Type.TEXT, new TableColumn.Missing(true, "none"), null, null),
                                TableColumn.plain("g", TableColumn.Type.BOOLEAN, false)),
                        "X"));
    }

    private static TableColumn category(String name, Encoding encoding) {
        return new TableColumn(name, TableColumn.Type.CATEGORY, TableColumn.Missing.ERROR, encoding, null);
    }

    @Test
    void everyKeyOfATextIsRead() {
        assertThat(parse("""
                input:
                  type: text
                  tokenizer: t.json
                  name: words
                  pair: true
                  max_length: 64
                  truncation: only_second
                  padding: max_length
                  pad_to_multiple_of: 8
                  add_special_tokens: false
                  max_bytes: 1000
                """))
                .isEqualTo(new TextInput(
                        Path.of("t.json"),
                        new TextInput.Names("words", true),
                        new Lengths(64, Lengths.Truncation.ONLY_SECOND, Lengths.Padding.MAX_LENGTH, 8),
                        false,
                        1000));
        assertThat(parse("input: text"))
                .isEqualTo(new TextInput(
                        Path.of("tokenizer.json"),
                        new TextInput.Names("text", false),
                        Lengths.DEFAULT,
                        true,
                        TextInput.BYTES_MAX));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {type: text, tokeniser: t.json}            | f:2: unknown key 'tokeniser' (nearest: tokenizer)
            {type: text, max_length: 0}                | f:2: input.max_length: 0 (expected: a whole number from 1
            {type: text, max_length: 2000000}          | f:2: input.max_length: 2000000 (expected: a whole number from 1 to 1048576)
            {type: text, padding: right}               | f:2: input.padding: 'right' (expected: one of longest, max_length, none
            {type: text, truncation: only_second}      | f:2: input: truncation: only_second (expected: with pair)
            {type: text, max_length: 4, pad_to_multiple_of: 8} | f:2: input: pad_to_multiple_of: 8 (expected: 1 to max_length, 4)
            {type: text, pair: both}                   | f:2: input.pair: 'both' (expected: true or false
            {type: text, name: ''}                     | f:2: input
            {type: table}                              | f:2: input
            table                                      | f:2: input
            {type: table, columns: []}                 | f:2: input
            {type: table, columns: [a]}                | f:2: input.columns
            {type: table, columns: [{name: a}, {name: a}]} | f:2: input: column 'a': twice (expected: once)
            {type: table, colums: [{name: a}]}         | f:2: unknown key 'colums' (nearest: columns)
            {type: table, columns: [{nam: a}]}         | f:2: unknown key 'nam' (nearest: name)
            {type: table, columns: [{name: a, type: float}]} | 'float' (expected: one of number, integer, boolean, category, text
            {type: table, columns: [{name: a, type: boolean, missing: nan}]} | missing of column 'a', a boolean (expected: error, since truths have no other)
            {type: table, columns: [{name: a, type: text, default: 1}]} | default of column 'a', a text (expected: text)
            {type: table, columns: [{name: a, categories: [x]}]} | categories of column 'a', a number (expected: those of a category)
            {type: table, columns: [{name: a, type: text, scale: {mean: 1}}]} | scale of column 'a', a text (expected: that of a number or an integer)
            {type: table, columns: [{name: a, scale: {std: 0}}]} | f:2: input
            {type: table, columns: [{name: a, scale: {max: 1, mean: 1}}]} | .scale.mean: stands beside min or max (expected: mean and std, or min and max)
            {type: table, columns: [{name: a, scale: {mean: big}}]} | f:2: input
            {type: table, columns: [{name: a, type: category, categories: []}]} | f:2: input
            {type: table, columns: [{name: a, type: category, categories: [x, x]}]} | categories: [x, x] (expected: each once)
            {type: table, columns: [{name: a, type: category, categories: [x], encode: onehot}]} | 'onehot' (expected: one of index, one_hot, text
            {type: table, columns: [{name: a, type: category, categories: [x], unknown: zeros}]} | (expected: error; zeros, with one_hot; a whole number, with index)
            {type: table, columns: [{name: a, encode: one_hot}]} | .encode: stands beside no categories (expected: categories beside it)
            {type: table, columns: [{name: a, unknown: 1}]} | .unknown: stands beside no categories (expected: categories beside it)
            {type: table, columns: [{name: a, missing: nan, default: 1}]} | .missing: stands beside default (expected: either)
            """)
    void whatIsWrongIsToldWithItsLine(String input, String part) {
        assertThatThrownBy(() -> parse("versions: all\ninput: " + input)).hasMessageContaining(part);
    }
}
