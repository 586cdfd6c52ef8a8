package io.isochrone.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** The arrows between modules and packages, and what the data path may not do. */
final class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.isochrone");

    private static final String[] PURE = {
        "io.isochrone.config.model..",
        "io.isochrone.config.check..",
        "io.isochrone.config.problem..",
        "io.isochrone.proxy.http..",
        "io.isochrone.proxy.balance..",
        "io.isochrone.proxy.outcome..",
        "io.isochrone.proxy.client..",
        "io.isochrone.proxy.mark..",
        "io.isochrone.gateway.api..",
        "io.isochrone.router.latency..",
        "io.isochrone.router.steering.."
    };

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }

    @Test
    void configDependsOnNoOtherModule() {
        check(noClasses()
                .that()
                .resideInAPackage("io.isochrone.config..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.isochrone.proxy..",
                        "io.isochrone.gateway..",
                        "io.isochrone.router..",
                        "io.isochrone.bench..")
                .because("everything stands on config"));
    }

    @Test
    void theEngineKnowsNoProductAndReadsNoFiles() {
        check(noClasses()
                .that()
                .resideInAPackage("io.isochrone.proxy..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.isochrone.gateway..",
                        "io.isochrone.router..",
                        "io.isochrone.bench..",
                        "io.isochrone.config.read..")
                .because("router and gateway share it"));
    }

    @Test
    void productsNeverSeeOneAnother() {
        check(noClasses()
                .that()
                .resideInAPackage("io.isochrone.gateway..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.isochrone.router..", "io.isochrone.bench..")
                .because("what both need belongs into proxy or config"));
        check(noClasses()
                .that()
                .resideInAPackage("io.isochrone.router..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.isochrone.gateway..", "io.isochrone.bench..")
                .because("what both need belongs into proxy or config"));
    }

    @Test
    void decisionsArePure() {
        check(noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..", "org.slf4j..")
                .because("decisions are tested for simulated hours in milliseconds"));
        check(noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .because("time comes in as an argument"));
    }

    @Test
    void theDataPathNeverSleepsOrAsksDnsByBlocking() {
        check(noClasses()
                .that()
                .resideInAnyPackage("io.isochrone.proxy..", "io.isochrone.gateway..", "io.isochrone.router..")
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(java.net.InetSocketAddress.class, "getHostName")
                .orShould()
                .callMethod(java.net.InetAddress.class, "getHostName")
                .because("one blocked event loop stops every request on it"));
    }
}
