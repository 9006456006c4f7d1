package io.millrace.operators.answers;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON, and as much of YAML as the files of others use: blocks by indentation, lists, flow collections over several lines,
 * literal texts, comments, several documents. Permissive: what it does not know is a text. Numbers become longs or decimals;
 * maps keep their order.
 */
final class Loose {
    private final List<String> lines = new ArrayList<>();
    private int at;

    private Loose(String text) {
        text.lines().forEach(lines::add);
    }

    /** One value of JSON. */
    static Object json(String text) {
        return new Flow(text).value();
    }

    /** A value of JSON a line. */
    static List<Object> jsonLines(String text) {
        return text.lines().filter(l -> !l.isBlank()).map(Loose::json).toList();
    }

    /** The documents of a YAML file. */
    static List<Object> yaml(String text) {
        List<Object> result = new ArrayList<>();
        for (String document : text.split("(?m)^---\\s*$")) {
            Loose loose = new Loose(document);
            if (loose.indent() >= 0) {
                result.add(loose.block(0));
            }
        }
        return result;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object value) {
        return value == null ? Map.of() : (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    static List<Object> list(Object value) {
        return value == null ? List.of() : (List<Object>) value;
    }

    // ---- blocks

    /** The indentation of the next line that says something; -1 at the end. */
    private int indent() {
        while (at < lines.size() && without(lines.get(at)).isBlank()) {
            at++;
        }
        if (at == lines.size()) {
            return -1;
        }
        String line = lines.get(at);
        return line.length() - line.stripLeading().length();
    }

    /** A line without its comment. */
    private static String without(String line) {
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '#' && (i == 0 || Character.isWhitespace(line.charAt(i - 1)))) {
                return line.substring(0, i);
            }
        }
        return line;
    }

    private Object block(int least) {
        int indent = indent();
        if (indent < least) {
            return null;
        }
        String line = lines.get(at).substring(indent);
        if (line.equals("-") || line.startsWith("- ")) {
            return listBlock(indent);
        }
        return key(line) > 0 ? mapBlock(indent) : flow(indent);
    }

    private List<Object> listBlock(int indent) {
        List<Object> result = new ArrayList<>();
        while (indent() == indent && (lines.get(at).substring(indent) + " ").startsWith("- ")) {
            String line = lines.get(at);
            lines.set(
                    at, line.substring(0, indent) + " " + line.substring(indent + 1)); // the rest is a block of its own
            result.add(block(indent + 1));
        }
        return result;
    }

    private Map<String, Object> mapBlock(int indent) {
        Map<String, Object> result = new LinkedHashMap<>();
        while (indent() == indent) {
            String line = lines.get(at).substring(indent);
            int colon = key(line);
            if (colon < 0) {
                throw new IllegalArgumentException("no key in line " + at + ": " + line);
            }
            String key = unquoted(line.substring(0, colon).strip());
            String rest = without(line.substring(colon + 1)).strip();
            if (rest.equals("|") || rest.equals(">")) {
                at++;
                result.put(key, literal(indent));
            } else if (rest.isEmpty()) {
                at++;
                int next = indent();
                boolean listBeside = next == indent && (lines.get(at).substring(indent) + " ").startsWith("- ");
                result.put(key, next > indent || listBeside ? block(next) : null);
            } else {
                lines.set(at, " ".repeat(indent + 1) + line.substring(colon + 1));
                result.put(key, flow(indent + 1));
            }
        }
        return result;
    }

    /** Where the key of a line ends; -1 when it has none. */
    private static int key(String line) {
        char first = line.charAt(0);
        if (first == '{' || first == '[') {
            return -1;
        }
        int from = first == '"' || first == '\'' ? line.indexOf(first, 1) : 0;
        for (int i = from; i < line.length(); i++) {
            if (line.charAt(i) == ':' && (i + 1 == line.length() || line.charAt(i + 1) == ' ')) {
                return i;
            }
        }
        return -1;
    }

    private String literal(int indent) {
        StringBuilder out = new StringBuilder();
        while (at < lines.size() && (lines.get(at).isBlank() || indentOf(lines.get(at)) > indent)) {
            out.append(lines.get(at++).strip()).append('\n');
        }
        return out.toString();
    }

    private static int indentOf(String line) {
        return line.length() - line.stripLeading().length();
    }

    /** A value that stands in one line, or in several where its brackets say so. */
    private Object flow(int indent) {
        String text = without(lines.get(at++)).substring(indent).strip();
        if (!text.startsWith("[") && !text.startsWith("{") && !text.startsWith("\"") && !text.startsWith("'")) {
            return Flow.plain(text);
        }
        Flow flow = new Flow(text);
        while (true) {
            try {
                return flow.value();
            } catch (StringIndexOutOfBoundsException open) {
                if (at == lines.size()) {
                    throw open;
                }
                flow = new Flow(flow.text + "\n" + without(lines.get(at++)));
            }
        }
    }

    private static String unquoted(String text) {
        return text.startsWith("\"") || text.startsWith("'") ? text.substring(1, text.length() - 1) : text;
    }

    // ---- flow collections, JSON

    /** Reads from brackets and quotes; runs off the end of the text where they are open. */
    private static final class Flow {
        private final String text;
        private int at;

        Flow(String text) {
            this.text = text;
        }

        private char next() {
            while (Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            return text.charAt(at);
        }

        Object value() {
            return switch (next()) {
                case '{' -> mapping();
                case '[' -> sequence();
                case '"', '\'' -> quoted();
                default -> plain(bare());
            };
        }

        private Map<String, Object> mapping() {
            Map<String, Object> result = new LinkedHashMap<>();
            at++;
            while (next() != '}') {
                String key = next() == '"' || next() == '\'' ? quoted() : key();
                if (next() == ':') {
                    at++;
                    result.put(key, value());
                }
                if (next() == ',') {
                    at++;
                }
            }
            at++;
            return result;
        }

        private String key() {
            int from = at;
            while (text.charAt(at) != ':' && text.charAt(at) != '}' && text.charAt(at) != ',') {
                at++;
            }
            return text.substring(from, at).strip();
        }

        private List<Object> sequence() {
            List<Object> result = new ArrayList<>();
            at++;
            while (next() != ']') {
                result.add(value());
                if (next() == ',') {
                    at++;
                }
            }
            at++;
            return result;
        }

        private String bare() {
            int from = at;
            while (at < text.length() && ",]}\n".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return text.substring(from, at).strip();
        }

        private String quoted() {
            char quote = text.charAt(at++);
            StringBuilder out = new StringBuilder();
            while (text.charAt(at) != quote) {
                char c = text.charAt(at++);
                out.append(c == '\\' && quote == '"' ? escaped() : c);
            }
            at++;
            return out.toString();
        }

        private char escaped() {
            char c = text.charAt(at++);
            if (c == 'u') {
                at += 4;
                return (char) Integer.parseInt(text.substring(at - 4, at), 16);
            }
            return switch (c) {
                case 'n' -> '\n';
                case 't' -> '\t';
                case 'r' -> '\r';
                case 'b' -> '\b';
                case 'f' -> '\f';
                default -> c;
            };
        }

        static Object plain(String text) {
            if (text.isEmpty() || text.equalsIgnoreCase("null") || text.equals("~")) {
                return null;
            }
            if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
                return Boolean.valueOf(text);
            }
            if (text.matches("[-+]?\\d{1,18}")) {
                return Long.parseLong(text);
            }
            return text.matches("[-+]?\\d*\\.?\\d+([eE][-+]?\\d+)?") ? new BigDecimal(text) : text;
        }
    }
}
