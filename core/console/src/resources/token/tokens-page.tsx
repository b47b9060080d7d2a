import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { commands, keys, queries, type Token } from "../../api/queries.ts";
import { Ago } from "../../design/ago.tsx";
import { Badge } from "../../design/badge.tsx";
import { Button } from "../../design/button.tsx";
import { Code } from "../../design/code.tsx";
import { Field, inputClass, selectClass } from "../../design/field.tsx";
import { Card, PageHead } from "../../design/layout.tsx";
import { usePageTitle } from "../../design/page-title.ts";
import { EmptyState, ErrorState, Skeleton } from "../../design/states.tsx";

/** Personal tokens: for Git over HTTP, and for programs that use the API. */
export function TokensPage() {
  const { t } = useTranslation();
  usePageTitle(t("tokens.title"));
  const { data, error, refetch } = useQuery(queries.tokens());
  return (
    <>
      <PageHead title={t("tokens.title")} below={t("tokens.text")} />
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="grid gap-3">
          {error !== null && <ErrorState error={error} retry={() => void refetch()} />}
          {error === null && data === undefined && <Skeleton lines={4} />}
          {data?.items.length === 0 && <EmptyState title={t("tokens.none")} />}
          {data?.items.map((token) => (
            <TokenRow key={token.id} token={token} />
          ))}
        </div>
        <Card title={t("tokens.create")}>
          <CreateToken />
        </Card>
      </div>
    </>
  );
}

function TokenRow({ token: { id, name, scope, createdAt, expiresAt } }: { readonly token: Token }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [sure, setSure] = useState(false);
  const revoke = useMutation({
    mutationFn: () => commands.revokeToken(id),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.tokens }),
  });
  return (
    <article className="flex flex-wrap items-center justify-between gap-3 rounded-xl border border-line bg-raised p-4">
      <div className="min-w-0">
        <h2 className="flex flex-wrap items-center gap-2 font-medium text-sm">
          {name}
          <Badge>{scope === "read" ? t("tokens.read") : t("tokens.write")}</Badge>
        </h2>
        <p className="text-ink-faint text-xs">
          {t("tokens.created")} <Ago time={createdAt} />
          {" · "}
          {expiresAt === undefined ? t("tokens.endless") : t("tokens.ends")}{" "}
          {expiresAt !== undefined && <Ago time={expiresAt} />}
        </p>
        {revoke.error !== null && <p className="text-bad text-sm">{revoke.error.message}</p>}
      </div>
      {sure ? (
        <div className="flex gap-2">
          <Button onClick={() => setSure(false)}>{t("action.cancel")}</Button>
          <Button tone="danger" disabled={revoke.isPending} onClick={() => revoke.mutate()}>
            {t("tokens.revokeSure")}
          </Button>
        </div>
      ) : (
        <Button tone="danger" onClick={() => setSure(true)}>
          {t("tokens.revoke")}
          <span className="sr-only"> {name}</span>
        </Button>
      )}
    </article>
  );
}

function CreateToken() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [name, setName] = useState("");
  const [scope, setScope] = useState("write");
  const [days, setDays] = useState("90");
  const create = useMutation({
    mutationFn: () => commands.createToken({ name, scope, ...(days === "" ? {} : { days: Number(days) }) }),
    onSuccess: async () => {
      setName("");
      await cache.invalidateQueries({ queryKey: keys.tokens });
    },
  });
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
    >
      <Field id="token-name" label={t("form.name")} description={t("tokens.nameText")}>
        {(attributes) => (
          <input
            {...attributes}
            required
            maxLength={100}
            autoComplete="off"
            value={name}
            onChange={({ target }) => setName(target.value)}
            className={inputClass}
          />
        )}
      </Field>
      <Field id="token-scope" label={t("tokens.scope")}>
        {(attributes) => (
          <select
            {...attributes}
            value={scope}
            onChange={({ target }) => setScope(target.value)}
            className={selectClass}
          >
            <option value="write">{t("tokens.write")}</option>
            <option value="read">{t("tokens.read")}</option>
          </select>
        )}
      </Field>
      <Field id="token-days" label={t("tokens.days")}>
        {(attributes) => (
          <select
            {...attributes}
            value={days}
            onChange={({ target }) => setDays(target.value)}
            className={selectClass}
          >
            {["7", "30", "90", "365"].map((count) => (
              <option key={count} value={count}>
                {t("tokens.daysCount", { count: Number(count) })}
              </option>
            ))}
            <option value="">{t("tokens.endless")}</option>
          </select>
        )}
      </Field>
      {create.error !== null && <ErrorState error={create.error} />}
      <Button type="submit" tone="primary" disabled={create.isPending}>
        {t("tokens.make")}
      </Button>
      {create.data !== undefined && (
        <div role="status" className="grid gap-2 rounded-lg bg-good-soft p-3 text-sm">
          <p className="font-medium text-good">{t("tokens.once")}</p>
          <Code block copy>
            {create.data.token}
          </Code>
        </div>
      )}
    </form>
  );
}
