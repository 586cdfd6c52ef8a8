package io.isochrone.control.arm.entity;

import io.isochrone.control.arm.ArmException;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with a body, all at once, the first {@value #MOST} of it. Not thread-safe; confined to its owner. */
final class Faults {
    private static final int MOST = 20;

    private final List<ArmException.Detail> details = new ArrayList<>();

    void add(String target, String message) {
        if (details.size() < MOST) {
            details.add(new ArmException.Detail("ValidationError", target, target + ": " + message));
        }
    }

    boolean isEmpty() {
        return details.isEmpty();
    }

    /** Throws 400 ValidationError when something was wrong. */
    void refuse() {
        if (details.isEmpty()) {
            return;
        }
        ArmException refused = new ArmException(
                400,
                "ValidationError",
                "One or more fields contain incorrect values: " + details.get(0).message(),
                details.get(0).target());
        details.forEach(each -> refused.and(each.code(), each.target(), each.message()));
        throw refused;
    }
}
