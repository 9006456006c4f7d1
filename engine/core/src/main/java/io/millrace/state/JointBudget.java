package io.millrace.state;

import java.util.List;

/** The budget of rows put together: each page, and the index, is charged to its operators by their columns. */
final class JointBudget extends StateBudget {
    private final StateBudget[] parts;
    private final boolean[] hasCalendar;
    private final long[] bytesOfPage;
    private final int longs;
    private long pagesSetApart;

    JointBudget(List<KeyedRows> members, int longs, long bytes) {
        super(owners(members), bytes, members.get(0).budget().pages());
        this.longs = longs;
        parts = new StateBudget[members.size()];
        hasCalendar = new boolean[members.size()];
        bytesOfPage = new long[members.size()];
        long left = Pages.PAGE_BYTES;
        for (int i = parts.length - 1; i >= 0; i--) {
            parts[i] = members.get(i).budget();
            hasCalendar[i] = members.get(i).hasCalendar();
            bytesOfPage[i] =
                    i == 0 ? left : (long) Pages.PAGE_BYTES * members.get(i).longsPerRow() / longs;
            left -= bytesOfPage[i];
        }
    }

    private static String owners(List<KeyedRows> members) {
        StringBuilder names = new StringBuilder();
        for (KeyedRows m : members) {
            names.append(names.length() == 0 ? "" : ", ").append(m.budget().owner());
        }
        return names.toString();
    }

    /** Charges the index, and the pages of the keys that were declared; false, and nothing charged, when they do not fit. */
    boolean setApart(RowPlan plan, int declaredKeys) {
        long pages = declaredKeys == 0 ? 0 : (declaredKeys - 1) / Blocks.perPage(longs) + 1;
        long index = HashIndex.longs(plan.homes(), plan.keys()) * Long.BYTES;
        for (int i = 0; i < parts.length; i++) {
            long calendar = hasCalendar[i] ? ExpiryCalendar.bytes(plan.keys()) : 0;
            if (!parts[i].hasRoom(ofIndex(index, i) + pages * bytesOfPage[i] + calendar)) {
                return false;
            }
        }
        for (int i = 0; i < parts.length; i++) {
            parts[i].charge(ofIndex(index, i) + pages * bytesOfPage[i]);
        }
        pagesSetApart = pages;
        return true;
    }

    private long ofIndex(long bytes, int part) {
        return bytes / Pages.PAGE_BYTES * bytesOfPage[part] + (part == 0 ? bytes % Pages.PAGE_BYTES : 0);
    }

    @Override
    long[] takePage() {
        if (pagesSetApart == 0 && !chargeOne()) {
            return null;
        }
        pagesSetApart = Math.max(0, pagesSetApart - 1);
        return super.takePage();
    }

    private boolean chargeOne() {
        for (int i = 0; i < parts.length; i++) {
            if (!parts[i].hasRoom(bytesOfPage[i])) {
                return false;
            }
        }
        for (int i = 0; i < parts.length; i++) {
            parts[i].charge(bytesOfPage[i]);
        }
        return true;
    }
}
