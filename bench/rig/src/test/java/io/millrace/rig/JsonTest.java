package io.millrace.rig;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void shouldWriteAllKinds() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("a \"b\"", List.of(1, 2.5, true));
        map.put("none", Double.NaN);
        map.put("empty", Map.of());
        assertEquals("{\n  \"a \\\"b\\\"\": [1, 2.5, true],\n  \"none\": null,\n  \"empty\": {}\n}", Json.text(map));
    }
}
