/** One request, with an empty object for a body where the method has one. */
export interface PathRequest {
  readonly method: string;
  readonly path: string;
}

/** What is kept of an answer. */
export interface PathAnswer {
  readonly status: number;
  /** The form of the answer; "" where it has none, and where form and content are the server's own matter. */
  readonly type: string;
  /** The text; of a document its kind, of a Status its message. */
  readonly says: string;
}

const methods = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"] as const;

/** Methods whose answer says something of the path; the others are judged by what they send. */
const withoutBody: readonly string[] = ["GET", "HEAD", "OPTIONS"];

/** A custom resource that some of the paths are about. */
export const definition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "toys.example.com" },
  spec: {
    group: "example.com",
    scope: "Namespaced",
    names: { plural: "toys", singular: "toy", kind: "Toy", listKind: "ToyList" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
        },
      },
    ],
  },
};

/** Paths that are documents, or nothing. */
const documents = [
  ..."/ /nothing /nothing/ //api/v1".split(" "),
  ..."/api /api/ /api/v1 /api/v1/ /api/v2 /api/v2/".split(" "),
  ..."/apis /apis/ /apis/apps /apis/apps/ /apis/apps/v1 /apis/apps/v1/ /apis/apps/v2".split(" "),
  ..."/apis/none /apis/none/ /apis/none/v1 /apis/apiextensions.k8s.io/v2".split(" "),
  ..."/apis/example.com /apis/example.com/ /apis/example.com/v1 /apis/example.com/v1/".split(" "),
  ..."/apis/example.com/v2 /version /version/ /version/x".split(" "),
  ..."/healthz /healthz/ /healthz/ping /healthz/nothing /livez /livez/ping /livez/etcd".split(" "),
  ..."/readyz /readyz/ping /readyz/nothing".split(" "),
  ..."/openapi /openapi/v2 /openapi/v2/ /openapi/v2/x /openapi/v3/ /openapi/v3/x".split(" "),
  ..."/openapi/v3/apis/none/v1 /openapi/v3/apis/apps/v1".split(" "),
  ..."/.well-known/openid-configuration /.well-known/x /openid/v1/jwks /openid/v1/x".split(" "),
];

/** Paths of resources, where nothing is. */
const nowhere = [
  ..."/api/v1/nothing /api/v1/nothing/a /api/v1/namespaces/default/nothing /api//v1/pods".split(" "),
  ..."/api/v1/namespaces/default/pods/a/nothing /api/v1/namespaces/default/pods/a/status/x".split(" "),
  ..."/api/v1/namespaces/default/nodes /api/v1/pods/a /apis/apps/v1/nothing".split(" "),
  ..."/apis/apps/v2/deployments /apis/apps/v1/namespaces/default/nothing/a".split(" "),
  ..."/apis/apiextensions.k8s.io/v2/x /apis/none/v1/things".split(" "),
  ..."/apis/none/v1/namespaces/default/things/a /apis/example.com/v1/none".split(" "),
  ..."/apis/example.com/v1/namespaces/default/none/a /apis/example.com/v2/toys".split(" "),
  "/apis/example.com/v1/namespaces/default/toys/a/none",
  "/apis/authorization.k8s.io/v1/subjectaccessreviews/x",
];

/** Paths of resources, and what can be done there. */
const resources = [
  ..."/api/v1/pods /api/v1/nodes/ /api/v1/namespaces/default/pods".split(" "),
  ..."/api/v1/namespaces/default/pods/a /api/v1/namespaces/default/pods/a/status".split(" "),
  ..."/apis/authorization.k8s.io/v1/subjectaccessreviews /apis/example.com/v1/toys".split(" "),
  ..."/apis/example.com/v1/toys/a /apis/example.com/v1/namespaces/default/toys".split(" "),
  "/apis/example.com/v1/namespaces/default/toys/a",
  "/apis/example.com/v1/namespaces/default/toys/a/status",
];

/** Every path by every method, but for writes of what is a resource, which are compared elsewhere. */
export const requests: readonly PathRequest[] = [
  ...[...documents, ...nowhere].flatMap((path) => methods.map((method) => ({ method, path }))),
  ...resources.flatMap((path) => withoutBody.map((method) => ({ method, path }))),
  ...["POST", "PUT", "PATCH", "DELETE"].flatMap((method) =>
    ["/api/v1/pods", "/apis/example.com/v1/toys"].map((path) => ({ method, path })),
  ),
  { method: "PUT", path: "/api/v1/namespaces/default/pods" },
  { method: "PATCH", path: "/api/v1/nodes" },
  { method: "DELETE", path: "/api/v1/namespaces/default/pods/a/status" },
  { method: "PUT", path: "/apis/example.com/v1/namespaces/default/toys" },
  { method: "PATCH", path: "/apis/example.com/v1/namespaces/default/toys" },
  { method: "POST", path: "/apis/example.com/v1/namespaces/default/toys/a/status" },
  { method: "DELETE", path: "/apis/example.com/v1/namespaces/default/toys/a/status" },
];

/** What is compared of an answer. */
export function comparable(status: number, type: string | undefined, body: unknown): PathAnswer {
  return { status, type: type ?? "", says: said(body) };
}

function said(body: unknown): string {
  if (typeof body !== "object" || body === null) return String(body ?? "");
  const { kind, message } = body as { readonly kind?: string; readonly message?: string };
  return kind === "Status" ? String(message) : `a document ${kind ?? ""}`.trim();
}
