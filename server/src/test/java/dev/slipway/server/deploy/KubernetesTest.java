package dev.slipway.server.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.server.SlipwayExtension;
import dev.slipway.server.cli.ServeCommand;
import dev.slipway.server.config.ConfigDocument;
import dev.slipway.server.config.ConfigYaml;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.SeccompProfile;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import picocli.CommandLine;

/** The manifests: by what Kubernetes knows, by each other, and by what a running server answers. */
class KubernetesTest {
    @RegisterExtension
    static final SlipwayExtension SERVER = SlipwayExtension.serving(SlipwayExtension::examples);

    /** Of what a cluster with just Kubernetes gets. */
    private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.of(
            "configmap.yaml", ConfigMap.class,
            "persistentvolumeclaim.yaml", PersistentVolumeClaim.class,
            "deployment.yaml", Deployment.class,
            "service.yaml", Service.class,
            "poddisruptionbudget.yaml", PodDisruptionBudget.class,
            "horizontalpodautoscaler.yaml", HorizontalPodAutoscaler.class);

    /**
     * What a ServingRuntime may say, with what is in one of its model formats.
     *
     * @see <a href="https://kserve.github.io/website/docs/reference/crd-api">KServe: API reference</a>
     */
    private static final Set<String> RUNTIME = Set.of(
            "annotations",
            "labels",
            "supportedModelFormats",
            "multiModel",
            "disabled",
            "protocolVersions",
            "containers",
            "volumes",
            "nodeSelector",
            "affinity",
            "tolerations",
            "imagePullSecrets",
            "hostIPC",
            "workerSpec");

    private static final Set<String> FORMAT = Set.of("name", "version", "autoSelect", "priority");

    private static PodSpec pod() throws IOException {
        return Manifests.read("deployment.yaml", Deployment.class)
                .getSpec()
                .getTemplate()
                .getSpec();
    }

    private static Container container() throws IOException {
        return pod().getContainers().get(0);
    }

    @Test
    void eachIsOfItsKindAndHasNoKeyThatKubernetesDoesNotKnow() throws IOException {
        for (Map.Entry<String, Class<? extends HasMetadata>> file : KINDS.entrySet()) {
            Map<String, Object> content = Manifests.read(file.getKey());
            HasMetadata read = Manifests.of(content, file.getValue());

            assertThat(content.get("kind")).isEqualTo(file.getValue().getSimpleName());
            assertThat(content.get("apiVersion")).isEqualTo(HasMetadata.getApiVersion(file.getValue()));
            assertThat(read.getMetadata().getName()).startsWith("slipway");
        }
    }

    @Test
    void anUnknownKeyWouldBeFoundOut() throws IOException {
        Map<String, Object> content = new HashMap<>(Manifests.read("service.yaml"));
        content.put("spec", Map.of("selectors", Map.of()));

        assertThatThrownBy(() -> Manifests.of(content, Service.class)).hasMessageContaining("selectors");
    }

