package io.millrace.cli;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The options of one command: declared with their defaults, then parsed, in any order. {@code --name VALUE} or {@code
 * --name=VALUE}; a value that starts with {@code --} needs the second form.
 */
public final class Options {
    private final String program;
    private final String command;
    private final Map<String, Option> declared = new LinkedHashMap<>();
    private final Map<String, String> given = new LinkedHashMap<>();
    private final Map<String, List<String>> several = new LinkedHashMap<>();
    private String argumentName;
    private String argument;

    private record Option(String name, String value, String fallback, String what) {
        boolean isFlag() {
            return value == null;
        }
    }

    /**
     * No options yet, of a command of {@code examples/run}.
     *
     * @param command the name of the command, for messages
     */
    public Options(String command) {
        this("examples/run", command);
    }

    /**
     * No options yet.
     *
     * @param program what runs the command, for messages
     * @param command the name of the command
     */
    public Options(String program, String command) {
        this.program = program;
        this.command = command;
        flag("--help", "print this and stop");
    }

    /**
     * Declares an option with a value.
     *
     * @param name     with its hyphens
     * @param value    what the value is, such as FILE
     * @param fallback its default, or null
     * @param what     what it does
     * @return this
     */
    public Options option(String name, String value, String fallback, String what) {
        declared.put(name, new Option(name, value, fallback, what));
        return this;
    }

    /**
     * Declares an option with a value that may be given any number of times.
     *
     * @param name  with its hyphens
     * @param value what each value is, such as NAME=VALUE
     * @param what  what it does
     * @return this
     */
    public Options options(String name, String value, String what) {
        several.put(name, new ArrayList<>());
        return option(name, value, null, what);
    }

    /**
     * The values of an option that may be given any number of times.
     *
     * @param name with its hyphens
     * @return in the order given
     */
    public List<String> texts(String name) {
        return List.copyOf(several.get(name));
    }

    /**
     * Declares an option without a value.
     *
     * @param name with its hyphens
     * @param what what it does
     * @return this
     */
    public Options flag(String name, String what) {
        declared.put(name, new Option(name, null, null, what));
        return this;
    }

    /**
     * Declares the one argument that is no option.
     *
     * @param value what it is, such as NAME
     * @return this
     */
    public Options argument(String value) {
        argumentName = value;
        return this;
    }

    /**
     * The one argument that is no option.
     *
     * @return what was given, or null
     */
    public String argument() {
        return argument;
    }

    /**
     * Reads the arguments.
     *
     * @param args without the command's name
     * @return this
     * @throws UsageException naming what cannot be understood
     */
    public Options parse(List<String> args) throws UsageException {
        Iterator<String> rest = args.iterator();
        String value = rest.hasNext() ? rest.next() : null;
        while (value != null) {
            String arg = value;
            value = rest.hasNext() ? rest.next() : null;
            if (argumentName != null && argument == null && !arg.startsWith("-")) {
                argument = arg;
            } else if (takeOption(arg, value)) {
                value = rest.hasNext() ? rest.next() : null;
            }
        }
        return this;
    }

    /** Answers true when the argument behind it was its value. */
    private boolean takeOption(String arg, String next) throws UsageException {
        int equals = arg.startsWith("--") ? arg.indexOf('=') : -1;
        String name = equals < 0 ? arg : arg.substring(0, equals);
        Option option = declared.get(name);
        if (option == null) {
            throw unknown(arg, name);
        }
        if (given.containsKey(name) && !several.containsKey(name)) {
            throw bad(name, "given twice", "give it once");
        }
        if (option.isFlag()) {
            if (equals >= 0) {
                throw bad(arg, "takes no value", "write " + name);
            }
            given.put(name, "");
            return false;
        }
        boolean isNext = equals < 0 && next != null && !next.startsWith("--");
        String value = equals >= 0 ? arg.substring(equals + 1) : isNext ? next : "";
        if (value.isEmpty()) {
            throw bad(name, "its value is missing", "write " + name + " " + option.value);
        }
        given.put(name, value);
        if (several.containsKey(name)) {
            several.get(name).add(value);
        }
        return isNext;
    }

    private UsageException unknown(String arg, String name) {
        if (!name.startsWith("-") || name.equals("-")) {
            return bad(
                    "'" + arg + "'",
                    "no such argument",
                    "options begin with --; see " + program + " " + command + " --help");
        }
        String help = "see " + program + " " + command + " --help";
        return bad(
                name,
                "unknown option",
                Nearest.near(name, declared.keySet())
                        .map(n -> "the nearest is " + n)
                        .orElse(help));
    }

    /**
     * An error about an option.
     *
     * @param name the option, with its value where that is at fault
     * @param what what is wrong
     * @param cure what would help
     * @return to be thrown
     */
    public UsageException bad(String name, String what, String cure) {
        String line = "millrace " + command + ": " + name + ": " + what + "; " + cure;
        return new UsageException(line.replaceAll("\\p{Cntrl}", "?"));
    }

