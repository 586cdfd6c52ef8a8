package io.isochrone.control.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows what a call has begun until it has ended, as the management contract says: the address in Azure-AsyncOperation, else the one
 * in Location, else the resource itself. A control plane that is away for a while is asked again until the time is over; what was
 * begun does not depend on being followed.
 *
 * <p>Not thread-safe; confined to the main thread.
 */
final class Follower {
    private final Session session;
    private final Waiting waiting;
    private final Supplier<String> detail;

    /** Tells {@code detail}, such as how many nodes have it, beside the percentage. */
    Follower(Session session, Waiting waiting, Supplier<String> detail) {
        this.session = session;
        this.waiting = waiting;
        this.detail = detail;
    }

    /**
     * Follows to the end.
     *
     * @param first the answer to the call
     * @param resource the path of the resource with its query; null: it is going away
     * @param what what is being done, such as {@code Adding East Asia}
     * @return whether it has ended; false when the operator does not want to wait
     * @throws FailedException when it failed, or has not ended in time
     */
    boolean follow(Answer first, @Nullable String resource, String what) {
        String operation = first.header("Azure-AsyncOperation");
        String location = first.header("Location");
        if (operation == null && location == null && (resource == null || first.status() == 200)) {
            return true;
        }
        if (waiting.not) {
            return false;
        }
        Surroundings around = session.around();
        long start = around.nanos().getAsLong();
        Duration pause = first.retryAfter();
        try (Progress progress = new Progress(session.err(), around.errTerminal())) {
            progress.show(what + " …");
            while (around.nanos().getAsLong() - start < waiting.timeout.toNanos()) {
                around.pause().pause(pause);
                Answer answer = ask(operation, location, resource);
                if (answer == null) {
                    progress.show(what + ": the control plane does not answer; asking again");
                    pause = Duration.ofSeconds(1);
                    continue;
                }
                Step step = read(answer, operation, location);
                if (step.end() == Step.End.SUCCEEDED) {
                    return true;
                }
                if (step.end() == Step.End.FAILED) {
                    throw FailedException.bad(
                            what + " failed: " + Refusals.line(step.error()),
                            Refusals.details(step.error()).toArray(String[]::new));
                }
                progress.show(line(what, step));
                pause = answer.retryAfter();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw FailedException.bad("interrupted; " + what + " goes on");
        }
        throw FailedException.bad(
                what + ": not ended after " + waiting.timeout.toSeconds() + " s (expected: sooner); it goes on",
                "isochrone service show tells how far it is, isochrone node list which nodes have it.");
    }

    /** The answer, or null when the control plane cannot answer now. */
    private @Nullable Answer ask(@Nullable String operation, @Nullable String location, @Nullable String resource) {
        String target = operation != null ? operation : location != null ? location : resource;
        Answer answer;
        try {
            answer = session.client().send("GET", String.valueOf(target), null, Map.of());
        } catch (IOException e) {
            return null;
        }
        if (answer.status() == 429 || (answer.status() >= 502 && answer.status() <= 504)) {
            return null;
        }
        boolean tellsFailure =
                operation == null && location != null && answer.json().has("error");
        if (!answer.isGood() && !tellsFailure) {
            throw session.client().refused(answer);
        }
        return answer;
    }

    private static Step read(Answer answer, @Nullable String operation, @Nullable String location) {
        if (operation != null) {
            return Step.ofStatus(answer);
        }
        return location != null ? Step.ofResult(answer) : Step.ofResource(answer.json());
    }

    private String line(String what, Step step) {
        StringBuilder line = new StringBuilder(what).append(" … ");
        if (step.percent() >= 0) {
            line.append(step.percent()).append(" %");
        }
        if (!step.words().isEmpty() && step.percent() < 0) {
            line.append(step.words());
        }
        String more = step.waitsFor().isEmpty() ? detail.get() : step.waitsFor().get(0);
        if (step.waitsFor().size() > 1) {
            more += " (and " + (step.waitsFor().size() - 1) + " more)";
        }
        return more.isEmpty() ? line.toString() : line.append(", ").append(more).toString();
    }
}
