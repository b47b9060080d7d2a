import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { openServer } from "@catalyst/adapter-http";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { type KubernetesServer, localAuthority, openKubernetes } from "@catalyst/embedded-kubernetes";
import { openStore, type Store } from "@catalyst/embedded-store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { available } from "./available.ts";
import { programPath } from "./lab.ts";

const token = "kubectl-test";

describe.skipIf(!(await available(import.meta.filename, "kubectl")))("the real kubectl", () => {
  let folder: string;
  let store: Store;
  let server: KubernetesServer;
  let listening: Awaited<ReturnType<typeof openServer>>;
  const running: ChildProcess[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "catalyst-lab-kubectl-"));
    store = await openStore({ dir: join(folder, "data") });
    const authority = await localAuthority(join(folder, "data"), systemClock);
    server = await openKubernetes({
      store,
      clock: systemClock,
      logger: silentLogger,
      tokens: [{ token, user: { name: "admin", groups: ["system:masters"] } }],
      rootCertificate: authority.certificate,
      node: {
        async *log(_cluster, pod, { container }) {
          yield Buffer.from(`${pod.metadata.name} ${container} says hello\n`);
        },
      },
    });
    await server.ensure("demo");
    const tls = { ...(await authority.issueServer()), clientCa: authority.certificate };
    listening = await openServer(server.handler, { logger: silentLogger, tls });
    const certificate = await authority.issueClient({ name: "by-certificate", groups: ["system:masters"] });
    const cluster = (path: string) => ({
      server: `https://127.0.0.1:${listening.port}${path}`,
      "certificate-authority-data": Buffer.from(authority.certificate).toString("base64"),
    });
    const config = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        { name: "management", cluster: cluster("") },
        { name: "demo", cluster: cluster("/clusters/demo") },
      ],
      users: [
        { name: "token", user: { token } },
        {
          name: "certificate",
          user: {
            "client-certificate-data": Buffer.from(certificate.cert).toString("base64"),
            "client-key-data": Buffer.from(certificate.key).toString("base64"),
          },
        },
      ],
      contexts: [
        { name: "management", context: { cluster: "management", user: "token" } },
        { name: "demo", context: { cluster: "demo", user: "token" } },
        { name: "certificate", context: { cluster: "management", user: "certificate" } },
      ],
      "current-context": "management",
    };
    await writeFile(join(folder, "kubeconfig"), JSON.stringify(config), { mode: 0o600 });
  });

  afterAll(async () => {
    for (const child of running) child.kill();
    await listening.close();
    await server.close();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  const environment = () => ({
    HOME: folder,
    KUBECONFIG: join(folder, "kubeconfig"),
    // `kubectl diff` runs the machine's diff.
    PATH: process.env["PATH"],
  });

  /** Runs kubectl with the words of a line; gives what it printed, and says so when it failed. */
  function kubectl(line: string, input = ""): Promise<string> {
    return new Promise((resolve) => {
      const child = execFile(
        programPath("kubectl"),
        line.split(" "),
        { env: environment(), timeout: 30_000 },
        (error, stdout, stderr) => resolve(error === null ? stdout + stderr : `failed: ${stderr}${stdout}`),
      );
      child.stdin?.end(input);
    });
  }

  const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { app: web } }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: page, image: "nginx:1" }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`;

  it("finds the version and what is served", async () => {
    expect(await kubectl("version")).toMatch(/Server Version: v1\.36\./);
    const resources = await kubectl("api-resources");
    expect(resources).toMatch(/^deployments +deploy +apps\/v1 +true +Deployment$/m);
    expect(await kubectl("api-versions")).toContain("rbac.authorization.k8s.io/v1");
    expect(await kubectl("explain deployment.spec.replicas")).toMatch(
      /FIELD: replicas <integer>[\s\S]*DESCRIPTION:\s+How many Pods there shall be/,
    );
    expect(await kubectl("explain pod.spec.containers")).toMatch(
      /DESCRIPTION:\s+The containers that run[\s\S]*One program, its image[\s\S]*imagePullPolicy\t<string>\s+When the image is pulled/,
    );
    expect(await kubectl("explain nothing")).toMatch(/^failed: .*doesn't have a resource type/);
  });

  it("applies, shows, changes and deletes", async () => {
    expect(await kubectl("apply -f -", deployment)).toBe(
      "deployment.apps/web created\nservice/web created\n",
    );
    expect(await kubectl("apply -f -", deployment)).toBe(
      "deployment.apps/web unchanged\nservice/web unchanged\n",
    );
    const wide = await kubectl("get deployment web -o wide");
    expect(wide.split("\n")[0]!.split(/ +/)).toEqual(
      "NAME READY UP-TO-DATE AVAILABLE AGE CONTAINERS IMAGES SELECTOR".split(" "),
    );
    expect(wide).toMatch(/^web +0\/2 +0 +0 +\d+s +page +nginx:1 +app=web$/m);
    expect(await kubectl("get service web")).toMatch(/^web +ClusterIP +10\.\d+\.\d+\.\d+ +<none> +80\/TCP/m);
    expect(await kubectl("get deployment web -o jsonpath={.spec.strategy.type}")).toBe("RollingUpdate");
    expect(await kubectl("describe deployment web")).toContain("RollingUpdateStrategy:  25% max unavailable");
    expect(await kubectl("scale deployment web --replicas=5")).toBe("deployment.apps/web scaled\n");
    expect(await kubectl("label deployment web tier=front")).toBe("deployment.apps/web labeled\n");
    expect(await kubectl("annotate deployment web note=x")).toBe("deployment.apps/web annotated\n");
    expect(await kubectl("set image deployment/web page=nginx:2")).toContain("image updated");
    const shown = JSON.parse(await kubectl("get deployment web -o json"));
    expect(shown).toMatchObject({
      metadata: { labels: { tier: "front" }, annotations: { note: "x" } },
      spec: { replicas: 5, template: { spec: { containers: [{ image: "nginx:2" }] } } },
    });
    expect(await kubectl("diff -f -", deployment)).toMatch(/^-.*image: nginx:2$/m);
    expect(await kubectl("delete -f -", deployment)).toContain('deployment.apps "web" deleted');
    expect(await kubectl("get deployment web")).toBe(
      'failed: Error from server (NotFound): deployments.apps "web" not found\n',
    );
  });

  it("refuses what isn't valid, with the field", async () => {
    const unknown = deployment.replace("replicas", "replicaz");
    expect(await kubectl("apply -f -", unknown)).toContain('unknown field "spec.replicaz"');
    const wrong = deployment.replace("replicas: 2", "replicas: -1");
    expect(await kubectl("apply -f -", wrong)).toContain("spec.replicas: Invalid value: -1");
  });

  it("applies on the server's side, with conflicts between managers", async () => {
    const owned = (data: string) =>
      `{ apiVersion: v1, kind: ConfigMap, metadata: { name: owned }, data: { a: "${data}" } }`;
    const apply = (manager: string, data: string, more = "") =>
      kubectl(`apply --server-side --field-manager=${manager}${more} -f -`, owned(data));
    expect(await apply("one", "1")).toBe("configmap/owned serverside-applied\n");
    const conflict = await apply("two", "2");
    expect(conflict).toContain('conflict with "one": .data.a');
    expect(await apply("two", "2", " --force-conflicts")).toBe("configmap/owned serverside-applied\n");
    expect(await kubectl("get configmap owned -o jsonpath={.data.a}")).toBe("2");
  });

  it("creates builtin objects, whose bodies it sends as protobuf", async () => {
    expect(await kubectl("create namespace play")).toBe("namespace/play created\n");
    expect(await kubectl("-n play create configmap c --from-literal=a=b")).toBe("configmap/c created\n");
    expect(await kubectl("-n play create secret generic s --from-literal=p=q")).toBe("secret/s created\n");
    expect(await kubectl("-n play get secret s -o jsonpath={.data.p}")).toBe("cQ==");
    expect(await kubectl("-n play create deployment d --image=nginx --replicas=3")).toBe(
      "deployment.apps/d created\n",
    );
    expect(await kubectl("-n play get deployment d -o jsonpath={.spec.replicas}")).toBe("3");
    expect(await kubectl("-n play create ingress i --rule=a.example/x=s:80")).toBe(
      "ingress.networking.k8s.io/i created\n",
    );
    const placed = JSON.stringify({ spec: { nodeName: "here" } });
    expect(await kubectl(`-n play run p --image=nginx --overrides=${placed}`)).toBe("pod/p created\n");
    expect(await kubectl("-n play get pod p -o jsonpath={.spec.volumes[0].projected.sources[0]}")).toContain(
      "serviceAccountToken",
    );
    expect(await kubectl("-n play logs p")).toBe("p p says hello\n");
    // Its node would let it go, but there is none.
    expect(await kubectl("-n play delete pod p --grace-period=0 --force")).toContain('pod "p" force deleted');
    expect(await kubectl("delete namespace play")).toContain('namespace "play" deleted');
    expect(await kubectl("get namespace play")).toContain("NotFound");
  });

  it("asks who it is and what it may", async () => {
    expect(await kubectl("auth whoami -o jsonpath={.status.userInfo.username}")).toBe("admin");
    expect(await kubectl("--context certificate auth whoami -o jsonpath={.status.userInfo.username}")).toBe(
      "by-certificate",
    );
    expect(await kubectl("auth can-i delete pods")).toBe("yes\n");
    await kubectl("create serviceaccount robot");
    await kubectl("create role reader --verb=get,list --resource=pods");
    await kubectl("create rolebinding robot-reads --role=reader --serviceaccount=default:robot");
    const robot = "--as=system:serviceaccount:default:robot";
    expect(await kubectl(`auth can-i list pods ${robot}`)).toBe("yes\n");
    expect(await kubectl(`auth can-i delete pods ${robot}`)).toMatch(/^failed: .*no/s);
    expect(await kubectl(`get secrets ${robot}`)).toContain(
      'User "system:serviceaccount:default:robot" cannot list resource "secrets" in API group ""',
    );
    expect((await kubectl("create token robot")).split(".")).toHaveLength(3);
  });

  it("defines kinds, makes objects of them and waits for them", async () => {
    const definition = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "boats.example.com" },
      spec: {
        group: "example.com",
        scope: "Namespaced",
        names: { plural: "boats", kind: "Boat", shortNames: ["bt"] },
        versions: [
          {
            name: "v1",
            served: true,
            storage: true,
            subresources: { status: {} },
            additionalPrinterColumns: [{ name: "Sails", type: "integer", jsonPath: ".spec.sails" }],
            schema: {
              openAPIV3Schema: {
                type: "object",
                properties: {
                  spec: { type: "object", properties: { sails: { type: "integer", minimum: 1 } } },
                  status: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
                },
              },
            },
          },
        ],
      },
    };
    expect(await kubectl("apply -f -", JSON.stringify(definition))).toContain("created");
    const wait = "wait --for=condition=Established crd/boats.example.com --timeout=10s";
    expect(await kubectl(wait)).toContain("condition met");
    const boat = (sails: number) =>
      `{ apiVersion: example.com/v1, kind: Boat, metadata: { name: one }, spec: { sails: ${sails} } }`;
    expect(await kubectl("apply -f -", boat(0))).toContain("spec.sails: Invalid value: 0");
    expect(await kubectl("apply -f -", boat(2))).toBe("boat.example.com/one created\n");
    expect(await kubectl("get bt")).toMatch(/^NAME +SAILS\none +2$/m);
    expect(await kubectl("explain boat.spec.sails")).toContain("<integer>");
    const patch = '{"status":{"conditions":[{"type":"Ready","status":"True"}]}}';
    expect(await kubectl(`patch boat one --subresource=status --type=merge -p ${patch}`)).toContain(
      "patched",
    );
    expect(await kubectl("wait --for=condition=Ready boat/one --timeout=10s")).toContain("condition met");
    expect(await kubectl("delete crd boats.example.com")).toContain("deleted");
  });

  it("watches", async () => {
    const child = spawn(programPath("kubectl"), ["get", "configmaps", "-w", "-o", "name"], {
      env: environment(),
      stdio: ["ignore", "pipe", "inherit"],
    });
    running.push(child);
    const created = kubectl("create configmap seen-by-watch --from-literal=a=b");
    for await (const line of createInterface({ input: child.stdout })) {
      if (line === "configmap/seen-by-watch") break;
    }
    child.kill();
    expect(await created).toContain("created");
  });

  it("tells who one is and what one may do", async () => {
    expect(await kubectl("auth whoami")).toMatch(
      /Username +admin\nGroups +\[system:masters system:authenticated\]/,
    );
    expect(await kubectl("auth can-i create pods")).toBe("yes\n");
    await kubectl("create rolebinding ann --clusterrole=view --user=ann");
    expect(await kubectl("auth can-i delete pods --as=ann")).toMatch(/^failed: no/);
    const list = await kubectl("auth can-i --list --as=ann");
    expect(list).toMatch(/^pods\/log +\[\] +\[\] +\[get list watch\]$/m);
    expect(list).not.toContain("secrets");
    expect(await kubectl("auth whoami --as=ann --as-group=dev --as-uid=7")).toMatch(
      /Username +ann\nUID +7\nGroups +\[dev system:authenticated\]/,
    );
  });

  it("completes roles and bindings", async () => {
    const role = (...verbs: readonly string[]) => `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reconciled, namespace: default }
