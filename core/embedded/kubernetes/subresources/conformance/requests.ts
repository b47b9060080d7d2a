/** One request to a subresource, by the path below `/api/v1/`. */
export interface SubresourceRequest {
  readonly method?: "GET" | "POST" | "PUT";
  readonly path: string;
  /** On whose behalf; default: somebody who may do everything. */
  readonly user?: string;
}

const pod = (name: string, spec: Readonly<Record<string, unknown>>) => ({
  path: "/api/v1/namespaces/default/pods",
  body: { apiVersion: "v1", kind: "Pod", metadata: { name }, spec },
});

const container = (name: string) => ({ name, image: "image" });

const rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/default";

/** What is there before the requests. The node's kubelet is nowhere. */
export const objects: readonly { readonly path: string; readonly body: unknown }[] = [
  {
    path: "/api/v1/nodes",
    body: {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: "here" },
      status: { addresses: [{ type: "InternalIP", address: "127.0.0.1" }] },
    },
  },
  pod("placed", { nodeName: "here", containers: [container("a")] }),
  pod("two", {
    nodeName: "here",
    initContainers: [container("first")],
    containers: [container("a"), container("b")],
  }),
  pod("early", { containers: [container("a")] }),
  {
    path: "/api/v1/namespaces/default/services",
    body: { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec: { ports: [{ port: 80 }] } },
  },
  {
    path: `${rbac}/roles`,
    body: {
      metadata: { name: "reader" },
      rules: [
        { apiGroups: [""], resources: ["pods/exec", "pods/attach", "pods/portforward"], verbs: ["get"] },
      ],
    },
  },
  {
    path: `${rbac}/rolebindings`,
    body: {
      metadata: { name: "reader" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "reader" }],
    },
  },
];

const pods = "namespaces/default/pods";
const services = "namespaces/default/services";

/** Requests that an API server answers without asking a node. */
export const requests: readonly SubresourceRequest[] = [
  ...[
    "tailLines=-1",
    "tailLines=many",
    "limitBytes=0",
    "limitBytes=1.5",
    "sinceSeconds=0",
    "sinceSeconds=1&sinceTime=2026-01-02T03:04:05Z",
    "sinceTime=yesterday",
    "stream=Both",
    "stream=Stdout&tailLines=1",
    "tailLines=-1&limitBytes=0",
    "container=other",
  ].map((query) => ({ path: `${pods}/placed/log?${query}` })),
  { path: `${pods}/two/log` },
  { path: `${pods}/absent/log` },
  { path: `${pods}/early/log` },
  ...["exec", "attach"].flatMap((name) => [
    { path: `${pods}/placed/${name}` },
    { path: `${pods}/placed/${name}?container=other` },
    { path: `${pods}/two/${name}` },
    { path: `${pods}/two/${name}?container=first` },
    { path: `${pods}/early/${name}` },
    { path: `${pods}/absent/${name}` },
    { path: `${pods}/placed/${name}`, user: "reader" },
    { path: `${pods}/placed/${name}`, user: "stranger" },
    { path: `${pods}/placed/${name}`, method: "POST" as const },
    { path: `${pods}/placed/${name}`, method: "POST" as const, user: "reader" },
    { path: `${pods}/placed/${name}`, method: "PUT" as const },
  ]),
  { path: `${pods}/placed/portforward` },
  { path: `${pods}/early/portforward` },
  { path: `${pods}/absent/portforward` },
  { path: `${pods}/placed/portforward`, user: "reader" },
  { path: `${pods}/placed/proxy` },
  { path: `${pods}/a:b:c:d/proxy/` },
  { path: `${pods}/ftp:placed:80/proxy/` },
  { path: `${pods}/absent/proxy/` },
  { path: `${pods}/placed:80/proxy/a/b?c=d` },
  { path: `${services}/web/proxy/` },
  { path: `${services}/web:80/proxy/` },
  { path: `${services}/web:81/proxy/` },
  { path: `${services}/absent/proxy/` },
  { path: `${services}/absent:80/proxy/` },
  { path: `${services}/a:b:c:d/proxy/` },
  { path: `${pods}/placed/proxy/`, user: "stranger" },
  { path: `${pods}/placed/log/more` },
];

/** The name of a request in the recorded answers. */
export function nameOf({ method = "GET", path, user }: SubresourceRequest): string {
  return `${method} ${path}${user === undefined ? "" : ` as ${user}`}`;
}
