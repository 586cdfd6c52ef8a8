package io.isochrone.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
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
        "io.isochrone.proxy.names..",
        "io.isochrone.proxy.resilience..",
        "io.isochrone.gateway.api..",
        "io.isochrone.control.publish..",
        "io.isochrone.router.latency..",
        "io.isochrone.router.steering.."
    };

    /** What runs for each request on an event loop. */
    private static final String[] DATA_PATH = {
        "io.isochrone.proxy.http..",
        "io.isochrone.proxy.codec..",
        "io.isochrone.proxy.downstream..",
        "io.isochrone.proxy.upstream..",
        "io.isochrone.proxy.exchange..",
        "io.isochrone.proxy.balance..",
        "io.isochrone.proxy.client..",
        "io.isochrone.proxy.mark..",
        "io.isochrone.proxy.resilience..",
        "io.isochrone.gateway.api..",
        "io.isochrone.gateway.backend..",
        "io.isochrone.gateway.door..",
        "io.isochrone.router.door..",
        "io.isochrone.router.geo..",
        "io.isochrone.router.region..",
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
                        "io.isochrone.control..",
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
                        "io.isochrone.control..",
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
                .resideInAnyPackage("io.isochrone.router..", "io.isochrone.control..", "io.isochrone.bench..")
                .because("what both need belongs into proxy or config"));
        check(noClasses()
                .that()
                .resideInAPackage("io.isochrone.router..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.isochrone.gateway..", "io.isochrone.control..", "io.isochrone.bench..")
                .because("what both need belongs into proxy or config"));
    }

    @Test
    void theControlPlaneKnowsConfigurationOnly() {
        check(noClasses()
                .that()
                .resideInAPackage("io.isochrone.control..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.isochrone.proxy..",
                        "io.isochrone.gateway..",
                        "io.isochrone.router..",
                        "io.isochrone.bench..")
                .because("nodes are spoken to by what travels, and serve without it"));
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
    void decisionsStartNoThreadsAndReadNoFiles() {
        check(noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Executor.class)
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.file..", "java.nio.channels..")
                .because("a decision gets all it needs as arguments and returns a value"));
    }

    @Test
    void theDataPathTakesNoLocks() {
        check(noMethods()
                .that()
                .areDeclaredInClassesThat()
                .resideInAnyPackage(DATA_PATH)
                .should()
                .haveModifier(JavaModifier.SYNCHRONIZED)
                .because("a lock held by one event loop stops the others"));
        check(noClasses()
                .that()
                .resideInAnyPackage(DATA_PATH)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.concurrent.locks..")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(BlockingQueue.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(ThreadLocal.class)
                .because("what one event loop owns needs no lock, and what all share is immutable"));
    }

    @Test
    void namesAreNotResolvedByBlockingOnceANodeServes() {
        check(
                noClasses()
                        .that()
                        .resideInAnyPackage(
                                "io.isochrone.config..",
                                "io.isochrone.proxy..",
                                "io.isochrone.gateway..",
                                "io.isochrone.router..")
                        .and()
                        .resideOutsideOfPackage("io.isochrone.config.source..")
                        .should()
                        .callMethod(InetAddress.class, "getByName", String.class)
                        .orShould()
                        .callMethod(InetAddress.class, "getAllByName", String.class)
                        .because(
                                "a DNS server that is slow would stop an event loop; what looks like an address may be a name"));
        check(noClasses()
                .that()
                .resideInAnyPackage(DATA_PATH)
                .and()
                .doNotHaveSimpleName("Listener")
                .should()
                .callConstructor(InetSocketAddress.class, String.class, int.class)
                .because("this constructor asks DNS; only the listener's own address is made with it, at start"));
    }

    @Test
    void everyPackageIsNullMarked() {
        for (JavaPackage each : CLASSES.getPackage("io.isochrone").getSubpackagesInTree()) {
            boolean holdsCode =
                    each.getClasses().stream().anyMatch(c -> !c.getSimpleName().equals("package-info"));
            if (holdsCode) {
                assertThat(each.isAnnotatedWith(NullMarked.class))
                        .as("%s has a package-info with @NullMarked, or null checks do not look at it", each.getName())
                        .isTrue();
            }
        }
    }

    @Test
    void theDataPathNeverSleepsOrAsksDnsByBlocking() {
        check(noClasses()
                .that()
                .resideInAnyPackage("io.isochrone.proxy..", "io.isochrone.gateway..", "io.isochrone.router..")
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", long.class, int.class)
                .orShould()
                .callMethod(TimeUnit.class, "sleep", long.class)
                .orShould()
                .callMethod(InetSocketAddress.class, "getHostName")
                .orShould()
                .callMethod(InetAddress.class, "getHostName")
                .because("one blocked event loop stops every request on it"));
    }
}
