package io.millrace.dsl;

/**
 * One of the inputs of a class of yours that has several. Its constructor gets it and passes it to
 * {@code on(input, handler)}, so that the parameter of the handler has the type of the input.
 *
 * @param <T> the type of the input's events
 */
public final class On<T> {
    private final int input;

    private On(int input) {
        this.input = input;
    }

    static <T> On<T> input(int number) {
        return new On<>(number);
    }

    int input() {
        return input;
    }

    @Override
    public String toString() {
        return "input " + input;
    }
}
