import { readFile } from "node:fs/promises";
import { printYaml } from "@catalyst/base/yaml";
import type { OrganizationView } from "@catalyst/model/view";
import { managementCluster } from "@catalyst/ports/kubernetes";
import type { Command } from "../cli/command.ts";
import { EnvironmentError } from "../cli/errors.ts";
import { dataFolder } from "../sovereign/data-folder.ts";
import { callAsAdmin, dataOption, type RunningNote, requireRunning } from "../sovereign/running.ts";

/** Prints a kubeconfig of the management cluster, or of an Environment's. */
export const kubeconfig: Command = {
  options: {
    data: { type: "string", value: "DIR", default: ".catalyst", help: "Data folder" },
    cluster: {
      type: "string",
      value: "NAME",
      default: managementCluster,
      help: "management, or an Environment's name",
    },
  },
  examples: [
    "./catalyst kubeconfig > kubeconfig && kubectl --kubeconfig kubeconfig get nodes",
    "./catalyst kubeconfig --cluster demo-dev",
  ],
  run: async ({ arguments: given, folder, terminal }) => {
    const root = dataOption(folder, given.text("data"));
    const note = await requireRunning(root);
    const cluster = given.text("cluster") ?? managementCluster;
    const clusters = await clusterNames(root, note);
    if (!clusters.includes(cluster)) {
      throw new EnvironmentError(`there is no cluster "${cluster}"`, {
        hint: `This Sovereign has ${clusters.join(", ")}.`,
      });
    }
    const { certificateAuthority, adminToken } = dataFolder(root);
    const [authority, token] = [
      await readFile(certificateAuthority),
      (await readFile(adminToken, "utf8")).trim(),
    ];
    const path = cluster === managementCluster ? "" : `/clusters/${encodeURIComponent(cluster)}`;
    const document = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        {
          name: cluster,
          cluster: {
            server: `https://127.0.0.1:${note.kubernetesPort}${path}`,
            "certificate-authority-data": authority.toString("base64"),
          },
        },
      ],
      users: [{ name: "admin", user: { token } }],
      contexts: [{ name: cluster, context: { cluster, user: "admin" } }],
      "current-context": cluster,
      preferences: {},
    };
    terminal.result(document, printYaml(document));
    return 0;
  },
};

/** The management cluster, and that of each Environment. */
async function clusterNames(root: string, note: RunningNote): Promise<readonly string[]> {
  const environments: string[] = [];
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const path = `/v1/organizations?limit=500${query}`;
    const page = (await callAsAdmin(root, note, "GET", path)) as OrganizationPage;
    environments.push(...page.items.flatMap((organization) => organization.environments));
    cursor = page.next;
  } while (cursor !== undefined);
  return [managementCluster, ...environments.sort()];
}

interface OrganizationPage {
  readonly items: readonly Pick<OrganizationView, "environments">[];
  readonly next?: string;
}
