import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { queries } from "../api/queries.ts";
import { Button } from "../design/button.tsx";
import { Disclosure } from "../design/disclosure.tsx";
import { Card } from "../design/layout.tsx";
import { SearchBox } from "../design/search-box.tsx";
import { ErrorState, Skeleton } from "../design/states.tsx";
import { OriginName, ValueLines } from "./value-lines.tsx";

/** The values that an Application's chart reads, each with where it comes from and the lines that read it. */
export function ValuesCard({
  environment,
  application,
}: {
  readonly environment: string;
  readonly application: string;
}) {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const found = useInfiniteQuery(queries.values(environment, application, search));
  const pages = found.data?.pages;
  const items = pages?.flatMap((page) => page.items) ?? [];
  return (
    <Card title={t("values.title")}>
      <div className="grid gap-3">
        <p className="text-ink-soft text-sm">{t("values.text")}</p>
        <SearchBox label={t("values.search")} value={search} onChange={setSearch} />
        {found.error !== null && <ErrorState error={found.error} retry={() => void found.refetch()} />}
        {found.error === null && pages === undefined && <Skeleton lines={4} />}
        {pages !== undefined && items.length === 0 && (
          <p className="text-ink-soft text-sm">{t("values.none")}</p>
        )}
        <div>
          {items.map((value) => (
            <Disclosure
              key={value.path}
              summary={
                <span className="flex flex-wrap items-baseline gap-x-3">
                  <code className="break-all font-mono text-xs">{value.path}</code>
                  <span className="text-ink-faint text-xs">
                    <OriginName origin={value.origin} />
                  </span>
                </span>
              }
            >
              {() => <ValueLines value={value} />}
            </Disclosure>
          ))}
        </div>
        {found.hasNextPage && (
          <div>
            <Button disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
              {t("action.more")}
            </Button>
          </div>
        )}
      </div>
    </Card>
  );
}
