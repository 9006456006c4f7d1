package io.millrace.operators.answers;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** As much of SQL's expressions as the files of others use: columns, literals, calls, arithmetic, comparisons, and, or. */
final class SqlExpression {
    private static final Pattern TOKEN =
            Pattern.compile("\\s*(->|<=|>=|<>|!=|'[^']*'|`[^`]*`|\\d+(?:\\.\\d+)?|[A-Za-z_]\\w*|[-+*/()=<>.,\\[\\]])");

    private final List<String> tokens = new ArrayList<>();
    private final Scope scope;
    private int at;

    /** What names mean. */
    interface Scope {
        Object column(String table, String name);

        Object call(String function, String argument);
    }

    private SqlExpression(String text, Scope scope) {
        this.scope = scope;
        Matcher m = TOKEN.matcher(text);
        int end = 0;
        while (m.find()) {
            if (m.start() != end) {
                break;
            }
            tokens.add(m.group(1));
            end = m.end();
        }
        if (!text.substring(end).isBlank()) {
            throw new IllegalArgumentException("cannot read '" + text.substring(end) + "' of " + text);
        }
    }

    static Object of(String text, Scope scope) {
        SqlExpression e = new SqlExpression(text, scope);
        Object value = e.or();
        if (e.at < e.tokens.size()) {
            throw new IllegalArgumentException(
                    "cannot read " + e.tokens.subList(e.at, e.tokens.size()) + " of " + text);
        }
        return value;
    }

    private String peek() {
        return at < tokens.size() ? tokens.get(at) : "";
    }

    private boolean take(String token) {
        boolean is = peek().equalsIgnoreCase(token);
        at += is ? 1 : 0;
        return is;
    }

    private Object or() {
        Object left = and();
        while (take("or")) {
            Object right = and();
            left = Boolean.TRUE.equals(left) || Boolean.TRUE.equals(right);
        }
        return left;
    }

    private Object and() {
        Object left = comparison();
        while (take("and")) {
            Object right = comparison();
            left = Boolean.TRUE.equals(left) && Boolean.TRUE.equals(right);
        }
        return left;
    }

    private Object comparison() {
        Object left = sum();
        for (String op : List.of("=", "<=", ">=", "<>", "!=", "<", ">")) {
            if (take(op)) {
                return compared(left, op, sum());
            }
        }
        return left;
    }

    private static Object compared(Object left, String op, Object right) {
        if (left == null || right == null) {
            return false;
        }
        int order = left instanceof Number && right instanceof Number
                ? decimal(left).compareTo(decimal(right))
                : String.valueOf(left).compareTo(String.valueOf(right));
        return switch (op) {
            case "=" -> order == 0;
            case "<" -> order < 0;
            case ">" -> order > 0;
            case "<=" -> order <= 0;
            case ">=" -> order >= 0;
            default -> order != 0;
        };
    }

    private static BigDecimal decimal(Object number) {
        return new BigDecimal(String.valueOf(number));
    }

    private Object sum() {
        Object left = product();
        while (peek().equals("+") || peek().equals("-")) {
            boolean plus = tokens.get(at++).equals("+");
            BigDecimal right = decimal(product());
            left = plus ? decimal(left).add(right) : decimal(left).subtract(right);
        }
        return left;
    }

    /** A quotient of whole numbers is one too. */
    private Object product() {
        Object left = value();
        while (take("/")) {
            Object right = value();
            left = decimal(left).scale() <= 0 && decimal(right).scale() <= 0
                    ? decimal(left).divide(decimal(right), 0, RoundingMode.DOWN)
                    : decimal(left).doubleValue() / decimal(right).doubleValue();
        }
        return left;
    }

    private Object value() {
        if (take("(")) {
            Object inner = or();
            take(")");
            return inner;
        }
        if (take("-")) {
            return decimal(value()).negate();
        }
        String token = tokens.get(at++);
        if (token.startsWith("'")) {
            return token.substring(1, token.length() - 1);
        }
        if (Character.isDigit(token.charAt(0))) {
            return new BigDecimal(token);
        }
        return peek().equals("(") ? call(token) : path(name(token));
    }

    private static String name(String token) {
        return token.replace("`", "").toUpperCase(Locale.ROOT);
    }

    private Object call(String function) {
        StringBuilder argument = new StringBuilder();
        int depth = 0;
        do {
            String token = tokens.get(at++);
            depth += token.equals("(") ? 1 : token.equals(")") ? -1 : 0;
            argument.append(token).append(' ');
        } while (depth > 0);
        String inner = argument.substring(2, argument.length() - 2).strip();
        return scope.call(function.toLowerCase(Locale.ROOT), inner);
    }

    private Object path(String name) {
        Object value = take(".") ? scope.column(name, name(tokens.get(at++))) : scope.column(null, name);
        while (peek().equals("->") || peek().equals("[")) {
            boolean bracket = tokens.get(at++).equals("[");
            String field = tokens.get(at++);
            String key = bracket ? field.substring(1, field.length() - 1) : field.replace("`", "");
            value = Loose.map(value).get(key);
            at += bracket ? 1 : 0;
        }
        return value;
    }

    /** Splits a list at its outer commas. */
    static List<String> items(String list) {
        List<String> result = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i < list.length(); i++) {
            char c = list.charAt(i);
            depth += c == '(' || c == '<' ? 1 : c == ')' || c == '>' && (i == 0 || list.charAt(i - 1) != '-') ? -1 : 0;
            if (c == ',' && depth == 0) {
                result.add(list.substring(from, i).strip());
                from = i + 1;
            }
        }
        result.add(list.substring(from).strip());
        return result;
    }

    /** As both sides are compared: numbers by their value. */
    static String normal(Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(SqlExpression::normal).toList().toString();
        }
        if (value instanceof Map) {
            return value.toString();
        }
        String text = String.valueOf(value);
        if (text.matches("[-+]?\\d+(\\.\\d+)?([eE][-+]?\\d+)?")) {
            BigDecimal number = new BigDecimal(text);
            return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
        }
        return text;
    }
}
