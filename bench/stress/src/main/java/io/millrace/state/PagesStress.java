package io.millrace.state;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A stock of one page: the stage takes twice and writes into what it took, while the housekeeper fills the stock again. */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "two pages, both fresh")
@Outcome(expect = Expect.FORBIDDEN, desc = "a page that was not fresh, or one twice")
@State
public class PagesStress {
    private final Pages pages = new Pages(1);

    @Actor
    public void housekeeping() {
        pages.refill();
    }

    @Actor
    public void stage(II_Result r) {
        long[] first = pages.take();
        r.r1 = (int) (first[0] | first[Pages.PAGE_LONGS - 1]);
        first[0] = 1;
        long[] second = pages.take();
        r.r2 = second == first ? 2 : (int) (second[0] | second[Pages.PAGE_LONGS - 1]);
    }
}
