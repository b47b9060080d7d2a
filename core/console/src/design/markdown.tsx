import { Markdown as Rendered } from "markdown-to-jsx";
import { Children, type ComponentProps, isValidElement } from "react";

/** Text others wrote, as Markdown. HTML in it is shown as text, pictures of other sites are not loaded. */
export function Markdown({ children, lead = false }: { readonly children: string; readonly lead?: boolean }) {
  return (
    <div className={`prose ${lead ? "prose-lead" : ""}`}>
      <Rendered
        options={{
          disableParsingRawHTML: true,
          overrides: {
            a: Anchor,
            img: NoPicture,
            table: Table,
            h1: { component: "h3" },
            h2: { component: "h3" },
            h3: { component: "h4" },
          },
        }}
      >
        {lead ? children : withoutTitle(children)}
      </Rendered>
    </div>
  );
}

/** The page says already whose text it is. */
function withoutTitle(text: string): string {
  return text.replace(/^# .*\n+/, "");
}

function Anchor({ href, children }: ComponentProps<"a">) {
  if (href === undefined || !/^https?:\/\//.test(href)) return <span>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}

function NoPicture({ alt }: ComponentProps<"img">) {
  return <em>{alt}</em>;
}

function Table({ children }: ComponentProps<"table">) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="overflow-x-auto" tabIndex={0} aria-label={headings(children)}>
      <table>{children}</table>
    </section>
  );
}

/** The words of a table's first row: what the table is about. */
function headings(node: ComponentProps<"table">["children"]): string {
  const first = Children.toArray(node)[0];
  return textOf(first).trim();
}

function textOf(node: unknown): string {
  if (typeof node === "string") return `${node} `;
  if (Array.isArray(node)) return node.map(textOf).join("");
  if (isValidElement<{ children?: unknown }>(node)) return textOf(node.props.children);
  return "";
}
