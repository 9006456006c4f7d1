package outside;

import io.millrace.rig.LatencyRig;
import io.millrace.rig.RigProvider;

/** As bench/run finds it by its name on a class path of a user's. */
public final class OutsideRig implements RigProvider {
    @Override
    public String name() {
        return "outside";
    }

    @Override
    public LatencyRig rig() {
        return Outside.rig();
    }
}
