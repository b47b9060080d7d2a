import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  comparableAnswer,
  type Step,
} from "../../core/embedded/kubernetes/machinery/conformance/scenario.ts";
import { type Suite, suites } from "../../core/embedded/kubernetes/machinery/conformance/scenarios.ts";
import { builtinKinds } from "../../core/embedded/kubernetes/machinery/index.ts";
import { type ApiClient, apiClient } from "./api-client.ts";
import { available } from "./available.ts";
import { type Lab, startLab } from "./lab.ts";
import { printLists } from "./print-golden.ts";

const golden = (suite: Suite) =>
  new URL(
    `../../core/embedded/kubernetes/machinery/conformance/golden/${suite.golden}.json`,
    import.meta.url,
  );

/** What a path is made of. */
interface Place {
  readonly apiVersion: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/** A version of a custom kind. */
interface Version {
  readonly name: string;
  readonly served: boolean;
  readonly additionalPrinterColumns?: readonly { readonly name: string }[];
}

interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

const asTable = "application/json;as=Table;v=v1;g=meta.k8s.io";

const patchTypes = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
} as const;

describe.skipIf(!(await available(import.meta.filename, "kube-apiserver")))(
  "the machinery's scenarios",
  () => {
    let lab: Lab;
    let client: ApiClient;
    const answers = new Map<Suite, Record<string, unknown[]>>(suites.map((suite) => [suite, {}]));
    /** The custom kinds defined on the way, as `example.com/v1/Widget`. */
    const defined = new Map<string, Place>();

    beforeAll(async () => {
      lab = await startLab(["kube-apiserver"]);
      client = apiClient(lab.fact("kube-apiserver", "url"), lab.fact("kube-apiserver", "token"));
      const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } };
      const made = await send(
        "POST",
        "/api/v1/namespaces/default/serviceaccounts",
        "application/json",
        account,
      );
      expect(made.status, JSON.stringify(made.body)).toBe(201);
    });
    afterAll(async () => {
      if (process.env["CATALYST_REWRITE"] === "1") {
        // A run of some suites or scenarios only leaves the others as they were.
        for (const [suite, given] of answers) {
          if (Object.keys(given).length > 0)
            writeFileSync(golden(suite), printLists({ ...recorded(suite), ...given }));
        }
      }
      await lab?.stop();
    });

    describe.each(suites)("$golden", (suite) => {
      test.each(suite.scenarios)("$name: as recorded", async ({ name, steps }) => {
        const given: unknown[] = [];
        for (const step of steps) {
          const reply = await run(step);
          given.push(comparableAnswer(step, reply));
          if (step.kind.endsWith("/CustomResourceDefinition") && reply.status < 300) await served(reply.body);
        }
        answers.get(suite)![name] = given;
        if (process.env["CATALYST_REWRITE"] === "1") return;
        expect(given).toEqual(recorded(suite)[name]);
      });
    });

    function recorded(suite: Suite): Record<string, unknown[]> {
      const known = new Set(suite.scenarios.map(({ name }) => name));
      const all = JSON.parse(readFileSync(golden(suite), "utf8")) as Record<string, unknown[]>;
      return Object.fromEntries(Object.entries(all).filter(([name]) => known.has(name)));
    }

    /** Notes a definition's kinds, and waits until they are served as it says now, or it is known that they won't be. */
    async function served(definition: Record<string, unknown>): Promise<void> {
      const { group, names, scope, versions } = definition["spec"] as {
        group: string;
        scope: string;
        names: { plural: string; kind: string };
        versions: Version[];
      };
      for (const { name } of versions) {
        const place = {
          apiVersion: `${group}/${name}`,
          plural: names.plural,
          namespaced: scope === "Namespaced",
        };
        defined.set(`${place.apiVersion}/${names.kind}`, place);
      }
      const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${names.plural}.${group}`;
      const version = versions.find((each) => each.served);
      await expect
        .poll(() => isServed(path, `/apis/${group}/${version?.name}/${names.plural}`, version))
        .toBe(true);
    }

    /** A definition that was changed is told from the one before by the columns it has. */
    async function isServed(
      definition: string,
      list: string,
      version: Version | undefined,
    ): Promise<boolean> {
      const { status } = (await send("GET", definition)).body as {
        status: { conditions: { type: string; status: string }[] | null };
      };
      const stateOf = (type: string) => status.conditions?.find((each) => each.type === type)?.status;
      if (stateOf("NamesAccepted") === "False") return true;
      if (stateOf("Established") !== "True") return false;
      if (version === undefined) return true;
      const { status: code, body } = await send("GET", list, undefined, undefined, asTable);
      const wanted = version.additionalPrinterColumns ?? [{ name: "Age" }];
      const shown = body["columnDefinitions"] as readonly { name: string }[] | undefined;
      const text = (columns: readonly { name: string }[]) => columns.map(({ name }) => name).join();
      return code === 200 && text(shown ?? []) === text([{ name: "Name" }, ...wanted]);
    }

    async function run(step: Step): Promise<Reply> {
      const path = pathOf(step);
      const query = new URLSearchParams({
        fieldManager: step.manager ?? "test",
        ...(step.fieldValidation === undefined ? {} : { fieldValidation: step.fieldValidation }),
        ...(step.force === true ? { force: "true" } : {}),
      });
      switch (step.verb) {
        case "create":
          return send("POST", `${path}?${query}`, "application/json", step.body);
        case "get":
          return send("GET", path);
        case "table":
          return tableOf(await send("GET", path, undefined, undefined, asTable));
        case "patch":
          return send("PATCH", `${path}?${query}`, patchTypes[step.patchType ?? "merge"], step.body);
        case "apply":
          return send("PATCH", `${path}?${query}`, "application/apply-patch+yaml", step.body);
        case "update":
          return update(step, path, query);
      }
    }

    /** Changes what is there anew when a controller of the server's was faster; a conflict that is asked for stays one. */
    async function update({ body, change }: Step, path: string, query: URLSearchParams): Promise<Reply> {
      const put = async () =>
        send(
          "PUT",
          `${path}?${query}`,
          "application/json",
          change === undefined ? body : change((await send("GET", path)).body),
        );
      let reply = await put();
      for (let again = 0; again < 3 && change !== undefined && reply.status === 409; again++)
        reply = await put();
      return reply;
    }

    function tableOf(reply: Reply): Reply {
      if (reply.status !== 200) return reply;
      const { columnDefinitions, rows } = reply.body as {
        columnDefinitions: { name: string; type: string; format: string; priority: number }[];
        rows: { cells: unknown[] }[];
      };
      const columns = columnDefinitions.map(({ name, type, format, priority }) => ({
        name,
        type,
        format,
        priority,
      }));
      return { status: 200, body: { columns, cells: rows[0]?.cells } };
    }

    function pathOf(step: Step): string {
      const builtin = builtinKinds().find((one) => `${one.apiVersion}/${one.kind}` === step.kind);
      const kind: Place | undefined = builtin ?? defined.get(step.kind);
      if (kind === undefined) throw new Error(`${step.kind} isn't defined`);
      const root = kind.apiVersion === "v1" ? "/api/v1" : `/apis/${kind.apiVersion}`;
      const scope = kind.namespaced ? "/namespaces/default" : "";
      const name = step.verb === "create" ? "" : `/${step.name}`;
      const subresource = step.subresource === undefined ? "" : `/${step.subresource}`;
      return `${root}${scope}/${kind.plural}${name}${subresource}`;
    }

    async function send(
      method: string,
      path: string,
      type = "application/json",
      body?: unknown,
      accept = "application/json",
    ): Promise<Reply> {
      const { status, body: answered } = await client({ method, path, type, body, headers: { accept } });
      // A path that isn't served is answered with a line of text.
      const isText = typeof answered === "string";
      return { status, body: isText ? { text: answered } : (answered as Record<string, unknown>) };
    }
  },
);
