/** A unified diff, coloured and marked line by line. */
export function Diff({ text, label }: { readonly text: string; readonly label: string }) {
  const lines = text
    .replace(/^--- .*\n\+\+\+ .*\n/, "")
    .trimEnd()
    .split("\n");
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="overflow-x-auto rounded-lg border border-line bg-surface py-2 font-mono text-xs leading-5"
    >
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity and never move
        <div key={index} className={`whitespace-pre px-3 ${colourOf(line)}`}>
          {line === "" ? " " : line}
        </div>
      ))}
    </section>
  );
}

function colourOf(line: string): string {
  if (line.startsWith("+")) return "bg-good-soft text-added";
  if (line.startsWith("-")) return "bg-bad-soft text-removed";
  if (line.startsWith("@@") || line.startsWith("diff ")) return "text-ink-faint";
  return "text-ink-soft";
}
