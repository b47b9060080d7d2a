import type { ValueOrigin, ValueView } from "@catalyst/model/view";
import { useTranslation } from "react-i18next";

/** Where a value of the chart comes from, and the lines of the chart that read it. */
export function ValueLines({ value }: { readonly value: ValueView }) {
  const { t } = useTranslation();
  const { origin, reads, readsTotal } = value;
  const more = readsTotal - reads.length;
  return (
    <div className="grid min-w-0 gap-2 text-xs">
      <Origin origin={origin} />
      {reads.length === 0 ? (
        <p className="text-ink-soft">{t("values.unread")}</p>
      ) : (
        <>
          <p className="text-ink-soft">{t("values.reads", { count: readsTotal })}</p>
          <ul className="grid gap-1.5">
            {reads.map(({ path, file, line, column, template, text }) => (
              <li key={`${file}:${line}:${column} ${path}`} className="grid min-w-0 gap-0.5">
                <span className="break-all text-ink-faint">
                  <code className="font-mono">{`${file}:${line}:${column}`}</code>
                  {template !== undefined && ` ${t("values.inTemplate", { template })}`}
                  {path !== value.path && ` ${path === "" ? t("values.all") : t("values.asPart", { path })}`}
                </span>
                <code className="block break-all rounded bg-idle-soft px-2 py-1 font-mono text-ink">
                  {text}
                </code>
              </li>
            ))}
          </ul>
          {more > 0 && <p className="text-ink-soft">{t("values.more", { count: more })}</p>}
        </>
      )}
    </div>
  );
}

/** In words where a value comes from, with the field or key that the words speak of. */
export function OriginName({ origin: { kind, name } }: { readonly origin: ValueOrigin }) {
  const { t } = useTranslation();
  return (
    <>
      {t(`values.origin.${kind as "none"}`)}
      {name !== undefined && (
        <>
          {" "}
          <code className="font-mono text-ink">{name}</code>
        </>
      )}
    </>
  );
}

function Origin({ origin }: { readonly origin: ValueOrigin }) {
  const { file, line } = origin;
  const place = file === undefined ? undefined : line === undefined ? file : `${file}:${line}`;
  return (
    <p className="break-words text-ink-soft">
      <OriginName origin={origin} />
      {place !== undefined && <code className="ml-1.5 break-all font-mono text-ink-faint">{place}</code>}
    </p>
  );
}