    @Test
    void allAreListed() throws IOException {
        try (Stream<Path> files = Files.list(Manifests.folder())) {
            assertThat(files.map(file -> file.getFileName().toString())
                            .filter(name -> !name.equals("kustomization.yaml")))
                    .containsExactlyInAnyOrderElementsOf(
                            Stream.concat(KINDS.keySet().stream(), Stream.of("servingruntime.yaml"))
                                    .toList());
        }
        assertThat(Manifests.read("kustomization.yaml").get("resources"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .containsExactlyInAnyOrderElementsOf(KINDS.keySet());
    }

    @Test
    void allMeanTheSamePods() throws IOException {
        Deployment deployment = Manifests.read("deployment.yaml", Deployment.class);
        Map<String, String> labels = deployment.getSpec().getSelector().getMatchLabels();

        assertThat(deployment.getSpec().getTemplate().getMetadata().getLabels()).containsAllEntriesOf(labels);
        assertThat(Manifests.read("service.yaml", Service.class).getSpec().getSelector())
                .isEqualTo(labels);
        assertThat(Manifests.read("poddisruptionbudget.yaml", PodDisruptionBudget.class)
                        .getSpec()
                        .getSelector()
                        .getMatchLabels())
                .isEqualTo(labels);
        HorizontalPodAutoscaler scaler = Manifests.read("horizontalpodautoscaler.yaml", HorizontalPodAutoscaler.class);
        assertThat(scaler.getSpec().getScaleTargetRef().getName())
                .isEqualTo(deployment.getMetadata().getName());
        assertThat(deployment.getSpec().getReplicas())
                .as("the autoscaler's to say")
                .isNull();
    }

    @Test
    void volumesAndPortsHaveTheirNames() throws IOException {
        Set<String> ports = Set.of("grpc", "http");
        assertThat(container().getPorts()).extracting("name").containsExactlyInAnyOrderElementsOf(ports);
        for (ServicePort port :
                Manifests.read("service.yaml", Service.class).getSpec().getPorts()) {
            assertThat(ports).contains(port.getTargetPort().getStrVal());
        }
        assertThat(container().getVolumeMounts().stream().map(VolumeMount::getName))
                .containsExactlyInAnyOrderElementsOf(
                        pod().getVolumes().stream().map(Volume::getName).toList());
        assertThat(runtime().getVolumeMounts().stream().map(VolumeMount::getName))
                .containsExactly("tmp");
        assertThat(Manifests.read("servingruntime.yaml"))
                .extracting("spec")
                .extracting("volumes", InstanceOfAssertFactories.LIST)
                .extracting("name")
                .containsExactly("tmp");
    }

    @Test
    void aRunningServerAnswersWhatProbesAsk() throws IOException {
        for (Probe probe : List.of(
                container().getStartupProbe(),
                container().getLivenessProbe(),
                container().getReadinessProbe())) {
            assertThat(SERVER.get(probe.getHttpGet().getPath()).statusCode()).isEqualTo(200);
            assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo("http");
        }
    }

    @Test
    void aRunningServerHasTheMetricThatPodsAreScaledBy() throws IOException {
        String metric = Manifests.read("horizontalpodautoscaler.yaml", HorizontalPodAutoscaler.class)
                .getSpec()
                .getMetrics()
                .get(0)
                .getPods()
                .getMetric()
                .getName();

        assertThat(SERVER.get("/metrics").body().lines()).anyMatch(line -> line.startsWith(metric + " "));
    }

    @Test
    void aPodHasTheTimeThatAServerTakesToStop() throws IOException {
        ConfigDocument config = config();
        long drain =
                Objects.requireNonNull(config.start().limits().drainTimeout()).toSeconds();
        long unload = 10;
        long before = container().getLifecycle().getPreStop().getSleep().getSeconds();

        assertThat(pod().getTerminationGracePeriodSeconds()).isGreaterThanOrEqualTo(before + drain + unload);
    }

    @Test
    void theServerTakesWhatItIsTold() throws IOException {
        ConfigDocument config = config();

        assertThat(config.start().listeners().port())
                .isEqualTo(container().getPorts().get(0).getContainerPort());
        assertThat(config.start().listeners().restPort())
                .isEqualTo(container().getPorts().get(1).getContainerPort());
        assertThat(container().getVolumeMounts())
                .extracting("mountPath")
                .contains(config.serving().repository());
        assertThat(container().getArgs().get(0)).isEqualTo("serve");
        new CommandLine(new ServeCommand())
                .parseArgs(container().getArgs().stream().skip(1).toArray(String[]::new));
    }

    private static ConfigDocument config() throws IOException {
        Map<String, String> files =
                Manifests.read("configmap.yaml", ConfigMap.class).getData();
        return ConfigYaml.parse("slipway.yaml", files.get("slipway.yaml"), Path.of("/etc/slipway"));
    }

    @Test
    void aPodMayDoNoMoreThanItHasTo() throws IOException {
        for (Container one : List.of(container(), runtime())) {
            assertThat(one.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
            assertThat(one.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
            // Where native libraries are unpacked.
            assertThat(one.getVolumeMounts()).extracting("mountPath").contains("/tmp");
            assertThat(one.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        }
        assertThat(pod().getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(runtime().getSecurityContext().getRunAsNonRoot()).isTrue();
        for (SeccompProfile profile : List.of(
                pod().getSecurityContext().getSeccompProfile(),
                runtime().getSecurityContext().getSeccompProfile())) {
            assertThat(profile.getType()).isEqualTo("RuntimeDefault");
        }
        assertThat(pod().getAutomountServiceAccountToken()).isFalse();
    }

    @Test
    @SuppressWarnings("unchecked")
    void theServingRuntimeSaysWhatKServeKnows() throws IOException {
        Map<String, Object> content = Manifests.read("servingruntime.yaml");
        Map<String, Object> spec = (Map<String, Object>) content.get("spec");

        assertThat(content.keySet()).containsExactlyInAnyOrder("apiVersion", "kind", "metadata", "spec");
        assertThat(content.get("apiVersion")).isEqualTo("serving.kserve.io/v1alpha1");
        assertThat(content.get("kind")).isEqualTo("ServingRuntime");
        assertThat(RUNTIME).containsAll(spec.keySet());
        for (Map<String, Object> format : (List<Map<String, Object>>) spec.get("supportedModelFormats")) {
            assertThat(FORMAT).containsAll(format.keySet());
            assertThat(format.get("version")).isInstanceOf(String.class);
            assertThat((Integer) format.get("priority")).isPositive();
        }
        assertThat((List<String>) spec.get("protocolVersions")).isSubsetOf("v1", "v2", "grpc-v1", "grpc-v2");
        assertThat(runtime().getName()).isEqualTo("kserve-container");
        assertThat(runtime().getImage()).isEqualTo(container().getImage());
        new CommandLine(new ServeCommand())
                .parseArgs(runtime().getArgs().stream().skip(1).toArray(String[]::new));
        for (Probe probe : List.of(runtime().getLivenessProbe(), runtime().getReadinessProbe())) {
            assertThat(SERVER.get(probe.getHttpGet().getPath()).statusCode()).isEqualTo(200);
            assertThat(runtime().getArgs())
                    .contains("--rest_api_port=" + probe.getHttpGet().getPort().getIntVal());
        }
    }

    @SuppressWarnings("unchecked")
    private static Container runtime() throws IOException {
        Map<String, Object> spec =
                (Map<String, Object>) Manifests.read("servingruntime.yaml").get("spec");
        return Manifests.of(((List<Object>) spec.get("containers")).get(0), Container.class);
    }
}
