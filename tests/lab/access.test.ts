import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Answer,
  type Compared,
  type Exchange,
  runScenario,
} from "../../core/embedded/kubernetes/access/conformance/exchange.ts";
import { scenarios } from "../../core/embedded/kubernetes/access/conformance/scenarios.ts";
import { type ApiClient, apiClient } from "./api-client.ts";
import { available } from "./available.ts";
import { type Lab, startLab } from "./lab.ts";
import { printLists } from "./print-golden.ts";

const server = new URL("../../core/embedded/kubernetes/", import.meta.url);
const answersFile = new URL("access/conformance/golden/answers.json", server);
const rolesFile = new URL("data/default-roles.generated.json", server);
const flowsFile = new URL("data/default-flows.generated.json", server);
const rewrite = process.env["CATALYST_REWRITE"] === "1";

describe.skipIf(!(await available(import.meta.filename, "kube-apiserver", "kube-controller-manager")))(
  "access, as a real API server gives it",
  () => {
    let lab: Lab;
    let client: ApiClient;
    const answers: Record<string, readonly Compared[]> = {};

    beforeAll(async () => {
      lab = await startLab(["kube-apiserver", "kube-controller-manager"]);
      client = apiClient(lab.fact("kube-apiserver", "url"), lab.fact("kube-apiserver", "token"));
    });
    afterAll(async () => {
      if (rewrite) writeFileSync(answersFile, printLists(answers));
      await lab?.stop();
    });

    test("the roles every cluster begins with: as recorded", async () => {
      const aggregated = async () => {
        const { body } = await send({ method: "GET", path: `${rbac}/clusterroles/admin` });
        return (body as { rules: unknown[] | null }).rules;
      };
      // admin takes in edit, which takes in view: it is the last one to be whole
      const ofView = expect.objectContaining({ apiGroups: ["discovery.k8s.io"] });
      await expect.poll(aggregated, { timeout: 60_000 }).toContainEqual(ofView);
      const lists = await record(rbac, ["clusterroles", "clusterrolebindings", "roles", "rolebindings"]);
      if (rewrite) writeFileSync(rolesFile, printLists(lists));
      expect(lists).toEqual(JSON.parse(readFileSync(rolesFile, "utf8")));
    });

    test("the flows every cluster begins with: as recorded", async () => {
      const lists = await record("/apis/flowcontrol.apiserver.k8s.io/v1", [
        "flowschemas",
        "prioritylevelconfigurations",
      ]);
      if (rewrite) writeFileSync(flowsFile, printLists(lists));
      expect(lists).toEqual(JSON.parse(readFileSync(flowsFile, "utf8")));
    });

    test.each(scenarios)("$name: as recorded", async (scenario) => {
      const given = await runScenario(scenario, send, "https://kubernetes.default.svc");
      answers[scenario.name] = given;
      if (rewrite) return;
      expect(given).toEqual(JSON.parse(readFileSync(answersFile, "utf8"))[scenario.name]);
    });

    async function record(group: string, plurals: readonly string[]): Promise<Record<string, unknown[]>> {
      const lists: Record<string, unknown[]> = {};
      for (const plural of plurals) {
        const { body } = await send({ method: "GET", path: `${group}/${plural}` });
        lists[plural] = (body as { items: Stored[] }).items.map(withoutRun);
      }
      return lists;
    }

    function send({ headers, ...exchange }: Exchange): Promise<Answer> {
      return client({ ...exchange, headers: severally(headers) });
    }
  },
);

const rbac = "/apis/rbac.authorization.k8s.io/v1";

interface Stored {
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** An object without what is of this run: its ids, times and revisions, and what its controllers say of it. */
function withoutRun({ metadata, status: _status, ...rest }: Stored & { readonly status?: unknown }) {
  const { name, namespace, labels, annotations, generation } = metadata;
  return JSON.parse(
    JSON.stringify({ metadata: { name, namespace, labels, annotations, generation }, ...rest }),
  );
}

/** Several groups are several header lines. */
function severally(headers: Exchange["headers"] = {}): Record<string, string | string[]> {
  const { "impersonate-group": groups, ...rest } = headers;
  return { ...rest, ...(groups === undefined ? {} : { "impersonate-group": groups.split(",") }) };
}
