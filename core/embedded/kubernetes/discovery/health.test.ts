import { expect, test } from "vitest";
import { healthAnswer } from "./health.ts";

test.each([
  ["/readyz", "ok"],
  ["/livez/etcd?verbose", "ok"],
  ["/readyz?verbose", "[+]ping ok\n[+]etcd ok\nreadyz check passed\n"],
  ["/healthz?verbose&exclude=etcd", "[+]ping ok\n[+]etcd excluded: ok\nhealthz check passed\n"],
  [
    "/livez?verbose=1&exclude=disk",
    '[+]ping ok\n[+]etcd ok\nwarn: some health checks cannot be excluded: no matches for "disk"\nlivez check passed\n',
  ],
  ["/readyz/disk", undefined],
  ["/ready", undefined],
])("%s answers %j", (path, answer) => {
  const { pathname, searchParams } = new URL(path, "http://localhost");
  expect(healthAnswer(pathname, searchParams)).toBe(answer);
});