    /**
     * Whether an option was given.
     *
     * @param name with its hyphens
     * @return true also when the default was given
     */
    public boolean has(String name) {
        return given.containsKey(name);
    }

    /**
     * The text of an option.
     *
     * @param name with its hyphens
     * @return the value given, else the default, which may be null
     */
    public String text(String name) {
        return given.containsKey(name) ? given.get(name) : declared.get(name).fallback;
    }

    /**
     * A whole number.
     *
     * @param name  with its hyphens
     * @param least the smallest that makes sense
     * @param most  the largest
     * @return the value
     * @throws UsageException when it is none or outside
     */
    public long number(String name, long least, long most) throws UsageException {
        String text = text(name);
        if (text.matches("[+-]?[0-9]+")) {
            BigInteger value = new BigInteger(text);
            if (value.compareTo(BigInteger.valueOf(least)) >= 0 && value.compareTo(BigInteger.valueOf(most)) <= 0) {
                return value.longValue();
            }
        }
        throw bad(name + " " + text, "not possible", "use a whole number from " + least + " to " + most);
    }

    /**
     * A number.
     *
     * @param name  with its hyphens
     * @param least the smallest that makes sense
     * @param most  the largest
     * @return the value
     * @throws UsageException when it is none or outside
     */
    public double decimal(String name, double least, double most) throws UsageException {
        String text = text(name);
        if (text.matches("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]{1,3})?")) {
            double value = Double.parseDouble(text);
            if (value >= least && value <= most) {
                return value;
            }
        }
        throw bad(name + " " + text, "not possible", "use a number from " + plain(least) + " to " + plain(most));
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    /**
     * One of several words.
     *
     * @param name  with its hyphens
     * @param words the words
     * @return the value
     * @throws UsageException when it is none of them
     */
    public String oneOf(String name, List<String> words) throws UsageException {
        String text = text(name);
        if (!words.contains(text)) {
            throw bad(name + " " + text, "not possible", "use " + String.join(" or ", words));
        }
        return text;
    }

    /**
     * One of an enum, in any case.
     *
     * @param name with its hyphens
     * @param type of the enum
     * @param <E>  the enum
     * @return the value
     * @throws UsageException when it is none of them
     */
    public <E extends Enum<E>> E oneOf(String name, Class<E> type) throws UsageException {
        return oneOf(name, text(name), type);
    }

    /**
     * Some of an enum, in any case, with commas.
     *
     * @param name with its hyphens
     * @param type of the enum
     * @param <E>  the enum
     * @return the values, in the order given
     * @throws UsageException when one is none of them
     */
    public <E extends Enum<E>> List<E> allOf(String name, Class<E> type) throws UsageException {
        List<E> all = new ArrayList<>();
        for (String word : list(name)) {
            all.add(oneOf(name, word, type));
        }
        return all;
    }

    private <E extends Enum<E>> E oneOf(String name, String word, Class<E> type) throws UsageException {
        List<String> words = new ArrayList<>();
        for (E e : type.getEnumConstants()) {
            if (e.name().equalsIgnoreCase(word)) {
                return e;
            }
            words.add(e.name().toLowerCase(Locale.ROOT));
        }
        throw bad(name + " " + word, "not possible", "use " + String.join(" or ", words));
    }

    /**
     * What stands between commas.
     *
     * @param name with its hyphens
     * @return at least one, none of them empty or twice
     * @throws UsageException when that is not so
     */
    public List<String> list(String name) throws UsageException {
        List<String> items = new ArrayList<>();
        for (String item : text(name).split(",", -1)) {
            String word = item.strip();
            if (word.isEmpty()) {
                throw bad(name + " " + text(name), "a part of it is empty", "write one or several, with commas");
            }
            if (items.contains(word)) {
                throw bad(name + " " + text(name), word + " is in it twice", "write it once");
            }
            items.add(word);
        }
        return items;
    }

    /**
     * What was given.
     *
     * @return as one would type it behind the command's name
     */
    public String line() {
        StringBuilder line = new StringBuilder();
        given.forEach((name, value) -> {
            line.append(' ').append(name);
            if (!declared.get(name).isFlag()) {
                line.append(value.contains(" ") ? " \"" + value + '"' : ' ' + value);
            }
        });
        return line.toString();
    }

    /**
     * The help text.
     *
     * @param summary what the command does
     * @return every option with its default
     */
    public String help(String summary) {
        StringBuilder out = new StringBuilder("usage: " + program + " ").append(command);
        out.append(argumentName == null ? "" : " " + argumentName).append(" [options]\n");
        out.append(summary).append('\n');
        for (Option o : declared.values()) {
            String left = o.isFlag() ? o.name : o.name + " " + o.value;
            out.append("  ")
                    .append(left)
                    .append(" ".repeat(Math.max(1, 24 - left.length())))
                    .append(o.what);
            if (!o.isFlag()) {
                out.append(" (default: ")
                        .append(o.fallback == null ? "none" : o.fallback)
                        .append(')');
            }
            out.append('\n');
        }
        return out.toString();
    }
}
