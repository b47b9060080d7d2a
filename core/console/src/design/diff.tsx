/** A unified diff of one file or several, coloured and marked line by line. */
export function Diff({ text, label }: { readonly text: string; readonly label: string }) {
  const several = text.split(/^diff --git /m).length > 2;
  const lines = text
    .trimEnd()
    .split("\n")
    .filter((line) => !isNoise(line));
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="overflow-x-auto rounded-lg border border-line bg-surface py-2 font-mono text-xs leading-5"
    >
      <div className="min-w-max">
        {lines.map((line, index) => {
          const file = /^diff --git a\/.* b\/(.*)$/.exec(line)?.[1];
          if (file !== undefined && !several) return null;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity and never move
            <div key={index} className={`whitespace-pre px-3 ${colourOf(line)}`}>
              {file ?? (line === "" ? " " : line)}
            </div>
          );
        })}
      </div>
    </section>
  );
}

/** Git's bookkeeping, which says nothing to a reader. */
function isNoise(line: string): boolean {
  return /^(--- (a\/|\/dev\/null)|\+\+\+ (b\/|\/dev\/null)|index [0-9a-f]+\.\.|new file mode |deleted file mode |@@ -0,0 |similarity index )/.test(
    line,
  );
}

function colourOf(line: string): string {
  if (line.startsWith("+")) return "bg-good-soft text-added";
  if (line.startsWith("-")) return "bg-bad-soft text-removed";
  if (line.startsWith("diff ")) return "mt-2 first:mt-0 font-semibold text-ink";
  if (line.startsWith("@@")) return "text-ink-faint";
  return "text-ink-soft";
}
