import { type Pod, services } from "@catalyst/ports/kubernetes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canRunPodman } from "../testing/busybox.ts";
import {
  namespace,
  openPodmanCluster,
  type PodmanCluster,
  patience,
  shell,
  stay,
} from "../testing/podman-cluster.ts";

const options = { timeout: 2 * patience };

describe.skipIf(!(await canRunPodman(import.meta.filename)))("a container on podman", options, () => {
  let on: PodmanCluster;
  beforeAll(async () => {
    on = await openPodmanCluster();
  });
  afterAll(() => on?.close());

  const waiting = (pod: Pod) => pod.status?.containerStatuses?.[0]?.state?.waiting;

  /** Waits until a Pod's container is refused; gives why. */
  async function refusal(name: string, spec: Partial<Pod["spec"]>): Promise<string> {
    await on.create(name, { containers: [shell("main", stay)], ...spec });
    const pod = await on.until(name, (each) => waiting(each)?.reason === "CreateContainerConfigError");
    return waiting(pod)?.message ?? "";
  }

  test("finds the Services of its namespace, and its own fields and resources, in its environment", async () => {
    const service = await on.cluster.client.create(services, {
      apiVersion: "v1",
      kind: "Service",
      metadata: { namespace, name: "my-web" },
      spec: { ports: [{ name: "http", port: 80 }] },
    });
    const field = (fieldPath: string) => ({ valueFrom: { fieldRef: { fieldPath } } });
    const script =
      "echo $MY_WEB_SERVICE_HOST:$MY_WEB_SERVICE_PORT_HTTP $MY_WEB_PORT_80_TCP $NAME-$LIMIT $BOTH";
    const container = {
      ...shell("main", script),
      resources: { limits: { memory: "64Mi" } },
      env: [
        { name: "NAME", ...field("metadata.name") },
        { name: "LIMIT", valueFrom: { resourceFieldRef: { resource: "limits.memory", divisor: "1Mi" } } },
        { name: "BOTH", value: "$(NAME)/$(NONE)/$$(NAME)" },
      ],
    };
    const address = service.spec.clusterIP;
    expect(await on.printed("variables", script, { containers: [container] })).toBe(
      `${address}:80 tcp://${address}:80 variables-64 variables/$(NONE)/$(NAME)\n`,
    );
    const without = { enableServiceLinks: false, containers: [shell("main", "env")] };
    expect(await on.printed("no-links", "env", without)).not.toContain("MY_WEB");
  });

  test("has Kubernetes' hosts file, its host name and where it looks up names", async () => {
    const script = "cat /etc/hosts; hostname; cat /etc/resolv.conf";
    const output = await on.printed("named", script, {
      hostname: "host",
      subdomain: "sub",
      setHostnameAsFQDN: true,
      hostAliases: [{ ip: "192.0.2.1", hostnames: ["alias", "other"] }],
      dnsConfig: { searches: ["example.org"], options: [{ name: "ndots", value: "2" }] },
    });
    expect(output).toContain("# Kubernetes-managed hosts file.\n");
    expect(output).toMatch(/^10\.[\d.]+\thost\.sub\.default\.svc\.cluster\.local\thost$/m);
    expect(output).toContain("192.0.2.1\talias\tother\n");
    expect(output).toMatch(/^host\.sub\.default\.svc\.cluster\.local$/m);
    expect(output).toMatch(/^search default\.svc\.cluster\.local .*example\.org$/m);
    expect(output).toMatch(/^options ndots:2$/m);
  });

  test("asks for names where its Pod says alone", async () => {
    const dnsConfig = { nameservers: ["192.0.2.53"], searches: ["example.org"] };
    const output = await on.printed("dns", "cat /etc/resolv.conf", { dnsPolicy: "None", dnsConfig });
    expect(output.match(/^(nameserver|search) .*$/gm)).toEqual([
      "search example.org",
      "nameserver 192.0.2.53",
    ]);
  });

  test("runs as the user and groups it is to, with the privileges it is left", async () => {
    const script = "id; grep -E 'NoNewPrivs|CapBnd|Seccomp:' /proc/self/status; touch /x || echo read-only";
    const container = shell("main", script, {
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
        seccompProfile: { type: "RuntimeDefault" },
      },
    });
    const output = await on.printed("secure", script, {
      securityContext: { runAsUser: 1000, runAsGroup: 2000, fsGroup: 3000, supplementalGroups: [4000] },
      containers: [container],
    });
    expect(output).toMatch(/uid=1000\S* gid=2000\S* groups=2000\S*,3000,4000$/m);
    expect(output).toMatch(/NoNewPrivs:\s+1/);
    expect(output).toMatch(/CapBnd:\s+0{16}/);
    expect(output).toMatch(/Seccomp:\s+2/);
    expect(output).toContain("read-only");
  });

  test("that must not run as root doesn't, whoever says so", async () => {
    const securityContext = { runAsNonRoot: true };
    expect(await refusal("image-root", { securityContext })).toMatch(
      /^container has runAsNonRoot and image will run as root \(pod: "image-root_default\(.*\)", container: main\)$/,
    );
    expect(await refusal("own-root", { securityContext: { runAsNonRoot: true, runAsUser: 0 } })).toContain(
      "container's runAsUser breaks non-root policy",
    );
    expect(
      await on.printed("plain-user", "id -u", { securityContext: { runAsNonRoot: true, runAsUser: 7 } }),
    ).toBe("7\n");
  });

  test("gets no hold on the machine unless the start of the node allows it", async () => {
    const secured = (securityContext: object) => ({ containers: [shell("main", stay, { securityContext })] });
    for (const [name, securityContext, what] of [
      ["privileged", { privileged: true }, "securityContext.privileged"],
      ["capable", { capabilities: { add: ["SYS_ADMIN"] } }, "(SYS_ADMIN)"],
      ["unconfined", { seccompProfile: { type: "Unconfined" } }, "(Unconfined)"],
    ] as const)
      expect(await refusal(name, secured(securityContext))).toContain(what);
    for (const field of ["hostNetwork", "hostPID", "hostIPC"]) {
      const name = field.toLowerCase();
      await on.create(name, { [field]: true, containers: [shell("main", stay)] });
      await expect
        .poll(async () => (await on.told(name)).join(), { timeout: patience })
        .toContain(`Failed to create pod sandbox: spec.${field} isn't allowed on this node`);
    }
  });

  test("sees the processes of the others where they are shared", async () => {
    const other = shell("other", "sleep 30");
    const main = shell("main", "sleep 2; ps -o args | grep -c '^sleep 30'");
    await on.create("processes", {
      shareProcessNamespace: true,
      containers: [main, other],
      restartPolicy: "Never",
    });
    await on.until(
      "processes",
      ({ status }) => status?.containerStatuses?.[0]?.state?.terminated !== undefined,
    );
    expect(await on.log("processes", { container: "main" })).toBe("1\n");
  });

  test("waits with the reason while what it needs isn't there", async () => {
    const env = (valueFrom: object) => [{ ...shell("main", stay), env: [{ name: "X", valueFrom }] }];
    expect(
      await refusal("no-map", { containers: env({ configMapKeyRef: { name: "none", key: "k" } }) }),
    ).toBe('configmap "none" not found');
    for (const [name, image, policy, reason] of [
      ["bad-name", "A b", "IfNotPresent", "InvalidImageName"],
      ["never", "localhost/none:1", "Never", "ErrImageNeverPull"],
      ["absent", "127.0.0.1:1/none:1", "Always", "ImagePullBackOff"],
    ] as const) {
      await on.create(name, { containers: [{ name: "main", image, imagePullPolicy: policy }] });
      await on.until(name, (pod) => waiting(pod)?.reason === reason);
    }
    const missing = { name: "main", command: ["/no/such/program"] };
    await on.create("no-program", { containers: [{ ...shell("main", ""), ...missing }] });
    await on.until("no-program", (pod) => waiting(pod)?.reason === "RunContainerError");
  });

  test("is asked over HTTP whether it has started and is ready", async () => {
    const get = (path: string) => ({ periodSeconds: 1, httpGet: { path, port: "http" } });
    const server = (path: string) => ({
      containers: [
        shell("main", "echo page > /www/index.html; exec httpd -f -p 8080 -h /www", {
          ports: [{ name: "http", containerPort: 8080 }],
          startupProbe: { ...get("/"), failureThreshold: 60 },
          readinessProbe: get(path),
        }),
      ],
    });
    await on.create("well", server("/"));
    await on.create("ill", server("/none"));
    await on.until("well", ({ status }) => status?.containerStatuses?.[0]?.ready === true);
    await expect
      .poll(() => on.told("ill"), { timeout: patience })
      .toContain("Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 404");
  });
});
