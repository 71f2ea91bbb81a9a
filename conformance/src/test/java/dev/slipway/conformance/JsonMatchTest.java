package dev.slipway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonMatchTest {
    @ParameterizedTest(name = "{0} takes {1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\": 1} | {\"a\": 1, \"b\": 2} | true",
                "{\"a\": 1} | {\"b\": 1} | false",
                "{\"a\": 1} | [1] | false",
                "[1, 2] | [1, 2, 3] | false",
                "[1, 2] | [1, 2.0] | true",
                "1.5 | 1.500001 | true",
                "1.5 | 1.51 | false",
                "18446744073709551615 | 18446744073709551615 | true",
                "18446744073709551615 | 18446744073709551614 | false",
                "9223372036854775807 | 9223372036854775806 | false",
                "1 | \"1\" | false",
                "\"1\" | 1 | false",
                "true | true | true",
                "true | 1 | false",
                "null | null | true",
                "0 | NaN | false",
                "0.5 | Infinity | false",
                "{\"$token\": \"NaN\"} | NaN | true",
                "{\"$token\": \"NaN\"} | \"NaN\" | false",
                "{\"$token\": \"-Infinity\"} | Infinity | false",
                "{\"$regex\": \"^a+$\"} | \"aaa\" | true",
                "{\"$regex\": \"^a+$\"} | \"ab\" | false",
                "{\"$type\": \"array\"} | [] | true",
                "{\"$type\": \"number\"} | \"1\" | false",
                "{\"$oneOf\": [1, \"1\"]} | \"1\" | true",
                "{\"$oneOf\": [1, \"1\"]} | 2 | false",
                "{\"$has\": [{\"a\": 1}]} | [{\"a\": 2}, {\"a\": 1, \"b\": 1}] | true",
                "{\"$has\": [{\"a\": 1}]} | [{\"a\": 2}] | false",
                "{\"$has\": [1]} | {\"x\": 1} | false",
                "{\"a\": {\"$absent\": true}} | {} | true",
                "{\"a\": {\"$absent\": true}} | {\"a\": null} | false",
                "{\"a\": {\"$any\": true}} | {\"a\": null} | true",
                "{\"a\": {\"$any\": true}} | {} | false",
                "{\"$exact\": {\"a\": 1}} | {\"a\": 1} | true",
                "{\"$exact\": {\"a\": 1}} | {\"a\": 1, \"b\": 2} | false",
                "{\"$atLeast\": 2} | 2 | true",
                "{\"$atLeast\": 2} | 1 | false"
            })
    void holdsOrNot(String pattern, String found, boolean holds) {
        String fault = JsonMatch.fault(Vectors.json(pattern), Vectors.json(found));
        assertThat(fault == null).as("%s", fault).isEqualTo(holds);
    }
}
