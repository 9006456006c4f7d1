package io.millrace.operators.answers;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A case of ksql's own tests: its sources, its last query and the one before it, if there are two, the records that go in and those
 * that come out. What a query before the last makes is a source too, and its topic may be fed.
 */
final class KsqlCase {
    private static final Pattern SOURCE = Pattern.compile(
            "CREATE\\s+(STREAM|TABLE)\\s+(\\w+)\\s*\\((.*)\\)\\s*WITH\\s*\\((.*)\\);?\\s*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private static final Pattern QUERY = Pattern.compile(
            "CREATE\\s+(?:STREAM|TABLE)\\s+(\\w+)\\s*(?:WITH\\s*\\((.*?)\\))?\\s*AS\\s+SELECT\\s+(.+?)\\s+FROM\\s+(\\w+)"
                    + "(?:\\s+(?!inner|left|full|join|window|where|group|partition)(\\w+))?"
                    + "(?:\\s+(inner|left|full outer)?\\s*join\\s+(\\w+)(?:\\s+(?!within|on)(\\w+))?(?:\\s+within\\s+(.+?))?\\s+on\\s+(.+?))?"
                    + "(?:\\s+window\\s+(\\w+\\s*\\(.+?\\)))?(?:\\s+where\\s+(.+?))?(?:\\s+group\\s+by\\s+(.+?))?"
                    + "(?:\\s+having\\s+(.+?))?(?:\\s+partition\\s+by\\s+(.+?))?\\s*;\\s*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** A stream or table. */
    record Source(
            String name, boolean isTable, String topic, List<String> columns, List<String> types, String timestamp) {}

    /** A record that goes in: its columns, or null for a tombstone. */
    record In(String topic, String key, Map<String, Object> columns, long timestampMs) {}

    final String name;
    final Map<String, Source> sources = new LinkedHashMap<>();
    final List<In> inputs = new ArrayList<>();
    final List<String> outputs = new ArrayList<>();
    final Matcher query;

    /** The query that the last one reads; null when that reads what goes in. */
    final Matcher before;

    private final boolean isRead;

    KsqlCase(Map<String, Object> given) {
        name = String.valueOf(given.get("name"));
        List<Matcher> queries = new ArrayList<>();
        boolean all = true;
        for (Object statement : Loose.list(given.get("statements"))) {
            String text = String.valueOf(statement).strip();
            Matcher source = SOURCE.matcher(text);
            if (!text.matches("(?is).*\\bas\\s+select\\b.*") && source.matches()) {
                add(source);
            } else {
                Matcher read = QUERY.matcher(text);
                all &= read.matches();
                queries.add(read);
            }
        }
        isRead = all && (queries.size() == 1 || queries.size() == 2);
        query = queries.get(queries.size() - 1);
        before = queries.size() == 2 ? queries.get(0) : null;
        if (before != null && isRead) {
            addResult(before);
        }
        Loose.list(given.get("inputs")).forEach(r -> inputs.add(in(Loose.map(r))));
        Loose.list(given.get("outputs")).forEach(r -> outputs.add(out(Loose.map(r))));
    }

    private void add(Matcher m) {
        List<String> columns = new ArrayList<>();
        List<String> types = new ArrayList<>();
        for (String column : SqlExpression.items(m.group(3))) {
            String[] parts = column.strip().split("\\s+", 2);
            columns.add(parts[0].replace("`", "").toUpperCase(Locale.ROOT));
            types.add(parts[1].toLowerCase(Locale.ROOT));
        }
        String name = m.group(2).toUpperCase(Locale.ROOT);
        sources.put(
                name,
                new Source(
                        name,
                        m.group(1).equalsIgnoreCase("table"),
                        with(m.group(4), "kafka_topic"),
                        columns,
                        types,
                        with(m.group(4), "timestamp")));
    }

    /** What a query makes: a column that is named with its table keeps both names. */
    private void addResult(Matcher q) {
        String name = q.group(1).toUpperCase(Locale.ROOT);
        List<String> columns = SqlExpression.items(q.group(3)).stream()
                .map(item -> item.replace('.', '_').toUpperCase(Locale.ROOT))
                .toList();
        boolean isTable = sources.get(q.group(4).toUpperCase(Locale.ROOT)).isTable();
        sources.put(
                name,
                new Source(
                        name,
                        isTable,
                        name,
                        columns,
                        columns.stream().map(c -> "").toList(),
                        null));
    }

    private static String with(String properties, String name) {
        Matcher m = Pattern.compile("(?i)" + name + "\\s*=\\s*'(\\w+)'").matcher(properties);
        return m.find() ? m.group(1) : null;
    }

    Source sourceOf(String topic) {
        return sources.values().stream()
                .filter(s -> s.topic().equals(topic))
                .findFirst()
                .orElseThrow();
    }

    boolean isRead() {
        return isRead;
    }

    String part(int group) {
        return query.group(group);
    }

    private In in(Map<String, Object> r) {
        String topic = String.valueOf(r.get("topic"));
        long timestamp = ((Number) r.get("timestamp")).longValue();
        Source source = sources.values().stream()
                .filter(s -> topic.equals(s.topic()))
                .findFirst()
                .orElse(null);
        return new In(
                topic,
                String.valueOf(r.get("key")),
                source == null ? null : columns(source, r.get("value")),
                timestamp);
    }

    private static Map<String, Object> columns(Source source, Object value) {
        if (value == null) {
            return null;
        }
        Map<String, Object> result = new LinkedHashMap<>();
        if (value instanceof Map) {
            Loose.map(value).forEach((k, v) -> result.put(k.toUpperCase(Locale.ROOT), v));
            return result;
        }
        String[] fields = String.valueOf(value).split(",", -1);
        for (int i = 0; i < fields.length; i++) {
            result.put(source.columns().get(i), typed(fields[i], source.types().get(i)));
        }
        return result;
    }

    private static Object typed(String field, String type) {
        if (field.isEmpty()) {
            return null;
        }
        if (type.startsWith("double")) {
            return field.contains("Infinity") ? (Object) Double.valueOf(field) : new BigDecimal(field);
        }
        return type.startsWith("varchar") || type.startsWith("string") ? field : (Object) Long.valueOf(field);
    }

    private static String out(Map<String, Object> r) {
        Object value = r.get("value");
        List<String> fields = new ArrayList<>();
        if (value instanceof Map) {
            Loose.map(value).forEach((k, v) -> {
                if (!k.matches(".*_ROW(KEY|TIME)")) { // columns that theirs adds to a star
                    fields.add(SqlExpression.normal(v));
                }
            });
        } else if (value != null) {
            for (String field : String.valueOf(value).split(",", -1)) {
                fields.add(SqlExpression.normal(field.isEmpty() ? null : field));
            }
        }
        Map<String, Object> window = Loose.map(r.get("window"));
        return out(
                String.valueOf(r.get("key")),
                value == null ? null : fields,
                ((Number) r.get("timestamp")).longValue(),
                window.isEmpty() ? null : window.get("start") + ".." + window.get("end"));
    }

    static String out(String key, List<String> fields, long timestampMs, String window) {
        return key + " " + fields + " at " + timestampMs + (window == null ? "" : " in " + window);
    }
}