rules: [{ apiGroups: [""], resources: [pods], verbs: [${verbs.join(", ")}] }]
`;
    expect(await kubectl("auth reconcile -f -", role("get"))).toContain("reconciled");
    expect(await kubectl("auth reconcile -f -", role("list"))).toContain("reconciled");
    expect(await kubectl("get role reconciled -o jsonpath={.rules[*].verbs}")).toBe('["get"] ["list"]');
  });

  it("is given a token that says who it is", async () => {
    await kubectl("create serviceaccount robot");
    const token = (await kubectl("create token robot --duration=20m")).trim();
    expect(await kubectl(`--token=${token} auth whoami`)).toContain("system:serviceaccount:default:robot");
    expect(await kubectl("create token robot --duration=1m")).toContain("less than 10 minutes");
    const elsewhere = (await kubectl("create token robot --audience=vault")).trim();
    expect(await kubectl(`--token=${elsewhere} auth whoami`)).toContain("Unauthorized");
    await kubectl("delete serviceaccount robot");
    expect(await kubectl(`--token=${token} auth whoami`)).toContain("Unauthorized");
  });

  it("sees another cluster at its path", async () => {
    await kubectl("--context demo create configmap only-here --from-literal=a=b");
    expect(await kubectl("--context demo get configmap only-here -o jsonpath={.data.a}")).toBe("b");
    expect(await kubectl("get configmap only-here")).toContain("NotFound");
    expect(await kubectl("--context demo explain pod.spec.nodeName")).toContain("<string>");
  });
});
