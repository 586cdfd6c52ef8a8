package io.isochrone.control.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** Asks before something is taken away. Not thread-safe; confined to the main thread. */
final class Consent {
    @Option(
            names = {"-y", "--yes"},
            description = "do not ask")
    boolean given;

    /**
     * Returns when the operator agrees.
     *
     * @param consequences what will happen, a line each
     * @throws FailedException with exit code 2 when there is nobody to ask, 1 when the answer is not yes
     */
    void require(Session session, String question, List<String> consequences) {
        if (given) {
            return;
        }
        PrintWriter err = session.err();
        consequences.forEach(err::println);
        BufferedReader answers = session.around().answers();
        if (answers == null) {
            throw FailedException.usage("not confirmed: " + question + " (expected: --yes, or a terminal to ask on)");
        }
        err.print(question + " [y/N] ");
        err.flush();
        String answer;
        try {
            answer = answers.readLine();
        } catch (IOException e) {
            answer = null;
        }
        String word = answer == null ? "" : answer.strip().toLowerCase(Locale.ROOT);
        if (!word.equals("y") && !word.equals("yes")) {
            throw FailedException.bad("not confirmed; nothing was changed");
        }
    }
}
