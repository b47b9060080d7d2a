import { describe, expect, it } from "vitest";
import { connectionOptions } from "./connection.ts";

describe("what admission is told of a connection", () => {
  it.each([
    [
      "a command",
      "pods",
      "exec",
      "command=sh&command=-c&container=a&stdin=true&stdout=1&stderr=false&tty=0",
      { kind: "PodExecOptions", container: "a", stdin: true, stdout: true, command: ["sh", "-c"] },
    ],
    ["streams", "pods", "attach", "stdout=&tty=true", { kind: "PodAttachOptions", stdout: true, tty: true }],
    ["ports", "pods", "portforward", "ports=80&ports=81", { kind: "PodPortForwardOptions", ports: [80, 81] }],
    ["no ports", "pods", "portforward", "", { kind: "PodPortForwardOptions" }],
    ["a path", "services", "proxy/a%20b/", "", { kind: "ServiceProxyOptions", path: "/a b/" }],
    ["a broken path", "pods", "proxy/%a", "", { kind: "PodProxyOptions", path: "/%a" }],
    ["no path", "nodes", "proxy", "", { kind: "NodeProxyOptions" }],
  ])("is %s", (_name, plural, path, query, expected) => {
    const [, subresource, rest = ""] = /^(\w+)(\/.*)?$/.exec(path) ?? [];
    const options = connectionOptions(
      { group: "", plural },
      { subresource, rest },
      new URLSearchParams(query),
    );
    expect(options).toEqual({ apiVersion: "v1", ...expected });
  });

  it.each([
    ["a log", "", "pods", "log"],
    ["a status", "", "pods", "status"],
    ["another group's", "example.com", "pods", "exec"],
  ])("is nothing for %s", (_name, group, plural, subresource) => {
    expect(
      connectionOptions({ group, plural }, { subresource, rest: "" }, new URLSearchParams()),
    ).toBeUndefined();
  });
});
