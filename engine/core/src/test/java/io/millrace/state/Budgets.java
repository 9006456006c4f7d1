package io.millrace.state;

/** Budgets for tests: no stock of pages, so that a page is made when it is taken. */
final class Budgets {
    private Budgets() {}

    static StateBudget ofPages(int pages) {
        return ofBytes((long) pages * Pages.PAGE_BYTES);
    }

    static StateBudget ofBytes(long bytes) {
        return new StateBudget("test", bytes, new Pages(0));
    }

    static StateBudget large() {
        return ofPages(1 << 12);
    }
}
