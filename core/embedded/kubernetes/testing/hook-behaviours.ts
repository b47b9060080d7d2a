import { type Behaviour, patching, type ReceivedReview } from "./hook-server.ts";

function dataOf({ request }: ReceivedReview): Readonly<Record<string, string>> {
  const { data = {} } = (request["object"] ?? {}) as { readonly data?: Readonly<Record<string, string>> };
  return data;
}

/** Adds a key to a ConfigMap's data, once. */
function adding(
  key: string,
  when: (data: Readonly<Record<string, string>>) => boolean = () => true,
): Behaviour {
  return (review) => {
    const data = dataOf(review);
    if (key in data || !when(data)) return { allowed: true };
    return patching({ op: "add", path: `/data/${key}`, value: "added" });
  };
}

/** What the webhooks of the scenarios do, by the path they are at. */
export const behaviours: Readonly<Record<string, Behaviour>> = {
  "/allow": () => ({ allowed: true }),
  "/warn": () => ({ allowed: true, warnings: ["first warning", "second warning"] }),
  "/annotate": () => ({ allowed: true, auditAnnotations: { seen: "yes" } }),
  "/deny": () => ({ allowed: false }),
  "/deny-message": () => ({ allowed: false, status: { message: "not today" } }),
  "/deny-reason": () => ({ allowed: false, status: { reason: "Conflict" } }),
  "/deny-whole": () => ({
    allowed: false,
    status: {
      status: "Success",
      message: "too much",
      reason: "RequestEntityTooLarge",
      code: 413,
      details: {
        name: "n",
        kind: "k",
        causes: [{ reason: "r", message: "m", field: "f" }],
        retryAfterSeconds: 3,
      },
    },
  }),
  "/deny-code-200": () => ({ allowed: false, status: { code: 200, message: "fine" } }),
  "/first": adding("first"),
  "/second": adding("second"),
  "/first-after-second": adding("first", (data) => "second" in data),
  "/labels": () => patching({ op: "add", path: "/metadata/labels", value: { hooked: "yes" } }),
  "/replicas": () => patching({ op: "replace", path: "/spec/replicas", value: 3 }),
  "/empty-patch": () => patching(),
  "/container": () =>
    patching({
      op: "add",
      path: "/spec/template/spec/containers/-",
      value: { name: "extra", image: "extra:1" },
    }),
  "/spec": () =>
    patching({ op: "add", path: "/spec", value: { a: 1 } }, { op: "add", path: "/data/added", value: "yes" }),
  "/unknown-field": () => patching({ op: "add", path: "/spec/unknown", value: 1 }),
  "/missing-path": () => patching({ op: "remove", path: "/data/nowhere" }),
  "/rename": () => patching({ op: "replace", path: "/metadata/name", value: "other" }),
  "/ask-of-other": () => patching({ op: "replace", path: "/spec/user", value: "other" }),
  "/broken-label": () => patching({ op: "add", path: "/metadata/labels", value: { "not a label": "x" } }),
  "/patch-no-list": () => ({
    allowed: true,
    patchType: "JSONPatch",
    patch: Buffer.from("{}").toString("base64"),
  }),
  "/patch-untyped": () => ({ allowed: true, patch: Buffer.from("[]").toString("base64") }),
  "/patch-typed-only": () => ({ allowed: true, patchType: "JSONPatch" }),
  "/patch-other-type": () => ({
    ...patching({ op: "add", path: "/data/x", value: "y" }),
    patchType: "Merge",
  }),
  "/wrong-uid": () => ({ allowed: true, uid: "other" }),
  "/no-response": (_review, answer) =>
    send(answer, { kind: "AdmissionReview", apiVersion: "admission.k8s.io/v1" }),
  "/old-version": ({ request }, answer) =>
    send(answer, {
      kind: "AdmissionReview",
      apiVersion: "admission.k8s.io/v1beta1",
      response: { uid: request.uid, allowed: true },
    }),
  "/slow": async (_review, answer) => {
    await new Promise((resolve) => answer.once("close", resolve));
    return undefined;
  },
  "/status-500": (_review, answer) => status(answer, 500),
  "/status-302": (_review, answer) => status(answer.setHeader("location", "/allow"), 302),
  "/status-400": (_review, answer) => status(answer, 400),
};

type Outgoing = Parameters<Behaviour>[1];

function send(answer: Outgoing, document: object): undefined {
  answer.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(document));
}

function status(answer: Outgoing, code: number): undefined {
  answer.writeHead(code).end();
}
