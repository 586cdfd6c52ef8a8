package io.isochrone.control.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that speaks to a control plane and turns what goes wrong into words and an exit code. Not thread-safe; confined to the main thread. */
abstract class Task implements Callable<Integer> {
    /** Done. */
    static final int OK = 0;

    /** It ran, and the answer is bad. */
    static final int BAD = 1;

    /** It was not run. */
    static final int USAGE = 2;

    @Mixin
    private Connection connection;

    @Spec
    private CommandSpec spec;

    private final Surroundings around;

    Task(Surroundings around) {
        this.around = around;
    }

    @Override
    public final Integer call() {
        CommandLine line = spec.commandLine();
        PrintWriter err = line.getErr();
        try {
            run(new Session(connection, around, line));
            return OK;
        } catch (FailedException e) {
            line.getOut().flush();
            err.println(line.getColorScheme().errorText("isochrone: " + e.getMessage()));
            e.advice().forEach(each -> err.println("  " + each));
            return e.exitCode();
        } finally {
            line.getOut().flush();
            err.flush();
        }
    }

    /** Does it; throws {@link FailedException} when it cannot. */
    abstract void run(Session session);
}
