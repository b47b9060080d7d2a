import { describe, expect, it } from "vitest";
import { writeApplicationDocument } from "./document.ts";

const pin = (version: string) => ({ name: "bp-site", version, digest: `sha256:${"a".repeat(64)}` });

describe("writeApplicationDocument", () => {
  it("writes a new document in the order a person reads it", () => {
    expect(
      writeApplicationDocument(
        {
          name: "site",
          labels: {},
          spec: {
            config: { title: "Hi", a: [1, { b: 2 }] },
            blueprint: pin("1.0.0"),
            bindings: { db: { application: "pg" } },
          },
        },
        undefined,
      ),
    ).toBe(`apiVersion: catalyst.openova.io/v1alpha1
kind: Application
metadata:
  name: site
spec:
  blueprint:
    digest: sha256:${"a".repeat(64)}
    name: bp-site
    version: 1.0.0
  config:
    a:
    - 1
    - b: 2
    title: Hi
  bindings:
    db:
      application: pg
`);
  });

  it("keeps comments, quoting and order", () => {
    const existing = `# our site
apiVersion: catalyst.openova.io/v1alpha1
kind: Application
metadata: {name: site}
spec:
  config:          # shown to visitors
    title: "Hi"    # short, please
    color: blue
  blueprint:
    name: bp-site
    version: 1.0.0
    digest: sha256:${"a".repeat(64)}
`;
    const written = writeApplicationDocument(
      { name: "site", labels: {}, spec: { blueprint: pin("1.1.0"), config: { title: "Hi", color: "red" } } },
      existing,
    );
    expect(written.split("\n").map((line) => line.trim())).toEqual(
      expect.arrayContaining([
        "# our site",
        "# shown to visitors",
        'title: "Hi" # short, please',
        "color: red",
        "version: 1.1.0",
      ]),
    );
    expect(written.indexOf("config:")).toBeLessThan(written.indexOf("blueprint:"));
  });

  it("removes what is gone", () => {
    const existing = writeApplicationDocument(
      { name: "site", labels: {}, spec: { blueprint: pin("1.0.0"), size: "large", config: { a: 1, b: 2 } } },
      undefined,
    );
    const written = writeApplicationDocument(
      { name: "site", labels: {}, spec: { blueprint: pin("1.0.0"), config: { a: 1 } } },
      existing,
    );
    expect(written).not.toMatch(/size|b: 2/);
    expect(written).toContain("a: 1");
  });
});
