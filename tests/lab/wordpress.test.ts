import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Calls, eventually } from "../sovereign/calls.ts";
import { launcher, type Sovereign, startSovereign } from "../sovereign/sovereign.ts";
import { available } from "./available.ts";
import { imageArchive } from "./build.ts";
import { componentNamed, programPath } from "./lab.ts";
import { PodmanMachine } from "./podman-machine.ts";

const has = await available(
  import.meta.filename,
  "podman",
  "podman-helpers",
  "kubectl",
  "mariadb-image",
  "wordpress-image",
);

const wordpressImage = "library/wordpress:6.8-php8.3-apache";
const applications = "/environments/demo-dev/applications";
/** Images are unpacked and a database is made meanwhile (milliseconds). */
const patience = 240_000;

/** One Sovereign's life with Pods that really run; each test goes on where the one before ended. */
describe.skipIf(!has)("WordPress with MariaDB on podman", { timeout: 2 * patience }, () => {
  const folder = mkdtempSync(join(tmpdir(), "lab-wordpress-"));
  const data = join(folder, "data");
  const kubeconfig = join(folder, "kubeconfig");
  const machine = new PodmanMachine(data);
  let sovereign: Sovereign;
  let api: Calls;

  beforeAll(async () => {
    await start();
    const words = ["kubeconfig", "--data", data, "--cluster", "demo-dev"];
    writeFileSync(kubeconfig, execFileSync(launcher, words), { mode: 0o600 });
  });

  afterAll(async () => {
    await sovereign?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(): Promise<void> {
    const ports = sovereign?.ports;
    sovereign = await startSovereign({
      data,
      runtime: "podman",
      // Nothing is fetched from outside this machine: what isn't here can't be pulled.
      environment: { HTTPS_PROXY: "http://127.0.0.1:1" },
      ...(ports === undefined ? {} : { ports }),
    });
    api = new Calls(sovereign);
    await eventually("the Environment is ready", async () => (await api.get("/environments/demo-dev")).ready);
  }

  const kubectl = (words: readonly string[], input = "") =>
    execFileSync(programPath("kubectl"), ["--kubeconfig", kubeconfig, ...words], { encoding: "utf8", input });

  function importImage(component: string, name: string): void {
    const words = [
      "image",
      "import",
      imageArchive(componentNamed(component)),
      "--name",
      name,
      "--data",
      data,
    ];
    execFileSync(launcher, words);
  }

  const isPhase = (name: string, phase: string) =>
    eventually(
      `${name} is ${phase}`,
      async () => (await api.get(`${applications}/${name}`)).phase === phase,
      patience,
    );
  const sentenceOf = async (name: string): Promise<string> =>
    (await api.get(`${applications}/${name}`)).why?.sentence ?? "";

  /** Asks the Application at its own address, as a browser would. */
  function visit(path: string, form?: Record<string, string>): Promise<{ status: number; text: string }> {
    const { port } = new URL(sovereign.url);
    const body = form === undefined ? undefined : new URLSearchParams(form).toString();
    return new Promise((resolve, reject) => {
      const type = body === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" };
      const headers = { host: `blog.demo-dev.localhost:${port}`, ...type };
      const method = body === undefined ? "GET" : "POST";
      const signal = AbortSignal.timeout(30_000);
      request({ host: "127.0.0.1", port, path, method, headers, signal }, (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (part) => {
          text += part;
        });
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
      })
        .on("error", reject)
        .end(body);
    });
  }

  const showsTheBlog = () =>
    eventually(
      "the front page shows the blog",
      async () => {
        const { status, text } = await visit("/");
        return status === 200 && text.includes("Ahmed's bakery".replace("'", "&#039;"));
      },
      patience,
    );

  test("an image that can't be pulled is said in one sentence", async () => {
    await api.post(applications, { name: "blog", blueprint: { name: "bp-wordpress" } });
    await eventually("the sentence names the image", async () =>
      (await sentenceOf("blog-db")).includes("library/mariadb:11.4"),
    );
    expect(await sentenceOf("blog-db")).toBe(
      "The image registry.catalyst.local/library/mariadb:11.4 can't be pulled: " +
        "this Sovereign's registry doesn't have it, and the one it is published in can't be reached.",
    );
  });

  test("once the images are imported both run, and the install page answers", async () => {
    importImage("wordpress-image", wordpressImage);
    importImage("mariadb-image", "library/mariadb:11.4");
    await isPhase("blog-db", "Running");
    await isPhase("blog", "Running");
    const { status, text } = await visit("/wp-admin/install.php");
    expect(status).toBe(200);
    expect(text).toContain("wp-core-ui");
    expect((await api.get(`${applications}/blog`)).simulated).toBe(false);
  });

  test("WordPress is installed into the database it found by the Service's name", async () => {
    const done = await visit("/wp-admin/install.php?step=2", {
      weblog_title: "Ahmed's bakery",
      user_name: "ahmed",
      admin_password: "a long enough password",
      admin_password2: "a long enough password",
      pw_weak: "on",
      admin_email: "ahmed@example.com",
      blog_public: "0",
      language: "",
      Submit: "Install WordPress",
    });
    expect(done.text).toContain("Success!");
    await showsTheBlog();
    const secret = kubectl(["get", "secret", "-n", "blog", "-o", "jsonpath={.items[*].data.address}"]);
    expect(Buffer.from(secret, "base64").toString()).toBe("blog-db.blog-db.svc.cluster.local:3306");
  });

  test("kubectl shows the logs, and the node isn't labelled as simulated", () => {
    expect(kubectl(["logs", "-n", "blog-db", "blog-db-0"])).toContain("ready for connections");
    expect(kubectl(["logs", "-n", "blog", "deployment/blog"])).toContain("/wp-admin/install.php");
    const labels = kubectl(["get", "nodes", "-o", "jsonpath={.items[*].metadata.labels}"]);
    expect(labels).toContain('"podman"');
  });

  test("a Pod reaches its cluster's API at the cluster's own port, as its ServiceAccount", async () => {
    const folderOfToken = "/var/run/secrets/kubernetes.io/serviceaccount";
    const script = `
      $token = file_get_contents("${folderOfToken}/token");
      $options = ["http" => ["header" => "Authorization: Bearer $token", "ignore_errors" => true],
        "ssl" => ["cafile" => "${folderOfToken}/ca.crt"]];
      $at = getenv("KUBERNETES_SERVICE_HOST") . ":" . getenv("KUBERNETES_SERVICE_PORT");
      echo file_get_contents("https://$at/api/v1/secrets", false, stream_context_create($options));
      echo gethostbyname("blog-db.blog-db.svc.cluster.local");`;
    const image = `registry.catalyst.local/${wordpressImage}`;
    const container = { name: "main", image, command: ["php", "-r", script] };
    const pod = { metadata: { name: "caller" }, spec: { restartPolicy: "Never", containers: [container] } };
    kubectl(["create", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "Pod", ...pod }));
    kubectl(["wait", "pod/caller", "--for=jsonpath={.status.phase}=Succeeded", "--timeout=90s"]);
    const said = kubectl(["logs", "caller"]);
    expect(said).toContain("system:serviceaccount:default:default");
    const address = kubectl([
      "get",
      "service",
      "-n",
      "blog-db",
      "blog-db",
      "-o",
      "jsonpath={.spec.clusterIP}",
    ]);
    expect(said.endsWith(address)).toBe(true);
    kubectl(["delete", "pod", "caller"]);
  });

  test("containers and data outlive a kill of the Sovereign, and no container is started twice", async () => {
    const before = machine.running();
    expect([...before.keys()].sort()).toEqual(["mariadb", "wordpress"]);
    await sovereign.kill();
    expect(machine.running()).toEqual(before);
    await start();
    await showsTheBlog();
    await isPhase("blog", "Running");
    expect(machine.running()).toEqual(before);
    expect(await restarts()).toEqual([0, 0]);
  });

  test("a container that dies is started again, with its data", async () => {
    for (const name of ["mariadb", "wordpress"]) {
      const { id, pid } = machine.running().get(name) ?? { id: "", pid: 0 };
      expect(pid).toBeGreaterThan(1);
      process.kill(pid, "SIGKILL");
      await eventually(
        `${name} runs again`,
        async () => ![undefined, id].includes(machine.running().get(name)?.id),
        patience,
      );
    }
    await showsTheBlog();
    // The node tells of it once the container runs.
    await eventually(
      "each was started again once",
      async () => (await restarts()).join() === "1,1",
      patience,
    );
  });

  async function restarts(): Promise<number[]> {
    const path = "jsonpath={.items[*].status.containerStatuses[*].restartCount}";
    const counted = ["blog", "blog-db"].map((namespace) =>
      kubectl(["get", "pods", "-n", namespace, "-o", path]),
    );
    return counted.map(Number);
  }

  test("stopping ends the containers and leaves nothing on the machine; starting brings the blog back", async () => {
    await sovereign.stop();
    expect(machine.traces()).toEqual([]);
    expect(machine.everything()).toEqual([]);
    await start();
    await showsTheBlog();
  });

  test("removal leaves no container, no volume and no data", async () => {
    const volumes = join(data, "node/volumes/demo-dev");
    expect(readdirSync(volumes)).toHaveLength(2);
    for (const name of ["blog", "blog-db"]) {
      await api.delete(`${applications}/${name}`);
      await eventually(
        `${name} is gone`,
        async () => (await api.status(`${applications}/${name}`)) === 404,
        patience,
      );
    }
    await eventually("no container is left", async () => machine.everything().length === 0, patience);
    const volumesLeft = () => (existsSync(volumes) ? readdirSync(volumes) : []);
    await eventually("no volume is left", async () => volumesLeft().length === 0, patience);
    const listed = () => kubectl(["get", "persistentvolumes", "-o", "name"]);
    await eventually("no PersistentVolume is left", async () => listed() === "", patience);
    await sovereign.stop();
    expect(machine.traces()).toEqual([]);
  });
});
