import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runHelm, runOwn } from "../charts/chart-programs.ts";
import { available } from "./available.ts";

const values = `
image: {tag: 1.2.3, "pull.policy": Always, 'it''s': x}
n: 3
big: 12345678901
half: 0.5
on: true
off: false
none: null
text: "a <b> & é"
empty: {}
list: [1, 2, 3, 4, 5]
ports:
- {name: http, port: 80, tls: false}
- {name: https, port: 443, tls: true, hosts: [a, b]}
- {name: admin, port: 8080.5, note: "x)"}
groups:
- name: one
  members: [{name: a}, {name: b}]
- name: two
  members: []
- name: three
  members: [{name: c}]
`;

/** Maps have no order in helm: what is asked of all of one is asked of one entry. */
const templates: readonly string[] = [
  ...[
    "{.image.tag}",
    ".image.tag",
    "{.n} and {.half}",
    "{$.n}{@.n}",
    "{.big}{' '}{.text}",
    "{.none}|{.on}|{.off}",
  ],
  ...[
    "{.image.pull\\.policy}",
    "{.image['pull.policy']}",
    "{.image['tag']}",
    "{.image['pull\\.policy']}",
    "{.image}",
  ],
  ...[
    "{.empty}",
    "{.list}",
    "{.list[0]}",
    "{.list[-1]}",
    "{.list[1:3]}",
    "{.list[:2]}",
    "{.list[3:]}",
    "{.list[::2]}",
  ],
  ...[
    "{.list[0,2]}",
    "{.list[5]}",
    "{.list[-6]}",
    "{.list[2:1]}",
    "{.list[1:1]}",
    "{.list[::0]}",
    "{.list[*]}",
  ],
  ...["{.list[0:-1]}", "{.list[-2:]}", "{.list[0:9]}", "{.list['a','b']}", "{.image['tag','pull\\.policy']}"],
  ...["{.ports[*].name}", "{.ports[*]['name','port']}", "{.ports[*].hosts}", "{.ports[1]}", "{.ports.name}"],
  ...['{.ports[?(@.name=="http")].port}', "{.ports[?(@.name=='https')].hosts[1]}", "{.ports[?(@.tls)].name}"],
  ...["{.ports[?(@.tls==true)].name}", "{.ports[?(@.port==80)].name}", "{.ports[?(@.port==80.0)].name}"],
  ...[
    "{.ports[?(@.port>100.0)].name}",
    "{.ports[?(@.port<=443.0)].name}",
    '{.ports[?(@.name!="http")].name}',
  ],
  ...['{.ports[?(@.note=="x)")].name}', "{.ports[?(@.tls<true)].name}", "{.ports[?(@.name=~1)].name}"],
  ...[
    "{.ports[?(@.hosts)].name}",
    "{.ports[?(@.name)].nothing}",
    "{.ports[?(@.nothing==1)].name}",
    "{.n[?(@.a)]}",
  ],
  ...[
    '{.ports[?(@.name<"i")].name}',
    '{.ports[?(@.name>="http")].name}',
    "{.list[?(@>2.0)]}",
    "{.list[?(@==@)]}",
  ],
  ...[
    '{range .ports[*]}{.name}{"\\n"}{end}',
    "{range .ports[*]}{.name}={.port};{end}!",
    "{range .list[*]}[{@}]{end}",
  ],
  ...[
    "{range .groups[*]}{.name}:{range .members[*]}{.name},{end};{end}",
    "{range .empty}{.x}{end}",
    "{range .n}{@}{end}",
  ],
  ...[
    "{range .groups[*]}{range .members[*]}{.name}{end}{end}|{.n}",
    "{range .list[*]}{@}",
    "{end}",
    "{range}{end}",
  ],
  ...[
    "{range .groups[1].members[*]}{.name}{end}|{.n}",
    "{range .nothing}{end}{.n}",
    "{.n}{range .list[:2]}x{end}y{end}",
  ],
  ...["{..tag}", "{..port}", "{..nothing}", "{.groups..name}", "{.list..}", "{....a}", "{.. .a}"],
  ...["{.nothing}", "{.n.x}", "{.image.nothing}a", "{.on.x}", "{.text[0]}", "{.none.x}", "{.list.x}"],
  ...["{.list.*}", "{.text.*}", "{.n.*}", "{.none.*}|", "{.groups[*].*}"].slice(0, 4),
  ...[
    "{",
    "}",
    "{}",
    "{ }",
    "{.a",
    "{'a}",
    '{"a}',
    "{[}",
    "{[a]}",
    "{[1:b]}",
    "{.a[?(@.b}",
    "{.a[?(@.b)}",
    "{#}",
    "{é}",
  ],
  ...[
    "{'a\\'b'}",
    '{"a\\tb\\u00e9"}',
    "{'a\\qb'}",
    "{1}{-2}{+3}{1.5}",
    "{1.2.3}",
    "{-}",
    "{true}{false}",
    "{word}",
    "{.a}}",
  ],
  ...[
    "a{.n}b{.n}c",
    "a\nb{.n}\n",
    "{.n}\n{.n}",
    "{.n\n}",
    "{ .n }",
    "{.n .half}",
    "{.n,.half}",
    "{.image .tag}",
    "",
  ],
  ...[
    "{.ports[0,1].name}",
    "{.ports[0, 1].name}",
    "{.ports[0,].name}",
    "{.ports[99999999999999999999]}",
    "{.ports[ 1 ]}",
  ],
  ...[
    '{"\\""}',
    "{'\"'}",
    '{"it\'s"}',
    "{.image['it's']}",
    '{"\\x41\\101\\U0001F600"}',
    "{'x'}{.n}{'y'}",
    "{.n'x'}",
  ],
];

describe.skipIf(!(await available(import.meta.filename, "helm")))(
  "values by JSONPath as helm shows them",
  () => {
    let folder = "";

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "chart-json-path-"));
      mkdirSync(join(folder, "web"));
      writeFileSync(join(folder, "web/Chart.yaml"), "apiVersion: v2\nname: web\nversion: 1.2.0\n");
      writeFileSync(join(folder, "web/values.yaml"), values);
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    test.each(templates.map((template) => [JSON.stringify(template), template] as const))(
      "%s",
      async (_name, template) => {
        const words = ["show", "values", "web", "--jsonpath", template];
        const [helm, own] = [await runHelm(words, folder), await runOwn(words, folder)];
        expect({ ...own, stderr: "" }).toEqual({ ...helm, stderr: "" });
        if (helm.isDone) return;
        const [, problem = ""] = /^Error: (.*)/s.exec(helm.stderr.trim()) ?? [];
        expect(own.stderr).toContain(problem);
      },
    );
  },
);
