package io.millrace.operators.answers;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A case of OpenMLDB's "last join": a table, those that are joined to it, and by what. */
final class LastJoinCase {
    private static final Pattern JOINED = Pattern.compile(
            "(?:\\{(\\d)}|\\(select (.+?) from \\{(\\d)}\\))(?: as (\\w+))?(?: order by (\\S+))? on (.+)",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern FIRST =
            Pattern.compile("select (.+) from \\{0}(?: as (\\w+))?", Pattern.CASE_INSENSITIVE);
    private static final Pattern CONDITION = Pattern.compile("(\\S+?)\\s*(<=|>=|=|<|>)\\s*(\\S+)");

    /** A table as the query calls it. */
    record Table(String name, List<String> columns, List<List<Object>> rows) {
        Object value(int row, String column) {
            return row < 0 ? null : rows.get(row).get(column(column));
        }

        int column(String column) {
            int index = columns.indexOf(column);
            if (index < 0) {
                throw new IllegalArgumentException(name + " has no column " + column + ": " + columns);
            }
            return index;
        }
    }

    /** Two columns, or a column and a text or number. */
    record Condition(String left, String comparison, String right) {
        /** Both columns, the first of the first table. */
        boolean isEquality(Table first) {
            return comparison.equals("=") && isOf(left, first) && right.contains(".") && !isOf(right, first);
        }

        private static boolean isOf(String operand, Table table) {
            return operand.startsWith(table.name + ".");
        }
    }

    /** A table that is joined. */
    record Side(Table table, String orderedBy, List<Condition> equal, List<Condition> others) {
        boolean isByEqualColumns() {
            return others.isEmpty();
        }

        String leftKey(LastJoinCase c, int row) {
            StringBuilder key = new StringBuilder();
            equal.forEach(e -> key.append(c.left.value(row, name(e.left()))).append('/'));
            return key.toString();
        }

        String rightKey(int row) {
            StringBuilder key = new StringBuilder();
            equal.forEach(e -> key.append(table.value(row, name(e.right()))).append('/'));
            return key.toString();
        }

        /** Without an order the last row is the last that was put in. */
        long order(int row) {
            return orderedBy == null ? row : (Long) table.value(row, orderedBy);
        }

        boolean holds(LastJoinCase c, int leftRow, int rightRow) {
            return others.stream()
                    .allMatch(o -> compared(
                            operand(c, o.left, leftRow, rightRow),
                            o.comparison,
                            operand(c, o.right, leftRow, rightRow)));
        }

        private Object operand(LastJoinCase c, String text, int leftRow, int rightRow) {
            if (text.startsWith("\"")) {
                return text.substring(1, text.length() - 1);
            }
            if (!text.contains(".")) {
                return Long.valueOf(text);
            }
            boolean isLeft = text.startsWith(c.left.name + ".");
            return (isLeft ? c.left : table).value(isLeft ? leftRow : rightRow, name(text));
        }

        private static boolean compared(Object left, String comparison, Object right) {
            int order = left instanceof Number && right instanceof Number
                    ? new BigDecimal(left.toString()).compareTo(new BigDecimal(right.toString()))
                    : String.valueOf(left).compareTo(String.valueOf(right));
            return comparison.contains("=") && order == 0
                    || comparison.contains("<") && order < 0
                    || comparison.contains(">") && order > 0;
        }
    }

    final Table left;
    final List<Side> sides = new ArrayList<>();

    /** The most rows; -1 for all. */
    final int limit;

    private final List<String> selected;

    LastJoinCase(Map<String, Object> given) {
        String sql = String.valueOf(given.get("sql")).strip().replaceAll("\\s+", " ");
        Matcher limited = Pattern.compile("(?i)(.*?)(?: limit (\\d+))?;?").matcher(sql);
        limited.matches();
        limit = limited.group(2) == null ? -1 : Integer.parseInt(limited.group(2));
        String[] parts = limited.group(1).split("(?i) last join ");
        List<Object> tables = Loose.list(given.get("inputs"));
        Matcher first = read(FIRST, parts[0]);
        left = table(tables, 0, first.group(2));
        selected = SqlExpression.items(first.group(1));
        for (int i = 1; i < parts.length; i++) {
            sides.add(side(tables, read(JOINED, parts[i])));
        }
    }

    private static Matcher read(Pattern pattern, String text) {
        Matcher m = pattern.matcher(text.strip());
        if (!m.matches()) {
            throw new IllegalArgumentException("cannot read " + text);
        }
        return m;
    }

    static List<List<Object>> rows(Map<String, Object> table) {
        return Loose.list(table.get("rows")).stream().map(Loose::list).toList();
    }

    private static Table table(List<Object> tables, int number, String alias) {
        Map<String, Object> table = Loose.map(tables.get(number));
        List<String> columns = Loose.list(table.get("columns")).stream()
                .map(c -> String.valueOf(c).strip().split("\\s+")[0])
                .toList();
        return new Table(alias == null ? "{" + number + "}" : alias, columns, rows(table));
    }

    private Side side(List<Object> tables, Matcher m) {
        int number = Integer.parseInt(m.group(1) == null ? m.group(3) : m.group(1));
        Table table = table(tables, number, m.group(4));
        if (m.group(2) != null) {
            table = renamed(table, m.group(2));
        }
        Matcher index = Pattern.compile("\\w+:\\w+:(\\w+)")
                .matcher(String.valueOf(Loose.map(tables.get(number)).get("indexs")));
        String byIndex = index.find() && table.columns.contains(index.group(1)) ? index.group(1) : null;
        List<Condition> equal = new ArrayList<>();
        List<Condition> others = new ArrayList<>();
        for (String text : m.group(6).strip().split("(?i)\\s+and\\s+")) {
            Matcher c = read(CONDITION, text);
            Condition condition = new Condition(c.group(1), c.group(2), c.group(3));
            (condition.isEquality(left) ? equal : others).add(condition);
        }
        return new Side(table, m.group(5) == null ? byIndex : name(m.group(5)), equal, others);
    }

    private static Table renamed(Table table, String list) {
        List<String> columns = new ArrayList<>();
        List<Integer> from = new ArrayList<>();
        for (String item : SqlExpression.items(list)) {
            String[] names = item.split("(?i) as ");
            from.add(table.column(names[0].strip()));
            columns.add(names[1].strip());
        }
        return new Table(
                table.name,
                columns,
                table.rows.stream().map(r -> from.stream().map(r::get).toList()).toList());
    }

    /** The column of a name with its table. */
    private static String name(String column) {
        return column.substring(column.indexOf('.') + 1);
    }

    List<Object> selected(int leftRow, int[] rightRows) {
        List<Object> result = new ArrayList<>();
        for (String item : selected) {
            String column = item.split(" ")[0];
            if (column.startsWith(left.name + ".")) {
                result.add(left.value(leftRow, name(column)));
            }
            for (int s = 0; s < rightRows.length; s++) {
                if (column.startsWith(sides.get(s).table.name + ".")) {
                    result.add(sides.get(s).table.value(rightRows[s], name(column)));
                }
            }
        }
        return result;
    }
}
