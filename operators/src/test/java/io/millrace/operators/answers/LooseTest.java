package io.millrace.operators.answers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The reader of others' files. */
class LooseTest {
    @Test
    void shouldReadJson() {
        assertEquals(
                Map.of(
                        "a",
                        new ArrayList<>(Arrays.asList(1L, new BigDecimal("-2.5e3"), null, true)),
                        "b",
                        Map.of("c d", "x\"\u00e9\n")),
                Loose.json("{\"a\": [1, -2.5e3, null, true],\n \"b\": {\"c d\": \"x\\\"\\u00e9\\n\"}}"));
        assertEquals(List.of(Map.of("a", 1L), Map.of("a", 2L)), Loose.jsonLines("{\"a\":1}\n\n{\"a\":2}\n"));
    }

    @Test
    void shouldReadBlocksOfYaml() {
        List<Object> read = Loose.yaml("# a comment\nname: one   # another\nsteps:\n  - input: [1, 2,\n     3]\n"
                + "  - expect:\n      - {window: [0, 9], late: false}\n      - {values:[1]}\n  -\n    id: 0\n    sql: |\n"
                + "      select a\n        from b;\n---\nname: 'two'\nlist:\n- x\n- y: 3\n  z: \"#4\"\n");
        assertEquals(
                Map.of(
                        "name",
                        "one",
                        "steps",
                        List.of(
                                Map.of("input", List.of(1L, 2L, 3L)),
                                Map.of(
                                        "expect",
                                        List.of(
                                                Map.of("window", List.of(0L, 9L), "late", false),
                                                Map.of("values", List.of(1L)))),
                                Map.of("id", 0L, "sql", "select a\nfrom b;\n"))),
                read.get(0));
        assertEquals(Map.of("name", "two", "list", List.of("x", Map.of("y", 3L, "z", "#4"))), read.get(1));
    }
}
