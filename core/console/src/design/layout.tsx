import type { ReactNode } from "react";

/** A page's head: where it is, what it is called, what can be done. */
export function PageHead({
  title,
  above,
  below,
  actions,
}: {
  readonly title: ReactNode;
  readonly above?: ReactNode;
  readonly below?: ReactNode;
  readonly actions?: ReactNode;
}) {
  return (
    <header className="mb-6 flex flex-wrap items-start justify-between gap-4">
      <div className="min-w-0 wrap-anywhere">
        {above !== undefined && <div className="mb-1 text-ink-faint text-sm">{above}</div>}
        <h1 className="flex flex-wrap items-center gap-3 font-semibold text-2xl tracking-tight">{title}</h1>
        {below !== undefined && <div className="mt-1 text-ink-soft">{below}</div>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
    </header>
  );
}

export function Card({
  title,
  aside,
  children,
  className = "",
}: {
  readonly title?: ReactNode;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}) {
  return (
    <section className={`rounded-xl border border-line bg-raised ${className}`}>
      {title !== undefined && (
        <div className="flex min-h-10 items-center justify-between gap-3 border-line border-b px-4 py-1">
          <h2 className="font-semibold text-sm">{title}</h2>
          {aside}
        </div>
      )}
      <div className="p-4">{children}</div>
    </section>
  );
}

/** Names and values in two columns. */
export function Facts({ rows }: { readonly rows: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-[max-content_1fr] items-center gap-x-6 gap-y-2 text-sm">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-ink-faint">{name}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
