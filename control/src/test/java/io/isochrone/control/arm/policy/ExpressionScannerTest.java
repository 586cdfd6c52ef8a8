package io.isochrone.control.arm.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionScannerTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "@(1)",
                "@()",
                "@{ return 1; }",
                "@(x == \"East Asia\")",
                "@(a[\"x\"] < b && c > d)",
                "@(\")\")",
                "@(\"\\\")\")",
                "@(\"\\\\\")",
                "@(@\"c:\\\")",
                "@(@\"a\"\")\")",
                "@(')' + '\\'' + '\"' + '\\\\')",
                "@(/* ) */ 1)",
                "@{ // } \" '\n return 1; }",
                "@{ // }\r return 1; }",
                "@($\"{a}\")",
                "@($\"{{ ) }}\")",
                "@($\"{a + \")\" + $\"{b}\"}\")",
                "@($\"{x:yyyy'-'MM}\")",
                "@($\"{(a ? b : c)}\")",
                "@($\"{global::System.String.Empty}\")",
                "@($@\"{a}\"\"\\\")",
                "@(@$\"{a}\")",
                "@($@\"{\n a }\n\")",
                "@(context.Body.As<JObject>(preserveContent: true))",
                "@{ if (a) { foreach (var x in y) { z[x] = new [] { 1 }; } } }",
                "@{ var @class = 1; return @class / 2; }",
                "@(\"{{name}}\")",
                "@({{name}})",
                "@(a ? b : c)",
            })
    void endsBehindItsClosingBracket(String expression) throws Exception {
        assertThat(ExpressionScanner.end(expression, 0)).isEqualTo(expression.length());
        assertThat(ExpressionScanner.end("xx" + expression + ")}\"'", 2)).isEqualTo(expression.length() + 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@(",
                "@{",
                "@((1)",
                "@(}",
                "@([)",
                "@(\")",
                "@(\"\n\")",
                "@(')",
                "@(/* )",
                "@{ // }",
                "@(@\")",
                "@(@\"\"\")",
                "@($\"{)",
                "@($\"{a:b",
                "@($\"{a",
                "@($\"{\"",
                "@(\"\\",
            })
    void tellsOfWhatHasNoEnd(String expression) {
        assertThatThrownBy(() -> ExpressionScanner.end(expression, 0))
                .isInstanceOf(ExpressionScanner.NoEndException.class)
                .hasMessageContaining("(expected: ");
    }

    @Test
    void refusesNestingThatWouldEndTheStack() {
        assertThatThrownBy(() -> ExpressionScanner.end("@" + "(".repeat(100_000), 0))
                .hasMessageContaining("nested too deep");
        assertThatThrownBy(() -> ExpressionScanner.end("@(" + "$\"{".repeat(100_000), 0))
                .hasMessageContaining("nested too deep");
    }

    @Test
    void fuzzSeed41EndsOrTellsAndNeverThrowsAnythingElse() {
        Random random = new Random(41);
        String[] pieces = {
            "(", ")", "{", "}", "[", "]", "\"", "'", "\\", "@", "$", "@\"", "$\"", "$@\"", "//", "/*", "*/", "\n", "\r",
            ":", "::", "a", " ", "{{", "}}", "\"\"", "<", "&", "é"
        };
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "@(" : "@{");
            for (int n = random.nextInt(25); n > 0; n--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            text.append(random.nextBoolean() ? ")" : "}");
            String all = text.toString();
            try {
                int end = ExpressionScanner.end(all, 0);
                assertThat(end).isBetween(3, all.length());
                assertThat(all.charAt(end - 1)).isEqualTo(all.charAt(1) == '(' ? ')' : '}');
            } catch (ExpressionScanner.NoEndException e) {
                assertThat(e.index()).isBetween(0, all.length());
            }
        }
    }

    @Test
    void builtSeed42ExpressionsEndWhereTheyWereBuiltToEnd() throws Exception {
        Random random = new Random(42);
        for (int i = 0; i < 5_000; i++) {
            boolean block = random.nextBoolean();
            String expression = "@" + (block ? "{" : "(") + code(random, 4) + (block ? "}" : ")");
            assertThat(ExpressionScanner.end(expression + " \" ' ) } ]", 0))
                    .as(expression)
                    .isEqualTo(expression.length());
        }
    }

    /** Code whose brackets are balanced, with what hides others. */
    static String code(Random random, int depth) {
        StringBuilder code = new StringBuilder();
        for (int n = random.nextInt(4) + 1; n > 0; n--) {
            String inner = depth == 0 ? "x" : code(random, depth - 1);
            code.append(
                    switch (random.nextInt(13)) {
                        case 0 -> "(" + inner + ")";
                        case 1 -> "[" + inner + "]";
                        case 2 -> "{" + inner + "}";
                        case 3 -> "\"a)}]'\\\" /* // &lt; < & >\"";
                        case 4 -> "@\"\\ )}] \"\" \n\"";
                        case 5 -> "$\"{{ ) {(" + (inner.contains("\n") ? "x" : inner) + "):x} }}\"";
                        case 6 -> "$@\"\\{(" + inner + ")}\"\"\"";
                        case 7 -> "')'";
                        case 8 -> "'\\''";
                        case 9 -> "/* )}] \" ' */";
                        case 10 -> "// )}] \" '\n";
                        case 11 -> " a < b && c > d\t";
                        default -> " x.y ";
                    });
            // two verbatim texts side by side would be one with a quote in it
            code.append(' ');
        }
        return code.toString();
    }
}
