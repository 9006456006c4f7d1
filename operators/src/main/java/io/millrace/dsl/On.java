package io.millrace.dsl;

/**
 * One of the inputs of a shape class that has several: given to its constructor, and by it to {@code on(input,
 * handler)}, so that the handler's parameter has the input's type.
 *
 * @param <T> the events of the input
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
