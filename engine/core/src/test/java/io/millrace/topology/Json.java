package io.millrace.topology;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON as strictly as a test wants it: objects, arrays, texts, whole numbers; nothing behind the end. */
final class Json {
    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    static Map<String, Object> object(String text) {
        Json json = new Json(text);
        Map<String, Object> result = json.object();
        json.blanks();
        if (json.at != text.length()) {
            throw json.wrong("the end");
        }
        return result;
    }

    private Map<String, Object> object() {
        Map<String, Object> result = new LinkedHashMap<>();
        expect('{');
        while (!ends('}', result.isEmpty())) {
            String name = text();
            expect(':');
            if (result.put(name, value()) != null) {
                throw wrong("a name of its own instead of " + name);
            }
        }
        return result;
    }

    private List<Object> array() {
        List<Object> result = new ArrayList<>();
        expect('[');
        while (!ends(']', result.isEmpty())) {
            result.add(value());
        }
        return result;
    }

    /** Whether the end is here; otherwise a comma is, but before the first. */
    private boolean ends(char end, boolean first) {
        blanks();
        if (text.charAt(at) == end) {
            at++;
            return true;
        }
        if (!first) {
            expect(',');
        }
        return false;
    }

    private Object value() {
        blanks();
        char c = text.charAt(at);
        return c == '{' ? object() : c == '[' ? array() : c == '"' ? text() : (Object) number();
    }

    private Long number() {
        int from = at;
        while (Character.isDigit(text.charAt(at)) || at == from && text.charAt(at) == '-') {
            at++;
        }
        return Long.valueOf(text.substring(from, at));
    }

    private String text() {
        expect('"');
        StringBuilder out = new StringBuilder();
        for (char c = text.charAt(at++); c != '"'; c = text.charAt(at++)) {
            if (c < ' ') {
                throw wrong("no control character");
            }
            out.append(c == '\\' ? escaped() : c);
        }
        return out.toString();
    }

    private char escaped() {
        char c = text.charAt(at++);
        if (c == 'u') {
            at += 4;
            return (char) Integer.parseInt(text.substring(at - 4, at), 16);
        }
        int known = "\"\\/bfnrt".indexOf(c);
        if (known < 0) {
            throw wrong("an escape");
        }
        return "\"\\/\b\f\n\r\t".charAt(known);
    }

    private void expect(char c) {
        blanks();
        if (text.charAt(at) != c) {
            throw wrong("'" + c + "'");
        }
        at++;
    }

    private void blanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private AssertionError wrong(String expected) {
        return new AssertionError("expected " + expected + " at " + at + " of:\n" + text);
    }
}
